"""Faces and plates: found by a machine, looked at by a person, concealed in a copy, journalled."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageStat

from chuangwen.cases.evidence import Concealed, Evidence
from chuangwen.cases.library import services
from chuangwen.cases.tests.test_library import pdf, put, text
from chuangwen.core import concealing, files, photos, retention
from chuangwen.core.concealing import Box
from chuangwen.core.models import Access, Blob, Event
from chuangwen.core.problems import Problem
from chuangwen.core.tests.uploads import photo, street

FACE, PLATE = (200, 190, 200, 220), (520, 480, 260, 60)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def piece(city) -> Evidence:
    (found,) = put(city, SimpleUploadedFile("街景.jpg", street()))
    return found


def covers(box: Box, wanted: Box) -> bool:
    """Whether the middle of what is wanted lies in the box."""
    left, top, width, height = wanted
    x, y = left + width / 2, top + height / 2
    return box[0] < x < box[0] + box[2] and box[1] < y < box[1] + box[3]


def looks(blob: Blob, box: Box) -> Image.Image:
    image = Image.open(BytesIO(files.read(blob)))
    return image.crop((box[0], box[1], box[0] + box[2], box[1] + box[3]))


def detail(blob: Blob, box: Box) -> float:
    """How much neighbouring pixels differ: what is written or drawn there."""
    part = looks(blob, box).convert("L")
    moved = Image.new("L", part.size)
    moved.paste(part, (1, 0))
    from PIL import ImageChops

    return float(ImageStat.Stat(ImageChops.difference(part, moved).crop((1, 0, *part.size))).mean[0])


def address(piece: Evidence, page: str = "conceal") -> str:
    return reverse(f"cases:{page}", args=[piece.pk])


def filled(*boxes: Box, out: int = -1, **more) -> dict[str, object]:
    asked: dict[str, object] = {"form-TOTAL_FORMS": len(boxes) + 1, "form-INITIAL_FORMS": 0, "seen": 0}
    for number, box in enumerate(boxes):
        for name, value in zip(("left", "top", "width", "height"), box, strict=True):
            asked[f"form-{number}-{name}"] = value
        if number == out:
            asked[f"form-{number}-out"] = "on"
    return asked | more


def test_a_face_and_a_plate_are_found(piece):
    found = photos.likely_boxes(piece.blob)
    assert [any(covers(box, wanted) for box in found) for wanted in (FACE, PLATE)] == [True, True]


def test_where_nothing_is_nothing_is_found(city, tmp_path, monkeypatch):
    (blank,) = put(city, SimpleUploadedFile("空白.png", photo("PNG", (300, 200))))
    assert photos.likely_boxes(blank.blob) == []
    assert concealing.find(str(tmp_path / "nowhere.jpg")) == []
    monkeypatch.setattr(photos, "_SECONDS", 0)
    assert photos.likely_boxes(blank.blob) == []


def test_what_is_concealed_cannot_be_told_and_the_rest_and_the_photo_stay(city, piece):
    copy = services.conceal(actor=city.person("liaison"), piece=piece, seen=0, boxes=[FACE, PLATE])
    for box in (FACE, PLATE):
        assert detail(copy.blob, box) < detail(piece.blob, box) / 2
    assert photos.likely_boxes(copy.blob) == []
    beside = (600, 100, 200, 200)
    assert detail(copy.blob, beside) == pytest.approx(detail(piece.blob, beside), abs=0.3)
    piece.refresh_from_db()
    assert (piece.blob != copy.blob, piece.revision, str(copy)) == (True, 1, str(piece.pk))
    event = Event.objects.last()
    assert (event.verb, event.data["boxes"], copy.boxes) == ("evidence.conceal", 2, [list(FACE), list(PLATE)])


def test_boxes_at_the_edge_and_beside_the_photo_harm_nothing(city, piece):
    boxes = [(850, 650, 500, 500), (5_000, 5_000, 10, 10), (0, 0, 1, 1)]
    copy = services.conceal(actor=city.person("liaison"), piece=piece, seen=0, boxes=boxes)
    assert photos.size(copy.blob) == photos.size(piece.blob)


def test_where_there_is_nothing_to_conceal_a_person_has_said_so(city, piece):
    copy = services.conceal(actor=city.person("head"), piece=piece, seen=0, boxes=[])
    assert (copy.blob, copy.confirmed_by) == (piece.blob, city.people["head"])


def test_looking_again_replaces_the_copy_and_who_comes_second_is_told(city, piece):
    services.conceal(actor=city.person("liaison"), piece=piece, seen=0, boxes=[FACE])
    with pytest.raises(Problem) as refused:
        services.conceal(actor=city.person("head"), piece=piece, seen=0, boxes=[])
    assert (refused.value.code, Concealed.objects.get().boxes) == ("evidence.stale", [list(FACE)])
    services.conceal(actor=city.person("head"), piece=piece, seen=1, boxes=[PLATE])
    assert Concealed.objects.get().boxes == [list(PLATE)]
    Blob.objects.update(stored_at="2020-01-01T00:00:00Z")
    assert retention.erase_unreferenced() == 1  # the copy with the plate still in it


@pytest.mark.parametrize("who", ["rival", "office", "staff"])
def test_only_those_who_change_a_piece_conceal_in_it(city, piece, who):
    with pytest.raises(Problem) as refused:
        services.conceal(actor=city.person(who), piece=piece, seen=0, boxes=[FACE])
    assert (refused.value.code, Concealed.objects.count()) == ("page.not_allowed", 0)


def test_in_what_is_no_photo_nothing_is_concealed(city, browse):
    (paper,) = put(city, pdf())
    with pytest.raises(Problem) as refused:
        services.conceal(actor=city.person("liaison"), piece=paper, seen=0, boxes=[])
    assert refused.value.code == "evidence.no_photo"
    assert browse("liaison").get(address(paper)).status_code == 404


def test_a_photo_that_takes_too_long_is_told(city, piece, monkeypatch):
    monkeypatch.setattr(photos, "_SECONDS", 0)
    with pytest.raises(Problem) as refused:
        services.conceal(actor=city.person("liaison"), piece=piece, seen=0, boxes=[FACE])
    assert refused.value.code == "file.too_many_pixels"


def test_a_person_looks_corrects_and_confirms_on_a_page(city, piece, browse):
    client = browse("liaison")
    found = photos.likely_boxes(piece.blob)
    page = text(client.get(address(piece)))
    assert page.count("<rect ") == len(found)
    assert f'<rect x="{found[0][0]}" y="{found[0][1]}"' in page
    asked = filled(FACE, PLATE, (10, 10, 30, 30), out=1)
    looked = client.post(address(piece), asked | {"look_up": "1"})
    assert (looked.status_code, text(looked).count("<rect "), Concealed.objects.count()) == (200, 2, 0)
    assert client.post(address(piece), asked).url == reverse("cases:evidence", args=[piece.pk])
    assert Concealed.objects.get().boxes == [list(FACE), [10, 10, 30, 30]]
    assert "2 places concealed" in text(client.get(reverse("cases:evidence", args=[piece.pk])))
    assert text(client.get(address(piece))).count("<rect ") == 2
    stale = client.post(address(piece), filled(FACE))
    assert (stale.status_code, "evidence.stale" in text(stale)) == (409, True)
    file = client.get(address(piece, "concealed"))
    assert b"".join(file) == files.read(Concealed.objects.get().blob)
    assert Access.objects.filter(item=piece.subject).count() == 1


@pytest.mark.parametrize("row", [(1, 2, "", 4), (1, 2, 0, 4), ("x", 2, 3, 4), (-1, 2, 3, 4)])
def test_a_box_that_is_none_is_told(piece, browse, row):
    answer = browse("liaison").post(address(piece), filled(row))
    assert (answer.status_code, Concealed.objects.count()) == (400, 0)
    assert "text-danger" in text(answer)


@pytest.mark.parametrize(("who", "seen"), [("county", (403, 200)), ("rival", (404, 404))])
def test_who_sees_the_page_and_the_copy(city, piece, browse, who, seen):
    client, (page, copy) = browse(who), seen
    assert client.get(address(piece)).status_code == page
    assert client.get(address(piece, "concealed")).status_code == 404
    services.conceal(actor=city.person("liaison"), piece=piece, seen=0, boxes=[])
    answer = client.get(address(piece, "concealed"))
    b"".join(answer)
    assert answer.status_code == copy
