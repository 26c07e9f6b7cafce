"""The kinds of papers of a campaign: their names, and the words that an office may use in their templates."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from chuangwen.cases import papers
from chuangwen.cases.papers import names, register
from chuangwen.core.blanks import Vocabulary

_Kind = partial(papers.Kind, shipped=Path(__file__).with_name("blanks"))

_TASKS = {"tasks": names("no task leader lead support due remark")}
_MEETING = names("meeting held document basis held_on place campaign territory office count date")
COUNTS = ("received", "acknowledged", "launched", "reported", "accepted", "late")

KINDS = register(
    _Kind("plan", _("Task table"), Vocabulary(_MEETING, _TASKS)),
    _Kind("notice", _("Notice of deployment"), Vocabulary(_MEETING | {"number"}, _TASKS), mark="发"),
    _Kind(
        "slip",
        _("Supervision slip"),
        Vocabulary(
            names("number colour matter meeting unit office state due days_late limit demand date"), {}
        ),
        mark="督",
    ),
    _Kind(
        "letter",
        _("Responsibility letter"),
        Vocabulary(names("unit task person measure target weight due principal in_charge signed date"), {}),
    ),
    _Kind(
        "summary",
        _("Compiled report"),
        Vocabulary(
            names("task campaign unit date percent territories_more late_units late_more reports_more")
            | {*COUNTS},
            {
                "territories": frozenset({"name", *COUNTS}),
                "late_tasks": names("no task late units"),
                "reports": names("no unit task gist"),
            },
        ),
    ),
)
