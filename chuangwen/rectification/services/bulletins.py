"""Bulletins are drafted from the data, edited, and published with what they take in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chuangwen.cases.models import Campaign, Case, Circle
from chuangwen.cases.papers import in_words
from chuangwen.cases.services import open_case, perform
from chuangwen.cases.services.issuing import issue as issue_paper
from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.rectification import bulletins as reading
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.limits import due_of
from chuangwen.rectification.models import Order
from chuangwen.rectification.papers.contents import bulletin_paper
from chuangwen.rectification.papers.kinds import BULLETIN
from chuangwen.rectification.problems import NOTHING_TAKEN_IN, PERIOD_WRONG, TOO_MANY_WAIT

# Orders issued in the transaction of one bulletin: each writes its paper, half a second, and others wait.
AT_ONCE = 20


@transaction.atomic
def draft(
    *,
    actor: Person,
    campaign: Campaign,
    title: str,
    basis: str,
    since: date,
    until: date,
    waiting: bool = False,
) -> Bulletin:
    """Begin a bulletin of the campaign's office over a period: what was issued in it is in it, and counted.

    With ``waiting`` what is drawn up and not issued yet is, too; that of covert inspections becomes known
    with it, so nobody takes it in without saying so.

    Raises Problem ``page.not_allowed``, ``bulletin.period``.
    """
    office = campaign.office
    if Relation.OFFICE_OVER not in scope_of(actor).relations(office):
        raise Problem(NOT_ALLOWED, reason=office)
    if until < since:
        raise Problem(PERIOD_WRONG)
    case = _open(campaign, title)
    at_hand = reading.at_hand(campaign, office, since, until)
    orders = [order for order in at_hand if waiting or order.issued_at]
    bulletin = Bulletin.objects.create(
        case=case,
        basis=basis,
        since=since,
        until=until,
        scope=_scope(since, until, orders),
        demands=_(
            "Every unit named puts its problems right in time, finds their causes and prevents others."
        ),
    )
    bulletin.orders.set(orders)
    bulletin.writers.add(actor)
    # Neither title nor what it takes in: whoever reads the journal may not know of a covert inspection yet.
    record(actor=journal_name(actor), verb="bulletin.draft", subject=case.subject)
    return bulletin


def _open(campaign: Campaign, title: str) -> Case:
    office = campaign.office
    return open_case(
        kind="bulletin",
        title=title,
        unit=office,
        issuer=office,
        campaign=campaign,
        circle=Circle.NAMED,
        state="drafting",
    )


def _scope(since: date, until: date, orders: Collection[Order]) -> str:
    units, count, problems = reading.counts_of(orders)
    return _(
        "From %(since)s to %(until)s, %(units)s units were found to have %(problems)s problems; %(orders)s"
        " orders to rectify were drawn up."
    ) % {
        "since": in_words(since),
        "until": in_words(until),
        "units": units,
        "problems": problems,
        "orders": count,
    }


def edit(
    *,
    actor: Person,
    case: Case,
    title: str,
    basis: str,
    scope: str,
    demands: str,
    orders: Collection[Order],
    public: bool,
) -> Mapping[str, Any]:
    """Effect: the words and what is taken in are others."""
    case.title = title
    case.save(update_fields=["title"])
    bulletin = case.bulletin
    bulletin.basis, bulletin.scope, bulletin.demands, bulletin.public = basis, scope, demands, public
    bulletin.save(update_fields=["basis", "scope", "demands", "public"])
    bulletin.orders.set(orders)
    bulletin.writers.add(actor)
    return {"public": public}


def publish(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect: the orders that wait in it are issued, the paper is numbered, and everybody may read it.

    What came of covert inspections is named by its ``sources``, which open them.

    Raises Problem ``bulletin.empty``, ``bulletin.too_many_wait``, and what issuing an order raises.
    """
    bulletin = Bulletin.objects.select_related("case__issuer", "case__campaign").get(pk=case.pk)
    # What was withdrawn meanwhile, as upon an appeal, is no fault of anybody's.
    bulletin.orders.remove(*bulletin.orders.filter(case__state="withdrawn"))
    orders = list(bulletin.orders.select_related("case").order_by("pk"))
    if not orders:
        raise Problem(NOTHING_TAKEN_IN)
    waiting = [order for order in orders if order.case.state == "drafted"]
    if len(waiting) > AT_ONCE:
        raise Problem(TOO_MANY_WAIT, count=len(waiting), limit=AT_ONCE)
    for order in waiting:
        _issue(actor, order)
    bulletin.published_at = timezone.now()
    rows = reading.league(case.issuer, bulletin.since, bulletin.until)
    bulletin.league = reading.as_json(rows)
    paper = issue_paper(
        actor=actor,
        case=case,
        office=case.issuer,
        kind=BULLETIN,
        content=lambda number: bulletin_paper(bulletin, number),
    )
    bulletin.number = paper.number
    bulletin.save(update_fields=["published_at", "league", "number"])
    case.circle = Circle.OPEN
    case.save(update_fields=["circle"])
    sources = sorted({order.source for order in orders if order.source})
    return {"number": str(paper.number), "sources": sources, "public": bulletin.public}


def _issue(actor: Person, order: Order) -> None:
    """As the office would by its button; no longer withheld, as it becomes known now."""
    Order.objects.filter(pk=order.pk).update(withheld=False)
    now = Case.objects.get(pk=order.pk)
    due = due_of(order.kind, timezone.localdate())
    perform(actor=actor, move_name="issue", case=now, seen=now.revision, due=due)
