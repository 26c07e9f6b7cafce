from __future__ import annotations

import pytest
from django.utils import timezone

from chuangwen.cases.lifecycle import LIFECYCLES, Move
from chuangwen.cases.models import Attachment, Campaign, Case
from chuangwen.cases.services import _swap, attach, new_number, open_campaign, perform, turn
from chuangwen.cases.tests.conftest import ERRAND
from chuangwen.core.files import TEXT, path, read, store_bytes
from chuangwen.core.models import Blob, Event
from chuangwen.core.problems import Problem
from chuangwen.core.retention import GRACE, erase_unreferenced
from chuangwen.organizations.tests.personas import PERSONAS, City


def do(city: City, who: str, case: Case, name: str = "do", seen: int = 0) -> Case:
    return perform(actor=city.person(who), move_name=name, case=case, seen=seen)


def test_a_move_swaps_state_and_records_one_event(city: City, errand: Case):
    case = do(city, "liaison", errand)
    stored = Case.objects.get()
    assert (case.state, case.revision) == (stored.state, stored.revision) == ("done", 1)
    assert stored.closed_at == case.closed_at
    liaison = city.people["liaison"].pk
    event = Event.objects.get(verb="errand.do")
    assert (event.actor, event.subject) == (f"person:{liaison}", f"case:{errand.number}")
    assert event.data == {"by": liaison, "state": "done", "revision": 1}


def test_a_move_may_stay_in_its_state(city: City, errand: Case):
    case = do(city, "office", errand, "note")
    assert (case.state, case.revision, case.closed_at) == ("open", 1, None)


def test_a_turn_leaves_the_state_that_its_row_names_and_no_other(city: City, errand: Case):
    turn(case=errand, name="lapse", days=3)
    event = Event.objects.get(verb="errand.lapse")
    assert (event.actor, event.data) == ("clock", {"days": 3, "state": "idle", "revision": 1})
    with pytest.raises(Problem) as problem:
        turn(case=errand, name="lapse")
    assert problem.value.code == "case.stale"
    stored = Case.objects.get()
    assert (stored.state, stored.revision) == ("idle", 1)
    assert Event.objects.filter(verb="errand.lapse").count() == 1


def test_opening_again_takes_the_closing_back(city: City, errand: Case):
    do(city, "liaison", errand)
    assert do(city, "county", errand, "reopen", seen=1).closed_at is None


@pytest.mark.parametrize("who", [name for name in PERSONAS if name not in {"liaison", "head"}])
def test_whoever_may_not_changes_nothing(city: City, errand: Case, who: str):
    with pytest.raises(Problem) as problem:
        do(city, who, errand)
    assert problem.value.code == "case.move_refused"
    assert Case.objects.get().state == "open"
    assert not Event.objects.filter(verb="errand.do").exists()


@pytest.mark.parametrize("seen", [-1, 1, 7])
def test_what_was_not_seen_is_not_moved(city: City, errand: Case, seen: int):
    with pytest.raises(Problem) as problem:
        do(city, "liaison", errand, seen=seen)
    assert problem.value.code == "case.stale"
    assert Case.objects.get().revision == 0


def test_the_swap_itself_refuses_whoever_comes_second(city: City, errand: Case):
    """Even if both have read the same revision: the database decides, not what was read."""
    second = Case.objects.get()
    _swap(errand, "done")
    with pytest.raises(Problem) as problem:
        _swap(second, "done")
    assert problem.value.code == "case.stale"
    assert Case.objects.get().revision == 1


def test_a_failing_effect_undoes_the_move(city: City, errand: Case):
    def fail(**_asked: object) -> dict[str, str]:
        raise RuntimeError

    failing = Move("fail", "Fail", ("open",), "done", ERRAND.move("do").who, effect=fail)
    LIFECYCLES["errand"] = type(ERRAND)(
        **{**{name: getattr(ERRAND, name) for name in ERRAND.__dataclass_fields__}, "moves": (failing,)}
    )
    with pytest.raises(RuntimeError):
        do(city, "liaison", errand, "fail")
    assert Case.objects.get().state == "open"


def test_numbers_have_the_year_and_no_look_alikes():
    numbers = {new_number() for _ in range(1000)}
    assert len(numbers) == 1000
    assert not set("".join(numbers)) & set("ILOU")


@pytest.mark.parametrize("who", [name for name in PERSONAS if name != "office"])
def test_only_the_office_opens_a_campaign(city: City, who: str):
    with pytest.raises(Problem) as problem:
        open_campaign(actor=city.person(who), name="x", office=city.units["OFFICE"])
    assert problem.value.code == "page.not_allowed"
    assert not Campaign.objects.exists()


def test_attach(city: City, errand: Case):
    blob = Blob.objects.create(digest="0" * 64, size=1, media_type="text/plain")
    attach(
        actor=city.person("liaison"), case=errand, blob=blob, name="a.txt", purpose=Attachment.Purpose.REPORT
    )
    assert [(a.name, a.added_by) for a in errand.attachments.all()] == [("a.txt", city.people["liaison"])]


def test_what_is_attached_is_never_erased(city: City, errand: Case, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    kept, forgotten = (store_bytes(content, TEXT) for content in (b"kept", b"forgotten"))
    attach(
        actor=city.person("liaison"), case=errand, blob=kept, name="a.txt", purpose=Attachment.Purpose.REPORT
    )
    Blob.objects.update(stored_at=timezone.now() - GRACE * 2)
    assert erase_unreferenced() == 1
    assert read(kept) == b"kept"
    assert list(Blob.objects.all()) == [kept]
    assert not path(forgotten).exists()
