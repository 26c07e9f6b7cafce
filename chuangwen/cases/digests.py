"""Messages made of notices, for those who asked for them: one digest a working day, and red at once.

Nothing leaves in the quiet hours or on days off. E-mail goes to the person alone and names the cases. A
channel is one address for all who chose it, a group: it gets one message for them together, numbers only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from chuangwen.cases.models import Case, Notice, Preference, Rung
from chuangwen.cases.reminders import unread
from chuangwen.cases.urgency import SLIPS, Slip, slip_of
from chuangwen.core import calendar, outbox
from chuangwen.core.journal import record
from chuangwen.core.models import Delivery
from chuangwen.organizations.models import Person
from chuangwen.organizations.services import journal_name, set_email

BATCH = 1000  # people of one transaction: as many as a group has, so that it gets one message
LISTED = 50  # cases in one message; the desk has them all


@transaction.atomic
def choose(*, actor: Person, channels: Sequence[str], email: str) -> Preference:
    """Say how one wants to be reminded besides on the desk: by which channels, e-mail to which address."""
    if email != actor.email:
        set_email(actor=actor, email=email)
    preference, _new = Preference.objects.update_or_create(
        person=actor, defaults={"channels": list(channels)}
    )
    record(
        actor=journal_name(actor),
        verb="person.reminders",
        subject=f"person:{actor.pk}",
        data={"channels": list(channels)},
    )
    return preference


def is_quiet(at: datetime) -> bool:
    """Whether no message may leave at the moment ``at``: by night and on days off, in the city's time."""
    here = timezone.localtime(at)
    begin, end, now = settings.QUIET_FROM, settings.QUIET_TO, here.time()
    by_night = begin <= now < end if begin <= end else now >= begin or now < end
    return by_night or not calendar.is_working_day(here.date())


def compose(at: datetime | None = None) -> int:
    """Clock: put the messages that the moment ``at`` calls for into the outbox; returns their number.

    Each notice enters one message of its person, for each of their channels: the digest of the next working
    day, or one of its own if it is red. What was read on the desk before enters none.
    """
    at = at or timezone.now()
    if is_quiet(at):
        return 0
    count, after = 0, 0
    while done := _compose_some(at, after):
        after, messages = done
        count += messages
    return count


@transaction.atomic
def _compose_some(at: datetime, after: int) -> tuple[int, int] | None:
    """The messages of the next people after the id ``after``: the last one's id, the number of messages."""
    untold = Notice.objects.filter(person=OuterRef("pk"), read_at=None, told_at=None)
    waiting = Q(Exists(untold.filter(reminder__rung=Rung.RED)))
    if _is_digest_time(at):
        waiting |= Q(~Q(digested_on=timezone.localdate(at)), Exists(untold))
    preferences = (
        Preference.objects.filter(waiting, ~Q(channels=[]), pk__gt=after, person__is_active=True)
        .select_related("person")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")[:BATCH]
    )
    open_channels, last = set(outbox.channels()), None
    deliveries: list[Delivery] = []
    groups: dict[str, _Group] = {}
    for preference in preferences:
        last = preference.pk
        newest, borne = _told(preference, at)
        if not borne:
            continue
        for channel in open_channels.intersection(preference.channels):
            if channel != outbox.EMAIL:
                groups.setdefault(channel, _Group()).add(newest, borne)
            elif preference.person.email:
                deliveries.append(_mail(preference.person, newest, borne, at))
    deliveries += [_call(channel, group, at) for channel, group in sorted(groups.items())]
    outbox.enqueue(deliveries)
    return None if last is None else (last, len(deliveries))


Borne = Sequence[tuple[Slip, Case]]


@dataclass
class _Group:
    """What the people of one channel are told of together, each case once; the newest of their notices."""

    newest: int = 0
    cases: dict[int, tuple[Slip, Case]] = field(default_factory=dict)

    def add(self, newest: int, borne: Borne) -> None:
        self.newest = max(self.newest, newest)
        self.cases.update((case.pk, (slip, case)) for slip, case in borne)


