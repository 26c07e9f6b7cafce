"""The catalogues of the user's sentences: drawn from the source, translated, checked, compiled.

Each app keeps one catalogue, ``<app>/locale/zh_Hans/LC_MESSAGES/django.po``; the sentences in the source
are English. Babel does the work of the GNU gettext tools, so nothing need be installed beside Python.
A catalogue carries no dates, line numbers or obsolete entries: it changes only when a sentence does.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = "zh_Hans"
HEADER = f"""\
# Sentences of {{app}}. Kept by `chuangwen messages update`; translate here, then `chuangwen messages check`.
msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
# What Babel expects for each function: the positions of singular, plural and (marked "c") context.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Sentences that are the same in both languages.
SAME_IN_BOTH = frozenset({"English"})

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2}")
# %(name)s and %s, {name} and {}; "%%" is a percent sign.
_PLACE = re.compile(r"%(?:\([^)]*\))?[#0\- +]*[\d.]*[a-zA-Z]|\{[^{}\s]*\}")


class Key(NamedTuple):
    """What a sentence is looked up by."""

    context: str | None
    singular: str


@dataclass(frozen=True)
class App:
    """An app of the house with its sources and its catalogue."""

    name: str
    path: Path

    @property
    def catalogue(self) -> Path:
        return self.path / "locale" / LOCALE / "LC_MESSAGES" / "django.po"

    def sources(self) -> Iterator[Path]:
        """Python files and templates whose sentences users read, in a stable order."""
        found = [
            *self.path.rglob("*.py"),
            *self.path.rglob("templates/**/*.html"),
            *self.path.rglob("templates/**/*.txt"),
        ]
        left_out = {"tests", "migrations"}
        return (path for path in sorted(found) if not left_out & set(path.relative_to(self.path).parts))

    def read(self) -> Catalog:
        """The catalogue as committed; empty when there is none yet."""
        if not self.catalogue.exists():
            return Catalog(locale=LOCALE)
        with self.catalogue.open("rb") as file:
            return read_po(file, locale=LOCALE, abort_invalid=True)

    def draw(self) -> Catalog:
        """The sentences of the source, without translations."""
        drawn = Catalog(locale=LOCALE)
        for path in self.sources():
            place = path.relative_to(self.path.parent).as_posix()
            for _line, message, _comments, context in extract("python", _source(path), KEYWORDS):
                drawn.add(message, context=context, locations=[(place, 0)])
        return drawn


def house() -> list[App]:
    """The apps of this house, from the top floor down as settings list them."""
    root = settings.BASE_DIR / "chuangwen"
    found = (Path(config.path) for config in apps.get_app_configs())
    return [App(path.name, path) for path in found if path.parent == root]


def update(app: App) -> None:
    """Bring the catalogue of ``app`` in step with its source; translations of kept sentences stay."""
    drawn, known = app.draw(), app.read()
    for message in _sentences(drawn):
        old = known.get(message.id, message.context)
        if old is not None and old.pluralizable == message.pluralizable:
            message.string, message.user_comments = old.string, old.user_comments
            message.flags |= old.flags & {"fuzzy"}
    if not len(drawn):
        app.catalogue.unlink(missing_ok=True)
        return
    text = BytesIO()
    write_po(text, drawn, width=110, omit_header=True, sort_output=True, include_lineno=False)
    written = HEADER.format(app=f"chuangwen.{app.name}") + text.getvalue().decode().rstrip("\n") + "\n"
    if not app.catalogue.exists() or app.catalogue.read_text(encoding="utf-8") != written:
        app.catalogue.parent.mkdir(parents=True, exist_ok=True)
        app.catalogue.write_text(written, encoding="utf-8")


def compile_catalogue(app: App) -> bool:
    """Write the ``.mo`` that Django reads, if it is older than the catalogue; say whether it was written.

    Several processes may do so at once: the file appears whole or not at all.
    """
    source, target = app.catalogue, app.catalogue.with_suffix(".mo")
    if not source.exists() or (target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns):
        return False
    unfinished = target.with_suffix(f".{os.getpid()}.tmp")
    with unfinished.open("wb") as file:
        write_mo(file, app.read())
    unfinished.replace(target)
    return True


def check(house: Sequence[App]) -> list[str]:
    """Everything wrong with the catalogues, one sentence each, for the person who translates."""
    found = [f"{app.name}: {complaint}" for app in house for complaint in _complaints(app.draw(), app.read())]
    return found + list(_contradictions(house))


def _source(path: Path) -> BytesIO:
    """The file as Python source that Babel can read."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # Inside brackets Python's tokenizer does not mind how the template is indented.
        text = f"(\n{templatize(text, origin=str(path))}\n)"
    return BytesIO(text.encode())


def _sentences(catalog: Catalog) -> Iterator[Message]:
    """The entries of a catalogue without its header."""
    return (message for message in catalog if message.id)


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """Singular and plural, or the one form; what is not translated is empty."""
    return (text or "",) if text is None or isinstance(text, str) else tuple(text)


def _key(message: Message) -> Key:
    return Key(message.context, _forms(message.id)[0])


def _places(text: str) -> set[str]:
    return set(_PLACE.findall(text.replace("%%", "")))


def _complaints(drawn: Catalog, known: Catalog) -> Iterator[str]:
    """What is wrong between the sentences of a source and their catalogue."""
    wanted = {_key(message) for message in _sentences(drawn)}
    held = {_key(message): message for message in _sentences(known)}
    for key in sorted(wanted, key=str):
        if key not in held:
            yield f"missing, run `chuangwen messages update`: {key.singular!r}"
    for key, message in held.items():
        if key not in wanted:
            yield f"obsolete, run `chuangwen messages update`: {key.singular!r}"
        for fault in _faults(message):
            yield f"{fault}: {key.singular!r}"


def _faults(message: Message) -> Iterator[str]:
    """What is wrong with one entry."""
    ids, strings = _forms(message.id), _forms(message.string)
    if not all(strings):
        yield "not translated"
        return
    if message.fuzzy:
        yield "marked fuzzy"
    if any(map(_CHINESE.search, ids)):
        yield "the sentence in the source is not English"
    # The last form is the one with all places: an English singular may say "one" instead of %(count)s.
    if any(_places(string) != _places(ids[-1]) for string in strings):
        yield f"places differ, wanted {sorted(_places(ids[-1]))}"
    if ids[-1] not in SAME_IN_BOTH and any(map(_left_in_english, strings)):
        yield "the translation is not Chinese"


def _left_in_english(text: str) -> bool:
    """Whether words are there, but no Chinese ones."""
    return bool(_LATIN.search(_PLACE.sub("", text))) and not _CHINESE.search(text)


def _contradictions(house: Iterable[App]) -> Iterator[str]:
    """Sentences that two apps translate differently; Django would show one of them in both."""
    said: dict[Key, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for app in house:
        for message in _sentences(app.read()):
            said[_key(message)][_forms(message.string)].append(app.name)
    for key, versions in said.items():
        if len(versions) > 1:
            names = " and ".join(", ".join(names) for names in versions.values())
            yield f"{names} translate {key.singular!r} differently; use one word or pgettext"
