"""A docx opened by LibreOffice, as an office without Word does: nothing is lost, and no page too many."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from chuangwen.core.documents import paper_docx
from chuangwen.core.papers import Paper, Table

pytestmark = pytest.mark.office
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice") or ""
PATIENCE = 180  # seconds, on a machine that is busy with other tests
GUIDE = Path(__file__).parents[3] / "docs" / "configuration.md"

SENTENCE = "财政、教育、卫生、公安、民政、水利、农林等部门要在11月24日前召开系统会；各单位：抓紧（逐家）。"
NOTICE = Paper(
    title="关于贯彻落实全市新一轮文明单位创建工作部署会精神任务分工的通知",
    masthead="示例市精神文明建设办公室文件",
    number="示文明办发〔2026〕1号",
    addressee="各有关单位：",
    # Of every length, so that a stop of each kind comes to stand behind the last character of some line.
    blocks=[
        "一、任务分工",
        *(f"{'甲' * length}{SENTENCE}" for length in range(28)),
        *(f"{'甲' * length}、{'乙' * 26}；{'丙' * 26}：丁。" for length in range(14, 29)),
    ],
    signature=("示例市精神文明建设办公室", "2026年11月27日"),
    imprint=("示例市精神文明建设办公室", "2026年11月27日印发"),
    date=date(2026, 11, 27),
)
Convert = Callable[[Paper], PdfReader]


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """``convert(paper)`` is the PDF that LibreOffice makes of the paper's docx."""
    if not SOFFICE:
        pytest.fail("There is no LibreOffice on this machine (Debian: apt install libreoffice-writer-nogui).")

    def pdf(paper: Paper) -> PdfReader:
        (tmp_path / "paper.docx").write_bytes(paper_docx(paper))
        home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
        command = [SOFFICE, home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path]
        subprocess.run(  # noqa: S603 - our own file
            [*command, tmp_path / "paper.docx"], check=True, capture_output=True, timeout=PATIENCE
        )
        return PdfReader(BytesIO((tmp_path / "paper.pdf").read_bytes()))

    return pdf


def letters(text: str) -> Counter[str]:
    return Counter("".join(text.split()))


def words(paper: Paper) -> str:
    """All that is on the paper but the numbers of its pages."""
    blocks = [
        "".join(map("".join, block.rows)) if isinstance(block, Table) else block for block in paper.blocks
    ]
    heads = [paper.title, paper.masthead, paper.number, paper.addressee, paper.copies]
    return "".join([*heads, *blocks, *paper.signature, *paper.imprint])


def test_every_character_of_a_notice_is_there_and_no_page_too_many(convert: Convert):
    pages = [page.extract_text() for page in convert(NOTICE).pages]
    numbers = [re.search(r"— ?\d+ ?—", page) for page in pages]
    assert [number and number[0].strip("— ") for number in numbers] == ["1", "2", "3", "4", "5", "6", "7"]
    said = "".join(re.sub(r"— ?\d+ ?—", "", page) for page in pages)
    assert letters(said) == letters(words(NOTICE))


def test_the_imprint_is_at_the_foot_of_the_last_page(convert: Convert):
    last = convert(NOTICE).pages[-1]
    places: list[float] = []

    def visit(text: str, cm: list[float], tm: list[float], *_font: object) -> None:
        if "印发" in text:
            places.append((cm[3] * tm[5] + cm[5]) * 25.4 / 72)

    last.extract_text(visitor_text=visit)
    # The rule under it is the end of the type area, 35 mm above the edge of the page.
    assert [35 < place < 45 for place in places] == [True]


def test_22_lines_of_28_characters_fill_a_page_and_one_more_begins_the_next(convert: Convert):
    full = "甲" * (26 + 28 * 21)
    assert [len(convert(_plain(full + more)).pages) for more in ("", "甲")] == [1, 2]


def _plain(text: str) -> Paper:
    return Paper(title="", blocks=[text], date=date(2026, 11, 27))


def test_a_heading_does_not_stand_alone_at_the_foot_nor_a_signature_on_a_page(convert: Convert):
    lines = ["甲" * 26] * 20
    signed = Paper(
        title="",
        blocks=[*lines, "一、任务分工", "乙"],
        date=date(2026, 11, 27),
        signature=("丙", "2026年1月1日"),
    )
    first, second = (page.extract_text() for page in convert(signed).pages)
    assert ("一、" in first, "一、" in second, "乙" in second, "丙" in second) == (False, True, True, True)


def test_the_advice_on_faces_gives_a_machine_without_them_a_face_of_that_cut(
    convert: Convert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    advice = re.search(r"```xml\n(.+?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert advice
    rules = advice[1].replace("</fontconfig>", "<include>/etc/fonts/fonts.conf</include></fontconfig>")
    (tmp_path / "fonts.conf").write_text(rules, encoding="utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    body = convert(_plain(SENTENCE)).pages[0]["/Resources"]["/Font"].get_object()
    assert sorted("Serif" in font.get_object()["/BaseFont"] for font in body.values()) == [True] * len(body)
