"""Invented tables in the shapes of the trade, read whole: every criterion, rule, scorer and doubt of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chuangwen.standards.importing.found import DOUBTS, Reading
from chuangwen.standards.importing.opening import sheets
from chuangwen.standards.importing.reading import read
from chuangwen.standards.importing.scoring import KINDS

TABLES = sorted((Path(__file__).parent / "tables").glob("*.tsv"))


def reading(path: Path) -> Reading:
    return read(sheets(path))


@pytest.fixture(params=TABLES, ids=lambda path: path.stem)
def table(request) -> Path:
    return request.param


def test_a_table_is_read_as_a_person_reads_it(table):
    expected = json.loads(table.with_suffix(".json").read_text(encoding="utf-8"))
    found = reading(table).to_json()
    assert found["criteria"] == expected["criteria"]
    assert found["doubts"] == expected["doubts"]


def test_no_line_vanishes(table):
    found = reading(table)
    filled = {
        number
        for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip()
    }
    told = {criterion.row for criterion in found.criteria} | {row for _sheet, row in found.headings}
    assert told == filled


def test_only_known_rules_and_doubts_are_told(table):
    found = reading(table)
    assert {doubt.kind for doubt in found.doubts} <= set(DOUBTS)
    for criterion in found.criteria:
        assert set(criterion.rule.parameters) <= set(KINDS[criterion.rule.kind])


def test_the_words_of_a_criterion_stand_so_in_its_line(table):
    lines = table.read_text(encoding="utf-8").splitlines()
    assert [one.text for one in reading(table).criteria if one.text not in lines[one.row - 1]] == []


def test_the_tables_show_every_rule_and_every_doubt():
    found = [reading(path) for path in TABLES]
    assert {one.rule.kind for each in found for one in each.criteria} == set(KINDS)
    assert {doubt.kind for each in found for doubt in each.doubts} == set(DOUBTS) - {
        "no_table",
        "unread_cell",
    }
