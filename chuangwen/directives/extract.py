"""The task table of a speech or document: who does what, until when, and to whom it is reported.

Rules of DOMAIN.md S1, S2 and the lists in ``extraction``; no model, no network. A draft for a clerk to
correct: it prefers a sentence too many to a task lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from chuangwen.directives.extraction.assembling import assemble
from chuangwen.directives.extraction.dating import date_of_issue
from chuangwen.directives.extraction.found import Found
from chuangwen.directives.extraction.normalising import clean


@dataclass(frozen=True)
class Draft:
    """One drafted task; ``text`` is text[start:end] of the document, as are the bodies and ``due_text``."""

    start: int
    end: int
    text: str
    responsible: tuple[str, ...] = ()
    lead: str | None = None
    due: date | None = None
    due_text: str | None = None
    recurs: str | None = None
    report_to: str | None = None


@dataclass(frozen=True)
class Plan:
    """The document with its drafted tasks, in the order of the text."""

    document_date: date | None
    text: str
    tasks: tuple[Draft, ...]

    def to_json(self) -> dict[str, Any]:
        """The shape that `chuangwen plan --json` prints."""
        return {
            "document_date": self.document_date.isoformat() if self.document_date else None,
            "text": self.text,
            "tasks": [
                {
                    "start": task.start,
                    "end": task.end,
                    "text": task.text,
                    "responsible": list(task.responsible),
                    "lead": task.lead,
                    "due": task.due.isoformat() if task.due else None,
                    "due_text": task.due_text,
                    "recurs": task.recurs,
                    "report_to": task.report_to,
                }
                for task in self.tasks
            ],
        }


def extract(text: str, *, document_date: date | None = None) -> Plan:
    """Draft the tasks of ``text``; offsets count in ``text`` unchanged.

    Deadlines count from ``document_date``; without one, from the date of issue that the text gives.
    """
    cleaned = clean(text)
    issued = document_date or date_of_issue(cleaned.text)

    def words(span: tuple[int, int] | None) -> str | None:
        if span is None:
            return None
        start, end = cleaned.span(*span)
        return text[start:end]

    def draft(found: Found) -> Draft:
        start, end = cleaned.span(found.start, found.end)
        return Draft(
            start=start,
            end=end,
            text=text[start:end],
            responsible=tuple(dict.fromkeys(words(span) or "" for span in found.doers)),
            lead=words(found.lead),
            due=found.deadline.due if found.deadline else None,
            due_text=words((found.deadline.start, found.deadline.end)) if found.deadline else None,
            recurs=found.deadline.recurs if found.deadline else None,
            report_to=words(found.report_to),
        )

    return Plan(issued, text, tuple(draft(found) for found in assemble(cleaned.text, issued)))
