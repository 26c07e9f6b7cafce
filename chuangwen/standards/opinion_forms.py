"""What is asked of the office to ask for opinions, and of a body to give them: row by row, or as a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, WordsField
from chuangwen.organizations.forms import named
from chuangwen.organizations.models import Unit, within
from chuangwen.standards.importing.rows import Row
from chuangwen.standards.models import Opinion, Round
from chuangwen.standards.opinions import WORDS_LIMIT
from chuangwen.standards.services.consulting import Said

# How the verdict is written in a sheet, in any language of ours.
_WRITTEN = {
    "": "",
    "none": "none",
    "no objection": "none",
    "无意见": "none",
    "无异议": "none",
    "facts": "facts",
    "with facts": "facts",
    "有情况": "facts",
    "有异议": "facts",
}
_HEADINGS = frozenset({"单位代码", "单位", "code", "unit", "unit code"})
_CELLS = 5  # code, name, verdict, facts, day


class NamesField(WordsField):
    """Units by code or name, one in a line; cleans to a list without doubles."""

    units: QuerySet[Unit] = Unit.objects.none()

    def clean(self, value: Any) -> list[Unit]:
        lines = [line.strip() for line in str(super().clean(value) or "").splitlines()]
        found = {unit.pk: unit for unit in (named(self.units, line) for line in lines if line)}
        return list(found.values())


class AskForm(forms.Form):
    """Whom to ask about which units, until when."""

    bodies = NamesField(
        label=_("Bodies that are asked"),
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Code or name, one in a line: discipline inspection, police, emergency, petitions …"),
    )
    units = NamesField(
        label=_("About which units"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Code or name, one in a line. Empty: all units of the round."),
    )
    question = WordsField(
        label=_("What is asked"),
        max_length=WORDS_LIMIT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Such as: violations of the last twelve months that you have on record."),
    )
    due = forms.DateField(label=_("To be answered by"), widget=DateInput())

    def __init__(self, *args: Any, round: Round, **kwargs: Any) -> None:  # noqa: A002 - the word of the trade
        super().__init__(*args, **kwargs)
        inside = Unit.objects.filter(within(round.campaign.territory_id), active=True)
        asked = Unit.objects.filter(cases__self_report__round=round).exclude(cases__state="withdrawn")
        self._all = asked.distinct().order_by("code")
        self.fields["bodies"].units = inside  # type: ignore[attr-defined]
        self.fields["units"].units = self._all  # type: ignore[attr-defined]

    def clean_units(self) -> list[Unit]:
        return self.cleaned_data["units"] or list(self._all)


class OpinionForm(forms.Form):
    """What is said of one unit."""

    verdict = forms.ChoiceField(
        label=_("Opinion"), required=False, choices=[("", "–"), *Opinion.Verdict.choices]
    )
    words = forms.CharField(label=_("Facts"), required=False, max_length=WORDS_LIMIT)
    day = forms.DateField(label=_("Day"), required=False, widget=DateInput())
    file = forms.FileField(label=_("File"), required=False)

    def __init__(self, typed: Any = None, files: Any = None, *, opinion: Opinion) -> None:
        initial = {"verdict": opinion.verdict, "words": opinion.words, "day": opinion.day}
        super().__init__(typed, files, prefix=str(opinion.pk), initial=initial)
        self.opinion = opinion
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = f"{opinion.unit} · {self.fields[name].label}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == Opinion.Verdict.FACTS and not cleaned.get("words", "").strip():
            self.add_error("words", _("Say what the facts are."))
        return cleaned

    @property
    def said(self) -> Said:
        return Said(unit=self.opinion.unit_id, **self.cleaned_data)


class SheetForm(forms.Form):
    """The opinions as a sheet, pasted or as a file."""

    rows = WordsField(
        label=_("Paste rows of a sheet"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Code, name, opinion (“no objection” or “with facts”), facts, day such as 2026-03-17."),
    )
    file = forms.FileField(
        label=_("Or send the file (xlsx, tsv or csv)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.tsv,.csv,.txt"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("rows") and not cleaned.get("file") and not self.errors:
            raise ValidationError(_("Paste rows, or choose a file."))
        return cleaned


def read_rows(rows: Iterable[Row], opinions: Iterable[Opinion]) -> tuple[list[Said], list[str]]:
    """What the rows say, and in sentences what is wrong with them; heading and empty rows are left out."""
    known = {key: one for one in opinions for key in (one.unit.code.upper(), one.unit.name)}
    said, wrong = [], []
    for row in rows:
        code, name, verdict, words, day = (*(cell.strip() for cell in row.cells), *[""] * _CELLS)[:_CELLS]
        if code.lower() in _HEADINGS or not (code or name):
            continue
        opinion = known.get(code.upper()) or known.get(name) or known.get(code)
        faults = list(_faults(opinion, verdict, words, day))
        wrong += [gettext("Line %(row)s: %(what)s") % {"row": row.number, "what": what} for what in faults]
        if opinion and not faults and verdict:
            said.append(Said(opinion.unit_id, _WRITTEN[verdict.lower()], words, _day(day)))
    return said, wrong


def _faults(opinion: Opinion | None, verdict: str, words: str, day: str) -> Iterator[str]:
    if not opinion:
        yield gettext("you are not asked about this unit.")
    if verdict.lower() not in _WRITTEN:
        yield gettext("“%(verdict)s” is no opinion; write “no objection” or “with facts”.") % {
            "verdict": verdict
        }
    elif _WRITTEN[verdict.lower()] == "facts" and not words:
        yield gettext("say what the facts are.")
    if len(words) > WORDS_LIMIT:
        yield gettext("the facts have more than %(limit)s characters.") % {"limit": WORDS_LIMIT}
    try:
        _day(day)
    except ValueError:
        yield gettext("“%(day)s” is no day; write it as 2026-03-17.") % {"day": day}


def _day(text: str) -> date | None:
    """A day as sheets write it, with or without the time behind it. ValueError for others."""
    return date.fromisoformat(text[:10].replace("/", "-").replace(".", "-")) if text else None
