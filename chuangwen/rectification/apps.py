from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class RectificationConfig(AppConfig):
    name = "chuangwen.rectification"
    verbose_name = _("Rectification")

    def ready(self) -> None:
        from chuangwen.cases.lifecycle import register
        from chuangwen.cases.queries import VERB_LABELS
        from chuangwen.rectification import bulletin_lifecycle
        from chuangwen.rectification.finding import register_sources
        from chuangwen.rectification.lifecycle import ORDER, VERBS
        from chuangwen.rectification.register import register_ways
        from chuangwen.rectification.work import register_work

        VERB_LABELS.update(VERBS | bulletin_lifecycle.VERBS)
        register(ORDER)
        register(bulletin_lifecycle.BULLETIN)
        register_sources()
        register_ways()
        register_work()
        pre_migrate.connect(_before_tables_change, sender=self)
        post_migrate.connect(_after_tables_changed, sender=self)


def _before_tables_change(*, plan: Sequence[Any] = (), **others: Any) -> None:
    from chuangwen.rectification.services.guarding import remove

    if plan:
        remove()


def _after_tables_changed(**others: Any) -> None:
    from chuangwen.rectification.services.guarding import keep

    keep()
