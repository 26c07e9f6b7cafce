from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class DirectivesConfig(AppConfig):
    name = "chuangwen.directives"
    verbose_name = _("Directives")

    def ready(self) -> None:
        from chuangwen.cases.ledger import OF, WORDS
        from chuangwen.cases.lifecycle import register
        from chuangwen.cases.queries import VERB_LABELS
        from chuangwen.directives.finding import in_tasks, register_sources
        from chuangwen.directives.lifecycle import ASSIGNMENT, BREAKDOWN_VERBS, MEETING, PLAN_VERBS
        from chuangwen.directives.merging import OF as OF_TASKS
        from chuangwen.directives.work import register_work

        VERB_LABELS.update(PLAN_VERBS)
        VERB_LABELS.update(BREAKDOWN_VERBS)
        register(MEETING)
        register(ASSIGNMENT)
        register_sources()
        register_work()
        WORDS["assignment"] = in_tasks
        OF.update(OF_TASKS)
        pre_migrate.connect(_before_tables_change, sender=self)
        post_migrate.connect(_after_tables_changed, sender=self)


def _before_tables_change(*, plan: Sequence[Any] = (), **others: Any) -> None:
    from chuangwen.directives.services.tallying import remove

    if plan:
        remove()


def _after_tables_changed(**others: Any) -> None:
    from chuangwen.directives.services.tallying import keep

    keep()
