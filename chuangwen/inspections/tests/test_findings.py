"""What a device sends arrives once, as it was sent, from those alone who are of the team."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import timezone

from chuangwen.core.models import Event
from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import photo, taken, upload
from chuangwen.inspections.findings import PhotoHint
from chuangwen.inspections.models import Finding, FindingPhoto
from chuangwen.inspections.services import findings
from chuangwen.inspections.services.findings import AT_ONCE, PHOTOS, Noted
from chuangwen.inspections.tests.conftest import RULES, criterion, move, noted, visit_of


def refused(code, call, **asked):
    with pytest.raises(Problem) as raised:
        call(**asked)
    assert raised.value.kind.code == code


def test_a_finding_that_comes_again_is_the_same_one(city, visit):
    place = {"latitude": Decimal("34.123456789"), "longitude": Decimal("108.7")}
    sent = noted(visit, **place)
    first = findings.enter(actor=city.person("inspector"), **sent)
    # Its answer was lost: the visit is handed in when it comes once more, from the other of the team.
    move(city, "inspector", visit.case, "hand_in")
    again = findings.enter(actor=city.person("delegate"), **sent)
    assert (first[1], again[1], first[0].pk) == (True, False, again[0].pk)
    kept = Finding.objects.get()
    assert (kept.latitude, kept.longitude) == (Decimal("34.123457"), Decimal("108.7"))
    assert (kept.noted_at, kept.noted_by.username) == (sent["noted_at"], "inspector")
    assert Event.objects.filter(verb="visit.find", subject=visit.case.subject).count() == 1


def test_other_content_under_a_key_is_refused_and_changes_nothing(city, visit):
    inspector, sent = city.person("inspector"), noted(visit)
    findings.enter(actor=inspector, **sent)
    refused("finding.key_used", findings.enter, actor=inspector, **sent | {"words": "另一句话"})
    rows = [Noted(**{name: value for name, value in sent.items() if name != "visit"} | {"key": uuid4()})] * 2
    other = Noted(rows[0].key, rows[0].criterion, "met", rows[0].noted_at, rows[0].point)
    refused("finding.key_used", findings.enter_many, actor=inspector, visit=visit, rows=[rows[0], other])
    assert [one[1] for one in findings.enter_many(actor=inspector, visit=visit, rows=rows)] == [True, True]
    assert set(Finding.objects.values_list("words", flat=True)) == {"窗口人员未主动问候"}
    assert Finding.objects.count() == 2


def test_a_key_of_another_visit_is_taken(city, visit):
    sent = noted(visit, point=None, criterion=criterion(RULES).pk)
    findings.enter(actor=city.person("inspector"), **sent)
    other = visit_of(city, visit.inspection, "RIVAL")
    move(city, "inspector", other.case, "begin")
    refused("finding.key_used", findings.enter, actor=city.person("inspector"), **sent | {"visit": other})
    assert list(Finding.objects.values_list("visit", flat=True)) == [visit.pk]


@pytest.mark.parametrize("who", ["liaison", "head", "office", "county", "auditor", "stranger"])
def test_nobody_else_enters_and_learns_nothing_of_a_key(city, visit, who):
    sent = noted(visit)
    found, _new = findings.enter(actor=city.person("inspector"), **sent)
    actor = city.person(who)
    refused("case.move_refused", findings.enter, actor=actor, **sent)
    refused("case.move_refused", findings.enter, actor=actor, **noted(visit))
    sent_photo = {"finding": found, "key": uuid4(), "upload": upload(photo("JPEG"))}
    refused("case.move_refused", findings.add_photo, actor=actor, **sent_photo)
    assert (Finding.objects.count(), FindingPhoto.objects.count()) == (1, 0)


def test_a_clock_wrong_by_a_year_is_kept_and_doubted(city, visit):
    inspector, now = city.person("inspector"), timezone.now()
    wrong = [now + timedelta(days=365), now - timedelta(days=365), now]
    entered = [findings.enter(actor=inspector, **noted(visit, noted_at=at))[0] for at in wrong]
    assert [one.doubtful for one in entered] == [True, True, False]
    assert [one.noted_at for one in Finding.objects.all()] == wrong  # in the order in which they arrived
    assert all(now <= one.received_at for one in entered)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("finding.not_asked", {"verdict": "good"}),
        ("finding.not_asked", {"point": None}),
        ("finding.wrong_point", {"point": 0}),
        ("finding.too_long", {"words": "长" * 501}),
        ("finding.bad_place", {"latitude": Decimal(91), "longitude": Decimal(1)}),
        ("finding.bad_place", {"latitude": Decimal(1)}),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(city, visit, code, wrong):
    good = Noted(**{name: value for name, value in noted(visit).items() if name != "visit"})
    bad = Noted(**{name: value for name, value in noted(visit, **wrong).items() if name != "visit"})
    refused(code, findings.enter_many, actor=city.person("inspector"), visit=visit, rows=[good, bad])
    assert not Finding.objects.exists()


def test_ten_thousand_at_once_are_sent_back_and_nothing_is_lost(city, visit):
    asked = noted(visit)
    asked.pop("visit")
    rows = [Noted(**asked | {"key": uuid4()}) for _number in range(10_000)]
    refused("finding.too_many", findings.enter_many, actor=city.person("inspector"), visit=visit, rows=rows)
    for first in range(0, 2 * AT_ONCE, AT_ONCE):
        part = rows[first : first + AT_ONCE]
        findings.enter_many(actor=city.person("inspector"), visit=visit, rows=part)
    assert set(Finding.objects.values_list("key", flat=True)) == {row.key for row in rows[: 2 * AT_ONCE]}


def test_a_photo_comes_once_and_its_place_stands_apart(city, visit):
    inspector = city.person("inspector")
    found, _new = findings.enter(actor=inspector, **noted(visit))
    data, key = taken(at="2026:10:20 09:30:00", place=True), uuid4()
    first, new = findings.add_photo(actor=inspector, finding=found, key=key, upload=upload(data))
    again, old = findings.add_photo(actor=inspector, finding=found, key=key, upload=upload(data))
    assert (new, old, first.pk) == (True, False, again.pk)
    assert first.blob.media_type == "image/jpeg"
    hint = PhotoHint.objects.get()
    assert (hint.latitude, hint.longitude) == (Decimal("34.35"), Decimal("108.7"))
    other = {"finding": found, "key": key, "upload": upload(photo("JPEG"))}
    refused("finding.key_used", findings.add_photo, actor=inspector, **other)
    second, _new = findings.enter(actor=inspector, **noted(visit))
    refused("finding.key_used", findings.add_photo, actor=inspector, **other | {"finding": second})
    assert FindingPhoto.objects.count() == 1


def test_a_photo_that_lies_about_its_type_is_refused(city, visit):
    found, _new = findings.enter(actor=city.person("inspector"), **noted(visit))
    page = upload(b"<html><script>alert(1)</script>", "window.jpg", "image/jpeg")
    asked = {"actor": city.person("inspector"), "finding": found, "key": uuid4()}
    refused("file.wrong_type", findings.add_photo, **asked, upload=page)
    broken = upload(photo("JPEG")[:40], "window.jpg", "image/jpeg")
    refused("file.broken_image", findings.add_photo, **asked, upload=broken)
    honest = upload(photo("PNG"), "window.exe", "application/x-msdownload")
    stored, _new = findings.add_photo(**asked, upload=honest)
    assert stored.blob.media_type == "image/jpeg"


def test_a_finding_takes_so_many_photos_and_none_when_handed_in(city, visit):
    inspector = city.person("inspector")
    found, _new = findings.enter(actor=inspector, **noted(visit))
    for number in range(PHOTOS):
        sent = upload(photo("JPEG", (20 + number, 20)))
        findings.add_photo(actor=inspector, finding=found, key=uuid4(), upload=sent)
    one_more = {"finding": found, "key": uuid4(), "upload": upload(photo("JPEG", (90, 20)))}
    refused("finding.photos_full", findings.add_photo, actor=inspector, **one_more)
    move(city, "inspector", visit.case, "hand_in")
    refused("case.move_refused", findings.add_photo, actor=inspector, **one_more)


def test_findings_are_the_teams_and_the_offices_until_the_visit_is_closed(city, visit):
    from chuangwen.cases.models import Case
    from chuangwen.inspections.services import reviewing

    inspector = city.person("inspector")
    kept, dropped = (findings.enter(actor=inspector, **noted(visit))[0] for _ in range(2))
    seers = ("inspector", "delegate", "office")
    others = ("liaison", "rival", "leader", "auditor")
    move(city, "inspector", visit.case, "hand_in")
    refused("finding.no_reason", reviewing.decide, actor=inspector, finding=dropped, confirmed=False)
    reviewing.decide(actor=inspector, finding=dropped, confirmed=False, reason="照片看不清")
    refused(
        "case.move_refused", reviewing.decide, actor=city.person("delegate"), finding=kept, confirmed=True
    )
    reviewing.decide(actor=inspector, finding=kept, confirmed=True)
    move(city, "inspector", visit.case, "pass_on")
    Case.objects.filter(pk=visit.pk).update(circle="")  # as if opened

    def seen(who):
        return set(Finding.objects.visible_to(city.person(who)).values_list("pk", flat=True))

    assert {who: seen(who) for who in seers} == {who: {kept.pk, dropped.pk} for who in seers}
    assert {who: seen(who) for who in others} == {who: set() for who in others}
    move(city, "office", visit.case, "conclude", kind="service")
    assert {who: seen(who) for who in others} == {
        "liaison": {kept.pk},
        "rival": set(),
        "leader": {kept.pk},
        "auditor": {kept.pk},
    }
