"""Bulletins are drafted from the data and edited; ``publishing`` does the rest."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from chuangwen.cases.models import Campaign, Case, Circle
from chuangwen.cases.papers import in_words
from chuangwen.cases.services import open_case
from chuangwen.core.journal import record
from chuangwen.core.problems import NOT_ALLOWED, Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.organizations.services import journal_name
from chuangwen.rectification import bulletins as reading
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.models import Order
from chuangwen.rectification.problems import PERIOD_WRONG


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
