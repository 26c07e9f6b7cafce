"""The PDF of a paper, read back: its page, its words, its faces; and nothing anybody wrote becomes code."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from pypdf import PdfReader

from chuangwen.core.papers import FANG_SONG, SONG_TITLE, NoFaceError, Paper, Table
from chuangwen.core.typesetting import chosen, paper_pdf

BODY = "各单位要对照任务分解表，逐项明确责任人，细化措施，倒排工期，确保按期完成。"
MM = 72 / 25.4


def read(**parts):
    given = {"title": "关于落实任务的通知", "blocks": [BODY], "date": date(2026, 9, 15)}
    return PdfReader(BytesIO(paper_pdf(Paper(**(given | parts)))))


def words(page):
    return "".join(page.extract_text().split())


def pieces(page):
    """Every piece of text with the place of its beginning in mm from the left and the top, and its size."""
    found = []
    height = float(page.mediabox.height)

    def visit(text, cm, tm, _font, size):
        if text.strip():
            x, y = (cm[n] * tm[4] + cm[n + 2] * tm[5] + cm[n + 4] for n in (0, 1))
            found.append((text.strip(), x / MM, (height - y) / MM, size))

    page.extract_text(visitor_text=visit)
    return found


def place(page, beginning):
    return next(piece for piece in pieces(page) if piece[0].startswith(beginning))


def test_the_page_is_a4_and_a_table_may_lie_on_its_side():
    sizes = [read(landscape=landscape).pages[0].mediabox for landscape in (False, True)]
    assert [(round(box.width / MM), round(box.height / MM)) for box in sizes] == [(210, 297), (297, 210)]


def test_every_part_of_a_paper_is_on_it():
    pages = read(
        masthead="示例市文明办文件",
        number="示文明办发〔2026〕1号",
        addressee="各单位：",
        blocks=["一、任务", BODY, Table([["1", "制定方案"]], [1, 6], ["序号", "任务"])],
        signature=("示例市文明办", "2026年9月15日"),
        copies="抄送：市委办公室。",
        imprint=("示例市文明办", "2026年9月15日印发"),
    ).pages
    said = "".join(map(words, pages))
    for part in (
        "示例市文明办文件",
        "示文明办发〔2026〕1号",
        "关于落实任务的通知",
        "各单位：",
        "一、任务",
        BODY,
        "序号任务",
        "制定方案",
        "2026年9月15日",
        "抄送：市委办公室。",
        "2026年9月15日印发",
        "—1—",
    ):
        assert part in said


def test_a_red_rule_as_wide_as_the_type_area_stands_under_the_number():
    marked, plain = (
        read(number=number).pages[0].get_contents().get_data().decode("latin-1")
        for number in ("示文明办发〔2026〕1号", "")
    )
    assert "1 0 0 SCN" in marked
    assert "1 0 0 SCN" not in plain


def test_lines_are_29_points_apart_inside_the_margins():
    page = read(title="", blocks=[BODY * 12]).pages[0]
    body = [piece for piece in pieces(page) if piece[3] == pytest.approx(16)]
    tops = sorted({round(top * MM, 2) for _text, _left, top, _size in body})
    steps = {round(after - before, 1) for before, after in pairwise(tops)}
    assert steps <= {28.9, 29.0}
    assert (tops[-1] - tops[0]) / (len(tops) - 1) == pytest.approx(28.95, abs=0.01)
    assert min(left for _text, left, _top, _size in body) == pytest.approx(28, abs=0.2)
    assert 37 < tops[0] / MM < 37 + 16 / MM


def test_22_lines_fit_on_a_page_and_28_characters_in_a_line():
    pdf = read(title="", blocks=["甲" * (26 + 28 * 21)])
    assert len(pdf.pages) == 1
    assert len(read(title="", blocks=["甲" * (27 + 28 * 21)]).pages) == 2


def lines(page):
    """What stands on each line of a page, from top to bottom."""
    found = defaultdict(str)
    for text, _left, top, _size in pieces(page):
        found[round(top)] += text
    return [found[top] for top in sorted(found)]


def test_the_lines_of_a_page_are_used_whatever_a_paragraph_leaves_of_them():
    pages = read(title="", blocks=["甲" * 26] * 21 + ["甲" * 26 + "乙" * 28]).pages
    assert [words(page).count("甲" * 26) for page in pages] == [22, 0]


def test_a_heading_does_not_stand_alone_at_the_foot_nor_a_signature_on_a_page():
    blocks = ["甲" * 26] * 20 + ["一、任务分工", "（一）启动", "乙"]
    first, second = (words(page) for page in read(title="", blocks=blocks, signature=("丙", "丁")).pages)
    assert (first.count("甲" * 26), second) == (20, "一、任务分工（一）启动乙丙丁—2—")


def test_a_date_stays_on_one_line():
    for length in range(14, 29):
        page = read(title="", blocks=["甲" * length + "2026年11月19日前完成"]).pages[0]
        assert any("2026年11月19日" in line for line in lines(page)), length


def test_a_date_in_a_narrow_cell_has_its_year_above_its_day():
    table = Table([["2026年11月19日", "乙" * 30]], [1, 6], ["时限", "任务"])
    said = lines(read(title="", blocks=[table]).pages[0])
    assert [line[: line.index("日") + 1] for line in said if "日" in line] == ["11月19日"]


def test_a_long_title_is_cut_between_words_into_lines_of_one_length():
    said = lines(read(title="关于贯彻落实全市新一轮文明单位创建工作部署会精神任务分工的通知").pages[0])
    assert said[:2] == ["关于贯彻落实全市新一轮文明单位", "创建工作部署会精神任务分工的通知"]


def test_a_row_higher_than_a_page_loses_nothing_and_others_are_never_cut():
    rows = [["1", "甲" * 2000], *([str(number), "乙" * 200] for number in range(2, 9))]
    pages = read(title="", blocks=[Table(rows, [1, 3], ["序号", "任务"])], landscape=True).pages
    assert sum(words(page).count("甲") for page in pages) == 2000
    assert {words(page).count("乙") % 200 for page in pages} == {0}


def test_a_column_of_short_cells_is_centred_and_one_with_a_long_cell_begins_on_the_left():
    rows = [["市教育局", "甲乙"], ["市精神文明建设工作指导委员会办公室", "甲乙"]]
    page = read(title="", blocks=[Table(rows, [3, 1], ["单位", "状态"])]).pages[0]
    short, long, state = (place(page, word)[1] for word in ("市教育局", "市精神", "甲乙"))
    assert short == pytest.approx(long, abs=0.1)
    assert state > 28 + 117 + 10  # the second column begins after three quarters of 156 mm


def test_page_numbers_stand_outside():
    first, second = read(blocks=[BODY] * 30).pages[:2]
    numbers = [place(page, "—") for page in (first, second)]
    assert [round(size) for _text, _left, _top, size in numbers] == [14, 14]
    assert numbers[0][1] > 150
    assert numbers[1][1] < 40
    assert 297 - 35 + 7 < numbers[0][2] < 297 - 35 + 7 + 14 / MM


def test_the_headings_of_a_table_return_on_every_page():
    rows = [[str(number), BODY] for number in range(1, 101)]
    pages = read(blocks=[Table(rows, [1, 6], ["序号", "任务"])], landscape=True).pages
    assert len(pages) > 2
    assert all("序号" in words(page) for page in pages)


HOSTILE = [
    '#read("/etc/passwd")',
    '#include "/etc/passwd"',
    "#sys.inputs.paper",
    '"); #panic("x") //',
    "$x^2$ *粗* _斜_ `码` = 标题 <标签> @引用 \\ \\u{41} [x] {y} ~ -- ...",
    '#import "@preview/x:1.0.0": *',
    "{{title}} %(x)s </w:t><script>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_printed_as_they_are(text):
    everywhere = {
        "title": text,
        "masthead": text,
        "number": text,
        "addressee": text,
        "copies": text,
        "imprint": (text, text),
        "signature": (text, text),
        "blocks": [text, Table([[text]], [1], [text])],
    }
    said = "".join(words(page) for page in read(**everywhere).pages)
    assert "root:" not in said
    assert words(read(title="", blocks=[text]).pages[0]).replace("—1—", "") == "".join(text.split())
    assert said.count("".join(text.split())[:8]) >= 6


def test_characters_that_no_document_can_hold_are_left_out():
    assert "责任到人" in words(read(blocks=["责任\x00到\ufffe人"]).pages[0])


def test_the_file_says_of_itself_what_it_is():
    about = read(signature=("示例市文明办", "2026年9月15日")).metadata
    assert (about.title, about.author) == ("关于落实任务的通知", "示例市文明办")
    assert about.creation_date.date() == date(2026, 9, 15)


def test_the_faces_are_those_of_the_machine_best_first():
    assert chosen(FANG_SONG, frozenset({"Noto Serif CJK SC", "FangSong"})) == [
        "FangSong",
        "Noto Serif CJK SC",
    ]
    assert chosen(SONG_TITLE, frozenset({"Noto Sans CJK SC"})) == ["Noto Sans CJK SC"]


def test_a_machine_without_chinese_faces_says_so():
    with pytest.raises(NoFaceError, match=FANG_SONG):
        chosen(FANG_SONG, frozenset({"DejaVu Sans"}))
