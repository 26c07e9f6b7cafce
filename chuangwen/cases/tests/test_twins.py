"""Photos that were seen before, at whatever unit and in whatever year: a hint to whoever may have it."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from chuangwen.cases.evidence import Evidence, Fingerprint
from chuangwen.cases.library import services
from chuangwen.cases.library.twins import seen_before
from chuangwen.cases.tests.test_library import pdf, put, text
from chuangwen.core.tests.uploads import picture


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def shot(name: str, seed: int = 1, size: tuple[int, int] = (800, 600)) -> SimpleUploadedFile:
    data = BytesIO()
    picture(seed=seed, size=(800, 600)).resize(size).save(data, "JPEG", quality=80)
    return SimpleUploadedFile(name, data.getvalue())


def looked(city, *uploads, **how) -> list[Evidence]:
    pieces = put(city, *uploads, **how)
    services.take_fingerprints()
    return pieces


def twins(piece: Evidence, actor=None) -> list[tuple[str, str, int]]:
    return [(twin.piece.unit.code, twin.piece.name, twin.year) for twin in seen_before(piece, actor)]


def test_a_photo_of_another_unit_and_year_is_found_though_it_was_made_smaller(city):
    (old,) = looked(city, shot("去年.jpg"), who="rival", unit="RIVAL", dated=date(2025, 5, 1))
    looked(city, shot("别的.jpg", seed=2), who="rival", unit="RIVAL")
    (new,) = looked(city, shot("今年.jpg", size=(500, 375)))
    assert twins(new) == [("RIVAL", "去年.jpg", 2025)]
    assert twins(old) == [("SCHOOL", "今年.jpg", new.added_at.year)]


def test_the_same_file_is_found_whatever_it_is(city):
    (theirs,) = put(city, pdf(), who="rival", unit="RIVAL", dated=date(2024, 1, 1))
    own, link = put(city, pdf(), link="https://example.org/a")
    put(city, who="rival", unit="RIVAL", link="https://example.org/a")
    assert (twins(own), seen_before(own)[0].distance) == ([("RIVAL", theirs.name, 2024)], 0)
    assert twins(link) == [("RIVAL", "https://example.org/a", link.added_at.year)]


def test_the_nearest_comes_first_and_at_most_some_are_shown(city, monkeypatch):
    monkeypatch.setattr("chuangwen.cases.library.twins.SHOWN", 2)
    (piece,) = looked(city, shot("一.jpg"))
    own = Fingerprint.objects.get(evidence=piece).bands
    assert own
    for name, bits in (("远.pdf", 8), ("七位.pdf", 7), ("一位.pdf", 1), ("同.pdf", 0)):
        (other,) = put(city, pdf(name, name))
        first, second, third, fourth = own
        for bit in range(bits):  # spread over the bands
            if bit % 4 == 0:
                first ^= 1 << bit // 4
            elif bit % 4 == 1:
                second ^= 1 << bit // 4
            elif bit % 4 == 2:
                third ^= 1 << bit // 4
            else:
                fourth ^= 1 << bit // 4
        made = {"first": first, "second": second, "third": third, "fourth": fourth}
        Fingerprint.objects.create(evidence=other, tried=True, **made)
    found = seen_before(piece)
    assert [(twin.piece.name, twin.distance) for twin in found] == [("同.pdf", 0), ("一位.pdf", 1)]
    monkeypatch.setattr("chuangwen.cases.library.twins.SHOWN", 9)
    assert [twin.distance for twin in seen_before(piece)] == [0, 1, 7]


def test_who_opens_a_page_is_told_of_what_they_may_open(city, browse):
    (old,) = looked(city, shot("去年.jpg"), who="rival", unit="RIVAL")
    (new,) = looked(city, shot("今年.jpg"))
    assert twins(new, city.person("liaison")) == []
    assert twins(new, city.person("county")) == [("RIVAL", "去年.jpg", old.added_at.year)]
    page = reverse("cases:evidence", args=[new.pk])
    assert ("Looks like" in text(browse("liaison").get(page))) is False
    shown = text(browse("county").get(page))
    assert ("Looks like" in shown, reverse("cases:evidence", args=[old.pk]) in shown) == (True, True)


def test_the_worker_tries_each_photo_once(city, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 2)
    blank = SimpleUploadedFile("空白.png", _blank())
    put(city, shot("一.jpg"), blank, shot("三.jpg", seed=3), pdf())
    assert [services.take_fingerprints() for _go in range(3)] == [2, 1, 0]
    rows = Fingerprint.objects.order_by("pk")
    assert [(row.tried, row.bands is not None) for row in rows] == [(True, True), (True, False), (True, True)]
    assert str(rows[0]) == str(rows[0].evidence_id)
    unknown = Evidence.objects.get(name="空白.jpg")
    assert seen_before(unknown) == []


def _blank() -> bytes:
    from chuangwen.core.tests.uploads import photo

    return photo("PNG", (300, 200))


def test_a_look_up_asks_little_however_many_there_are(city, django_assert_num_queries):
    (piece,) = looked(city, shot("一.jpg"))
    with django_assert_num_queries(3):
        assert seen_before(piece) == []
    looked(city, *(shot(f"{n}.jpg", seed=n) for n in range(2, 8)))
    with django_assert_num_queries(3):
        seen_before(piece)


def test_a_withdrawn_photo_that_nobody_uses_takes_its_fingerprint_along(city):
    (piece,) = looked(city, shot("一.jpg"))
    services.withdraw(actor=city.person("liaison"), piece=piece)
    assert Fingerprint.objects.count() == 0
