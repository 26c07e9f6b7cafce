"""The library of evidence: added once, described, found, used, withdrawn; and who may do and see what."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from chuangwen.cases.evidence import Evidence, Hint
from chuangwen.cases.library import services
from chuangwen.cases.models import Attachment, Case
from chuangwen.cases.services import attach
from chuangwen.cases.services.succession import succeed_unit
from chuangwen.core import files, retention
from chuangwen.core.models import Access, Blob, Event
from chuangwen.core.problems import Problem
from chuangwen.core.tests.test_files import EXE
from chuangwen.core.tests.uploads import taken

LIBRARY = reverse("cases:library")
ADD = reverse("cases:add_evidence")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def pdf(name: str = "制度.pdf", text: str = "") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n" + text.encode() + b"%%EOF\n")


def phone(name: str = "大厅.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, taken(at="2026:10:20 09:30:00", place=True))


def put(city, *uploads, who="liaison", unit="SCHOOL", **said) -> list[Evidence]:
    stored = services.store(uploads)
    return services.add(actor=city.person(who), unit=city.units[unit], stored=stored, **said)


def used(city, errand: Case, piece: Evidence) -> Attachment:
    assert piece.blob
    return attach(
        actor=city.person("liaison"),
        case=errand,
        blob=piece.blob,
        name=piece.name,
        purpose=Attachment.Purpose.EVIDENCE,
        evidence=piece,
    )


def text(answer) -> str:
    return answer.content.decode()


def test_many_files_are_added_and_described_once(city):
    said = {"description": "文明服务制度", "dated": date(2026, 3, 1), "number": "东教〔2026〕3号"}
    pieces = put(city, pdf(), phone(), name="不会用到", **said)
    assert [(p.name, p.kind, p.description, p.number) for p in pieces] == [
        ("制度.pdf", "document", "文明服务制度", "东教〔2026〕3号"),
        ("大厅.jpg", "photo", "文明服务制度", "东教〔2026〕3号"),
    ]
    assert [event.subject for event in Event.objects.filter(verb="evidence.add")] == [
        p.subject for p in pieces
    ]


def test_what_is_public_is_a_link_and_a_table_is_a_table(city):
    (link,) = put(city, link="https://example.org/notice", name="市政府公告")
    assert (link.kind, link.name, str(link), link.is_photo) == ("link", "市政府公告", "市政府公告", False)
    (again,) = put(city, link="https://example.org/notice")
    assert again == link
    stored = services.store([SimpleUploadedFile("台账.xlsx", _xlsx())])
    (table,) = services.add(actor=city.person("staff"), unit=city.units["SCHOOL"], stored=stored)
    assert table.kind == "table"


def _xlsx() -> bytes:
    from chuangwen.core.spreadsheets import xlsx

    return xlsx("台账", ["一"], [["二"]])


def test_the_same_file_is_one_piece_for_a_unit_and_stands_again_when_it_was_withdrawn(city, errand):
    (piece,) = put(city, phone())
    (again,) = put(city, phone("另一个名字.jpg"), who="staff")
    assert (again.pk, again.name, Evidence.objects.count()) == (piece.pk, "大厅.jpg", 1)
    used(city, errand, piece)
    assert services.withdraw(actor=city.person("liaison"), piece=piece)
    (back,) = put(city, phone())
    assert (back.pk, back.withdrawn_at, Event.objects.last().verb) == (piece.pk, None, "evidence.restore")
    (others,) = put(city, phone(), who="rival", unit="RIVAL")
    assert (others.pk != piece.pk, others.blob) == (True, piece.blob)


def test_a_photo_tells_its_hint_apart_from_its_file(city):
    (piece,) = put(city, phone())
    hint = Hint.objects.get(evidence=piece)
    assert (f"{hint.taken_at:%Y-%m-%d}", str(hint.latitude), str(hint)) == (
        "2026-10-20",
        "34.350000",
        str(piece.pk),
    )
    assert piece.blob
    assert dict(Image.open(BytesIO(files.read(piece.blob))).getexif()) == {}


@pytest.mark.parametrize("who", ["rival", "office", "county", "auditor", "stranger", "inspector"])
def test_only_those_who_belong_to_a_unit_add_to_its_library(city, who):
    with pytest.raises(Problem) as refused:
        put(city, pdf(), who=who)
    assert (refused.value.code, Evidence.objects.count()) == ("page.not_allowed", 0)


def test_nothing_is_no_piece(city):
    with pytest.raises(Problem) as refused:
        put(city)
    assert refused.value.code == "evidence.none"


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("liaison", True), ("head", True), ("staff", True), ("office", False), ("rival", False)],
)
def test_whoever_added_it_or_answers_for_the_unit_changes_it(city, who, allowed):
    (piece,) = put(city, pdf(), who="staff")
    if allowed:
        services.describe(actor=city.person(who), piece=piece, seen=0, name="新名称")
        assert (Evidence.objects.get().name, Event.objects.last().data) == ("新名称", {"fields": ["name"]})
        return
    for act in (
        lambda: services.describe(actor=city.person(who), piece=piece, seen=0, name="新名称"),
        lambda: services.withdraw(actor=city.person(who), piece=piece),
    ):
        with pytest.raises(Problem) as refused:
            act()
        assert refused.value.code == "page.not_allowed"
    assert Evidence.objects.get().name == "制度.pdf"


def test_staff_change_nothing_that_others_added(city):
    (piece,) = put(city, pdf())
    with pytest.raises(Problem) as refused:
        services.withdraw(actor=city.person("staff"), piece=piece)
    assert refused.value.code == "page.not_allowed"


def test_who_comes_second_overwrites_nothing(city):
    (piece,) = put(city, pdf())
    services.describe(actor=city.person("head"), piece=piece, seen=0, name="先改的")
    with pytest.raises(Problem) as refused:
        services.describe(actor=city.person("liaison"), piece=piece, seen=0, name="后改的")
    assert (refused.value.code, Evidence.objects.get().name) == ("evidence.stale", "先改的")


def test_what_is_used_nowhere_goes_with_its_hint_and_file_and_what_is_used_stays(city, errand, media):
    unused, kept = put(city, phone(), pdf())
    used(city, errand, kept)
    assert not services.withdraw(actor=city.person("liaison"), piece=unused)
    assert services.withdraw(actor=city.person("liaison"), piece=kept)
    assert (Hint.objects.count(), list(Evidence.objects.values_list("name", flat=True))) == (0, ["制度.pdf"])
    assert list(Evidence.objects.standing()) == []
    Blob.objects.update(stored_at="2020-01-01T00:00:00Z")
    assert retention.erase_unreferenced() == 1
    assert [path.is_file() for path in map(files.path, Blob.objects.all())] == [True]


def test_a_piece_that_stands_is_never_erased(city):
    (piece,) = put(city, phone())
    Blob.objects.update(stored_at="2020-01-01T00:00:00Z")
    assert retention.erase_unreferenced() == 0
    assert piece.blob
    assert files.path(piece.blob).is_file()


def test_only_what_stands_in_the_units_own_library_is_used(city):
    own, gone = put(city, pdf(), pdf("二.pdf", "2"))
    Evidence.objects.filter(pk=gone.pk).update(withdrawn_at="2026-01-01T00:00:00Z")
    services.check_usable([own], city.units["SCHOOL"])
    for piece, unit in ((own, "RIVAL"), (Evidence.objects.get(pk=gone.pk), "SCHOOL")):
        with pytest.raises(Problem) as refused:
            services.check_usable([piece], city.units[unit])
        assert refused.value.code == "evidence.stranger"


def test_a_successor_gets_the_library_but_for_what_it_has_itself(city):
    put(city, pdf(), pdf("二.pdf", "2"), link="https://example.org/a")
    put(city, pdf(), who="rival", unit="RIVAL", link="https://example.org/a")
    succeed_unit(actor=None, unit=city.units["SCHOOL"], successor=city.units["RIVAL"])
    found = sorted(Evidence.objects.values_list("unit__code", "name"))
    assert found == [
        ("RIVAL", "https://example.org/a"),
        ("RIVAL", "二.pdf"),
        ("RIVAL", "制度.pdf"),
        ("SCHOOL", "https://example.org/a"),
        ("SCHOOL", "制度.pdf"),
    ]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        *((who, True) for who in ("liaison", "staff", "county", "office", "leader", "department", "auditor")),
        *((who, False) for who in ("rival", "stranger", "inspector", "delegate", "operator", "security")),
    ],
)  # fmt: skip
def test_who_sees_a_library(city, browse, who, sees):
    (piece,) = put(city, phone())
    client = browse(who)
    assert (piece.name in text(client.get(LIBRARY))) is sees
    for page in ("evidence", "evidence_file"):
        answer = client.get(reverse(f"cases:{page}", args=[piece.pk]))
        b"".join(answer)
        assert answer.status_code == (200 if sees else 404)
    assert Access.objects.filter(item=piece.subject).count() == int(sees)
    table = client.get(reverse("cases:library_table"))
    rows = list(load_workbook(BytesIO(table.content)).active.values)
    assert len(rows) == (2 if sees else 1)


def test_nothing_that_is_taken_away_tells_the_place(city, browse):
    (piece,) = put(city, phone())
    client = browse("liaison")
    page = text(client.get(reverse("cases:evidence", args=[piece.pk])))
    assert "34.350000, 108.700000" in page
    table = client.get(reverse("cases:library_table"))
    values = [str(value) for row in load_workbook(BytesIO(table.content)).active.values for value in row]
    assert not [value for value in values if "34.35" in value]
    file = b"".join(client.get(reverse("cases:evidence_file", args=[piece.pk])))
    assert dict(Image.open(BytesIO(file)).getexif()) == {}


def test_the_list_is_narrowed(city, browse):
    put(city, pdf("门前三包制度.pdf"), description="文明用语", dated=date(2025, 3, 1))
    put(city, pdf("二.pdf", "2"), number="东教〔2026〕3号", dated=date(2026, 3, 1))
    put(city, pdf("三.pdf", "3"), who="rival", unit="RIVAL")
    client = browse("office")
    for asked, found in (
        ({"q": "三包"}, {"门前三包制度.pdf"}),
        ({"q": "文明用语 制度"}, {"门前三包制度.pdf"}),
        ({"q": "3号"}, {"二.pdf"}),
        ({"year": "2025"}, {"门前三包制度.pdf"}),
        ({"kind": "photo"}, set()),
        ({"unit": "RIVAL"}, {"三.pdf"}),
        ({"year": "x"}, {"门前三包制度.pdf", "二.pdf", "三.pdf"}),
    ):
        page = text(client.get(LIBRARY, asked))
        assert {name for name in ("门前三包制度.pdf", "二.pdf", "三.pdf") if name in page} == found


def test_withdrawn_ones_are_shown_when_asked_for(city, errand, browse):
    (piece,) = put(city, pdf())
    used(city, errand, piece)
    client = browse("liaison")
    answer = client.post(reverse("cases:withdraw_evidence", args=[piece.pk]), follow=True)
    assert "Withdrawn on" in text(answer)
    assert "制度.pdf" not in text(client.get(LIBRARY))
    assert "制度.pdf" in text(client.get(LIBRARY, {"withdrawn": "on"}))
    rows = list(
        load_workbook(
            BytesIO(client.get(reverse("cases:library_table"), {"withdrawn": "on"}).content)
        ).active.values
    )
    assert rows[1][-1] is not None


def test_the_next_page_begins_where_the_last_one_ended(city, browse, monkeypatch):
    monkeypatch.setattr("chuangwen.cases.library.views.PAGE", 2)
    put(city, *(pdf(f"第{n}份.pdf", str(n)) for n in range(3)))
    client = browse("liaison")
    first = text(client.get(LIBRARY))
    assert "第2份.pdf" in first
    assert "第0份.pdf" not in first
    (_new, _mid, old) = Evidence.objects.order_by("-pk")
    assert f"?before={old.pk + 1}" in first
    assert "第0份.pdf" in text(client.get(LIBRARY, {"before": old.pk + 1}))


def test_the_list_asks_no_more_for_many_pieces(city, browse, django_assert_num_queries):
    client = browse("liaison")
    put(city, pdf())
    client.get(LIBRARY)
    for _round in range(2):
        with django_assert_num_queries(6):
            client.get(LIBRARY)
        put(city, *(pdf(f"{n}.pdf", str(n)) for n in range(10)))


def test_a_liaison_adds_describes_and_withdraws_on_pages(city, browse):
    client = browse("liaison")
    assert "Nowhere yet" not in text(client.get(ADD))
    unit = city.units["SCHOOL"].pk
    assert client.post(ADD, {"unit": unit, "uploads": [pdf(), phone()]}).url == LIBRARY
    one = client.post(ADD, {"unit": unit, "link": "https://example.org/a", "name": "公告"})
    piece = Evidence.objects.get(name="公告")
    assert one.url == reverse("cases:evidence", args=[piece.pk])
    assert "Nowhere yet" in text(client.get(one.url))
    edit = reverse("cases:edit_evidence", args=[piece.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {"name": "", "seen": 0}).status_code == 400
    assert client.post(edit, {"name": "新公告", "seen": 0, "dated": "2026-01-05"}).url == one.url
    stale = client.post(edit, {"name": "另一个", "seen": 0})
    assert (stale.status_code, "另一个" in text(stale)) == (409, True)
    assert client.get(reverse("cases:evidence_file", args=[piece.pk])).status_code == 404
    photo = Evidence.objects.get(kind="photo")
    said = {"name": "大厅", "kind": "document", "seen": 0}
    assert client.post(reverse("cases:edit_evidence", args=[photo.pk]), said).status_code == 302
    assert client.post(reverse("cases:withdraw_evidence", args=[piece.pk])).url == LIBRARY
    assert set(Evidence.objects.values_list("name", "kind")) == {
        ("大厅", "document"),
        ("制度.pdf", "document"),
    }


def test_what_is_refused_keeps_what_was_typed(city, browse):
    client = browse("liaison")
    asked = {"unit": city.units["SCHOOL"].pk, "description": "写了很久的说明"}
    impostor = client.post(ADD, {**asked, "uploads": [SimpleUploadedFile("照片.jpg", EXE)]})
    assert (impostor.status_code, "file.wrong_type" in text(impostor)) == (415, True)
    assert "写了很久的说明" in text(impostor)
    assert client.post(ADD, asked).status_code == 400
    assert client.post(ADD, {**asked, "link": "ftp//"}).status_code == 400
    assert Evidence.objects.count() == 0


def test_others_find_no_form(city, browse):
    (piece,) = put(city, pdf())
    assert browse("stranger").get(ADD).status_code == 403
    assert browse("county").get(reverse("cases:edit_evidence", args=[piece.pk])).status_code == 403
    assert browse("rival").get(reverse("cases:edit_evidence", args=[piece.pk])).status_code == 404


def test_a_piece_names_the_cases_that_use_it_to_those_who_see_them(city, errand, browse):
    (piece,) = put(city, pdf())
    used(city, errand, piece)
    page = reverse("cases:evidence", args=[piece.pk])
    assert errand.title in text(browse("liaison").get(page))
    Case.objects.filter(pk=errand.pk).update(circle="unit")
    assert errand.title not in text(browse("county").get(page))


def test_somebody_of_two_units_chooses_whose_library_it_goes_to(city, browse):
    from chuangwen.organizations.models import Post

    Post.objects.create(unit=city.units["RIVAL"], person=city.people["liaison"], role="staff", title="兼职")
    client = browse("liaison")
    assert "东岭县第二中学" in text(client.get(ADD))
    client.post(ADD, {"unit": city.units["RIVAL"].pk, "uploads": [pdf()]})
    assert Evidence.objects.get().unit == city.units["RIVAL"]
