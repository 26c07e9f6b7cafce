from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionsConfig(AppConfig):
    name = "chuangwen.inspections"
    verbose_name = _("Inspections")

    def ready(self) -> None:
        from chuangwen.cases.ledger import OF
        from chuangwen.cases.lifecycle import register
        from chuangwen.cases.queries import VERB_LABELS
        from chuangwen.inspections.finding import register_sources
        from chuangwen.inspections.lifecycle import INSPECTION, VISIT
        from chuangwen.inspections.points.work import register_work
        from chuangwen.inspections.queries import of_inspection
        from chuangwen.inspections.verbs import VERBS

        VERB_LABELS.update(VERBS)
        register_work()
        register(INSPECTION)
        register(VISIT)
        register_sources()
        OF["inspection"] = (_("what the inspection found"), of_inspection)
