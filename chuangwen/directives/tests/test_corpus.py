"""The annotations of the corpus are well formed, so that a score on it means something."""

from __future__ import annotations

import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parent / "corpus"
TEXTS = sorted(CORPUS.glob("*/*.txt"))
FIELDS = {"start", "end", "text", "responsible", "lead", "due", "due_text", "recurs", "report_to"}
RECURS = re.compile(r"weekly:[1-7]|monthly:(?:[12]?\d|3[01]|end)|quarterly(?::end)?")
EDGES = "，。；：、！？（ 　\t\n"


def annotation(text_file: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(text_file.with_suffix(".tasks.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(params=TEXTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def document(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    path: Path = request.param
    return path.read_bytes().decode("utf-8"), annotation(path)


def test_each_text_has_its_annotation_and_each_annotation_its_text():
    annotated = sorted(CORPUS.glob("*/*.tasks.json"))
    assert [path.with_suffix(".tasks.json") for path in TEXTS] == annotated
    assert [annotation(path)["file"] for path in TEXTS] == [path.name for path in TEXTS]


def test_the_texts_are_as_long_as_real_ones(document):
    text, _ = document
    assert 600 <= len(text) <= 3000


def test_offsets_give_the_clause_without_punctuation_around_it(document):
    text, annotated = document
    for task in annotated["tasks"]:
        clause = text[task["start"] : task["end"]]
        assert clause == task["text"]
        assert clause == clause.strip(EDGES) != ""


def test_tasks_are_in_order_and_apart(document):
    _, annotated = document
    assert annotated["tasks"]
    assert all(task["start"] < task["end"] for task in annotated["tasks"])
    assert all(before["end"] <= after["start"] for before, after in pairwise(annotated["tasks"]))


def test_every_task_has_every_field(document):
    _, annotated = document
    assert set(annotated) == {"file", "document_date", "tasks"}
    assert {frozenset(set(task) - {"due_also"}) for task in annotated["tasks"]} == {frozenset(FIELDS)}


def test_bodies_and_limits_are_words_of_the_text(document):
    text, annotated = document
    for task in annotated["tasks"]:
        named = [*task["responsible"], task["lead"], task["due_text"], task["report_to"]]
        assert [words for words in named if words is not None and (not words or words not in text)] == []
        assert len(set(task["responsible"])) == len(task["responsible"])
        assert task["lead"] is None or task["lead"] in task["responsible"]


def test_dates_are_dates_and_not_before_the_document(document):
    _, annotated = document
    issued = date.fromisoformat(annotated["document_date"])
    for task in annotated["tasks"]:
        dues = [*([task["due"]] if task["due"] else []), *task.get("due_also", [])]
        assert all(date.fromisoformat(due) >= issued for due in dues)
        assert task["due"] or "due_also" not in task


def test_a_limit_is_one_day_or_a_rhythm_and_stands_in_the_text(document):
    _, annotated = document
    for task in annotated["tasks"]:
        assert not (task["due"] and task["recurs"])
        assert task["recurs"] is None or RECURS.fullmatch(task["recurs"])
        assert task["due_text"] or not (task["due"] or task["recurs"])
