"""Photos of phones: upright, of sane size, silent; bombs and impostors are refused and leave nothing."""

from __future__ import annotations

import zlib
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from struct import pack
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageCms

from chuangwen.core import developing, files, photos
from chuangwen.core.models import Blob
from chuangwen.core.problems import Problem
from chuangwen.core.tests.test_files import EXE, SPEECH
from chuangwen.core.tests.uploads import HEIC, photo, picture, taken, upload

ACCEPT = photos.SENT | {files.PDF}


@pytest.fixture(autouse=True)
def media(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def kept(media) -> list:
    return [path for path in media.rglob("*") if path.is_file()]


def stored(data: bytes, name: str = "照片.jpg") -> photos.Stored:
    return photos.store(upload(data, name), accept=ACCEPT)


def opened(found: photos.Stored) -> Image.Image:
    return Image.open(BytesIO(files.read(found.blob)))


def refusal(data: bytes) -> str:
    with pytest.raises(Problem) as refused:
        stored(data)
    return refused.value.code


def test_a_photo_is_kept_small_upright_and_silent(media):
    sent = taken((4000, 3000), at="2026:10:20 09:30:00", place=True, turned=6)
    found = stored(sent)
    assert found.digest == sha256(sent).hexdigest()
    assert found.hint == photos.Hint(
        datetime(2026, 10, 20, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai")), Decimal("34.35"), Decimal("108.7")
    )
    plain = opened(found)
    assert (plain.format, plain.size) == ("JPEG", (1920, 2560))  # held upright, so higher than wide
    assert (dict(plain.getexif()), plain.info.get("exif")) == ({}, None)
    assert "示例手机".encode() not in files.read(found.blob)
    assert len(kept(media)) == 1


def test_a_small_photo_keeps_its_size_and_loses_what_it_told():
    found = stored(taken((400, 300), at="2026:10:20 09:30:00", place=True))
    assert (opened(found).size, dict(opened(found).getexif())) == ((400, 300), {})


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_pictures_become_jpegs_on_white(kind):
    data = BytesIO()
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(data, kind)
    plain = opened(stored(data.getvalue()))
    assert (plain.format, plain.mode, plain.getpixel((5, 5))) == ("JPEG", "RGB", (255, 255, 255))


def test_a_heic_of_a_phone_is_read():
    found = stored(HEIC, "IMG_0001.HEIC")
    plain = opened(found)
    assert (plain.format, plain.size, found.blob.media_type) == ("JPEG", (48, 64), files.JPEG)
    first, quarter = plain.getpixel((5, 5)), plain.getpixel((44, 5))
    assert (first[0] > 150 > first[2], quarter[0] < 100 < quarter[2]) == (True, True)
    assert f"{found.hint.taken_at:%Y-%m-%d %H:%M}" == "2026-10-20 09:30"


def test_half_a_heic_is_refused():
    assert files.sniff(BytesIO(HEIC)) == files.HEIC
    assert refusal(HEIC[: len(HEIC) // 2]) == "file.broken_image"


def test_colours_of_another_profile_come_over():
    grey = picture((60, 40)).convert("L")
    data = BytesIO()
    grey.save(data, "JPEG", icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert opened(stored(data.getvalue())).mode == "RGB"
    data = BytesIO()
    picture((60, 40)).save(data, "JPEG", icc_profile=b"no profile")
    assert opened(stored(data.getvalue())).mode == "RGB"


def test_what_is_no_photo_is_kept_as_it_was_sent():
    found = stored(b"%PDF-1.4\n%%EOF\n", "文件.pdf")
    assert (found.blob.media_type, bool(found.hint)) == (files.PDF, False)
    assert found.blob.digest == found.digest


def test_a_renamed_program_is_refused(media):
    for data in (EXE, SPEECH, photo("GIF")):
        assert refusal(data) == "file.wrong_type"
    assert (kept(media), Blob.objects.count()) == ([], 0)


def bomb(side: int) -> bytes:
    """A PNG of side × side pixels whose few bytes are all honest: black, a bit each."""

    def part(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    row = bytes(1 + side // 8)
    packed = zlib.compressobj(9)
    rows = b"".join(packed.compress(row * 100) for _hundred in range(side // 100)) + packed.flush()
    head = pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def test_a_bomb_is_refused_before_a_pixel_is_decoded(media):
    data = bomb(30_000)
    assert len(data) < 200_000
    assert refusal(data) == "file.too_many_pixels"
    assert (kept(media), Blob.objects.count()) == ([], 0)


def test_a_jpeg_bomb_is_refused_as_well():
    data = bytearray(photo("JPEG", (16, 16)))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = pack(">HH", 30_000, 30_000)
    assert refusal(bytes(data)) == "file.too_many_pixels"


def test_a_picture_of_a_hundred_and_eight_megapixels_is_welcome():
    data = BytesIO()
    Image.new("L", (12_000, 9_000), 200).save(data, "JPEG", quality=30)
    assert opened(stored(data.getvalue())).size == (2560, 1920)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_half_a_photo_is_refused(kind, media):
    data = BytesIO()
    picture((400, 300)).save(data, kind)
    assert refusal(data.getvalue()[: len(data.getvalue()) // 2]) == "file.broken_image"
    assert kept(media) == []


def test_a_picture_that_takes_too_long_is_refused(monkeypatch, media):
    monkeypatch.setattr(photos, "_SECONDS", 0)
    assert refusal(photo("JPEG")) == "file.too_many_pixels"
    assert kept(media) == []


@pytest.mark.parametrize(
    ("facts", "hint"),
    [
        ({}, photos.Hint()),
        ({"taken_at": "0000:00:00 00:00:00"}, photos.Hint()),
        ({"taken_at": "gestern"}, photos.Hint()),
        (
            {"latitude": 1.5, "longitude": -2.25},
            photos.Hint(None, Decimal("1.5"), Decimal("-2.25")),
        ),
    ],
)
def test_what_a_camera_tells_may_be_nothing(facts, hint):
    assert photos.hint_of(facts) == hint
    assert bool(hint) is ("latitude" in facts)


@pytest.mark.parametrize(
    ("rational", "told"),
    [
        ((34.0, 21.0, 0.0), {"latitude": -34.35, "longitude": 108.7}),
        ((999.0, 0.0, 0.0), {}),
        (("x",), {}),
        ((float("nan"), 0.0, 0.0), {}),
    ],
)
def test_a_place_south_of_the_equator_and_places_that_are_none(rational, told):
    image = Image.new("RGB", (4, 4))
    exif = image.getexif()
    exif.get_ifd(0x8825).update({1: "S", 2: rational, 3: "E", 4: (108.0, 42.0, 0.0)})
    assert developing.told(image) == told
