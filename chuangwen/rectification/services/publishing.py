"""The worker publishes a bulletin: first the papers of what waits in it, then all becomes known at once.

Until the last step nobody but the office sees any of it: the papers are written, under their numbers, into
cases that only the office opens. So it does not matter how long that takes, nor how often a worker dies over
it (docs/adr/0025-publishing.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from chuangwen.cases.models import Case, Circle
from chuangwen.cases.problems import NO_DOCUMENT_MARK
from chuangwen.cases.services import turn
from chuangwen.cases.services.issuing import issue as issue_paper
from chuangwen.core import jobs
from chuangwen.core.jobs import OvertakenError, Run
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.organizations.models import Person
from chuangwen.organizations.queries import who_asked
from chuangwen.organizations.services import journal_name
from chuangwen.rectification import bulletins as reading
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.models import Order
from chuangwen.rectification.papers.contents import bulletin_paper
from chuangwen.rectification.papers.kinds import BULLETIN
from chuangwen.rectification.problems import NOTHING_TAKEN_IN
from chuangwen.rectification.services.orders import issue, write_notice

PUBLISH = "bulletin.publish"  # the kind of work


def release(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect: the worker publishes it (``publish``). Raises Problem ``bulletin.empty``, ``paper.no_mark``."""
    if not case.bulletin.orders.exclude(case__state="withdrawn").exists():
        raise Problem(NOTHING_TAKEN_IN)
    if not case.issuer.document_mark:
        raise Problem(NO_DOCUMENT_MARK, unit=case.issuer)
    resume(actor=actor, case=case)
    return {}


def resume(*, actor: Person, case: Case) -> Mapping[str, Any]:
    """Effect: go on with a publication that was broken off."""
    arguments = {"bulletin": case.number, "name": case.title}
    jobs.start(kind=PUBLISH, actor=journal_name(actor), arguments=arguments)
    return {}


def publish(run: Run) -> None:
    """The worker's part: the papers one by one, then everything in one transaction.

    What is written is left as it is, so that the work, begun anew, goes on where it was broken off; papers of
    another day are written anew, as they say their date. Raises what issuing an order raises.
    """
    actor = who_asked(run.job)
    bulletin = Bulletin.objects.select_related("case__issuer", "case__campaign").get(
        case__number=run.job.arguments["bulletin"]
    )
    while not _tell(run, actor, bulletin):
        keys = list(_lacking(bulletin).values_list("pk", flat=True))
        total = _waiting(bulletin).count()
        for done, key in enumerate(keys, start=total - len(keys) + 1):
            _prepare(actor, bulletin, key)
            run.progress(done, total)


def _waiting(bulletin: Bulletin) -> QuerySet[Order]:
    return bulletin.orders.filter(case__state="drafted").order_by("pk")


def _lacking(bulletin: Bulletin) -> QuerySet[Order]:
    return _waiting(bulletin).filter(~Q(prepared_on=timezone.localdate()) | Q(prepared_on=None))


def _hold(bulletin: Bulletin) -> None:
    """Hold the bulletin until the transaction ends. Raises ``OvertakenError``: it is out, or taken back."""
    if Case.objects.select_for_update(no_key=True).get(pk=bulletin.pk).state != "publishing":
        raise OvertakenError


@transaction.atomic
def _prepare(actor: Person, bulletin: Bulletin, key: int) -> None:
    """Number and paper of one order, on its case, which only the office sees yet."""
    _hold(bulletin)
    related = ("number__series", "case__unit", "case__issuer", "case__campaign")
    found = _lacking(bulletin).select_related(*related).filter(pk=key).first()
    if not found:  # withdrawn meanwhile
        return
    today = timezone.localdate()
    found.case.due = found.due_from(today)  # for the paper; on the case it stands when it is issued
    write_notice(actor, found.case)
    found.prepared_on = today
    found.save(update_fields=["number", "prepared_on"])
    data = {"number": str(found.number)}
    record(actor="clock", verb="order.prepare", subject=found.case.subject, data=data)


@transaction.atomic
def _tell(run: Run, actor: Person, bulletin: Bulletin) -> bool:
    """Issue what waits, publish the bulletin with its paper and name its ``sources``, which opens them.

    False, and nothing is done, while a paper of today is lacking. Raises Problem ``bulletin.empty``.
    """
    _hold(bulletin)
    if _lacking(bulletin).exists():
        return False
    # What was withdrawn meanwhile, as upon an appeal, is no fault of anybody's.
    bulletin.orders.remove(*bulletin.orders.filter(case__state="withdrawn"))
    orders = list(bulletin.orders.select_related("case", "number__series").order_by("pk"))
    if not orders:
        raise Problem(NOTHING_TAKEN_IN)
    waiting = [order for order in orders if order.case.state == "drafted"]
    for order in waiting:
        _issue(actor, order)
    case, sources = bulletin.case, sorted({order.source for order in orders if order.source})
    _write(actor, bulletin)
    said = {"number": str(bulletin.number), "sources": sources, "public": bulletin.public}
    turn(case=case, name="publish", **said)
    run.finish({"number": str(bulletin.number), "issued": len(waiting), "orders": len(orders)})
    return True


def _issue(actor: Person, order: Order) -> None:
    """As the office would by its button; no longer withheld, as it becomes known now."""
    order.withheld = False
    details = issue(actor=actor, case=order.case, due=order.due_from(timezone.localdate()), prepared=True)
    turn(case=order.case, name="made_known", **details)


def _write(actor: Person, bulletin: Bulletin) -> None:
    """The comparison as it is today, the paper under its number, and everybody may read it."""
    case = bulletin.case
    bulletin.published_at = timezone.now()
    bulletin.league = reading.as_json(reading.league(case.issuer, bulletin.since, bulletin.until))
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
