from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StandardsConfig(AppConfig):
    name = "chuangwen.standards"
    verbose_name = _("Standards")

    def ready(self) -> None:
        from chuangwen.standards.importing.work import register_work

        register_work()
