"""A standard comes into force, and goes out of it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name
from chuangwen.standards.checking import doubts_of, tree
from chuangwen.standards.models import Standard
from chuangwen.standards.problems import NOT_PUBLISHED, NOT_READY, SUMS
from chuangwen.standards.services.editing import locked, require_office


@transaction.atomic
def publish(*, actor: Person, standard: Standard, seen: int, despite: str = "") -> Standard:
    """Publish a draft; from then on the database itself lets nobody change it.

    ``despite`` is why sums that do not agree shall stand: a table decided elsewhere is taken as it is.

    Raises Problem ``page.not_allowed``, ``standard.published``, ``standard.stale``, ``standard.not_ready``,
    ``standard.sums``.
    """
    now = locked(actor, standard, seen)
    found = doubts_of(now, tree(now))
    missing = [doubt for doubt in found if not doubt.is_sum]
    if missing:
        raise Problem(NOT_READY, count=len(missing), first=missing[0].sentence)
    if found and not despite.strip():
        raise Problem(SUMS, count=len(found), first=found[0].sentence)
    now.state, now.published_at = Standard.State.PUBLISHED, timezone.now()
    now.despite = despite.strip() if found else ""
    now.save(update_fields=["state", "published_at", "despite"])
    record(
        actor=journal_name(actor),
        verb="standard.publish",
        subject=now.subject,
        data={"name": now.name, "version": now.version, "despite": now.despite, "doubts": len(found)},
    )
    return now


@transaction.atomic
def retire(*, actor: Person, standard: Standard) -> Standard:
    """Take a published standard out of force from today; what was measured by it stands.

    Raises Problem ``page.not_allowed``, ``standard.not_published``.
    """
    require_office(actor, standard.office)
    now = Standard.objects.select_for_update(no_key=True).get(pk=standard.pk)
    if now.state != Standard.State.PUBLISHED:
        raise Problem(NOT_PUBLISHED, name=now.name, state=now.get_state_display())
    now.state, now.retired_at = Standard.State.RETIRED, timezone.now()
    now.valid_to = max(timezone.localdate(), now.valid_from)
    now.save(update_fields=["state", "retired_at", "valid_to"])
    record(actor=journal_name(actor), verb="standard.retire", subject=now.subject, data={"name": now.name})
    return now
