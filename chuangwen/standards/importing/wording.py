"""Words made alike before they are looked at: widths of letters, ways to write numbers."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cache

import cn2an

NUMBER = r"(?:\d{1,6}(?:\.\d{1,4})?|[一二两三四五六七八九十百]{1,7}(?:点[一二三四五六七八九]{1,3})?|半)"
# What things are counted by, the long before the short; not inside other words (逾期, 处理, 部门).
MEASURE = (
    r"(?:个?百分点|[%‰]|批次|平方米|个?(?:工作日|小时|学时|课时|自然日)|人次|户次|万元|公里|分钟|季度|次|项|个|例|处(?![理置罚于])|人|天|日"
    r"|篇|起|件|户|份|(?<![逾延学定工限到过])期|场|条|家|名|宗|幅|块|张|台|批|类|套|(?<![全干])部(?![门分署级])"
    r"|册|米|株|棵|盏|幢|枚|封|支(?![部持出])|(?<![重要站网试观])点|周|月|季|年(?!度)|辆|栋|间|所|村|亩|吨)"
)


@cache
def _alike(letter: str) -> str:
    if letter in "【〔［":
        return "("
    if letter in "】〕］":
        return ")"
    plain = unicodedata.normalize("NFKC", letter)
    # ① stays, so that it is not taken for a 1.
    return plain if len(plain) == 1 and unicodedata.category(letter) != "No" else letter


def folded(text: str) -> str:
    """``text`` with brackets, commas and figures of one width, each letter in its place."""
    return "".join(map(_alike, text))


def squeezed(text: str) -> str:
    """``folded`` without any blank."""
    return "".join(folded(text).split())


def decimal(words: str) -> Decimal:
    """The number that ``words`` (of ``NUMBER``) write; 0 if they write none."""
    if re.fullmatch(r"\d{1,6}(?:\.\d{1,4})?", words):
        return Decimal(words)
    if words == "半":
        return Decimal("0.5")
    try:
        return Decimal(str(cn2an.cn2an(words, "smart")))
    except ValueError:
        return Decimal(0)  # letters of numbers that write none, such as 十百


_BODY_ENDS = (
    r"[局委办部厅院站所队处科镇乡村校厂]|街道|中心|社区|学校|中学|小学|幼儿园|大学|学院|公司|集团|银行|单位|部门"
    r"|机关|企业|医院|政府|办事处|开发区|园区|联合会|工会|团委|妇联|残联|科协|文联|支行|分局|支队|大队|窗口|党委"
    r"|党组|支部|领导小组|专班|乡镇|镇街|工商联|协会|商会|[县市区]直|邮政|电信|移动|联通"
)
_BODY = re.compile(rf"[^,;。:、]{{0,20}}(?:{_BODY_ENDS})(?:\([^)]*\))?(?:等(?:部门|单位)?)?")
_KIND = (
    r"(?:乡镇|镇街|镇乡|街道|部门|单位|机关|企业|学校|社区|村|村镇|医院|家庭|校园|窗口|乡|镇|区县|县区|市州|县市区|园区"
    r"|银行|公司)"
)
_WHICH = (
    r"(?:各|全部|全体|所有|其他|有关|相关|责任|成员|窗口|党政|市直|县直|区直|省直|中央|驻.{1,3}|[A-Z一二三四五六七八九]类|重点|一般"
    r"|村|基层|企事业|[县市区]级|党群|政府|非?公|服务|执法|综合|经济|垂直|管理|事业|行政|[(])"
)
_GROUP = re.compile(
    rf"{_WHICH}*(?:[县市区]直)?{_KIND}(?:\((?:乡镇|街道|社区|村|镇|部门|单位|开发区)\))?"
    rf"(?:[、和及](?:各|市直|县直)?{_KIND})*"
)


def is_body(words: str) -> bool:
    """Whether ``words`` are nothing but the name of a body, or a list of bodies."""
    parts = [part for part in re.split(r"[、,/\s]+|(?<=[局委办部])和", folded(words).strip()) if part]
    return bool(parts) and all(_BODY.fullmatch(part) for part in parts)


def is_group(words: str) -> bool:
    """Whether ``words`` name a kind of units, such as 各乡镇, 县直部门."""
    return bool(_GROUP.fullmatch(squeezed(words)))
