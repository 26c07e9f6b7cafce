from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "chuangwen.inspections"
    verbose_name = _("Inspections")

    def ready(self) -> None:
        from chuangwen.cases.lifecycle import register
        from chuangwen.cases.queries import VERB_LABELS
        from chuangwen.inspections.lifecycle import INSPECTION, VISIT
        from chuangwen.inspections.verbs import VERBS

        VERB_LABELS.update(VERBS)
        register(INSPECTION)
        register(VISIT)
