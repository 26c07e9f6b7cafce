"""Deadlines and repeats in a clean text, as ANNOTATING rules and the State Council's calendar read them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import cn2an

from chuangwen.core.calendar import add_working_days, festival

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_N = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_BEFORE = r"(?:之前|以前|前)"
_YEAR = r"(?P<year>\d{4}年|[二〇零一三四五六七八九]{4}年|今年|本年|明年|次年|后年|当年)?"
# What a day may be closer told by: its weekday, and an hour.
_HOUR = r"(?:（[^）]{1,6}）)?(?:中午|下午|上午|晚上?)?(?:下班|\d{1,2}[时点:](?:\d{0,2}分?|半))?"
_FESTIVALS = "国庆节?|中秋节?|春节|元旦|五一|劳动节|端午节?|清明节?|十一"


@dataclass(frozen=True)
class Deadline:
    """A limit as written at [start, end) of the clean text.

    ``due`` None with no ``recurs`` is a limit that yields no date; ``doubt`` names a day that does not exist.
    """

    start: int
    end: int
    due: date | None = None
    recurs: str | None = None
    doubt: str | None = None


@dataclass
class Reader:
    """Reads one document's limits in order: a bare date takes the year that was named last."""

    issued: date | None
    met: date | None = None  # the day of the meeting that the document tells of
    year: int | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        self.year = self.issued.year if self.issued else None

    def read(self, text: str, offset: int = 0) -> list[Deadline]:
        """All limits of ``text``, which stands at ``offset`` of the document."""
        found: list[Deadline] = []
        for match in _ANY.finditer(text):
            limit = self._limit(match, offset)
            if limit:
                found.append(limit)
                self.last = limit.due or self.last
        return found

    def _limit(self, match: re.Match[str], offset: int) -> Deadline | None:
        name = next(kind for kind in _RULES if match.group(kind))
        inner = _FORMS[name].match(match.string, match.start())
        assert inner  # noqa: S101  (the union matched by this very form)
        start, end = match.start() + offset, match.end() + offset
        try:
            due = _RULES[name][1](self, inner)
        except (ValueError, OverflowError):
            return Deadline(start, end, doubt="no_such_date")
        if isinstance(due, str):
            return Deadline(start, end, recurs=due)
        return Deadline(start, end, due=due)

    def year_of(self, named: str | None) -> int:
        """The year that a date means; naming next year moves the bare dates that follow. ValueError: none."""
        if self.issued is None and not (named and re.match(r"\d{4}|[二〇]", named)):
            raise ValueError(named)
        if named and (number := _year_number(named)):
            self.year = number
        elif named:
            shift = {"明年": 1, "次年": 1, "后年": 2}.get(named, 0)
            assert self.issued  # noqa: S101  (checked above)
            self.year = self.issued.year + shift
        assert self.year is not None  # noqa: S101
        return self.year

    def begin_paragraph(self) -> None:
        """A year that was named holds for its own paragraph."""
        self.year = self.issued.year if self.issued else None

    def today(self) -> date:
        """ValueError when the document's date is not known: nothing can be counted from it."""
        if self.issued is None:
            raise ValueError
        return self.issued


def number(text: str) -> int:
    """A Chinese or Arabic number, such as 二十 or 20. ValueError: it is none."""
    return int(cn2an.cn2an(text, "smart"))


def _year_number(named: str) -> int | None:
    digits = named.removesuffix("年")
    if digits.isdigit():
        return int(digits)
    if all(c in _DIGITS for c in digits):
        return int("".join(str(_DIGITS[c]) for c in digits))
    return None


def month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _day(reader: Reader, m: re.Match[str]) -> date:
    return date(reader.year_of(m["year"]), number(m["month"]), number(m["day"]))


def _month(reader: Reader, m: re.Match[str]) -> date:
    year, month = reader.year_of(m["year"]), number(m["month"])
    tens = {"上旬": 10, "中旬": 20}.get(m["part"])
    return date(year, month, tens) if tens else month_end(year, month)


