"""A clean parallel text: half-width digits, no spaces inside words, no broken lines, no page furniture."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

# Lines that are never part of a document: page numbers, and the frame of a web page.
_FURNITURE = re.compile(
    r"^[\s—–\-·.]*(?:第?\s*\d{1,4}\s*页?(?:\s*[/共]\s*\d{1,4}\s*页?)?)[\s—–\-·.]*$"
    r"|https?:|www\.|^\s*(?:页眉|页脚|打印|责任编辑|来源：|编辑：|浏览次数|发布时间|字体：|分享到)"
)
# Adverts and download notes: short lines that are no sentences.
_ADVERT = re.compile(
    r"会员|订阅|QQ|微信群|公众号|扫码|扫一扫|下载|版权|转载|倒卖|仅供|文库|原创|关注我们|点击"
)
_ADVERT_LENGTH = 60


def _is_furniture(line: str) -> bool:
    plain = unicodedata.normalize("NFKC", line).strip()
    advert = len(plain) <= _ADVERT_LENGTH and not plain.endswith("。") and _ADVERT.search(plain)
    return bool(advert or _FURNITURE.search(plain))


_ENDS = "。！？；：:;!?…”）)】"
# How a numbered line begins; such a line is never the rest of the one before.
# What begins a line that only names the doers or the deadline of what stands above it.
LABEL = r"(?:责任|牵头|配合|协办|参与|主办|承办|落实|实施|完成|办结)(?:单位|部门|时限|时间)[：:]"
MARKER = re.compile(
    rf"{LABEL}|"
    r"[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十\d]+[条章节]"
    r"|[一二三四五六七八九十]{1,2}[要是](?!年|月|日)|附件|[①-⑳]"
)
_WRAPPED = 60  # no line of a hard-wrapped page is longer
_SLACK = 6


@dataclass(frozen=True)
class Clean:
    """``text`` as it should have been typed; ``origin[i]`` is where its character i stood."""

    text: str
    origin: list[int] = field(repr=False)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that ``text[start:end]`` came from."""
        return self.origin[start], self.origin[end - 1] + 1


def clean(text: str) -> Clean:
    """Paragraphs separated by one newline each; cells of a table row keep one tab between them."""
    lines = _lines(text)
    width = _page_width([words for _start, words in lines])
    characters: list[str] = []
    origin: list[int] = []
    previous = ""
    end = 0
    for start, line in lines:
        broken_by_page = bool(text[end:start].strip())
        if characters and not _continues(previous, line, width, broken_by_page=broken_by_page):
            characters.append("\n")
            origin.append(start)
        for place, character in _squeezed(line):
            characters.append(character)
            origin.append(start + place)
        previous, end = line, start + len(line)
    return Clean("".join(characters), origin)


def _lines(text: str) -> list[tuple[int, str]]:
    """The lines that belong to the document, each with where it starts; a mark of byte order is no word."""
    found, start = [], len(text) - len(text.lstrip("\ufeff"))
    for line in text[start:].splitlines(keepends=True):
        if line.strip() and not _is_furniture(line):
            found.append((start, line.rstrip("\r\n")))
        start += len(line)
    return _without_running_heads(found)


def _without_running_heads(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """A short line that comes three times or more is the head of a page, but for its first time."""
    seen: dict[str, int] = {}
    kept = []
    for start, line in lines:
        key = re.sub(r"\s", "", line)
        seen[key] = seen.get(key, 0) + 1
        repeated = seen[key] > 1 and len(key) <= 30 and not key.endswith(tuple(_ENDS))  # noqa: PLR2004
        if not repeated:
            kept.append((start, line))
    return kept


def _page_width(lines: list[str]) -> int:
    """The width at which a page was wrapped; 0 where lines are whole paragraphs."""
    lengths = sorted(len(re.sub(r"\s", "", line)) for line in lines)
    if not lengths or lengths[-1] > _WRAPPED:
        return 0
    return lengths[len(lengths) * 4 // 5]


def _continues(line: str, following: str, width: int, *, broken_by_page: bool = False) -> bool:
    """Whether ``following`` is the rest of ``line``, broken off in the middle of a sentence.

    ``width`` 0 says that lines are whole paragraphs; then only a page's furniture can have come between.
    """
    line, following = line.strip(), following.strip()
    if not line or MARKER.match(following) or "\t" in line or "\t" in following:
        return False
    if line[-1] in "，、,（(“":
        return True
    if following[0] in "，、。；）”,;":
        return True
    full = bool(width) and (broken_by_page or len(re.sub(r"\s", "", line)) >= width - _SLACK)
    return full and line[-1] not in _ENDS


def _squeezed(line: str) -> list[tuple[int, str]]:
    """The characters of a line with half-width digits and letters, and with tabs only between cells."""
    found: list[tuple[int, str]] = []
    gap = ""
    for place, raw in enumerate(line):
        if raw.isspace():
            gap += raw
            continue
        if found and _parts_cells(gap):
            found += [(place, "\t")] * max(1, gap.count("\t"))  # an empty cell keeps its place
        elif found and gap and _both_latin(found[-1][1], raw):
            found.append((place, " "))
        gap = ""
        character = unicodedata.normalize("NFKC", raw) if raw in _FULL_WIDTH else _SAME_MARK.get(raw, raw)
        if character == "：" and found and found[-1][1].isdigit() and line[place + 1 : place + 2].isdigit():
            character = ":"  # of a clock
        found.append((place, character))
    return found


_FULL_WIDTH = "０１２３４５６７８９" + "".join(chr(0xFF21 + n) for n in range(26))
# Marks that are typed in two ways; the Chinese one stands for both.
_SAME_MARK = {",": "，", ";": "；", "(": "（", ")": "）", ":": "：", "｜": "\t", "|": "\t", "!": "！"}


def _parts_cells(gap: str) -> bool:
    return "\t" in gap or len(gap) >= 3  # noqa: PLR2004


def _both_latin(before: str, after: str) -> bool:
    return before.isascii() and after.isascii() and before.isalpha() and after.isalpha()
