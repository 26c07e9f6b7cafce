"""Pictures that look alike are told by few bits, and found by bands whatever bits those are."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageEnhance

from chuangwen.core import fingerprinting, resemblance
from chuangwen.core.resemblance import NEAR, bands, distance, fingerprints, neighbours
from chuangwen.core.tests.uploads import picture


def saved(image: Image.Image, path: Path, quality: int = 85) -> Path:
    image.save(path, "JPEG", quality=quality)
    return path


def test_a_photo_sent_once_more_smaller_paler_and_cut_is_near_and_another_is_far(tmp_path):
    image = picture((1200, 900))
    paths = [
        saved(image, tmp_path / "a.jpg"),
        saved(image.resize((500, 375)), tmp_path / "b.jpg", 40),
        saved(ImageEnhance.Brightness(image).enhance(1.15), tmp_path / "c.jpg"),
        saved(image.crop((10, 8, 1190, 892)), tmp_path / "d.jpg"),
        saved(picture((1200, 900), seed=2), tmp_path / "e.jpg"),
    ]
    first, *others, far = fingerprints(paths)
    assert first is not None
    assert [distance(first, other) <= NEAR for other in others if other] == [True] * 3
    assert far is not None
    assert distance(first, far) > 2 * NEAR


def test_what_tells_nothing_has_no_fingerprint(tmp_path):
    blank = saved(Image.new("RGB", (300, 200), "white"), tmp_path / "blank.jpg")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff")
    right = saved(picture(), tmp_path / "right.jpg")
    missing = tmp_path / "missing.jpg"
    found = fingerprints([blank, broken, right, missing])
    assert [one is not None for one in found] == [False, False, True, False]
    assert fingerprinting.fingerprints([str(blank)]) == [None]


def test_whoever_takes_too_long_has_none(tmp_path, monkeypatch):
    monkeypatch.setattr(resemblance, "_SECONDS", 0)
    assert fingerprints([saved(picture(), tmp_path / "a.jpg")]) == [None]


def test_bands_are_the_bits_from_the_left():
    assert bands(0x0123_4567_89AB_CDEF) == (0x0123, 0x4567, 0x89AB, 0xCDEF)
    assert distance(bands(0), bands((1 << 64) - 1)) == 64
    assert (len(set(neighbours(0x0F0F))), 0x0F0E in neighbours(0x0F0F)) == (17, True)


def test_nothing_near_is_missed_by_the_bands():
    dice = random.Random(7)  # noqa: S311 - no secret
    for _trial in range(2_000):
        one = dice.getrandbits(64)
        other = one
        for bit in dice.sample(range(64), dice.randint(0, NEAR)):
            other ^= 1 << bit
        pairs = zip(bands(one), bands(other), strict=True)
        assert any(theirs in neighbours(mine) for mine, theirs in pairs)
