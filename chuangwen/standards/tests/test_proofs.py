"""Self-reports are shown by the unit's library: new pieces go into it, old ones are picked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from django.utils import timezone

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.library import services as library
from chuangwen.cases.models import Case
from chuangwen.cases.services import open_campaign
from chuangwen.core.files import TEXT, store_bytes
from chuangwen.core.models import Access
from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import taken
from chuangwen.organizations.models import Post
from chuangwen.organizations.tests.personas import build_city
from chuangwen.standards.models import Answer, Criterion, Proof
from chuangwen.standards.services import reporting
from chuangwen.standards.tests.conftest import draft_of, publish, self_report_of
from chuangwen.standards.tests.reviewing import reviews_of


@pytest.fixture
def report(city, published) -> Case:
    campaign = open_campaign(actor=city.person("office"), name="示例年度创建", office=city.units["OFFICE"])
    return self_report_of(city, published, campaign, "SCHOOL")


def asked() -> Criterion:
    return Criterion.objects.get(text="制度上墙")


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n" + name.encode() + b"%%EOF\n")


def put(city, *names: str, who: str = "liaison", unit: str = "SCHOOL") -> list[Evidence]:
    stored = library.store(map(pdf, names))
    return library.add(actor=city.person(who), unit=city.units[unit], stored=stored)


def say(city, case, seen: int = 0, **more) -> Answer:
    words = {"statement": "已印发制度。", "shown": []}
    return reporting.answer(
        actor=city.person("liaison"), case=case, criterion=asked(), seen=seen, **(words | more)
    )


def page(case: Case) -> str:
    return reverse("standards:answer", args=[case.number, asked().pk])


def text(answer) -> str:
    return answer.content.decode()


def test_what_is_sent_here_is_in_the_library_from_now_on(city, report):
    photo = SimpleUploadedFile("大厅.jpg", taken(place=True))
    say(city, report, uploads=[photo, pdf("制度.pdf")], said="大厅公示栏", link="https://example.org/a")
    assert sorted(Evidence.objects.values_list("name", "kind", "description")) == [
        ("https://example.org/a", "link", "大厅公示栏"),
        ("制度.pdf", "document", "大厅公示栏"),
        ("大厅.jpg", "photo", "大厅公示栏"),
    ]
    assert set(Proof.objects.values_list("evidence", flat=True)) == set(
        Evidence.objects.values_list("pk", flat=True)
    )


def test_one_piece_shows_any_number_of_criteria_and_each_of_them_once(city, report, browse):
    (piece,) = put(city, "制度.pdf")
    bonus = Criterion.objects.get(text="受到表彰")
    say(city, report, evidence=[piece])
    say(city, report, seen=1, evidence=[piece], uploads=[pdf("制度.pdf")])
    reporting.answer(
        actor=city.person("liaison"), case=report, criterion=bonus, seen=0, statement="一次", evidence=[piece]
    )
    assert (Proof.objects.count(), Evidence.objects.count()) == (2, 1)
    shown = text(browse("liaison").get(reverse("cases:evidence", args=[piece.pk])))
    assert ("制度上墙" in shown, "受到表彰" in shown, "示例年度创建" in shown) == (True, True, True)


def test_a_used_piece_is_withdrawn_but_stays_where_it_is_used(city, report):
    (piece,) = put(city, "制度.pdf")
    say(city, report, evidence=[piece])
    assert library.withdraw(actor=city.person("liaison"), piece=piece)
    assert Proof.objects.get().evidence == piece
    with pytest.raises(Problem) as refused:
        say(city, report, seen=1, evidence=[Evidence.objects.get()])
    assert refused.value.code == "evidence.stranger"
    assert Answer.objects.get().revision == 1


def test_nobody_uses_the_library_of_others(city, report, browse):
    put(city, "自己的.pdf")
    (theirs,) = put(city, "别人的.pdf", who="rival", unit="RIVAL")
    with pytest.raises(Problem) as refused:
        say(city, report, evidence=[theirs])
    assert refused.value.code == "evidence.stranger"
    sent = browse("liaison").post(page(report), {"statement": "一句", "seen": 0, "evidence": [theirs.pk]})
    assert (sent.status_code, Proof.objects.count()) == (400, 0)


def test_after_the_last_day_nothing_is_stored(city, report):
    Case.objects.filter(pk=report.pk).update(due=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Problem) as refused:
        say(city, report, uploads=[pdf("制度.pdf")])
    assert (refused.value.code, Evidence.objects.count()) == ("case.move_refused", 0)


def test_the_page_offers_the_library_and_takes_what_was_ticked(city, report, browse):
    first, second = put(city, "一.pdf", "二.pdf")
    client = browse("liaison")
    assert ("一.pdf" in text(client.get(page(report))), Proof.objects.count()) == (True, 0)
    sent = {"statement": "一句", "seen": 0, "evidence": [first.pk, second.pk]}
    assert client.post(page(report), sent).status_code == 302
    shown = text(client.get(page(report)))
    assert 'name="evidence"' not in shown  # all of it is used already
    assert reverse("standards:proof_file", args=[report.number, Proof.objects.first().pk]) in shown


def test_an_empty_library_is_not_offered(report, browse):
    shown = text(browse("liaison").get(page(report)))
    assert ('name="find"' in shown, 'name="evidence"' in shown) == (False, False)


def test_looking_into_a_large_library_saves_nothing_and_loses_nothing(city, report, browse, monkeypatch):
    monkeypatch.setattr("chuangwen.cases.library.picking.OFFERED", 2)
    old, _mid, _new, newest = put(city, "最早.pdf", "二.pdf", "三.pdf", "四.pdf")
    client = browse("liaison")
    assert "最早.pdf" not in text(client.get(page(report)))
    typed = {"statement": "写到一半", "seen": 0, "evidence": [newest.pk], "find": "最早", "look_up": "1"}
    looked = client.post(page(report), typed)
    assert (looked.status_code, Answer.objects.count()) == (200, 0)
    shown = text(looked)
    assert ("写到一半" in shown, "最早.pdf" in shown, "三.pdf" in shown) == (True, True, False)
    assert f'value="{newest.pk}"' in shown
    assert shown.count("checked") == 1
    nothing = text(client.post(page(report), typed | {"find": "没有", "evidence": []}))
    assert "Nothing was found. Try other words." in nothing
    sent = {"statement": "写完了", "seen": 0, "evidence": [old.pk, newest.pk], "find": "最早"}
    assert client.post(page(report), sent).status_code == 302
    assert set(Proof.objects.values_list("evidence", flat=True)) == {old.pk, newest.pk}


def test_looking_does_not_hide_what_a_colleague_changed_meanwhile(city, report, browse, monkeypatch):
    monkeypatch.setattr("chuangwen.cases.library.picking.OFFERED", 1)
    put(city, "一.pdf", "二.pdf")
    client = browse("liaison")
    say(city, report)
    typed = {"statement": "后写的", "seen": 0, "find": "一", "look_up": "1"}
    assert 'name="seen" value="0"' in text(client.post(page(report), typed))


@pytest.mark.parametrize(
    ("who", "status"), [("office", 200), ("liaison", 200), ("rival", 404), ("stranger", 404)]
)
def test_whoever_sees_the_self_report_reads_its_evidence(city, report, browse, who, status):
    (piece,) = put(city, "制度.pdf")
    say(city, report, evidence=[piece], link="https://example.org/a")
    file = reverse("standards:proof_file", args=[report.number, Proof.objects.first().pk])
    answer = browse(who).get(file)
    assert answer.status_code == status
    if status == 200:
        assert b"".join(answer).startswith(b"%PDF")
    noted = Access.objects.filter(item=piece.subject, subject=report.subject).count()
    assert noted == (status == 200)
    link = reverse("standards:proof_file", args=[report.number, Proof.objects.last().pk])
    assert browse(who).get(link).status_code == 404


@pytest.mark.parametrize(
    ("who", "told"), [("office", True), ("county", True), ("liaison", False), ("auditor", False)]
)
def test_whoever_reviews_is_told_where_a_photo_was_seen_and_what_it_told(city, report, browse, who, told):
    photo = taken(at="2026:10:20 09:30:00", place=True)
    for unit, by in (("SCHOOL2", "office"), ("SCHOOL", "liaison")):
        Post.objects.get_or_create(unit=city.units[unit], person=city.people[by], role="staff", title="兼职")
        stored = library.store([SimpleUploadedFile("大厅.jpg", photo)])
        pieces = library.add(actor=city.person(by), unit=city.units[unit], stored=stored)
    library.take_fingerprints()
    say(city, report, evidence=pieces)
    shown = text(browse(who).get(page(report)))
    year = timezone.localdate().year
    assert (f"西河区实验小学 {year} (the same)" in " ".join(shown.split())) is told
    assert ("34.350000" in shown) is told


def test_a_reviewer_opens_the_evidence_and_is_told_where_it_was_seen(city, report, browse):
    say(city, report, uploads=[pdf("制度.pdf")])
    put(city, "制度.pdf", who="rival", unit="RIVAL")
    Answer.objects.update(revision=0)
    first, _second = reviews_of(city, report)
    client = browse(first.reviewer.username)
    shown = text(client.get(reverse("standards:mark", args=[first.case.number, asked().pk])))
    assert f"东岭县第二中学 {timezone.localdate().year} (the same)" in " ".join(shown.split())
    own, theirs = Proof.objects.first(), Evidence.objects.get(unit__code="RIVAL")
    file = reverse("standards:proof_file", args=[report.number, own.pk])
    assert b"".join(client.get(file)).startswith(b"%PDF")
    for hidden in (own.evidence, theirs):
        assert client.get(reverse("cases:evidence", args=[hidden.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_proofs_of_before_go_into_the_library(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    call_command("migrate", "standards", "0004", verbosity=0)
    try:
        before = MigrationExecutor(connection).loader.project_state([("standards", "0004_evidence")]).apps
        city = build_city()
        standard = publish(city, draft_of(city))
        campaign = open_campaign(actor=city.person("office"), name="示例", office=city.units["OFFICE"])
        case = self_report_of(city, standard, campaign, "SCHOOL")
        answers, proofs = before.get_model("standards", "Answer"), before.get_model("standards", "Proof")
        answer = answers.objects.create(self_report_id=case.pk, criterion_id=asked().pk, statement="一句")
        blob = store_bytes("示例".encode(), TEXT)
        for name in ("一.txt", "又一次.txt"):  # the same content twice
            file = before.get_model("cases", "Attachment").objects.create(
                case_id=case.pk,
                blob_id=blob.pk,
                name=name,
                purpose="source",
                added_by_id=city.people["head"].pk,
                added_at=timezone.now(),
            )
            proofs.objects.create(answer=answer, kind="document", attachment=file)
        proofs.objects.create(answer=answer, kind="link", link="https://example.org/a")
    finally:
        call_command("migrate", verbosity=0)  # the floors above went with it
    found = Proof.objects.values_list("evidence__name", "evidence__kind", "evidence__added_by__username")
    assert list(found) == [("一.txt", "document", "head"), ("https://example.org/a", "link", "liaison")]
    assert (case.attachments.count(), Evidence.objects.get(kind="document").unit.code) == (0, "SCHOOL")
