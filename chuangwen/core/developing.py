"""Develops one photo, in a process of its own (`apart`): whatever is sent, the server keeps its memory."""

from __future__ import annotations

import math
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageOps

LONG_SIDE = 2560  # pixels: what a page of a4 shows at 220 dots an inch
QUALITY = 85
# Pixels. A JPEG is decoded at a half, a quarter or an eighth, so that those of phones with 200 megapixels
# pass; what it is decoded at, and every other kind as a whole, is at most the second.
JPEG_PIXELS, PIXELS = 250_000_000, 64_000_000
MEMORY = 1536 * 1024**2  # bytes of address space
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")


class TooLargeError(Exception):
    """More pixels than anybody can open."""


class BrokenError(Exception):
    """No picture, or only a part of one."""


def develop(source: str, target: str) -> dict[str, Any]:
    """Write ``source`` as an upright JPEG of at most `LONG_SIDE` pixels without any metadata to ``target``.

    Returns what the metadata told, see `told`. Raises `TooLargeError`, `BrokenError`.
    """
    with Path(source).open("rb") as file:
        jpeg = file.read(3) == b"\xff\xd8\xff"
    if not jpeg:  # most are; the opener of others costs a sixth of the time that one of them takes
        import pi_heif

        pi_heif.register_heif_opener()
    # The limits are our own, see above: Pillow's would refuse the pictures of good phones.
    Image.MAX_IMAGE_PIXELS = None
    try:
        return _develop(source, target)
    except (TooLargeError, MemoryError):
        raise TooLargeError from None
    except Exception:
        # Whatever a decoder makes of a broken file, the file is what is wrong; not every error travels home.
        raise BrokenError from None


def _develop(source: str, target: str) -> dict[str, Any]:
    with Image.open(source, formats=FORMATS) as image:
        scaled = image.format in {"JPEG", "MPO"}
        if image.width * image.height > (JPEG_PIXELS if scaled else PIXELS):
            raise TooLargeError
        facts = told(image)
        if scaled:
            image.draft("RGB", (LONG_SIDE, LONG_SIDE))
        if image.width * image.height > PIXELS:
            raise TooLargeError
        image.load()
        image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        plain = _in_plain_colours(ImageOps.exif_transpose(image))
    plain.save(target, "JPEG", quality=QUALITY, optimize=True, exif=b"")
    return facts


def _in_plain_colours(image: Image.Image) -> Image.Image:
    """The picture in sRGB, on white where it is transparent: a JPEG without a profile can say no more."""
    profile = image.info.pop("icc_profile", None)
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    elif profile and image.mode in {"RGB", "CMYK", "L"}:
        # A profile that cannot be read is as good as none.
        with suppress(ImageCms.PyCMSError, OSError):
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            found = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
            image = found or image
    image = image.convert("RGB")
    image.info.clear()
    return image


def told(image: Image.Image) -> dict[str, Any]:
    """``taken_at`` as EXIF spells it, ``latitude`` and ``longitude`` in degrees; only what is there."""
    facts: dict[str, Any] = {}
    with suppress(Exception):  # metadata may hold anything; the picture is as good without them
        exif = image.getexif()
        taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        if taken := str(taken or exif.get(ExifTags.Base.DateTime) or "").strip("\0 "):
            facts["taken_at"] = taken[:19]
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        latitude = _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S")
        longitude = _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W")
        if abs(latitude) <= 90 and abs(longitude) <= 180:  # noqa: PLR2004
            facts |= {"latitude": latitude, "longitude": longitude}
    return facts


def _degrees(place: dict[int, Any], where: int, side: int, negative: str) -> float:
    """Degrees, minutes and seconds as one number. Raises for what is none."""
    degrees, minutes, seconds = (float(part) for part in place[where])
    found = round(degrees + minutes / 60 + seconds / 3600, 6)
    if not math.isfinite(found):
        raise ValueError
    return -found if str(place.get(side, "")).strip("\0 ").upper() == negative else found
