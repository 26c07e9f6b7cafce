"""Evidence picked from the library in the form of another matter: found by words, ticked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.evidence import Evidence
from chuangwen.cases.library.queries import narrowed, pickable
from chuangwen.core.typed import natural
from chuangwen.organizations.models import Unit

OFFERED = 20  # pieces shown at once; words find the others


class FindInput(forms.TextInput):
    """Words, and the button that looks them up: in place, or without a script by showing the form again."""

    template_name = "cases/library/find.html"


class PickField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        parts = [obj.name, obj.get_kind_display(), f"{obj.dated:%Y-%m-%d}" if obj.dated else "", obj.number]
        return " · ".join(str(part) for part in parts if part)


class Picking(forms.Form):
    """Two fields of a form in which evidence of one unit can be picked."""

    find = forms.CharField(
        label=_("Look into the library"), required=False, max_length=60, widget=FindInput({"type": "search"})
    )
    evidence = PickField(label=_("From the library"), queryset=Evidence.objects.none(), required=False)

    def offer(self, unit: Unit, *, without: Iterable[int] = (), files_only: bool = False) -> None:
        """Offer what ``unit`` has and the matter has not: the ticked ones, then those found, newest first.

        Where there is nothing at all the fields are left out.
        """
        every = pickable(unit).exclude(pk__in=without)
        if files_only:
            every = every.exclude(blob=None)
        found = narrowed(every, {"q": self["find"].value() or ""})
        field: Any = self.fields["evidence"]
        field.queryset = every
        ticked = [pk for pk in map(natural, map(str, self["evidence"].value() or ())) if pk]
        pieces = [*every.filter(pk__in=ticked), *found.exclude(pk__in=ticked)[:OFFERED]]
        field.choices = [(piece.pk, field.label_from_instance(piece)) for piece in pieces]
        if len(pieces) < OFFERED and not self["find"].value():
            del self.fields["find"]
        if not pieces and "find" not in self.fields:
            del self.fields["evidence"]
        elif not pieces:
            self["evidence"].help_text = _("Nothing was found. Try other words.")
