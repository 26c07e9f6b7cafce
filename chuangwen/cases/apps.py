from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "chuangwen.cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from chuangwen.cases.work import register_work

        register_work()
