"""Faces and number plates in a photo: where they may be, and a copy in which they cannot be told any more.

Both are done in a process of its own (`apart`): OpenCV is loaded nowhere else. Its detectors miss faces that
look aside and find some that are none, so a person looks before anything is concealed.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageFilter

Box = tuple[int, int, int, int]  # left, top, width, height in pixels

_SIDE = 1600  # pixels of the longer side at which is looked
_SMALLEST = 24  # pixels of a face there
_NEIGHBOURS = 4  # hits side by side that make one
_DETECTORS = ("haarcascade_frontalface_default.xml", "haarcascade_russian_plate_number.xml")
_TILES = 6  # of the longer side of a box: nobody is known by 36 colours
QUALITY = 85


def find(path: str) -> list[Box]:
    """Where faces seen from the front, and number plates, may be; from the left."""
    import cv2

    grey = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
    if grey is None:
        return []
    height, width = grey.shape
    scale = max(1.0, max(height, width) / _SIDE)
    small = cv2.equalizeHist(cv2.resize(grey, (round(width / scale), round(height / scale))))
    found = set()
    for name in _DETECTORS:
        detector = cv2.CascadeClassifier(f"{cv2.data.haarcascades}{name}")  # type: ignore[attr-defined]
        hits = detector.detectMultiScale(
            small, scaleFactor=1.1, minNeighbors=_NEIGHBOURS, minSize=(_SMALLEST, _SMALLEST)
        )
        for left, top, wide, high in hits:
            found.add((round(left * scale), round(top * scale), round(wide * scale), round(high * scale)))
    return sorted(found)


def conceal(source: str, target: str, boxes: Sequence[Box]) -> None:
    """Write ``source`` to ``target``, each box in a few blurred tiles: nothing brings back what was there."""
    with Image.open(source) as image:
        plain = image.convert("RGB")
    for left, top, wide, high in boxes:
        place = (left, top, min(left + wide, plain.width), min(top + high, plain.height))
        if place[0] >= place[2] or place[1] >= place[3]:
            continue  # beside the photo
        part = plain.crop(place)
        tile = max(part.size) / _TILES
        width, height = (max(1, round(side / tile)) for side in part.size)
        few = part.resize((width, height), Image.Resampling.BOX)
        blurred = few.resize(part.size, Image.Resampling.NEAREST).filter(ImageFilter.GaussianBlur(tile / 2))
        plain.paste(blurred, place)
    plain.save(target, "JPEG", quality=QUALITY, optimize=True)
