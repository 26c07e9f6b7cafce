"""How well the reader does on the corpus: F1 of tasks, of their deadlines, and of their bodies.

A drafted task matches an annotated one when their spans share at least half of their union. The floors hold
for the half that the rules were written by and, apart, for the half that was kept aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chuangwen.directives.extract import extract

CORPUS = Path(__file__).parent / "corpus"
Task = dict[str, Any]
FLOORS = {"tasks": 0.85, "deadlines": 0.90, "responsible": 0.85}


def overlap(a: Task, b: Task) -> float:
    shared = min(a["end"], b["end"]) - max(a["start"], b["start"])
    return shared / (max(a["end"], b["end"]) - min(a["start"], b["start"])) if shared > 0 else 0.0


def pairs(gold: list[Task], drafted: list[Task]) -> Iterator[tuple[Task, Task]]:
    """Matches, best overlap first, each task used once."""
    ranked = sorted(
        ((overlap(g, d), i, j) for i, g in enumerate(gold) for j, d in enumerate(drafted)), reverse=True
    )
    used: tuple[set[int], set[int]] = (set(), set())
    for share, i, j in ranked:
        if share >= 0.5 and i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            yield gold[i], drafted[j]


def bodies(task: Task) -> set[str]:
    return {name.translate(dict.fromkeys(map(ord, '“”"「」《》 　\n'))) for name in task["responsible"]}


def counts(path: Path) -> dict[str, tuple[int, int, int]]:
    """Hits, annotated and drafted facts of one document."""
    annotated = json.loads(path.read_text(encoding="utf-8"))
    text = path.with_name(path.name.replace(".tasks.json", ".txt")).read_text(encoding="utf-8")
    gold = annotated["tasks"]
    issued = date.fromisoformat(annotated["document_date"])
    drafted = extract(text, document_date=issued).to_json()["tasks"]
    matched = list(pairs(gold, drafted))
    return {
        "tasks": (len(matched), len(gold), len(drafted)),
        "deadlines": (
            sum(bool(g["due"]) and d["due"] in (g["due"], *g.get("due_also", ())) for g, d in matched),
            sum(bool(g["due"]) for g in gold),
            sum(bool(d["due"]) for d in drafted),
        ),
        "responsible": (
            sum(len(bodies(g) & bodies(d)) for g, d in matched),
            sum(len(bodies(g)) for g in gold),
            sum(len(bodies(d)) for d in drafted),
        ),
    }


@pytest.mark.parametrize("half", ["dev", "held"])
def test_the_reader_reaches_its_floors(half: str):
    documents = [counts(path) for path in sorted((CORPUS / half).glob("*.tasks.json"))]
    assert len(documents) >= 4
    reached = {}
    for fact in FLOORS:
        hits, gold, drafted = (sum(document[fact][n] for document in documents) for n in range(3))
        reached[fact] = 2 * hits / (gold + drafted)
    assert {fact: value for fact, value in reached.items() if value < FLOORS[fact]} == {}


def test_what_repeats_is_told_apart_from_what_is_due_once():
    found = set()
    expected = set()
    for path in sorted(CORPUS.glob("*/*.tasks.json")):
        annotated = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_name(path.name.replace(".tasks.json", ".txt")).read_text(encoding="utf-8")
        issued = date.fromisoformat(annotated["document_date"])
        for gold, drafted in pairs(
            annotated["tasks"], extract(text, document_date=issued).to_json()["tasks"]
        ):
            expected |= {(path.name, gold["start"], gold["recurs"])} if gold.get("recurs") else set()
            found |= {(path.name, gold["start"], drafted["recurs"])} if drafted["recurs"] else set()
    assert len(expected) >= 15
    assert len(expected & found) >= 0.9 * max(len(expected), len(found))
