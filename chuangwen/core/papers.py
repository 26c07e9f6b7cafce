"""An official paper as plain data, and the measures of GB/T 9704-2012 that every writer of it keeps.

``documents.py`` writes it as docx, ``typesetting.py`` as PDF; ``blanks.py`` makes it from a template.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

# GB/T 9704-2012, 5.2: margins in mm, sizes in points (2号 = 22, 3号 = 16, 4号 = 14), 22 lines to the page.
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
WIDTH, HEIGHT = 210, 297
TITLE, BODY, FOLIO, IMPRINT = 22, 16, 14, 14
PITCH = 28.95
# Per cent of their width that the body's characters keep: 156 mm are not quite 28 × 16 points.
NARROWED = 98
MASTHEAD = 48  # points of the red masthead, unless the name is too long for one line
MASTHEAD_DOWN = 35  # mm from the top of the type area (7.2.4)
RULE_DOWN = 4  # mm from the number to the red rule (7.2.7)
RED = "FF0000"
SONG_TITLE, FANG_SONG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
# How a heading begins tells its face: 一、 in Hei, （一） in Kai, everything else in FangSong.
_FACES = ((r"[一二三四五六七八九十]+、", HEI), (r"[（(][一二三四五六七八九十]+[）)]", KAI))
_HEADING = 30  # characters that no heading passes
_NOT_FIRST, _NOT_LAST = "的、，。；：）》〉”’〕", "（《〈“‘〔"
# What titles of this trade are made of; a dictionary of the whole language would take a hundred megabytes.
_WORDS = re.compile(
    "(?=((?:部署|推进|动员|调度|座谈|表彰|工作|全体|现场)会议?|领导小组|办公室|委员会|指导委员会|新一轮|擂台赛|"
    "关于|印发|做好|开展|贯彻|落实|精神|任务|分解|分工|工作|情况|汇总|汇报|报告|通知|通报|方案|意见|办法|决定|讲话|会议|"
    "全国|全省|全市|全县|全区|文明|单位|城市|村镇|校园|家庭|创建|建设|窗口|服务|志愿|活动|检查|督查|考核|测评|整改|"
    "年度|部署|推进|动员|组织|宣传|教育))"
)
_TEAR = 4  # characters that a line may be longer or shorter so as not to tear a word
_SEALED = 4  # characters between the date and the margin, room for the seal
_LINE = 1.5  # the pitch of the lines in a table, in sizes of its face
_TALL = 300  # points of a page that no row is taken to pass
_SHORT = 8  # characters up to which a column is centred
_POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class Table:
    """``widths`` are shares of the line; ``headings`` return on every page, and a form has none.

    A line break in a cell stays one; ``size`` is in points.
    """

    rows: Sequence[Sequence[str]]
    widths: Sequence[int]
    headings: Sequence[str] = ()
    size: int = 12

    def centred(self) -> list[bool]:
        """Of each column whether its texts are centred: where all are short; of a form, the labels are."""
        if not self.headings:
            return [column == 0 for column in range(len(self.widths))]
        columns = zip(*self.rows, strict=True) if self.rows else ([] for _width in self.widths)
        return [all("\n" not in cell and width(cell) <= _SHORT for cell in cells) for cells in columns]

    def tall(self, row: Sequence[str], line: float) -> bool:
        """Whether a row may need more than a page, ``line`` mm wide, and so has to go on on the next one."""
        room = line * _POINTS_PER_MM / self.size / sum(self.widths)
        lines = (ceil(width(cell) / (room * share)) for cell, share in zip(row, self.widths, strict=True))
        return max(lines) * self.size * _LINE > _TALL


Block = str | Table


@dataclass(frozen=True)
class Paper:
    """What is on an official paper, from top to bottom; all texts are plain and without indentation.

    A paragraph's beginning tells its level: 一、 （一） 1. (7.3.3). ``signature`` is issuer and date as
    printed; ``addressee`` has its colon; ``masthead`` (发文机关标志) is red above the ``number`` (发文字号)
    with its rule; ``copies`` (抄送) and ``imprint`` (who prints, when) stand at the foot of the last page.
    """

    title: str
    blocks: Sequence[Block]
    date: date
    signature: Sequence[str] = ()
    addressee: str = ""
    masthead: str = ""
    number: str = ""
    copies: str = ""
    imprint: Sequence[str] = ()
    landscape: bool = False

    @property
    def author(self) -> str:
        return self.signature[0] if self.signature else ""

    @property
    def page(self) -> tuple[int, int]:
        """Width and height in mm."""
        return (HEIGHT, WIDTH) if self.landscape else (WIDTH, HEIGHT)

    @property
    def margins(self) -> tuple[int, int, int, int]:
        """Top, right, bottom, left in mm; a page turned on its side keeps its binding edge, now on top."""
        return (LEFT, TOP, RIGHT, BOTTOM) if self.landscape else (TOP, RIGHT, BOTTOM, LEFT)

    @property
    def drop(self) -> int:
        """How far down the masthead begins, in mm; a form, which has no title, keeps to one page."""
        return MASTHEAD_DOWN if self.title else 0

    @property
    def line(self) -> int:
        """The width of the type area in mm."""
        return self.page[0] - self.margins[1] - self.margins[3]


class NoFaceError(Exception):
    """No typeface of this machine can stand in for the one that is its argument."""


def chinese_date(day: date) -> str:
    """A day as papers write it: Arabic figures without leading zeros (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def face(text: str) -> str:
    """A heading is a short line that ends without a stop; a numbered sentence stays in the body's face."""
    heading = len(text) <= _HEADING and not text.endswith(("。", "；", "！"))
    return next((face for form, face in _FACES if heading and re.match(form, text)), FANG_SONG)


def is_heading(text: str) -> bool:
    """Whether a paragraph is one, which does not stand alone at the foot of a page."""
    return face(text) != FANG_SONG


def title_lines(paper: Paper) -> list[str]:
    """The title on as few lines as hold it, of nearly one length and cut between words (7.3.1)."""
    text = " ".join(printable(paper.title).split())
    # One less than there is room for: figures are wider than half a character in some faces.
    most = paper.line * _POINTS_PER_MM / TITLE - 1
    lines: list[str] = []
    for left in range(ceil(width(text) / most), 1, -1):
        wanted = width(text) / left
        cuts = [at for at in range(1, len(text)) if _fits(text, at, most, left) and _may_cut(text, at)]
        if not cuts:
            break
        tears = _tears(text)
        at = min(cuts, key=lambda at: abs(width(text[:at]) - wanted) + _TEAR * (at in tears))
        lines.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*lines, text]


