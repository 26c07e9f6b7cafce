"""The worker publishes a bulletin: papers first, then everything at once, however often it is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.utils import timezone

from chuangwen.cases.lifecycle import lifecycle_of, may
from chuangwen.cases.models import Attachment, Case
from chuangwen.core import jobs
from chuangwen.core.models import Event, IssuedNumber, Job
from chuangwen.core.problems import SERVER_ERROR, Problem
from chuangwen.core.tests.test_outbox_crash import database_url
from chuangwen.organizations.models import Person, Post, Role
from chuangwen.organizations.services import set_document_mark
from chuangwen.organizations.tests.personas import Browser, City, build_city
from chuangwen.rectification.bulletin import Bulletin
from chuangwen.rectification.models import Order
from chuangwen.rectification.services import bulletins, publishing
from chuangwen.rectification.services.publishing import PUBLISH
from chuangwen.rectification.tests.conftest import campaign_in, drafted_in, move

UNITS = ("SCHOOL", "RIVAL", "SCHOOL2", "CLINIC")
# Writes two papers, then stands still until it is killed.
WORKER = """
import sys, django
django.setup()
from django.conf import settings
from chuangwen.core import jobs
from chuangwen.rectification.services import publishing
settings.MEDIA_ROOT = sys.argv[1]
prepare, done = publishing._prepare, []
def stand(*given):
    if len(done) == 2:
        print("written", flush=True)
        sys.stdin.read()
    done.append(prepare(*given))
