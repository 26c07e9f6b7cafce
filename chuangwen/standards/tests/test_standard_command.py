"""`chuangwen standard import`: what it prints, and what it says of files that it cannot read."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chuangwen.core.models import Event
from chuangwen.organizations.tests.personas import City
from chuangwen.standards.models import Criterion, Standard
from chuangwen.standards.tests.test_tables import TABLES, reading

TABLE = next(path for path in TABLES if path.stem == "bodies_as_sections")


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("standard", "import", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_the_reading_as_json():
    assert json.loads(printed(str(TABLE), "--dry-run", "--json")) == reading(TABLE).to_json()


def test_it_prints_criteria_and_doubts_for_people():
    lines = printed(str(TABLE), "--dry-run").splitlines()
    assert lines[0] == "4. [12] proportional 市住建局"
    assert lines[1].strip() == "老旧小区改造开工率１００％，按比例得分（１２分）"
    assert "? 8 deduction_exceeds_points 市交通局 stated 6 found 12" in lines


def test_a_file_of_another_program_counts_its_lines_alike(tmp_path):
    text = TABLE.read_text(encoding="utf-8")
    file = tmp_path / "table.tsv"
    file.write_bytes(b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le"))
    assert json.loads(printed(str(file), "--json")) == reading(TABLE).to_json()
    file.write_bytes(text.encode("gb18030"))
    assert json.loads(printed(str(file), "--json")) == reading(TABLE).to_json()


def test_a_cell_in_quotes_may_go_over_lines(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text(
        '考核内容,分值,评分标准\n"巡查\n记录",5,缺一次扣1分\n培训,5,未开展不得分\n', encoding="utf-8"
    )
    found = json.loads(printed(str(file), "--json"))["criteria"]
    assert [(one["row"], one["text"], one["points"]) for one in found] == [
        (2, "巡查\n记录", 5),
        (4, "培训", 5),
    ]


def test_a_text_without_a_table_is_told(tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("同志们\n", encoding="utf-8")
    told = {"kind": "no_table", "row": 1, "scope": None, "stated": None, "found": None}
    assert json.loads(printed(str(file), "--json")) == {"criteria": [], "doubts": [told]}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file.empty"),
        (b" \n", "file.empty"),
        (b"%PDF-1.4\n", "file.wrong_type"),
        (b"\x80\x81\xff\xff\n", "sheet.encoding"),
        (b'a\t"b\n' + b"c" * 200_000, "file.broken"),
        (b"1\t2\n" * 60_001, "sheet.too_long"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(tmp_path, data, code):
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(CommandError, match=code):
        printed(str(file), "--json")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        printed(str(tmp_path / "none.tsv"))


def test_a_draft_is_begun_in_somebodys_name_and_its_doubts_stay(city: City):
    said = printed(str(TABLE), "--draft", "trial", "--by", "office", "--name", "示例考核细则")
    draft = Standard.objects.get(code="trial")
    assert (draft.name, draft.state, draft.office) == ("示例考核细则", "draft", city.units["OFFICE"])
    assert said.strip() == f"trial 1: 示例考核细则, {len(draft.doubts)} doubts"
    texts = Criterion.objects.filter(indicator__dimension__standard=draft).values_list("text", flat=True)
    assert len(texts) == len(reading(TABLE).criteria)
    assert {one["kind"] for one in draft.doubts} >= {"deduction_exceeds_points"}
    assert Event.objects.get(verb="standard.draft").actor == f"person:{city.people['office'].pk}"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--draft", "trial"),
        ("--draft", "trial", "--by", "office", "--dry-run"),
        ("--draft", "trial", "--by", "liaison"),
        ("--draft", "trial", "--by", "nobody"),
    ],
)
def test_a_draft_that_is_nobodys_or_only_tried_is_none(city: City, wrong: tuple[str, ...]):
    with pytest.raises(CommandError):
        printed(str(TABLE), *wrong)
    assert not Standard.objects.exists()


def test_a_code_that_is_taken_is_told(city: City):
    asked = (str(TABLE), "--draft", "trial", "--by", "office")
    printed(*asked)
    with pytest.raises(CommandError, match=r"standard\.taken"):
        printed(*asked)
