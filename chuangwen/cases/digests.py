"""Messages made of notices, for those who asked for them: one digest a working day, and red at once.

Nothing leaves in the quiet hours or on days off. E-mail goes to the person alone and names the cases; a
channel may be a group, so that it gets numbers only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

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

BATCH = 100  # people of one transaction
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
    while people := _compose_some(at, after):
        after = people[-1][0]
        count += sum(messages for _person, messages in people)
    return count


@transaction.atomic
def _compose_some(at: datetime, after: int) -> list[tuple[int, int]]:
    """The messages of the next people after the id ``after``: each one's id and number of messages."""
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
    done = []
    deliveries: list[Delivery] = []
    for preference in preferences:
        before = len(deliveries)
        deliveries += _messages(preference, at)
        done.append((preference.pk, len(deliveries) - before))
    outbox.enqueue(deliveries)
    return done


def _messages(preference: Preference, at: datetime) -> list[Delivery]:
    """One person's messages; the notices in them are told from now on."""
    today = timezone.localdate(at)
    digest = _is_digest_time(at) and preference.digested_on != today
    notices = unread(preference.person).filter(told_at=None)
    found = list(notices if digest else notices.filter(reminder__rung=Rung.RED))
    if not found:
        return []
    if digest:
        preference.digested_on = today
        preference.save(update_fields=["digested_on"])
    Notice.objects.filter(pk__in=[notice.pk for notice in found]).update(told_at=at)
    borne = _slips({notice.reminder.case_id: notice.reminder.case for notice in found}.values(), at)
    if not borne:
        return []
    # By the newest notice in it, so that no message is written twice and none is taken for another.
    key = f"reminders:{preference.pk}:{found[0].pk}"
    return [
        _delivery(preference.person, channel, f"{key}:{channel}", borne, at)
        for channel in preference.channels
        if channel in outbox.channels() and (channel != outbox.EMAIL or preference.person.email)
    ]


def _is_digest_time(at: datetime) -> bool:
    return timezone.localtime(at).time() >= settings.DIGEST_AT


def _slips(cases: Iterable[Case], at: datetime) -> list[tuple[Slip, Case]]:
    """The cases that still bear a slip, the most urgent first."""
    today = timezone.localdate(at)
    order = list(SLIPS.values())
    found = [(slip, case) for case in cases if (slip := slip_of(case, today))]
    return sorted(found, key=lambda row: (order.index(row[0]), row[1].due, row[1].pk))


def _delivery(
    person: Person, channel: str, key: str, borne: Sequence[tuple[Slip, Case]], at: datetime
) -> Delivery:
    mailed = channel == outbox.EMAIL
    with override(settings.LANGUAGE_CODE):
        return Delivery(
            key=key,
            recipient=journal_name(person),
            channel=channel,
            address=person.email if mailed else "",
            subject=_("Chuangwen: %(counts)s") % {"counts": _counts(slip for slip, _case in borne)},
            body=_letter(person, borne) if mailed else _call(borne),
            next_at=at,
        )


def _counts(slips: Iterable[Slip]) -> str:
    """How many of each colour, the most urgent first."""
    number = Counter(slip.code for slip in slips)
    return _(", ").join(
        _("%(slip)s %(count)d") % {"slip": slip.label, "count": number[slip.code]}
        for slip in SLIPS.values()
        if number[slip.code]
    )


def _letter(person: Person, borne: Sequence[tuple[Slip, Case]]) -> str:
    """The text of an e-mail, with every case."""
    lines = [
        _("[%(slip)s] %(title)s (%(unit)s, due %(due)s)")
        % {"slip": slip.label, "title": case.title, "unit": case.unit, "due": case.due}
        for slip, case in borne[:LISTED]
    ]
    if (more := len(borne) - LISTED) > 0:
        lines.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    greeting = _("%(name)s, these cases on your desk need you:") % {"name": person.name}
    return "\n".join([greeting, "", *lines, "", *_ending()])


def _call(borne: Sequence[tuple[Slip, Case]]) -> str:
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
