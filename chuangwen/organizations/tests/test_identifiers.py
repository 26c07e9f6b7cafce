from __future__ import annotations

import pytest
from stdnum.cn import uscc

from chuangwen.core.problems import Problem
from chuangwen.organizations.identifiers import unit_code

# An invented body with the check digit that GB 32100 computes for it.
VALID = "9199010199999990X" + uscc.calc_check_digit("9199010199999990X")


@pytest.mark.parametrize(
    ("text", "code"),
    [(VALID, VALID), (f" {VALID.lower()} ", VALID), ("EDU", "EDU"), ("99-01", "99-01"), ("ab12", "AB12")],
)
def test_accepted(text: str, code: str):
    assert unit_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A",
        "单位一",
        "THIRTEEN-CHAR",
        VALID[:-1],
        VALID[:-1] + ("1" if VALID[-1] != "1" else "2"),
        VALID + "0",
    ],
)
def test_refused(text: str):
    with pytest.raises(Problem) as problem:
        unit_code(text)
    assert problem.value.code == "unit.bad_code"
    assert problem.value.details["code"] == text
