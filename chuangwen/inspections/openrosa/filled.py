"""What a client of OpenRosa sends: the XML of a filled-in form, read without trusting it.

Pure. A document type is refused before anything is made of it, so entities neither grow nor reach outside.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID, uuid5
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

LARGEST = 1024**2  # bytes; a form of a hundred questions, all answered, has thirty thousand
DEEPEST = 20  # elements inside one another; the forms of this house have four
FILE_NAME = re.compile(r"[^/\\\0]{1,100}")
# The questions of one criterion: its verdict, words, and photos (xforms.py).
_QUESTION = re.compile(r"(?P<kind>[cwp])(?P<criterion>\d{1,18})_(?P<place>[-\w]+)")


class UnreadableError(ValueError):
    """It is not the XML of a filled-in form; the message says why, for the log."""


@dataclass(frozen=True)
class Answer:
    """One criterion as it was filled in: verdict, words, and the names of its photos."""

    criterion: int
    verdict: str
    words: str = ""
    photos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A filled-in form: whose it is, where it was filled in, and what it says of each criterion.

    ``point`` is the choice's name. ``instance`` is given by the device once for all requests that carry it.
    """

    form_id: str
    version: str
    instance: UUID
    noted_at: datetime
    point: str
    latitude: Decimal | None
    longitude: Decimal | None
    answers: tuple[Answer, ...]

    def key(self, *names: object) -> UUID:
        """A key that is the same whenever this form arrives."""
        return uuid5(self.instance, "/".join(map(str, names)))


def read(text: bytes) -> Filled:
    """Raises UnreadableError."""
    if len(text) > LARGEST:
        raise UnreadableError(f"{len(text)} bytes")
    try:
        root = fromstring(text.decode(), forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError) as error:  # an unknown encoding, too
        raise UnreadableError(str(error) or type(error).__name__) from None
    found = _leaves(root)
    try:
        latitude, longitude = _place(found.get("place", ""))
        return Filled(
            form_id=root.get("id", ""),
            version=root.get("version", ""),
            instance=UUID(found["instanceID"].removeprefix("uuid:")),
            noted_at=_moment(found.get("end") or found["start"]),
            point=found.get("point", ""),
            latitude=latitude,
            longitude=longitude,
            answers=_answers(found),
        )
    except KeyError as error:
        raise UnreadableError(f"there is no {error}") from None
    except (ValueError, InvalidOperation) as error:
        raise UnreadableError(str(error)) from None


def _leaves(root: Element) -> dict[str, str]:
    """The text of each answered question by its local name; clients put some into a namespace."""
    found, waiting = dict[str, str](), [(root, 0)]
    while waiting:
        element, depth = waiting.pop()
        if depth > DEEPEST:
            raise UnreadableError("too deep")
        waiting += [(child, depth + 1) for child in element]
        text = (element.text or "").strip()
        if not len(element) and text:
            name = str(element.tag).rpartition("}")[2]
            if name in found:
                raise UnreadableError(f"{name} is answered twice")
            found[name] = text
    return found


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"a time without its zone: {text}")
    return moment


def _place(text: str) -> tuple[Decimal | None, Decimal | None]:
    """Latitude and longitude in degrees, of the four numbers that a client sends."""
    if not text:
        return None, None
    latitude, longitude, *_rest = text.split()
    places = Decimal(latitude), Decimal(longitude)
    if not all(place.is_finite() for place in places):
        raise ValueError(f"no place: {text}")
    return places


def _answers(found: Mapping[str, str]) -> tuple[Answer, ...]:
    """The verdicts, each with the words and photos of the same criterion at the same kind of place."""
    verdicts, words, photos = dict[str, str](), dict[str, str](), dict[str, list[str]]()
    for name in sorted(found):
        match = _QUESTION.fullmatch(name)
        if not match:
            continue
        of = f"{match['criterion']}_{match['place']}"
        if match["kind"] == "c":
            verdicts[of] = found[name]
        elif match["kind"] == "w":
            words[of] = found[name]
        else:
            photos.setdefault(of.rpartition("_")[0], []).append(_file_name(found[name]))
    named = [name for names in photos.values() for name in names]
    if len(named) != len(set(named)):
        raise ValueError("one file is named twice")
    asked = [of.partition("_")[0] for of in verdicts]
    if len(asked) != len(set(asked)):
        raise ValueError("one criterion is answered at two kinds of place")
    return tuple(
        Answer(int(of.partition("_")[0]), verdict, words.get(of, ""), tuple(photos.get(of, ())))
        for of, verdict in verdicts.items()
    )


def _file_name(text: str) -> str:
    if not FILE_NAME.fullmatch(text):
        raise ValueError(f"no name of a file: {text[:100]}")
    return text