def _fits(text: str, at: int, most: float, lines: int) -> bool:
    return width(text[:at]) <= most and width(text[at:]) <= most * (lines - 1)


def _may_cut(text: str, at: int) -> bool:
    """No line begins with what closes or ends with what opens; a number or a Latin word is never cut."""
    before, after = text[at - 1], text[at]
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return " " in (before, after) or width(before + after) > 1


def _tears(text: str) -> set[int]:
    """The places inside a word."""
    words = ((found.start(1), found.end(1)) for found in _WORDS.finditer(text))
    return {at for start, end in words for at in range(start + 1, end)}


def signed(lines: Sequence[str]) -> list[tuple[str, float]]:
    """The lines of a signature, each with its distance from the right margin in characters.

    The issuer is centred over the date, which stands four characters in (7.3.5.1); a long name moves both.
    """
    widest = max(map(width, lines), default=0)
    last = width(lines[-1]) if lines else 0
    inward = max(_SEALED, (widest - last) / 2)
    return [(text, max(inward + (last - width(text)) / 2, 0)) for text in lines]


def masthead_size(paper: Paper) -> float:
    """In points, so that the masthead fills one line at most."""
    return min(MASTHEAD, int(paper.line * _POINTS_PER_MM / max(width(paper.masthead), 1)))


def width(text: str) -> float:
    """In characters, of which a figure or a letter takes half."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.5 for c in text)


def printable(text: str) -> str:
    """Without the characters that no document can hold: those that XML forbids."""
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
