"""Chinese and English are complete."""

import re

import pytest
from django.apps import apps
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import override

from chuangwen.cases.lifecycle import LIFECYCLES
from chuangwen.core import messages
from chuangwen.core.problems import CATALOGUE

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_every_catalogue_is_complete_and_current():
    assert messages.check(messages.house()) == []


@pytest.mark.parametrize("app", messages.house(), ids=lambda app: app.name)
def test_update_would_change_nothing(app, tmp_path, monkeypatch):
    copy = tmp_path / "django.po"
    if app.catalogue.exists():
        copy.write_bytes(app.catalogue.read_bytes())
    before = copy.read_bytes() if copy.exists() else b""
    monkeypatch.setattr(messages.App, "catalogue", copy)
    messages.update(app)
    assert (copy.read_bytes() if copy.exists() else b"") == before


def spoken():
    """What the program says by itself, as (where, sentence): problems, lifecycles, names of tables."""
    autodiscover_modules("problems")
    for kind in CATALOGUE.values():
        yield kind.code, kind.sentence
    for lifecycle in LIFECYCLES.values():
        yield lifecycle.kind, lifecycle.label
        for state in lifecycle.states:
            yield f"{lifecycle.kind}.{state.code}", state.label
        for move in lifecycle.moves:
            where = f"{lifecycle.kind}.{move.name}"
            yield where, move.label
            yield where, move.who.label
            yield from ((where, circumstance.reason) for circumstance in move.unless)
        yield from ((f"{lifecycle.kind}.{turn.name}", turn.label) for turn in lifecycle.turns)
    for model in apps.get_models():
        if model.__module__.startswith("chuangwen."):
            yield model._meta.label, model._meta.verbose_name


def test_what_the_program_says_is_chinese_for_chinese_readers():
    with override("zh-hans"):
        assert [where for where, text in spoken() if not _CHINESE.search(str(text))] == []


def test_what_the_program_says_is_english_for_english_readers():
    with override("en"):
        assert [where for where, text in spoken() if _CHINESE.search(str(text))] == []


def test_nothing_is_translated_before_the_reader_is_known():
    assert [where for where, text in spoken() if not isinstance(text, Promise)] == []
