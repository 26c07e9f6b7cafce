"""Brackets and labels that name doers and deadlines apart from the sentence: （责任单位：…；完成时限：…）."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chuangwen.directives.extraction.bodies import members
from chuangwen.directives.extraction.normalising import LABEL

_BRACKET = re.compile(r"[（【\[]([^（）【】\[\]]*(?:（[^（）]*）[^（）【】\[\]]*)*)[）】\]]")
_LABEL = re.compile(
    r"(?P<label>责任(?:单位|部门|主体|科室|领导|人)?|牵头(?:单位|部门|责任单位)?|配合(?:单位|部门)?|协办(?:单位)?|参与(?:单位|部门)?|参加(?:单位)?|主办(?:单位)?|承办(?:单位)?|落实(?:单位)?|负责(?:单位)?|实施(?:单位)?|完成(?:时限|时间)|时限|时间(?:节点|要求)?|办结时限)：?"
)
# The same without a bracket, after the sentence or in lines of its own; one label or several.
_LABELLED = re.compile(rf"(?:(?<=[。\n]){LABEL}[^。\n]*[。\n]?)+")
_WORK = re.compile(
    r"(?:分别)?(?:按(?:照)?(?:各自)?(?:职责|分工|职责分工)(?:分工)?)?(?:分别)?(?:共同)?(?P<work>牵头(?:负责|落实|组织)?|配合|协助|参与|参加|负责(?:落实|实施)?|承办|主办|协办|落实|具体落实|具体实施)$"
)
# A bracket that names only a deadline.
_LIMIT = re.compile(r"(?=.*(?:时限|时间：|前(?:完成)?$|长期|持续)).{2,30}")
_PARTS = re.compile(r"[；;，。\n]\s*")


@dataclass(frozen=True)
class Named:
    """The bodies (spans) and the lead that a bracket or a label line names; empty when it names none."""

    bodies: tuple[tuple[int, int], ...]
    leads: tuple[tuple[int, int], ...]


def brackets(text: str) -> list[tuple[int, int, Named]]:
    """Every bracket of ``text`` that names doers or a deadline: its span and what it names."""
    found = []
    for match in _BRACKET.finditer(text):
        named = named_in(match.group(1), match.start(1))
        if named.bodies or _LIMIT.fullmatch(match.group(1)):
            found.append((match.start(), match.end(), named))
    for match in _LABELLED.finditer(text):
        end = match.start() + len(match.group().rstrip("\n"))
        found.append((match.start(), end, named_in(text[match.start() : end], match.start())))
    return sorted(found, key=lambda aside: aside[0])


def named_in(text: str, offset: int = 0) -> Named:
    """The bodies of "牵头单位：甲；配合单位：乙" or "甲牵头，乙、丙配合"."""
    bodies: list[tuple[int, int]] = []
    leads: list[tuple[int, int]] = []
    start, leading = 0, False
    for piece in _pieces(text):
        label = _LABEL.match(piece)
        at = text.index(piece, start)
        start = at + len(piece)
        if label and ("：" in label.group() or label.end() < len(piece)):
            shift, core = label.end(), piece[label.end() :]
            leading = "牵头" in label["label"]
            if re.search(r"时", label["label"]):
                continue
        else:
            work = _WORK.search(piece)
            if not work:
                shift, core = 0, piece
                if not bodies:  # a list of bodies alone: （教育部、财政部）
                    core = ""
            else:
                shift, core = 0, piece[: work.start()]
                leading = work["work"].startswith("牵头")
        spans = [
            (s + shift + at + offset, e + shift + at + offset) for s, e in members(re.sub(r"等$", "", core))
        ]
        bodies += spans
        leads += spans if leading else []
    return Named(tuple(bodies), tuple(leads))


def _pieces(text: str) -> list[str]:
    return [piece for piece in _PARTS.split(text) if piece]
