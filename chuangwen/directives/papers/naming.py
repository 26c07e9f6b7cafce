"""What a paper calls the meeting or the document whose tasks it hands out.

A clerk enters what stands over the text: for a speech “在全市……推进会上的讲话”. A notice is about the meeting
at which it was held, and a document is named in its brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOTE = r"(?:[（(].*[)）])?"  # 2026年9月15日, 根据录音整理
# 张三同志在……会议上的讲话: whose speech it is does not belong to the meeting's name.
_SPEECH = re.compile(
    rf"[^在]{{0,20}}在(?P<meeting>.+(?:会|会议|论坛|仪式|活动|培训班))上的\w{{0,4}}(?:讲话|发言|致辞|报告)\w{{0,4}}{_NOTE}"
    r"|(?:speech|address|remarks) (?:at|to) (?:the )?(?P<english>.+)",
    re.IGNORECASE,
)
_DOCUMENT = re.compile(
    rf".*(?:通知|通报|意见|方案|办法|规定|决定|决议|规划|计划|要点|纪要|批复|公报|报告|讲话|发言|制度|细则|清单|函){_NOTE}"
    r"|.*\b(?:notice|circular|opinions?|plan|measures|decision|letter|report)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Named:
    """One of the two is empty; ``document`` stands in its brackets."""

    meeting: str = ""
    document: str = ""

    def __str__(self) -> str:
        return self.meeting or self.document


def named(title: str) -> Named:
    """What the title of a meeting's text names."""
    title = title.strip()
    if speech := _SPEECH.fullmatch(title):
        return Named(meeting=speech["meeting"] or speech["english"])
    if title.startswith("《"):
        return Named(document=title)
    if _DOCUMENT.fullmatch(title):
        return Named(document=f"《{title}》" if re.search("[\u4e00-\u9fff]", title) else f"“{title}”")
    return Named(meeting=title)
