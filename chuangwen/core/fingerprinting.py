"""Fingerprints of pictures, in a process of its own: what it needs of numeric libraries goes with it.

    python -I fingerprinting.py PICTURE...

prints a line for each: 16 hexadecimal digits (the perceptual hash of ImageHash: pictures that look alike
differ in few of the 64 bits), or ``-`` for what cannot be read, or shows nothing to tell it from others by.
"""

from __future__ import annotations

import sys

SIDE = 64  # pixels; the hash looks at 32
# A picture with something on it has about as many ones as zeros; a blank page has hardly any.
TELLING = range(20, 45)


def fingerprint(path: str) -> str:
    import imagehash
    from PIL import Image

    with Image.open(path) as image:
        image.draft("L", (SIDE, SIDE))
        bits = int(str(imagehash.phash(image)), 16)
    return f"{bits:016x}" if bits.bit_count() in TELLING else "-"


def main(paths: list[str]) -> None:
    for path in paths:
        try:
            told = fingerprint(path)
        except Exception:  # whatever a decoder says, there is no fingerprint
            told = "-"
        sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
