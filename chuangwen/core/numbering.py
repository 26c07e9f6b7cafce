"""The numbers that a word processor puts before paragraphs by itself: 一、 （一） 1. and their like.

They stand nowhere in the text of a docx; they are counted here as ECMA-376 part 1, §17.9 says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import cn2an

# An lxml element; lxml carries no types.
Element = Any
# A list has nine levels, and what stands around its numbers is short; a hostile document would have more.
_DEPTHS, _LABEL = 9, 40
_ANCESTORS = 20  # of a style


def word(element: Element | None, *steps: str) -> Element | None:
    """The first descendant along ``steps`` of local names, whichever of the two namespaces is used."""
    for step in steps:
        element = None if element is None else element.find(f"{{*}}{step}")
    return element


def value(element: Element | None, name: str = "val") -> str:
    """An attribute by its local name; empty if the element or the attribute is not there."""
    attributes = {} if element is None else element.attrib
    return next((str(v) for k, v in attributes.items() if k.rpartition("}")[2] == name), "")


def whole(text: str, default: int = 0) -> int:
    """The number that ``text`` writes, if it is one that a document may need."""
    return int(text) if re.fullmatch(r"\d{1,6}", text) else default


def _letters(number: int) -> str:
    """A … Z, AA … ZZ, as word processors go on after Z."""
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 % 10 + 1)


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


def _roman(number: int) -> str:
    """Up to 89, which no list of a document passes."""
    if number >= 90:  # noqa: PLR2004
        return str(number)
    tens, ones = divmod(number, 10)
    return "L" * (tens >= 5) + ("XL" if tens == 4 else "X" * (tens % 5)) + _ROMAN[ones]  # noqa: PLR2004


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if 1 <= number <= 20 else str(number)  # noqa: PLR2004 — the last is ⑳


def _chinese(number: int) -> str:
    return str(cn2an.an2cn(number))


def _full_width(number: int) -> str:
    return str(number).translate({ord("0") + n: ord("０") + n for n in range(10)})


_FORMATS: dict[str, Callable[[int], str]] = {
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese,
    "taiwaneseCountingThousand": _chinese,
    "ideographDigital": lambda n: str(n).translate(str.maketrans("0123456789", "〇一二三四五六七八九")),
    "chineseLegalSimplified": lambda n: str(cn2an.an2cn(n, "up")),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalZero": lambda n: f"{n:02}",
    "upperLetter": _letters,
    "lowerLetter": lambda n: _letters(n).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda n: _roman(n).lower(),
}


@dataclass(frozen=True)
class _Level:
    start: int
    form: str
    text: str  # such as "（%1）", where %1 is the number of the first level
    legal: bool  # all numbers in Arabic figures
    style: str  # the paragraphs of this style stand on this level


@dataclass(frozen=True)
class _List:
    """A list as paragraphs name it; lists of one family go on counting together."""

    family: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


class Numbering:
    """Counts through the paragraphs of one document, in their order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._lists = dict(_lists(numbering)) if numbering is not None else {}
        self._styles = dict(_styles(styles)) if styles is not None else {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()

    def label(self, properties: Element | None) -> str:
        """The number of the next paragraph, with these ``properties``; empty if it has none."""
        key, depth = self._place(properties)
        found = self._lists.get(key)
        if not found or depth not in found.levels:
            return ""
        counts = self._counts.setdefault(found.family, {})
        if key not in self._begun:
            self._begun.add(key)
            for level in found.restarts:
                counts.pop(level, None)
        start = found.restarts.get(depth, found.levels[depth].start)
        counts[depth] = counts[depth] + 1 if depth in counts else start
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        return _written(found.levels, depth, counts)

    def _place(self, properties: Element | None) -> tuple[str, int]:
        """The list and the level of a paragraph: its own, or those of its style."""
        own = word(properties, "numPr", "numId")
        if own is not None:
            return value(own), whole(value(word(properties, "numPr", "ilvl")))
        style = value(word(properties, "pStyle"))
        for _ in range(_ANCESTORS):
            key, depth, parent = self._styles.get(style, ("", 0, ""))
            if key:
                levels = self._lists[key].levels if key in self._lists else {}
                return key, next((n for n, level in levels.items() if level.style == style), depth)
            style = parent
        return "", 0


def _written(levels: dict[int, _Level], depth: int, counts: dict[int, int]) -> str:
    level = levels[depth]

    def number(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        of = levels.get(at)
        if of is None or of.form == "none":
            return ""
        count = counts.get(at, of.start)
        plain = count < 1 or (level.legal and at != depth)
        return str(count) if plain else _FORMATS.get(of.form, str)(count)

    label = "" if level.form == "bullet" else re.sub(r"%([1-9])", number, level.text)
    # "1" and "1.1" need a gap before the words, "一、" and "（1）" do not.
    return f"{label} " if label[-1:].isalnum() and label.isascii() else label


def _lists(numbering: Element) -> Iterator[tuple[str, _List]]:
    families = {value(row, "abstractNumId"): _levels(row) for row in numbering.findall("{*}abstractNum")}
    for row in numbering.findall("{*}num"):
        family = value(word(row, "abstractNumId"))
        levels, restarts = dict(families.get(family, {})), {}
        for change in row.findall("{*}lvlOverride")[:_DEPTHS]:
            levels |= _levels(change)
            if word(change, "startOverride") is not None:
                restarts[whole(value(change, "ilvl"))] = whole(value(word(change, "startOverride")), 1)
        yield value(row, "numId"), _List(family, levels, restarts)


def _levels(parent: Element) -> dict[int, _Level]:
    return dict(map(_level, parent.findall("{*}lvl")[:_DEPTHS]))


def _level(element: Element) -> tuple[int, _Level]:
    return whole(value(element, "ilvl")), _Level(
        start=whole(value(word(element, "start"))),
        form=value(word(element, "numFmt")) or "decimal",
        text=value(word(element, "lvlText"))[:_LABEL],
        legal=word(element, "isLgl") is not None,
        style=value(word(element, "pStyle")),
    )


def _styles(styles: Element) -> Iterator[tuple[str, tuple[str, int, str]]]:
    """The list, the level and the parent of every style of paragraphs."""
    for style in styles.findall("{*}style"):
        numbers = word(style, "pPr", "numPr")
        place = value(word(numbers, "numId")), whole(value(word(numbers, "ilvl")))
        yield value(style, "styleId"), (*place, value(word(style, "basedOn")))
