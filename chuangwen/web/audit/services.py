"""Taking lines away for an audit, which is itself written down."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.core.spreadsheets import xlsx
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name
from chuangwen.web.audit.queries import Line, reads_journal
from chuangwen.web.problems import EXPORT_TOO_LARGE, NOT_AUDITOR

EXPORT_LIMIT = 20_000  # lines of one file
HEADINGS = (_("Number"), _("When"), _("Who"), _("What"), _("About"), _("Details"))


@transaction.atomic
def export(*, actor: Person, verb: str, title: str, asked: Mapping[str, str], lines: list[Line]) -> bytes:
    """``lines`` as xlsx; who took them, and what was asked for, is recorded as ``verb``.

    Raises Problem ``journal.not_auditor``, ``journal.export_too_large``.
    """
    if not reads_journal(actor):
        raise Problem(NOT_AUDITOR)
    if len(lines) > EXPORT_LIMIT:
        raise Problem(EXPORT_TOO_LARGE, limit=EXPORT_LIMIT)
    data = {"rows": len(lines), "asked": {name: value for name, value in asked.items() if value}}
    record(actor=journal_name(actor), verb=verb, subject="journal", data=data)
    rows = [(line.pk, line.at, line.who, line.what, line.about, line.details) for line in lines]
    return xlsx(title, HEADINGS, rows)
