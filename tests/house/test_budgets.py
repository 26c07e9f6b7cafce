"""The budgets of the house hold over the whole tree; every exception stands here with its reason."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path

from django.apps import apps

from tests.house import rules
from tests.house.tree import ROOT, files, short, sources, templates

# Exceptions are written "path" or "path:name", each with its reason.
# Where a write stands outside services.py, and why it may.
WRITERS: dict[str, str] = {
    "chuangwen/core/journal.py": "the journal writes itself, below all services, and nothing else writes it",
    "chuangwen/core/search.py": "the index follows the journal, below all services; nothing else writes it",
    "chuangwen/core/outbox.py": "the outbox is below all services, and nothing else writes its rows",
    "chuangwen/core/jobs.py": "jobs are below all services, and nothing else writes their rows",
    "chuangwen/cases/reminders.py": "reminders and their notices: the clock's own rows, which no verb shares",
    "chuangwen/cases/digests.py": "how one is told, and what was told: the clock's own rows again",
    "chuangwen/core/series.py": "a number is written with its series, for whatever verb issues the paper",
    "chuangwen/core/access.py": "the log of what was read writes itself, for whatever floor was read from",
    "chuangwen/organizations/accounts/receivers.py": "the session, whose key a sign-in is known by",
    "chuangwen/core/files.py": "a blob's row is written with its file, for whatever verb stores it",
    "chuangwen/core/retention.py": "a blob's row goes with its file, when nothing refers to either",
    "chuangwen/web/views.py": "the session, to keep what was typed when the answer is a failure of ours",
}
# Functions longer than the budget, and why they may be.
LONG: dict[str, str] = {}
# Where text reaches a page unescaped, and why it is safe there.
UNESCAPED: dict[str, str] = {}
# Templates with words outside the catalogues, and why.
UNTRANSLATED: dict[str, str] = {}
# Views that answer to any HTTP method, and why.
_ERROR_PAGE = "the page of an error answers whatever request has failed, and writes nothing"
ANY_METHOD: dict[str, str] = {
    f"chuangwen/web/views.py:{name}": _ERROR_PAGE
    for name in ("bad_request", "forbidden", "not_found", "too_many", "server_error", "csrf_failure")
}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def relation_names() -> set[str]:
    """Many-to-many and reverse relations of all models: the names behind which ``add`` and ``set`` write."""
    fields = (field for model in apps.get_models() for field in model._meta.get_fields() if field.is_relation)
    names = {
        field.get_accessor_name() if field.auto_created else field.name for field in fields if _many(field)
    }
    return {name for name in names if name}


def _many(field) -> bool:
    return bool(field.one_to_many or field.many_to_many)


def broken(
    rule: Callable[..., Iterator[rules.Finding]],
    paths: Iterable[Path],
    exceptions: Iterable[str] = (),
    *,
    read: Callable[[Path], object] = parsed,
) -> list[str]:
    """Findings as "path:line what", and exceptions that nothing needs any more.

    An exception is "path", or "path:word" for the findings in that file that begin with the word.
    """
    found, needless = [], set(exceptions)
    for path in paths:
        for line, what in rule(read(path)):
            names = {short(path), f"{short(path)}:{what.split()[0]}"}
            needless -= names
            if names.isdisjoint(exceptions):
                found.append(f"{short(path)}:{line} {what}")
    return found + [f"{name} is an exception without need" for name in sorted(needless)]


text = Path.read_text


def services() -> list[Path]:
    """The one place for writes: an app's services.py, or the package that it grew into."""
    return [path for path in sources() if "services" in (path.stem, path.parent.name)]


def views() -> list[Path]:
    return [path for path in sources() if "views" in (path.stem, path.parent.name)]


def test_the_walk_sees_the_house():
    assert {"chuangwen/settings.py", "chuangwen/core/problems.py"} <= set(map(short, sources()))
    assert "systems" in relation_names()


def test_no_file_is_too_long():
    written = [path for path in files(".py", ".html", ".js", ".css", ".sh") if "migrations" not in path.parts]
    assert broken(rules.long_file, written, read=text) == []


def test_no_function_is_too_long():
    written = [path for path in files(".py") if "migrations" not in path.parts]
    assert broken(rules.long_functions, written, LONG) == []


def test_only_services_write():
    others = [path for path in sources() if path not in services()]
    assert broken(partial(rules.writes, relations=relation_names()), others, WRITERS) == []


def test_no_model_signals_and_no_floats():
    assert broken(rules.signals, sources()) == []
    assert broken(rules.floats, sources()) == []


def test_views_open_no_transactions_and_services_know_no_request():
    assert broken(rules.transactions, views()) == []
    assert broken(rules.requests, services()) == []


def test_every_view_says_which_methods_it_takes():
    assert broken(rules.open_methods, views(), ANY_METHOD) == []


def test_templates_keep_to_the_content_security_policy():
    assert broken(rules.inline_code, templates(), read=text) == []


def test_every_post_form_has_its_token():
    assert broken(rules.open_forms, templates(), read=text) == []


def test_nothing_reaches_a_page_unescaped():
    pages = broken(rules.unescaped, templates(), [p for p in UNESCAPED if not p.endswith(".py")], read=text)
    assert pages + broken(rules.marked_safe, sources(), [p for p in UNESCAPED if p.endswith(".py")]) == []


def test_no_word_of_a_template_escapes_translation():
    assert broken(rules.bare_text, templates(), UNTRANSLATED, read=text) == []


def test_every_exception_has_a_reason():
    tables = (WRITERS, LONG, UNESCAPED, UNTRANSLATED, ANY_METHOD)
    assert [path for table in tables for path, reason in table.items() if len(reason) < 20] == []
    assert [path for table in tables for path in table if not (ROOT / path.split(":")[0]).exists()] == []