def _year_end(reader: Reader, m: re.Match[str]) -> date:
    before = reader.year
    due = date(reader.year_of(m["year"]), 12, 31)
    if not m["year"]:
        reader.year = before
    return due


def _half_year(reader: Reader, m: re.Match[str]) -> date:
    return date(reader.year_of(m["year"]), 6, 30)


def _this_month(reader: Reader, m: re.Match[str]) -> date:
    today = reader.today()
    first = today.replace(day=1)
    if m["which"] in {"下月", "下个月", "次月"}:
        first = (first + timedelta(days=31)).replace(day=1)
    last = month_end(first.year, first.month)
    return first.replace(day=number(m["day"])) if m["day"] else last


def _weekday(reader: Reader, m: re.Match[str]) -> date:
    today = reader.today()
    monday = (
        today - timedelta(days=today.weekday()) + timedelta(weeks=1 if m["which"].startswith("下") else 0)
    )
    return monday + timedelta(days=_WEEKDAYS[m["day"]] - 1)


def _week_end(reader: Reader, m: re.Match[str]) -> date:
    today = reader.today()
    return today - timedelta(days=today.weekday()) + timedelta(days=6, weeks=1 if m["which"] == "下" else 0)


_WEEKDAYS = {c: n for n, c in enumerate("一二三四五六日", start=1)} | {"天": 7, "末": 7}


def _beginning(reader: Reader, m: re.Match[str]) -> date:
    """The day that a limit counts from: the meeting's for 会后, else the document's."""
    return reader.met if reader.met and "会" in m["from"] else reader.today()


def _working_days(reader: Reader, m: re.Match[str]) -> date:
    return add_working_days(_beginning(reader, m), number(m["count"]))


def _days(reader: Reader, m: re.Match[str]) -> date:
    today, unit = _beginning(reader, m), m["unit"]
    count = 0.5 if m["count"] == "半" else number(m["count"])
    if "月" in unit:
        return today + timedelta(days=15) if m["count"] == "半" else _months_later(today, int(count))
    days = {"周": 7, "星期": 7}.get(unit.removeprefix("个"), 1)
    return today + timedelta(days=int(count * days))