def _told(preference: Preference, at: datetime) -> tuple[int, Borne]:
    """What one person is told of, and the newest notice in it; the notices are told from now on."""
    today = timezone.localdate(at)
    digest = _is_digest_time(at) and preference.digested_on != today
    notices = unread(preference.person).filter(told_at=None)
    found = list(notices if digest else notices.filter(reminder__rung=Rung.RED))
    if not found:
        return 0, []
    if digest:
        preference.digested_on = today
        preference.save(update_fields=["digested_on"])
    Notice.objects.filter(pk__in=[notice.pk for notice in found]).update(told_at=at)
    cases = {notice.reminder.case_id: notice.reminder.case for notice in found}
    return found[0].pk, _slips(cases.values(), at)


def _is_digest_time(at: datetime) -> bool:
    return timezone.localtime(at).time() >= settings.DIGEST_AT


def _slips(cases: Iterable[Case], at: datetime) -> Borne:
    """The cases that still bear a slip, the most urgent first."""
    today = timezone.localdate(at)
    return _sorted((slip, case) for case in cases if (slip := slip_of(case, today)))


def _sorted(found: Iterable[tuple[Slip, Case]]) -> Borne:
    order = list(SLIPS.values())
    return sorted(found, key=lambda row: (order.index(row[0]), row[1].due, row[1].pk))


def _mail(person: Person, newest: int, borne: Borne, at: datetime) -> Delivery:
    with override(settings.LANGUAGE_CODE):
        return _delivery(
            f"{person.pk}:{newest}:{outbox.EMAIL}",
            borne,
            recipient=journal_name(person),
            channel=outbox.EMAIL,
            address=person.email,
            body=_letter(person, borne),
            next_at=at,
        )


def _call(channel: str, group: _Group, at: datetime) -> Delivery:
    borne = _sorted(group.cases.values())
    with override(settings.LANGUAGE_CODE):
        body = _numbers(borne)
        return _delivery(f"{channel}:{group.newest}", borne, channel=channel, body=body, next_at=at)


def _delivery(about: str, borne: Borne, **rest: Any) -> Delivery:
    """Keyed by the newest notice in it, so that no message is written twice and none is taken for another."""
    subject = _("Chuangwen: %(counts)s") % {"counts": _counts(slip for slip, _case in borne)}
    return Delivery(key=f"reminders:{about}", subject=subject, **rest)


def _counts(slips: Iterable[Slip]) -> str:
    """How many of each colour, the most urgent first."""
    number = Counter(slip.code for slip in slips)
    return _(", ").join(
        slip.sign + _("%(slip)s %(count)d") % {"slip": slip.label, "count": number[slip.code]}
        for slip in SLIPS.values()
        if number[slip.code]
    )


def _letter(person: Person, borne: Borne) -> str:
    """The text of an e-mail, with every case."""
    lines = [
        slip.sign
        + _("[%(slip)s] %(title)s (%(unit)s, due %(due)s)")
        % {"slip": slip.label, "title": case.title, "unit": case.unit, "due": case.due}
        for slip, case in borne[:LISTED]
    ]
    if (more := len(borne) - LISTED) > 0:
        lines.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    greeting = _("%(name)s, these cases on your desk need you:") % {"name": person.name}
    return "\n".join([greeting, "", *lines, "", *_ending()])


def _numbers(borne: Borne) -> str:
    """The text for a channel that others may read too: units and numbers, no case."""
    units: dict[str, list[Slip]] = {}
    for slip, case in borne:
        units.setdefault(str(case.unit), []).append(slip)
    lines = [
        _("%(unit)s: %(counts)s") % {"unit": unit, "counts": _counts(slips)} for unit, slips in units.items()
    ]
    return "\n".join([*lines[:LISTED], *_ending()])


def _ending() -> list[str]:
    desk = [f"{settings.ADDRESS}/desk/"] if settings.ADDRESS else []
    return [_("Sign in and open “My desk”. How you are reminded is set there too."), *desk]
