"""A function in a process of its own answers as it would here, and ends when its time or memory does."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from chuangwen.core import apart, writing
from chuangwen.core.papers import Paper
from chuangwen.core.problems import Problem

PAPER = Paper(title="通知", blocks=["各单位要制定方案。"], date=date(2026, 9, 15))


def test_values_go_there_and_come_back():
    assert apart.call("builtins.sorted", ["乙", "甲"]) == ["乙", "甲"]
    assert apart.call("os.getpid") != os.getpid()


def test_what_it_raises_is_raised_here():
    with pytest.raises(ValueError, match="invalid literal"):
        apart.call("builtins.int", "甲")


def test_what_it_prints_is_no_answer():
    assert apart.call("builtins.print", "甲") is None


def test_what_computes_for_ever_is_stopped():
    with pytest.raises(apart.StoppedError):
        apart.call("builtins.sum", range(10**12), seconds=1)


def test_what_waits_for_ever_is_stopped():
    with pytest.raises(apart.StoppedError):
        apart.call("signal.pause", seconds=1)


def test_what_takes_too_much_memory_is_stopped():
    with pytest.raises(MemoryError):
        apart.call("builtins.bytearray", 10**9, memory=512 * 1024**2)


def test_a_process_that_dies_is_told_in_the_log(caplog: pytest.LogCaptureFixture):
    with pytest.raises(apart.StoppedError):
        apart.call("sys.exit", "gone")
    assert "sys.exit ended with 1: gone" in caplog.text


def after(*statements: str, ask: str) -> object:
    """The value of ``ask`` in a fresh process, after ``statements``."""
    return apart.call(
        "builtins.eval",
        f"[{', '.join(f'exec({s!r}, s)' for s in statements)}, eval({ask!r}, s)][-1]",
        {"s": {}},
    )


LOADED = "sorted({'django', 'docx', 'typst'} & set(__import__('sys').modules))"


def test_the_process_of_a_paper_begins_without_django():
    assert after("import chuangwen.core.documents, chuangwen.core.typesetting", ask=LOADED) == [
        "docx",
        "typst",
    ]


def test_who_has_papers_written_loads_none_of_the_libraries_that_write_them():
    setting = "from chuangwen.core import writing; from chuangwen.core.tests.test_apart import PAPER"
    written = "data = [writing.docx(PAPER)[:2], writing.pdf(PAPER)[:4]]"
    assert after(setting, written, ask=f"data + {LOADED}") == [b"PK", b"%PDF", "django"]


def test_a_machine_without_chinese_faces_is_told_to_whoever_wants_a_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "fonts.conf").write_text(f"<fontconfig><dir>{tmp_path}</dir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    with pytest.raises(Problem) as caught:
        writing.pdf(PAPER)
    assert (caught.value.code, caught.value.details) == ("paper.no_face", {"face": "方正小标宋简体"})
    assert writing.docx(PAPER).startswith(b"PK")