publishing._prepare = stand
jobs.work_waiting()
"""


def approved_in(city: City, units: tuple[str, ...] = UNITS) -> Bulletin:
    """Covert orders about ``units`` wait in a bulletin that a second one of the office has approved."""
    campaign = campaign_in(city)
    for unit in units:
        drafted_in(city, campaign, unit, source="case:26COVERT", withheld=True)
    person = Person.objects.create(username="second", name="示例second")
    Post.objects.create(unit=city.units["OFFICE"], person=person, role=Role.OFFICE, title="副主任")
    city.people["second"] = person
    asked = {"title": "关于窗口服务暗访情况的通报", "basis": "年度检查计划", "waiting": True}
    days = {"since": timezone.localdate() - timedelta(days=30), "until": timezone.localdate()}
    bulletin = bulletins.draft(actor=city.person("office"), campaign=campaign, **asked, **days)
    move(city, "second", bulletin, "approve")
    return bulletin


def states() -> list[tuple[str, str, bool]]:
    rows = Case.objects.filter(kind="order").order_by("pk")
    return list(rows.values_list("state", "circle", "order__withheld"))


def newest(bulletin: Bulletin) -> Job:
    job = jobs.newest(PUBLISH, bulletin=bulletin.case.number)
    assert job
    return job


def killed_after_two(media: str) -> None:
    told = {"DJANGO_SETTINGS_MODULE": "chuangwen.settings", "CHUANGWEN_MODE": "test"}
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", WORKER, media],
        env={**os.environ, **told, "DATABASE_URL": database_url()},
        cwd=configured.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout
        assert worker.stdout.readline() == "written\n"
        worker.kill()


@pytest.mark.django_db(transaction=True)
def test_killed_between_nothing_is_known_and_the_next_worker_goes_on(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "files")
    city = build_city()
    bulletin = approved_in(city)
    move(city, "office", bulletin, "release")
    killed_after_two(settings.MEDIA_ROOT)
    # Two papers are written; nobody but the office sees any of it.
    assert Order.objects.exclude(number=None).count() == 2
    assert states() == [("drafted", "named", True)] * 4
    assert Event.objects.filter(verb="bulletin.publish").count() == 0
    case, job = Case.objects.get(pk=bulletin.pk), newest(bulletin)
    # A sign of life comes every half second at most, and the second one could not come any more.
    assert (case.state, job.done in {1, 2}, job.total) == ("publishing", True, 4)
    for who in ("liaison", "rival", "county", "leader", "auditor"):
        seen = Case.objects.visible_to(city.person(who)).filter(kind__in=["order", "bulletin"])
        assert not seen.exists()
    page = Browser(city.people["office"]).get(f"/cases/{case.number}/").content.decode()
    assert f"The papers of {job.done} of 4 orders are written" in page
    waiting = Case.objects.filter(kind="order", order__number=None).first()
    for name in ("edit", "issue"):
        refused = may(city.person("office"), lifecycle_of(waiting).move(name), waiting)
        assert not refused.allowed
    assert jobs.work_waiting() is False  # another may still be at it
    Job.objects.update(beat_at=timezone.now() - jobs.LOST * 2)
    assert jobs.work_waiting() is True
    everything_is_out_once(bulletin)
    late = jobs.Run(Job.objects.get())
    with pytest.raises(jobs.OvertakenError):
        publishing.publish(late)


def everything_is_out_once(bulletin: Bulletin) -> None:
    assert states() == [("issued", "", False)] * 4
    numbers = sorted(IssuedNumber.objects.values_list("series__mark", "number"))
    assert numbers == [("示文明办改", n) for n in range(1, 5)] + [("示文明办通", 1)]
    papers = Attachment.objects.filter(purpose="paper", case__kind="order")
    assert papers.count() == 2 * 4
    told = Event.objects.get(verb="bulletin.publish").data
    assert (told["sources"], told["state"]) == (["case:26COVERT"], "published")
    assert Event.objects.filter(verb="order.made_known").count() == 4
    assert newest(bulletin).result["issued"] == 4


def test_what_breaks_off_is_gone_on_with_or_taken_back(city, monkeypatch, browse):
    bulletin = approved_in(city, UNITS[:2])
    set_document_mark(actor=city.person("office"), unit=city.units["OFFICE"], mark="")
    with pytest.raises(Problem) as refused:
        move(city, "office", bulletin, "release")
    assert refused.value.code == "paper.no_mark"
    set_document_mark(actor=city.person("office"), unit=city.units["OFFICE"], mark="示文明办")
    move(city, "office", bulletin, "release")
    for name in ("resume", "rework"):
        with pytest.raises(Problem):
            move(city, "office", bulletin, name)
    first, second = Order.objects.order_by("pk")
    publishing._prepare(city.person("office"), bulletin, first.pk)
    # The job is given up; the papers written yesterday say another day, and are written anew.
    Job.objects.update(state=Job.State.FAILED, failure={"code": SERVER_ERROR.code, "details": {}})
    Order.objects.filter(pk=first.pk).update(prepared_on=timezone.localdate() - timedelta(days=1))
    shown = browse("office").get(f"/cases/{bulletin.case.number}/").content.decode()
    assert "The publication was broken off" in shown
    old = set(Attachment.objects.filter(case=first.pk, purpose="paper").values_list("pk", flat=True))
    move(city, "office", bulletin, "rework")
    move(city, "second", bulletin, "approve")
    edited = {"kind": "order", "due": None, "faults": faults_of(first, "走廊堆满杂物")}
    move(city, "office", first, "edit", **edited)
    move(city, "office", bulletin, "release")
    # What is withdrawn while the papers are written is left out.
    move(city, "office", second, "withdraw", reason="查无此事")
    publishing._prepare(city.person("office"), bulletin, second.pk)
    Job.objects.filter(state=Job.State.WAITING).update(state=Job.State.FAILED)
    move(city, "office", bulletin, "resume")
    assert jobs.work_waiting()
    assert newest(bulletin).failure is None
    papers = Attachment.objects.filter(case=first.pk, purpose="paper")
    assert (papers.count(), old & set(papers.values_list("pk", flat=True))) == (2, set())
    assert [str(order.number) for order in bulletin.orders.all()] == [
        f"示文明办改〔{timezone.localdate().year}〕1号"
    ]
    page = browse("office").get(f"/work/{newest(bulletin).pk}/").content.decode()
    assert "Orders issued with it: 1" in page
    assert browse("liaison").get(f"/bulletins/{bulletin.case.number}/").status_code == 200


def test_one_whose_orders_are_all_withdrawn_meanwhile_is_not_published(city):
    bulletin = approved_in(city, UNITS[:1])
    move(city, "office", bulletin, "release")
    move(city, "office", Order.objects.get(), "withdraw", reason="查无此事")
    assert jobs.work_waiting()
    assert newest(bulletin).failure["code"] == "bulletin.empty"
    assert Case.objects.get(pk=bulletin.pk).state == "publishing"


def faults_of(order: Order, words: str) -> dict[int, dict[str, str]]:
    rows = order.items.all()
    return {item.pk: {"words": words, "place": item.place, "clause": item.clause} for item in rows}
