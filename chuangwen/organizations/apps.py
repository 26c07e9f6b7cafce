from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "chuangwen.organizations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        from chuangwen.organizations.accounts import receivers  # noqa: F401
        from chuangwen.organizations.finding import register_sources
        from chuangwen.organizations.importing.work import register_work

        register_sources()
        register_work()