def _months_later(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def _festival(reader: Reader, m: re.Match[str]) -> date:
    """The eve of the festival that comes next after the document's date."""
    today = reader.today()
    named = m["festival"]
    for year in [today.year + 1] if m["next"] else [today.year, today.year + 1]:
        day = festival(named, year)
        if day > today:
            return day - timedelta(days=1)
    raise ValueError(named)


def _same_time(reader: Reader, m: re.Match[str]) -> date:
    if reader.last is None:
        raise ValueError
    return reader.last


def _every_month(reader: Reader, m: re.Match[str]) -> str:
    return f"monthly:{number(m['day'])}" if m["day"] else "monthly:end"


def _every_week(reader: Reader, m: re.Match[str]) -> str:
    return f"weekly:{_WEEKDAYS[m['day']]}"


def _no_date(reader: Reader, m: re.Match[str]) -> None:
    return None


_PAPER = r"(?:本)?(?:通知|通报|方案|意见|文件)"
_FROM = (
    rf"(?:自|从)?(?:[本散]?会后|会议结束后|{_PAPER}?(?:印发|下发|发布|发文)之日起|接到?{_PAPER}(?:之日起|后)"
    rf"|收到{_PAPER}(?:之日起|后)|即日起|今日起)?"
)
# Limits from which no date follows: from an event of each single matter, or a season.
_NO_DATE = (
    rf"(?:自|从|在|收到|接到)(?!(?:收到|接到)?{_PAPER}|(?:本|该|此)?会议|即日|印发|下发|发布|发文)[^，。；]{{1,12}}?之日起{_N}个?(?:工作)?日[内前]"
    rf"|(?:受理|立案|(?:收到|接到)(?!{_PAPER})[^，。；]{{1,8}})后{_N}个?(?:工作)?日内"
    r"|\d{1,3}个?(?:分钟|小时)之?内|主?汛期?(?:来临)?之?前|入[冬汛夏]之?前|冬季(?:来临)?之?前|开学之?前|供暖[期季]?之?前|[上封]冻之?前"
)
# Each rule: its form and what it means. First come, first served: longer and stranger forms stand above.
_RULES: dict[str, tuple[str, Callable[[Reader, re.Match[str]], date | str | None]]] = {
    "every_month": (rf"每(?:个)?月(?:的)?(?:(?P<day>{_N})[日号]|(?:月)?[底末])(?:{_BEFORE})?", _every_month),
    "every_week": (rf"每(?:个)?(?:周|星期)(?P<day>[一二三四五六日天])(?:下班)?(?:{_BEFORE})?", _every_week),
    "quarter_end": (
        rf"每(?:个)?季度(?:最后一?个?(?:工作)?[日天月]?|[末底])(?:月(?:\d{{1,2}}[日号]|底)?)?(?:{_BEFORE})?",
        lambda r, m: "quarterly:end",
    ),
    "quarter": (
        rf"每(?:个)?季度(?:次月\d+日{_BEFORE}|(?:至少)?[一1]次|(?=报|向|通报|开展|组织|调度|汇总))",
        lambda r, m: "quarterly",
    ),
    "no_date": (_NO_DATE, _no_date),
    "working_days": (rf"(?P<from>{_FROM})(?P<count>{_N})个?工作日(?:之?内|{_BEFORE})", _working_days),
    "days": (
        rf"(?P<from>{_FROM})(?P<count>{_N}|半)(?P<unit>个?月|个?星期|周|日|天)(?:的?时间(?:内)?|之内|以内|内)",
        _days,
    ),
    "day": (
        rf"{_YEAR}(?P<month>{_N})月(?P<day>{_N})[日号]{_HOUR}(?:{_BEFORE}|底前)",
        _day,
    ),
    "month": (
        rf"{_YEAR}(?P<month>{_N})月(?:份)?(?P<part>[底末]|上旬|中旬|下旬)(?:{_BEFORE}|(?=完成|建成|实现|全部|全面))",
        _month,
    ),
    "year_end": (rf"{_YEAR}(?:年)?[年底]?(?:年底|年末|底)(?:{_BEFORE})", _year_end),
    "half_year": (rf"{_YEAR}(?:上半年)(?:{_BEFORE}|内)?(?=完成|建成|实现)", _half_year),
    "this_month": (
        rf"(?P<which>本月|当月|下个?月|次月|这个月)(?:(?P<day>{_N})[日号]|[底末]){_BEFORE}?",
        _this_month,
    ),
    "weekday": (
        rf"(?P<which>本周|这周|下周|下个?星期|本星期)(?P<day>[一二三四五六日天末])(?:下班)?{_BEFORE}",
        _weekday,
    ),
    "week_end": (r"(?P<which>本|下)周[内底]前?", _week_end),
    "festival": (
        rf"(?P<next>明年)?[“\"]?(?P<festival>{_FESTIVALS})[”\"]?(?:国际劳动节|劳动节|小长假|假期|放假|节日?)?{_BEFORE}",
        _festival,
    ),
    "same_time": (
        r"也是(?:在)?这个时间(?:之?前)?|同(?:样|在)?(?:这)?一?时限(?:内)?|上述时间{_BEFORE}",
        _same_time,
    ),
}
_FORMS = {name: re.compile(form) for name, (form, _meaning) in _RULES.items()}
_ANY = re.compile(
    "|".join(
        f"(?P<{name}>{re.sub(r'[(][?]P<[a-z]+>', '(?:', form)})" for name, (form, _meaning) in _RULES.items()
    )
)
