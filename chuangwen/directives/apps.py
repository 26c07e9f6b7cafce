from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectivesConfig(AppConfig):
    name = "chuangwen.directives"
    verbose_name = _("Directives")

    def ready(self) -> None:
        from chuangwen.cases.lifecycle import register
        from chuangwen.cases.queries import VERB_LABELS
        from chuangwen.directives.finding import register_sources
        from chuangwen.directives.lifecycle import ASSIGNMENT, MEETING, PLAN_VERBS

        VERB_LABELS.update(PLAN_VERBS)
        register(MEETING)
        register(ASSIGNMENT)
        register_sources()
