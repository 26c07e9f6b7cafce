"""Official papers as PDF, set by typst in the layout of GB/T 9704-2012."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst

from chuangwen.core import papers
from chuangwen.core.papers import FANG_SONG, HEI, KAI, SONG, SONG_TITLE, NoFaceError, Paper, Table

# The only files that typst may read: paper text comes to it as data, and its root is closed around this.
_ROOT = Path(__file__).with_name("typst")
_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC")
_SANS = ("Noto Sans CJK SC", "Source Han Sans SC")
# What each face is called on the machines that have it, then the faces that stand in for it.
_FAMILIES: dict[str, Sequence[str]] = {
    SONG_TITLE: ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", SONG_TITLE, *_SERIF, "SimSun", *_SANS),
    FANG_SONG: ("FangSong_GB2312", FANG_SONG, "FangSong", "仿宋", "STFangsong", *_SERIF, "SimSun", *_SANS),
    HEI: ("SimHei", HEI, "STHeiti", *_SANS, *_SERIF),
    KAI: ("KaiTi_GB2312", KAI, "KaiTi", "楷体", "STKaiti", *_SERIF, "SimSun", *_SANS),
    SONG: ("SimSun", SONG, "STSong", *_SERIF, *_SANS),
}
_BODY_FACES = {FANG_SONG: "body", HEI: "hei", KAI: "kai"}


def paper_pdf(paper: Paper) -> bytes:
    """The paper as PDF. Raises NoFaceError on a machine without a Chinese typeface.

    The faces of the machine are read anew and stay in memory; ``writing.pdf`` gives it back.
    """
    # No package can be fetched: both places where one is looked for lie inside the closed root.
    compiler = typst.Compiler(
        root=str(_ROOT), package_path=str(_ROOT / "none"), package_cache_path=str(_ROOT / "none")
    )
    data = json.dumps(_plain(paper), ensure_ascii=False)
    pdf = compiler.compile(
        input=str(_ROOT / "paper.typ"), root=str(_ROOT), format="pdf", sys_inputs={"paper": data}
    )
    return bytes(pdf)  # type: ignore[arg-type]  # one file, as no page-by-page format is asked for


def chosen(face: str, installed: frozenset[str]) -> list[str]:
    """The families that set ``face`` where ``installed`` are, best first; raises NoFaceError if none is."""
    found = [family for family in _FAMILIES[face] if family in installed]
    if not found:
        raise NoFaceError(face)
    return found


def _plain(paper: Paper) -> dict[str, Any]:
    """Everything that ``paper.typ`` needs, as plain JSON values."""
    installed = frozenset(typst.Fonts(include_embedded_fonts=False).families())
    names = {"title": SONG_TITLE, "body": FANG_SONG, "hei": HEI, "kai": KAI, "song": SONG}
    faces = {name: chosen(face, installed) for name, face in names.items()}
    return {
        "faces": faces,
        # The title's own face is heavy by itself; what stands in for it has to be made so.
        "weight": "bold" if faces["title"][0] in (*_SERIF, *_SANS) else "regular",
        "page": paper.page,
        "margins": paper.margins,
        "body": papers.BODY,
        "pitch": papers.PITCH,
        "tracking": papers.BODY * (papers.NARROWED / 100 - 1),
        "folio": papers.FOLIO,
        "title_size": papers.TITLE,
        "title_lines": papers.title_lines(paper),
        "imprint_size": papers.IMPRINT,
        "red": papers.RED,
        "rule_down": papers.RULE_DOWN,
        "masthead_down": paper.drop,
        "masthead_size": papers.masthead_size(paper),
        "date": {"year": paper.date.year, "month": paper.date.month, "day": paper.date.day},
        "signature": [(papers.printable(text), inward) for text, inward in papers.signed(paper.signature)],
        "imprint": [papers.printable(text) for text in paper.imprint],
        "blocks": [_block(block, paper.line) for block in paper.blocks],
        **{
            name: papers.printable(getattr(paper, name))
            for name in ("masthead", "number", "title", "addressee", "copies", "author")
        },
    }


def _block(block: papers.Block, line: float) -> dict[str, Any]:
    if isinstance(block, Table):
        return {
            "kind": "table",
            "size": block.size,
            "widths": list(block.widths),
            "centred": block.centred(),
            "headings": list(map(papers.printable, block.headings)),
            "rows": [
                {"cells": list(map(papers.printable, row)), "tall": block.tall(row, line)}
                for row in block.rows
            ],
        }
    return {
        "kind": "text",
        "text": papers.printable(block),
        "face": _BODY_FACES[papers.face(block)],
        "heading": papers.is_heading(block),
    }
