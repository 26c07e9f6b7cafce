"""The table of limits: the newest row that has come is in force; what is wrong is told with its line."""

from datetime import date

import pytest

from chuangwen.core.problems import Problem
from chuangwen.rectification.limits import FaultKind, due_of, kinds

HEAD = "code\tzh\ten\tdays\tfrom\n"


@pytest.fixture
def own(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "rectification").mkdir()
    return tmp_path / "rectification" / "kinds.tsv"


def test_a_new_limit_is_in_force_from_its_day_on(own):
    own.write_text(
        f"{HEAD}# 示例\nx\t甲\ta\t3\t2025-07-01\nx\t甲\ta\t5\t2020-01-01\ny\t乙\tb\t9\t2026-01-01\n"
    )
    assert kinds(date(2025, 6, 30)) == {"x": FaultKind("x", "甲", "a", 5)}
    assert {code: kind.days for code, kind in kinds(date(2026, 1, 1)).items()} == {"x": 3, "y": 9}
    assert due_of("x", date(2025, 6, 30)) == date(2025, 7, 7)
    assert due_of("x", date(2025, 7, 1)) == date(2025, 7, 4)


@pytest.mark.parametrize("line", ["x\t甲\ta\tfive\t2020-01-01", "x\t甲\ta\t5\tnow", "x\t甲"])
def test_a_line_that_cannot_be_read_is_named(own, line):
    own.write_text(f"{HEAD}{line}\n")
    with pytest.raises(Problem) as caught:
        kinds()
    assert (caught.value.code, caught.value.details["line"]) == ("order.table_broken", 2)
