"""Fingerprints of pictures, taken in a process of its own (`apart`): its numeric libraries go with it."""

from __future__ import annotations

from collections.abc import Sequence

SIDE = 64  # pixels; the hash looks at 32
# A picture with something on it has about as many ones as zeros; a blank page has hardly any.
TELLING = range(20, 45)


def fingerprints(paths: Sequence[str]) -> list[int | None]:
    """The perceptual hash of each (ImageHash, 64 bits): pictures that look alike differ in few bits.

    None for what cannot be read, or shows nothing to tell it from others by.
    """
    return [_fingerprint(path) for path in paths]


def _fingerprint(path: str) -> int | None:
    import imagehash
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.draft("L", (SIDE, SIDE))
            bits = int(str(imagehash.phash(image)), 16)
    except Exception:  # whatever a decoder says, there is no fingerprint
        return None
    return bits if bits.bit_count() in TELLING else None
