from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class StandardsConfig(AppConfig):
    name = "chuangwen.standards"
    verbose_name = _("Standards")

    def ready(self) -> None:
        from chuangwen.cases.lifecycle import register
        from chuangwen.cases.queries import VERB_LABELS
        from chuangwen.standards.consulting import OPINION
        from chuangwen.standards.importing.work import register_work
        from chuangwen.standards.lifecycle import REVIEW, SELF_REPORT
        from chuangwen.standards.objecting import OBJECTION
        from chuangwen.standards.uses import register_uses
        from chuangwen.standards.verbs import VERBS
        from chuangwen.standards.work import register_rounds

        VERB_LABELS.update(VERBS)
        register(SELF_REPORT)
        register(REVIEW)
        register(OBJECTION)
        register(OPINION)
        register_work()
        register_rounds()
        register_uses()
        pre_migrate.connect(_before_tables_change, sender=self)
        post_migrate.connect(_after_tables_changed, sender=self)


def _before_tables_change(*, plan: Sequence[Any] = (), **others: Any) -> None:
    from chuangwen.standards.services.guarding import remove

    if plan:
        remove()


def _after_tables_changed(**others: Any) -> None:
    from chuangwen.standards.services.guarding import keep

    keep()
