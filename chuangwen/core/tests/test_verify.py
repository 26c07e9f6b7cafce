"""``chuangwen verify`` as its user meets it: what it says, in which language, and how it exits."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

from chuangwen.core.models import Event, TreeHead
from chuangwen.core.tests.journals import EVENT, alter, at


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and output of the command."""
    out = StringIO()
    try:
        call_command("verify", *arguments, stdout=out)
    except SystemExit as left:
        return left.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_that_all_is_whole(whole_journal):
    before = list(Event.objects.values())
    code, said = run("--json")
    root = TreeHead.objects.last().root
    assert (code, json.loads(said)) == (
        0,
        {
            "ok": True,
            "events": 11,
            "sequenced": 9,
            "pending": 2,
            "heads": 3,
            "root": root,
            "first_bad": None,
        },
    )
    assert list(Event.objects.values()) == before
    with translation.override("en"):
        assert run()[1] == (
            "The journal is whole: 11 events, of them 9 under 3 signed heads and 2 waiting for the next."
            f" Root: {root}\n"
        )
    with translation.override("zh-hans"):
        assert run()[1].startswith("日志完整：共11条记录")


def test_the_command_fails_and_names_the_first_bad_row(whole_journal):
    key = alter(at(4), "subject")
    code, said = run("--json")
    assert code == 1
    verdict = json.loads(said)
    assert verdict["ok"] is False
    assert verdict["first_bad"] == {"table": EVENT, "id": key, "position": 4, "reason": "seal"}
    with translation.override("en"):
        assert run()[1] == (
            f"The journal is not whole: event {key} in place 4 was changed, or inserted by someone"
            " without the journal's key.\n"
        )
    with translation.override("zh-hans"):
        assert run()[1].startswith("日志不完整：")


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (lambda: at(4).delete(), "the event in place 4 was removed"),
        (lambda: alter(TreeHead.objects.get(number=2), "root"), "tree head 2 was changed"),
        (lambda: Event.objects.filter(position=None).update(verb="x"), "the waiting event"),
        (lambda: settings.HEADS_FILE.write_text("?\n"), "head None in the copy of the heads was changed"),
    ],
)
def test_the_command_has_a_name_for_every_row(whole_journal, damage, named):
    damage()
    with translation.override("en"):
        code, said = run()
    assert code == 1
    assert named in said


def test_the_command_compares_with_the_copy_of_the_heads(whole_journal, tmp_path):
    Event.objects.exclude(position__lt=6).delete()
    TreeHead.objects.filter(number=3).delete()
    assert run()[0] == 1
    elsewhere = tmp_path / "elsewhere.jsonl"
    settings.HEADS_FILE.rename(elsewhere)
    with translation.override("en"):
        code, said = run()
    assert code == 0
    assert "a cut-off end would not be noticed" in said
    assert run("--witness", str(elsewhere))[0] == 1


@pytest.mark.django_db
def test_the_command_needs_the_witness_that_it_is_told_of(tmp_path):
    with pytest.raises(CommandError, match=r"none\.jsonl") as caught:
        run("--witness", str(tmp_path / "none.jsonl"))
    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_an_empty_journal_is_whole():
    code, said = run("--json")
    assert code == 0
    assert json.loads(said)["events"] == 0
