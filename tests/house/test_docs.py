"""The documentation is true: what is drawn is current, what is named exists, what exists is named."""

import inspect
import re

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands, load_command_class

from chuangwen.cases.handbook import DOCUMENTS
from tests.house.tree import ROOT, files, floors, short, sources

PAGES = files(".md")
ADRS = [path for path in PAGES if path.parent.name == "adr"]
# Words in backticks that look like a file of this tree.
_FILE = re.compile(r"`((?:chuangwen|docs|requirements|tests|tools)/[\w./-]+)`")
_LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")


def read(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_drawn_document_is_current(name):
    assert read(ROOT / "docs" / name) == DOCUMENTS[name](), "run `chuangwen docs`"


def test_the_command_writes_the_documents_and_knows_stale_ones(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    call_command("docs")
    call_command("docs", check=True)
    assert {path.name for path in (tmp_path / "docs").iterdir()} == set(DOCUMENTS)
    (tmp_path / "docs" / "problems.md").write_text("old", encoding="utf-8")
    with pytest.raises(CommandError, match=r"not current: problems\.md"):
        call_command("docs", check=True)


def test_every_table_says_what_it_is_for():
    ours = [model for model in apps.get_models() if model.__module__.startswith("chuangwen.")]
    assert ours
    assert [model.__name__ for model in ours if model.__doc__.startswith(f"{model.__name__}(")] == []


def test_every_module_says_what_it_is_for():
    silent = [
        short(path)
        for path in files(".py")
        if path.name not in {"__init__.py", "apps.py", "urls.py"}
        and not {"migrations", "tests"} & set(path.parts)
        and not inspect.cleandoc(read(path)).startswith(('"""', "#!"))
    ]
    assert silent == []


def test_every_named_file_exists():
    named = {(page, ROOT / name) for page in PAGES for name in _FILE.findall(read(page))}
    linked = {(page, page.parent / name) for page in PAGES for name in _LINK.findall(read(page))}
    assert [f"{short(page)}: {path}" for page, path in sorted(named | linked) if not path.exists()] == []


def test_every_floor_is_on_the_map():
    text = read(ROOT / "docs" / "architecture.md")
    assert [app for app, number in floors().items() if f"| {number} | `{app}` |" not in text] == []


def test_every_decision_is_short_and_listed():
    index = read(ROOT / "docs" / "architecture.md")
    assert ADRS
    for path in ADRS:
        text = read(path)
        assert len(text.splitlines()) <= 40, short(path)
        assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Consequences")), short(path)
        assert f"(adr/{path.name})" in index, short(path)


def test_every_command_says_what_it_does():
    ours = {name: app for name, app in get_commands().items() if str(app).startswith("chuangwen.")}
    assert {"docs", "messages"} <= ours.keys()
    assert [name for name, app in ours.items() if not load_command_class(app, name).help] == []


def test_every_variable_is_documented():
    named = {name for path in sources() for name in re.findall(r'"(CHUANGWEN_\w+|DATABASE_URL)"', read(path))}
    text = read(ROOT / "docs" / "configuration.md")
    assert "CHUANGWEN_SECRET_KEY" in named
    assert [name for name in sorted(named) if f"`{name}`" not in text] == []
