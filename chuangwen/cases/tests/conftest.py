"""A tiny kind of case, so that the rules of all kinds are tested without any one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone

from chuangwen.cases.lifecycle import (
    ANSWERS_FOR_UNIT,
    ISSUER,
    LIFECYCLES,
    OFFICE_OVER_UNIT,
    Lifecycle,
    Move,
    State,
    Turn,
    Unless,
    register,
)
from chuangwen.cases.models import Campaign, Case
from chuangwen.cases.services import new_number, open_campaign, open_cases
from chuangwen.organizations.tests.personas import City

ERRAND = Lifecycle(
    kind="errand",
    label="errand",
    initial="open",
    states=(
        State("open", "open", "blue"),
        State("idle", "idle", "orange", stalled=True),
        State("filed", "filed", "purple", answered=True),
        State("done", "done", "green", closed=True),
    ),
    moves=(
        Move(
            "do", "Do it", ("open",), "done", ANSWERS_FOR_UNIT, effect=lambda *, actor, case: {"by": actor.pk}
        ),
        Move("note", "Note it", ("open",), None, OFFICE_OVER_UNIT),
        Move("undo", "Undo it", ("done",), "open", ISSUER, unless=(Unless("too late", lambda a, c: True),)),
        Move("reopen", "Open it again", ("done",), "open", ISSUER),
    ),
    turns=(Turn("lapse", "Lapsed", "open", "idle"),),
)


@pytest.fixture(autouse=True)
def errand_kind() -> Iterator[None]:
    register(ERRAND)
    yield
    del LIFECYCLES["errand"]


@pytest.fixture
def campaign(city: City) -> Campaign:
    return open_campaign(actor=city.person("office"), name="示例年度创建", office=city.units["OFFICE"])


@pytest.fixture
def errand(city: City, campaign: Campaign) -> Case:
    """An errand of the school, issued by the county's office."""
    case = Case(
        number=new_number(),
        kind="errand",
        title="示例事项",
        unit=city.units["SCHOOL"],
        issuer=city.units["COUNTY1"],
        campaign=campaign,
        state="open",
        opened_at=timezone.now(),
    )
    open_cases([case])
    return case
