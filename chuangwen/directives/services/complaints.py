"""The door for complaints about burden: anybody files one, the civility office of the place answers it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from chuangwen.cases.services import new_number
from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.directives.models import Complaint
from chuangwen.directives.problems import COMPLAINT_ANSWERED
from chuangwen.organizations.models import Person, Territory
from chuangwen.organizations.scope import scope_of
from chuangwen.organizations.services import journal_name


@transaction.atomic
def file_complaint(*, territory: Territory, about: str, text: str) -> Complaint:
    """Keep a complaint; nothing about who filed it is kept, not even that they were signed in."""
    complaint = Complaint.objects.create(
        code=new_number(), territory=territory, about=about, text=text, filed_at=timezone.now()
    )
    record(actor="public", verb="complaint.file", subject=f"complaint:{complaint.code}")
    return complaint


@transaction.atomic
def answer_complaint(*, actor: Person, complaint: Complaint, answer: str) -> Complaint:
    """Answer once, for whoever holds the code to read.

    Raises Problem ``page.not_allowed``, ``complaint.answered``.
    """
    if not scope_of(actor).runs(complaint.territory_id):
        raise Problem(NOT_ALLOWED, reason=complaint.territory)
    waiting = Complaint.objects.filter(pk=complaint.pk, answered_at=None)
    if not waiting.update(answer=answer, answered_by=actor, answered_at=timezone.now()):
        raise Problem(COMPLAINT_ANSWERED, code=complaint.code)
    record(actor=journal_name(actor), verb="complaint.answer", subject=f"complaint:{complaint.code}")
    complaint.refresh_from_db()
    return complaint
