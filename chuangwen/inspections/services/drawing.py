"""The draw: its pool is fixed and committed to, two officers type the public value, visits come of it.

What decides is journalled as it comes about: the hash of the pool and the commitment before the public value
can exist, then the value with secret and result (docs/adr/0022-draw.md).
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.core import files
from chuangwen.core.journal import record
from chuangwen.core.problems import Problem
from chuangwen.inspections import pools
from chuangwen.inspections.drawing import commitment_of, lacks_of, run
from chuangwen.inspections.draws import Draw
from chuangwen.inspections.lacking import words_of
from chuangwen.inspections.models import Inspection
from chuangwen.inspections.pooling import Asked, people_for, pool_of
from chuangwen.inspections.problems import (
    DRAW_BOUND,
    DRAW_IMPOSSIBLE,
    DRAWN_ALREADY,
    NO_DRAW,
    NO_INSPECTOR,
    NOT_DRAWN,
    NOT_OPEN,
    SENT_ALREADY,
    VALUE_TOO_EARLY,
)
from chuangwen.inspections.services.inspecting import PREPARING, RUNNING, Named, plan_visit
from chuangwen.inspections.services.planning import require_sender
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.services import journal_name


@transaction.atomic
def fix(*, actor: Person, inspection: Inspection, asked: Asked, source: str, value_on: date) -> Draw:
    """Fix the pool and commit to a secret, so that neither can be chosen once the public value is known.

    Anew only before the day of the value. A pool that some seed could not draw from is refused here, so that
    no draw fails later. Raises Problem ``page.not_allowed``, ``inspection.over``, ``draw.bound``,
    ``draw.too_early``, ``visit.no_inspector``, ``draw.impossible``.
    """
    case = _held(actor, inspection)
    if case.state not in {PREPARING, RUNNING}:
        raise Problem(NOT_OPEN, name=case.title)
    before = Draw.objects.filter(pk=inspection.pk).first()
    if before and before.value_may_be_known:
        raise Problem(DRAW_BOUND, day=before.value_on)
    if value_on <= timezone.localdate():
        raise Problem(VALUE_TOO_EARLY, day=value_on)
    strangers = asked.people - set(people_for(inspection).values_list("pk", flat=True))
    if strangers:
        raise Problem(NO_INSPECTOR, name=Person.objects.get(pk=min(strangers)).name)
    made = pool_of(inspection, asked)
    if lacks := lacks_of(made.pool):
        raise Problem(DRAW_IMPOSSIBLE, why=words_of(lacks))
    text, secret = pools.written(made.pool), secrets.token_hex(32)
    blob = files.store_bytes(text, files.TEXT)
    fixed = {
        "pool": blob,
        "units": len(made.pool.units),
        "secret": secret,
        "names": made.names,
        "source": source,
        "value_on": value_on,
        "fixed_at": timezone.now(),
        "fixed_by": actor,
    }
    draw, _new = Draw.objects.update_or_create(inspection=inspection, defaults=fixed)
    draw.leans_on.set(made.leans_on)
    told = {"pool": blob.digest, "commitment": commitment_of(secret), "source": source}
    told |= {"value_on": value_on.isoformat()}
    numbers = {"units": draw.units, "inspectors": len(made.names), "wanted": asked.wanted}
    _record(actor, case, "draw.fix", **told, **numbers)
    return draw


@transaction.atomic
def type_value(*, actor: Person, inspection: Inspection, value: str) -> Draw:
    """Type the public value; when two officers have typed the same, it stands and the draw is made of it.

    What differs from what was typed before takes its place, and waits for another officer. Spaces at the ends
    and doubled ones do not count. Raises Problem ``page.not_allowed``, ``draw.none``, ``draw.too_early``,
    ``draw.drawn``.
    """
    case = _held(actor, inspection)
    draw, value = _draw_of(inspection), " ".join(value.split())
    if not draw.value_may_be_known:
        raise Problem(VALUE_TOO_EARLY, day=draw.value_on)
    if draw.drawn_at:
        raise Problem(DRAWN_ALREADY)
    if draw.typed_by_id in {None, actor.pk} or draw.typed != value:
        draw.typed, draw.typed_by = value, actor
        draw.save(update_fields=["typed", "typed_by"])
        _record(actor, case, "draw.type")
        return draw
    draw.value, draw.confirmed_by, draw.drawn_at = value, actor, timezone.now()
    drawn = run(pools.read(files.read(draw.pool)), draw.seed)
    draw.result = pools.result_text(drawn).decode()
    draw.save(update_fields=["value", "confirmed_by", "drawn_at", "result"])
    data = {"pool": draw.pool_id, "secret": draw.secret, "value": value, "seed": draw.seed}
    _record(actor, case, "draw.run", **data, result=pools.hash_of(draw.result.encode()), units=len(drawn))
    return draw


@transaction.atomic
def plan_visits(*, actor: Person, inspection: Inspection) -> list[tuple[Unit, Problem]]:
    """Plan a visit for each unit that was drawn and has none; gives those that could not be, and why not.

    A unit or a person may have gone since the pool was fixed: the others are visited all the same, and the
    office plans those by hand. Raises Problem ``page.not_allowed``, ``inspection.over``, ``draw.none``,
    ``draw.not_drawn``, ``draw.sent``.
    """
    case = _held(actor, inspection)
    draw = _draw_of(inspection)
    if not draw.drawn_at:
        raise Problem(NOT_DRAWN)
    if draw.sent_at:
        raise Problem(SENT_ALREADY)
    if case.state not in {PREPARING, RUNNING}:
        raise Problem(NOT_OPEN, name=case.title)
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=[one.unit for one in draw.drawn])}
    people = Person.objects.in_bulk([pk for pk, _capacity in draw.names.values()])
    refused, planned = [], 0
    for one in draw.drawn:
        team = [Named(people[draw.names[name][0]], draw.names[name][1]) for name in one.team]
        try:
            with transaction.atomic():
                points = [int(key) for key in one.points]
                plan_visit(actor=actor, inspection=inspection, unit=units[one.unit], team=team, drawn=points)
        except Problem as problem:
            refused.append((units[one.unit], problem))
        else:
            planned += 1
    draw.sent_at = timezone.now()
    draw.save(update_fields=["sent_at"])
    _record(actor, case, "draw.send", visits=planned, refused=[unit.code for unit, _why in refused])
    return refused


def _held(actor: Person, inspection: Inspection) -> Case:
    """The inspection's case, locked, for the office that sends it."""
    Case.objects.select_for_update(no_key=True).get(pk=inspection.pk)
    case = Case.objects.select_related("issuer").get(pk=inspection.pk)
    require_sender(actor, case.issuer)
    return case


def _draw_of(inspection: Inspection) -> Draw:
    draw = Draw.objects.select_related("pool", "typed_by").filter(pk=inspection.pk).first()
    if not draw:
        raise Problem(NO_DRAW)
    return draw


def _record(actor: Person, case: Case, verb: str, **data: Any) -> None:
    record(actor=journal_name(actor), verb=verb, subject=case.subject, data=data)
