"""The kinds of papers about orders, and the words that an office may use in their templates."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from chuangwen.cases.papers import Kind, names, register
from chuangwen.core.blanks import Vocabulary

NOTICE, BULLETIN = "order", "bulletin"
INTERVIEW, ACCOUNTABILITY = "interview", "accountability"
_BLANKS = Path(__file__).with_name("blanks")

KINDS = register(
    Kind(
        NOTICE,
        _("Order to rectify"),
        Vocabulary(
            names("number unit office campaign kind due days demand date"),
            {"items": names("no words place clause")},
        ),
        shipped=_BLANKS,
        mark="改",
    ),
    Kind(
        BULLETIN,
        _("Bulletin"),
        Vocabulary(
            names("number title office campaign basis scope demands since until date"),
            {
                "bodies": names("no unit problems status"),
                "league": names("group rank unit cases in_time reopened"),
            },
        ),
        shipped=_BLANKS,
        mark="通",
    ),
    Kind(
        INTERVIEW,
        _("Summons to an interview"),
        Vocabulary(
            names("number unit office campaign order due overdue failed reason day hour place date"),
            {"items": names("no words place clause")},
        ),
        shipped=_BLANKS,
        mark="约",
    ),
    Kind(
        ACCOUNTABILITY,
        _("Suggestion of accountability"),
        Vocabulary(
            names("number unit office campaign order due overdue failed reason body steps date"),
            {"items": names("no words place clause")},
        ),
        shipped=_BLANKS,
        mark="问",
    ),
)
