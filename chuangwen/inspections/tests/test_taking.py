"""What the worker takes in of the forms that devices sent: once, whole, and what it cannot, in words."""

from __future__ import annotations

import pytest
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.core.models import Event
from chuangwen.core.tests.uploads import photo, taken
from chuangwen.inspections.models import Finding, FindingPhoto
from chuangwen.inspections.openrosa.services import taking
from chuangwen.inspections.openrosa.services.taking import take_in, take_in_when_quiet
from chuangwen.inspections.submissions import Submission, SubmittedFile
from chuangwen.inspections.tests.conftest import at_the_window, move
from chuangwen.inspections.tests.test_findings import refused


def test_who_sends_comes_before_what_is_taken_in(planned, phone):
    assert take_in_when_quiet() == 0
    phone.send(at_the_window(phone))
    assert (take_in_when_quiet(), Finding.objects.count()) == (0, 0)
    kept = Submission.objects.filter(state="waiting")
    # The last came a while ago.
    kept.update(received_at=timezone.now() - taking.QUIET)
    assert take_in_when_quiet() == 1
    # Others come and come, and this one has waited for a minute.
    phone.send(at_the_window(phone))
    kept.update(received_at=timezone.now() - taking.PATIENCE)
    phone.send(at_the_window(phone))
    assert take_in_when_quiet() == 2
    assert Finding.objects.count() == 3


def test_a_visit_is_not_handed_in_while_forms_are_taken_in(planned, phone, city):
    phone.send(at_the_window(phone, "1.jpg", "2.jpg"), {"1.jpg": taken()})
    take_in()
    phone.send(at_the_window(phone))
    refused("case.move_refused", move, city=city, who="inspector", case=planned.case, name="hand_in")
    take_in()
    # A photo that is still on a device hinders nobody: it is refused when it comes, and stays there.
    move(city, "inspector", planned.case, "hand_in")


def test_a_worker_that_is_killed_takes_nothing_in_twice(planned, phone, monkeypatch):
    phone.send(at_the_window(phone, "1.jpg"), {"1.jpg": taken()})

    class Killed(BaseException):
        pass

    def killed(self, **_fields):
        raise Killed

    for model in (Submission, SubmittedFile):
        with monkeypatch.context() as patched:
            patched.setattr(model, "save", killed)
            with pytest.raises(Killed):
                take_in()
        assert Finding.objects.count() == (model is SubmittedFile)
        if model is Submission:
            take_in_form_only(monkeypatch)
    take_in()
    assert (Finding.objects.count(), FindingPhoto.objects.count()) == (1, 1)
    assert not Submission.objects.unfinished().exists()


def take_in_form_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(taking, "_next_photo", lambda: False)
        assert take_in() == 1


def test_what_cannot_be_taken_in_says_why_and_may_be_tried_again(planned, phone, city, browse, settings):
    broken = taken()[:2000]
    phone.send(at_the_window(phone, "1.jpg"), {"1.jpg": broken})
    take_in()
    inspector, address = browse("inspector"), f"/inspections/visits/{planned.case.number}/"
    assert "This picture is damaged" in inspector.get(address).content.decode()
    assert FindingPhoto.objects.count() == 0
    assert inspector.post(f"{address}received/").status_code == 302
    assert SubmittedFile.objects.get().state == "waiting"
    assert Event.objects.filter(verb="visit.retry").count() == 1
    take_in()
    assert SubmittedFile.objects.get().state == "refused"
    assert browse("office").post(f"{address}received/").status_code == 404


def test_a_scanner_that_does_not_answer_only_makes_it_wait(planned, phone, settings, tmp_path):
    phone.send(at_the_window(phone, "1.jpg"), {"1.jpg": taken()})
    settings.CLAMD = str(tmp_path / "nobody.sock")
    assert take_in() == 1
    assert SubmittedFile.objects.get().state == "waiting"
    assert phone.send(at_the_window(phone, "2.jpg"), {"2.jpg": photo("JPEG")}).status_code == 503
    settings.CLAMD = ""
    assert take_in() == 1
    assert FindingPhoto.objects.count() == 1


def test_a_fault_of_ours_is_shown_as_one_and_stops_nobody(planned, phone, monkeypatch):
    phone.send(at_the_window(phone))
    with monkeypatch.context() as patched:
        patched.setattr(taking, "arrive", lambda **_asked: 1 / 0)
        assert take_in() == 1
    assert Submission.objects.get().problem.code == "page.server_error"
    assert Finding.objects.count() == 0
    phone.send(at_the_window(phone))
    take_in()
    assert Finding.objects.count() == 1


def test_somebody_who_leaves_the_team_meanwhile_is_not_believed(planned, phone):
    phone.send(at_the_window(phone))
    planned.members.all().delete()
    Case.objects.get(pk=planned.pk).participants.all().delete()
    take_in()
    assert Submission.objects.get().problem.code == "case.move_refused"
    assert not Finding.objects.exists()
