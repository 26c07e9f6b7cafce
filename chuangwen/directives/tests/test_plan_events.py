"""The journal of a plan: one event for each verb that was done, none for one that was refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chuangwen.cases.services import perform
from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.directives.models import Meeting, Receiver, Task
from chuangwen.directives.services import planning
from chuangwen.directives.tests.conftest import BASIS, TEXT, add, dispatch, to_unit
from chuangwen.organizations.services import journal_name
from chuangwen.organizations.tests.personas import PERSONAS, City

HELD = date(2026, 9, 15)
# Verb of planning → the event that it leaves.
VERBS = {
    "enter_meeting": "meeting.read",
    "read_meeting": "meeting.read",
    "add_task": "task.add",
    "edit_task": "task.edit",
    "split_task": "task.split",
    "merge_task": "task.merge",
    "drop_task": "task.drop",
    "restore_task": "task.restore",
    "correct_meeting": "meeting.correct",
    "cancel_meeting": "meeting.cancel",
    "dispatch": "meeting.dispatch",
}
# Those that are moves of the meeting's case, by the move's name.
MOVES = {"correct_meeting": "correct", "cancel_meeting": "cancel", "dispatch": "dispatch"}
READING = ("enter_meeting", "read_meeting")
# Those that name the revision which was seen.
ON_A_TASK = tuple(verb for verb in VERBS if verb.endswith("_task") and verb != "add_task")
Do = Callable[..., object]


@pytest.fixture
def do(city: City, meeting: Meeting) -> Do:
    """``do(verb, who)`` does it to a plan of two tasks, whose second is last; ``changes`` are to the call."""
    first = add(city, meeting, to_unit("SCHOOL"), text="先制定方案，再报送总结")
    add(city, meeting, to_unit("RIVAL"), text="要广泛宣传")

    def act(verb: str, who: str = "office", **changes: object) -> object:
        first.refresh_from_db()
        meeting.case.refresh_from_db()
        given: dict[str, object] = asked_by(verb, city, meeting)
        if verb in ON_A_TASK:
            given |= {"task": first, "seen": first.revision}
        if verb in MOVES:
            given |= {"move_name": MOVES[verb], "case": meeting.case, "seen": meeting.case.revision}
        done = perform if verb in MOVES else getattr(planning, verb)
        return done(actor=city.person(who), **given | changes)

    return act


def asked_by(verb: str, city: City, meeting: Meeting) -> dict[str, object]:
    """What a person answers whom the verb asks."""
    particulars = {"campaign": meeting.case.campaign, "title": "示例会", "held_on": HELD}
    return {
        "enter_meeting": particulars
        | {"new_campaign": "", "office": city.units["OFFICE"], "upload": None, "text": TEXT},
        "read_meeting": particulars | {"text": TEXT},
        "add_task": {"meeting": meeting, "text": "天气", "start": 2, "end": 4},
        "edit_task": {"receivers": [Receiver(rule="unit", value="RIVAL")], "text": "改后"},
        "split_task": {"at": 6},
        "correct_meeting": particulars | {"place": "礼堂"},
        "cancel_meeting": {"reason": "录入有误"},
        "dispatch": {"basis": BASIS},
    }.get(verb, {})


def events() -> list[tuple[str, str, str]]:
    return list(Event.objects.order_by("pk").values_list("verb", "actor", "subject"))


def state() -> list[tuple[object, ...]]:
    """All that a verb of planning may change, and the journal."""
    tasks = Task.objects.order_by("pk").values_list(
        "pk", "text", "position", "state", "revision", "start", "end"
    )
    receivers = Receiver.objects.order_by("pk").values_list("task", "rule", "value")
    return [*tasks, *receivers, *Meeting.objects.values_list("pk", "case__state"), *events()]


def refused(act: Callable[[], object]) -> str:
    """The code of the problem that ``act`` raises; nothing was written, and no event."""
    before = state()
    with pytest.raises(Problem) as problem:
        act()
    assert state() == before
    return problem.value.code


def test_every_verb_of_planning_is_in_the_table():
    verbs = {
        name
        for name, verb in inspect.getmembers(planning, inspect.isfunction)
        if verb.__module__ == planning.__name__ and not name.startswith("_")
    }
    assert verbs == set(VERBS) - {"dispatch"}


@pytest.mark.parametrize("verb", VERBS)
def test_what_is_done_leaves_one_event(do: Do, city: City, meeting: Meeting, verb: str):
    if verb == "restore_task":
        do("drop_task")
    before = events()
    do(verb)
    about = Meeting.objects.latest("pk") if verb in READING else meeting
    actor = journal_name(city.person("office"))
    assert events() == [*before, (VERBS[verb], actor, about.case.subject)]


def test_a_new_campaign_is_an_event_of_its_own(do: Do):
    before = len(events())
    do("enter_meeting", campaign=None, new_campaign="另一创建")
    assert [verb for verb, _actor, _subject in events()[before:]] == ["campaign.open", "meeting.read"]


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_may_not_leaves_no_event(do: Do, verb: str):
    code = {**dict.fromkeys(READING, "page.not_allowed"), **dict.fromkeys(MOVES, "case.move_refused")}
    others = [who for who in PERSONAS if who != "office"]
    found = {who: refused(lambda who=who: do(verb, who)) for who in others}
    assert found == dict.fromkeys(others, code.get(verb, "plan.closed"))


@pytest.mark.parametrize("verb", [*ON_A_TASK, *MOVES])
def test_a_stale_form_leaves_no_event(do: Do, verb: str):
    assert refused(lambda: do(verb, seen=99)) == ("case.stale" if verb in MOVES else "task.stale")


@pytest.mark.parametrize(
    ("verb", "changes", "code"),
    [
        ("enter_meeting", {"upload": SimpleUploadedFile("a.txt", b"\x00")}, "file.wrong_type"),
        ("add_task", {"start": 5, "end": 99}, "task.bad_span"),
        ("split_task", {"at": 0}, "task.bad_split"),
    ],
)
def test_a_wrong_answer_leaves_no_event(do: Do, verb: str, changes: dict[str, object], code: str):
    assert refused(lambda: do(verb, **changes)) == code


def test_the_last_task_has_none_to_merge_with_and_leaves_no_event(do: Do, meeting: Meeting):
    last = meeting.tasks.last()
    code = refused(lambda: do("merge_task", task=last, seen=last.revision))
    assert code == "task.nothing_to_merge"


def test_a_dispatch_without_its_basis_leaves_no_event(do: Do, city: City, meeting: Meeting):
    add(city, meeting, to_unit("SCHOOL"), text="报总结", asks_report=True)
    assert refused(lambda: do("dispatch", basis="")) == "plan.no_basis"


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb not in READING])
def test_a_plan_that_has_gone_out_leaves_no_event(do: Do, city: City, meeting: Meeting, verb: str):
    dispatch(city, meeting)
    assert refused(lambda: do(verb)) == ("case.move_refused" if verb in MOVES else "plan.closed")
