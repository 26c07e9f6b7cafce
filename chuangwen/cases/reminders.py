"""Reminders: a case near its deadline, due today or overdue comes to the desks of those who answer for it.

Each rung of each case is reminded of once, by a key of the database, however often the clock runs, stands
still or jumps: a rung that was missed is not made up for, as only the present one is of use. Red comes when
the deadline has passed, and again every week.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chuangwen.cases.models import Case, Circle, Notice, Reminder, Rung, visible_case
from chuangwen.cases.urgency import BLUE, RED, YELLOW, bearing
from chuangwen.core.journal import record
from chuangwen.organizations.models import Person, Post, Role
from chuangwen.organizations.powers import POWERS, Power
from chuangwen.organizations.scope import scope_of

BATCH = 500  # cases of one transaction
WEEK = timedelta(days=7)

_CLERKS = frozenset({Role.LIAISON, Role.OFFICE})
# Whom a rung reaches first: from the liaison to the leader in charge to the head of the unit.
WHOM: dict[Rung, frozenset[Role]] = {
    Rung.BLUE: _CLERKS,
    Rung.TODAY: _CLERKS,
    Rung.YELLOW: _CLERKS | {Role.DEPUTY},
    Rung.RED: _CLERKS | {Role.DEPUTY, Role.HEAD},
}
# Where nobody holds such a post, whoever answers for the unit is reminded.
_ANSWERING = frozenset(role for role, powers in POWERS.items() if Power.ANSWER in powers)


def remind(at: datetime | None = None) -> int:
    """Clock: put the notices that the moment ``at`` calls for on desks; returns the cases reminded of."""
    at = at or timezone.now()
    count = 0
    for rung in WHOM:
        while done := _remind_some(rung, at):
            count += done
    return count


@transaction.atomic
def _remind_some(rung: Rung, at: datetime) -> int:
    today = timezone.localdate(at)
    # Locked, so that a second worker takes others; on SQLite there is one writer anyway.
    cases = list(_called_for(rung, today).select_for_update(of=("self",), skip_locked=True)[:BATCH])
    if not cases:
        return 0
    reminders = Reminder.objects.bulk_create(
        Reminder(case=case, rung=rung, day=_day(rung, case.due, today), at=at) for case in cases if case.due
    )
    people = _people({case.unit_id for case in cases if not case.holder_id}, rung)
    Notice.objects.bulk_create(
        (
            Notice(person_id=person, reminder=reminder)
            for reminder in reminders
            for person in _whom(reminder.case, people)
        ),
        batch_size=1000,
    )
    _record(cases, rung)
    return len(cases)


def _record(cases: list[Case], rung: Rung) -> None:
    """Those that only named people see one by one: a sum would tell others that they are there."""
    named = [case for case in cases if case.circle == Circle.NAMED]
    for case in named:
        record(actor="clock", verb="case.remind", subject=case.subject, data={"rung": rung})
    if seen := len(cases) - len(named):
        record(actor="clock", verb="case.remind", subject="reminders", data={"rung": rung, "cases": seen})


@transaction.atomic
def tell(case: Case, at: datetime | None = None, rung: Rung = Rung.TOLD) -> None:
    """Put a notice of ``case`` on the desks of its unit, whoever holds the case itself; once a day.

    What is escalated again on the same day is news again: its notice comes back unread.
    """
    at = at or timezone.now()
    told = {"case": case, "rung": rung, "day": timezone.localdate(at)}
    reminder, new = Reminder.objects.get_or_create(**told, defaults={"at": at})
    if new:
        people = _people([case.unit_id], Rung.YELLOW)[case.unit_id]
        Notice.objects.bulk_create(Notice(person_id=person, reminder=reminder) for person in people)
    elif rung is Rung.RAISED:
        reminder.notices.update(read_at=None, told_at=None)


def _whom(case: Case, people: Mapping[int, list[int]]) -> list[int]:
    """Whose desk it lies on, or whoever is reminded in its unit."""
    return [case.holder_id] if case.holder_id else people[case.unit_id]


def _called_for(rung: Rung, today: date) -> QuerySet[Case]:
    """The cases on ``rung`` today of which nobody has been reminded there."""
    ahead = Q(due__gt=today)
    on_rung = {
        Rung.BLUE: bearing(BLUE, today) & ahead,
        Rung.YELLOW: bearing(YELLOW, today) & ahead,
        Rung.TODAY: (bearing(BLUE, today) | bearing(YELLOW, today)) & Q(due=today),
        Rung.RED: bearing(RED, today),
    }
    done = Reminder.objects.filter(case=OuterRef("pk"), rung=rung)
    if rung is Rung.RED:  # of this deadline, and of this week
        done = done.filter(day__gt=today - WEEK).filter(day__gt=OuterRef("due"))
    else:
        done = done.filter(day=OuterRef("due"))
    return Case.objects.filter(on_rung[rung], ~Exists(done), campaign__closed_on__isnull=True).order_by("id")


def _day(rung: Rung, due: date, today: date) -> date:
    """What tells this reminder from others on the same rung (see ``Reminder``)."""
    if rung is not Rung.RED:
        return due
    first = due + timedelta(days=1)
    return first + (today - first) // WEEK * WEEK


def _people(units: Iterable[int], rung: Rung) -> dict[int, list[int]]:
    """Whom to remind in each unit, by their ids."""
    posts = (
        Post.objects.held()
        .filter(unit__in=units, role__in=_ANSWERING, person__is_active=True)
        .order_by("id")
        .values_list("unit", "role", "person")
    )
    meant, others = defaultdict[int, dict[int, None]](dict), defaultdict[int, dict[int, None]](dict)
    for unit, role, person in posts:
        (meant if role in WHOM[rung] else others)[unit][person] = None
    return defaultdict(list, {unit: list(found) for unit, found in (others | meant).items()})


def unread(actor: Person) -> QuerySet[Notice]:
    """The notices on the actor's desk, newest first: of open cases that are theirs or their units' now."""
    mine = Q(reminder__case__unit__in=scope_of(actor).answers) | Q(reminder__case__holder=actor)
    notices = Notice.objects.filter(mine, visible_case(actor, "reminder__case"))
    still = notices.filter(person=actor, read_at=None, reminder__case__closed_at__isnull=True)
    return still.select_related("reminder__case__unit").order_by("-id")


def read(*, actor: Person, upto: int, at: datetime | None = None) -> int:
    """Mark the actor's notices as read, up to the one they saw last; returns their number.

    Not in the journal: who has read a reminder, and when, is no measure of anybody's work (DOMAIN §3).
    """
    mine = Notice.objects.filter(person=actor, read_at=None, pk__lte=upto)
    return mine.update(read_at=at or timezone.now())
