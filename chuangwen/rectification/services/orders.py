"""Orders are drawn up, issued with their number, passed to the right unit, reopened; effects of moves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chuangwen.cases.models import Attachment, Campaign, Case, Circle, Participant, Request
from chuangwen.cases.services import attach, open_case
from chuangwen.cases.services.issuing import issue as issue_paper
from chuangwen.cases.services.issuing import keep as keep_paper
from chuangwen.cases.services.requests import decide
from chuangwen.core.journal import record
from chuangwen.core.models import Blob
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.rectification.checkers import checkers
from chuangwen.rectification.limits import kind_of
from chuangwen.rectification.models import Order, OrderItem, Photo, Recheck
from chuangwen.rectification.papers.contents import notice
from chuangwen.rectification.papers.kinds import NOTICE
from chuangwen.rectification.problems import DUE_PAST, ELSEWHERE, NO_CHECKER, NO_FAULT, NOT_LED

_LONGEST = 200  # characters of a case's title
_MAY_DRAFT = (Relation.ANSWERS_FOR, Relation.OFFICE_OVER)


@dataclass(frozen=True)
class Fault:
    """One thing that was found: the clause it breaks, what was seen, where, and its photos."""

    clause: str
    words: str
    place: str = ""
    blobs: Sequence[Blob] = field(default=())


@transaction.atomic
def draft(
    *,
    actor: Person,
    campaign: Campaign,
    issuer: Unit,
    unit: Unit,
    kind: str,
    faults: Sequence[Fault],
    found_by: Collection[Person] = (),
    source: str = "",
    withheld: bool = False,
) -> Order:
    """Draw up an order of ``issuer`` about ``unit``; until it is issued only the issuer sees it.

    ``source`` is the subject of the case that it came from; whoever draws it up without naming a finder found
    the faults. ``withheld``: of a covert inspection, issued by a bulletin alone.

    Raises Problem ``page.not_allowed``, ``order.no_fault``, ``order.elsewhere``, ``order.kind_unknown``.
    """
    scope = scope_of(actor)
    if scope.relations(issuer).isdisjoint(_MAY_DRAFT) and Relation.INSPECTS not in scope.relations(unit):
        raise Problem(
            NOT_ALLOWED, reason=_("only the office over a unit, or whoever inspects there, does this")
        )
    if not faults:
        raise Problem(NO_FAULT)
    if not unit.territory_id.startswith(campaign.territory_id):
        raise Problem(ELSEWHERE, unit=unit, campaign=campaign)
    kind_of(kind)
    case = _open(campaign, issuer, unit, faults[0])
    order = Order.objects.create(case=case, kind=kind, source=source, withheld=withheld)
    order.found_by.set(found_by or [actor])
    for position, fault in enumerate(faults, start=1):
        _add_fault(actor, order, position, fault)
    # Nothing of the unit or the source: whoever reads the journal may not know of either yet.
    record(actor=journal_name(actor), verb="order.draft", subject=case.subject, data={"faults": len(faults)})
    return order


def _open(campaign: Campaign, issuer: Unit, unit: Unit, first: Fault) -> Case:
    return open_case(
        kind="order",
        title=_title(unit, first.words),
        unit=unit,
        issuer=issuer,
        campaign=campaign,
        circle=Circle.NAMED,
        state="drafted",
    )


def _title(unit: Unit, words: str) -> str:
    title = f"{unit}：{words}"
    return title if len(title) <= _LONGEST else title[: _LONGEST - 1] + "…"


def _add_fault(actor: Person, order: Order, position: int, fault: Fault) -> OrderItem:
    item = OrderItem.objects.create(
        order=order, position=position, clause=fault.clause, words=fault.words, place=fault.place
    )
    for number, blob in enumerate(fault.blobs, start=1):
        name = _("Fault %(position)s, photo %(number)s") % {"position": position, "number": number}
        purpose = Attachment.Purpose.PHOTO
        attachment = attach(actor=actor, case=order.case, blob=blob, name=name, purpose=purpose)
        Photo.objects.create(item=item, attachment=attachment)
    return item


def edit(
    *, actor: Person, case: Case, kind: str, due: date | None, faults: Mapping[int, Mapping[str, str]]
) -> Mapping[str, Any]:
    """Effect on one that is not issued: another kind, another deadline, other words of its faults.

    ``faults`` gives what each says now by its key. The journal keeps what was there before. A paper that was
    prepared for a bulletin is void. Raises Problem ``order.due_past``, ``order.kind_unknown``.
    """
    order = case.order
    if due and due != order.wanted_due and due < timezone.localdate():
        raise Problem(DUE_PAST)
    if kind != order.kind:
        kind_of(kind)
    before = {"kind": order.kind, "due": order.wanted_due.isoformat() if order.wanted_due else ""}
    changed = {
        name: before[name] for name, now in (("kind", kind), ("due", _day(due))) if before[name] != now
    }
    order.kind, order.wanted_due, order.prepared_on = kind, due, None
    order.save(update_fields=["kind", "wanted_due", "prepared_on"])
    rewritten = {}
    for item in order.items.all():
        said = faults[item.pk]
        if other := {name: getattr(item, name) for name in said if getattr(item, name) != said[name]}:
            rewritten[str(item.position)] = other
            OrderItem.objects.filter(pk=item.pk).update(**said)
    first = order.items.first()
    case.title = _title(case.unit, first.words if first else "")
    case.save(update_fields=["title"])
    return {"before": changed, "faults": rewritten}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def issue(
    *, actor: Person, case: Case, due: date, demand: str = "", prepared: bool = False
) -> Mapping[str, Any]:
    """Effect: number the order, write it as a paper, and put it on the unit's desk.

    One that is ``prepared`` has its number and paper already. Raises Problem ``order.due_past``,
    ``paper.no_mark``, ``paper.blank_broken``, ``paper.no_face``.
    """
    if due < timezone.localdate():
        raise Problem(DUE_PAST)
    order = case.order
    order.demand, order.issued_by, order.issued_at = demand, actor, timezone.now()
    case.due, case.circle = due, Circle.OPEN
    case.save(update_fields=["due", "circle"])
    if not prepared:
        write_notice(actor, case)
    order.prepared_on = None
    order.save()
    papers = case.attachments.filter(purpose=Attachment.Purpose.PAPER).order_by("pk")
    files = list(papers.values_list("blob", flat=True))
    return {"number": str(order.number), "due": due.isoformat(), "reason": demand, "files": files}


def write_notice(actor: Person, case: Case) -> None:
    """The order as a paper among the files of its case; a number that it has stays, and what was prepared
    under it, which nobody else has seen, goes. Raises Problem ``paper.*``."""
    order = case.order
    if order.number:
        case.attachments.filter(purpose=Attachment.Purpose.PAPER).delete()
        number = str(order.number)
        keep_paper(actor=actor, case=case, kind=NOTICE, content=lambda: notice(order, number), name=number)
        return
    paper = issue_paper(
        actor=actor,
        case=case,
        office=case.issuer,
        kind=NOTICE,
        content=lambda number: notice(order, number),
    )
    order.number = paper.number


def uphold(*, actor: Person, case: Case, reason: str) -> Mapping[str, Any]:
    """Effect: the appeal is right, and the order ends with it."""
    decide(actor=actor, case=case, decision=Request.Decision.GRANTED, reason=reason)
    return {"reason": reason}


def pass_on(*, actor: Person, case: Case, unit: Unit, reason: str) -> Mapping[str, Any]:
    """Effect: the duty is another unit's, which gets the order under the same number, with its deadline.

    Raises Problem ``order.not_led``, ``paper.*``.
    """
    order = Order.objects.select_related("number__series").get(pk=case.pk)
    inside = unit.active and unit.territory_id.startswith(case.campaign.territory_id)
    # Two orders under one number may be passed on at this moment: one after the other.
    held = Order.objects.select_for_update(of=("self",)).filter(number=order.number)
    if not inside or unit.pk in {row.case.unit_id for row in held.select_related("case")}:
        raise Problem(NOT_LED, unit=unit)
    first = order.items.first()
    opened = _open(case.campaign, case.issuer, unit, Fault("", first.words if first else ""))
    Case.objects.filter(pk=opened.pk).update(
        state="issued", due=case.due, circle=Circle.OPEN, parent=case.parent
    )
    opened.refresh_from_db()
    passed = Order.objects.create(
        case=opened,
        **{
            name: getattr(order, name)
            for name in ("kind", "source", "demand", "number", "issued_by", "issued_at")
        },
    )
    passed.found_by.set(order.found_by.all())
    _copy_faults(actor, order, passed)
    number = str(order.number)
    keep_paper(actor=actor, case=opened, kind=NOTICE, content=lambda: notice(passed, number), name=number)
    decide(actor=actor, case=case, decision=Request.Decision.GRANTED, reason=reason, replacement=opened)
    return {"unit": unit.code, "case": opened.number, "reason": reason}


def _copy_faults(actor: Person, order: Order, passed: Order) -> None:
    for item in order.items.prefetch_related("photos__attachment__blob"):
        blobs = [photo.attachment.blob for photo in item.photos.all() if photo.remedy_id is None]
        _add_fault(actor, passed, item.position, Fault(item.clause, item.words, item.place, blobs))


def reopen(*, actor: Person, case: Case, due: date, reason: str) -> Mapping[str, Any]:
    """Effect: what was put right is so no more; number and history go on, the re-check stands no longer.

    Raises Problem ``order.due_past``.
    """
    if due < timezone.localdate():
        raise Problem(DUE_PAST)
    Recheck.objects.filter(proof__order=case.pk, passed=True).update(stands=False)
    order = case.order
    order.reopened += 1
    order.save(update_fields=["reopened"])
    case.due = due
    case.save(update_fields=["due"])
    return {"due": due.isoformat(), "times": order.reopened, "reason": reason}


def name_checker(*, actor: Person, case: Case, person: Person) -> Mapping[str, Any]:
    """Effect: an inspector who found nothing here is named to look again, and sees the order from now on.

    Raises Problem ``order.no_checker``.
    """
    if not checkers(case).filter(pk=person.pk).exists():
        raise Problem(NO_CHECKER, person=person)
    Participant.objects.get_or_create(case=case, person=person)
    return {"person": person.username, "reason": str(person)}
