"""What the auditor narrows the lists to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chuangwen.organizations.models import Person
from chuangwen.web.audit import verbs
from chuangwen.web.audit.queries import KINDS
from chuangwen.web.traces import SEARCH


class Filter(forms.Form):
    """Who, about what, from which day to which; empty fields narrow nothing."""

    person = forms.CharField(
        label=gettext_lazy("Who"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("user name")}),
    )
    subject = forms.CharField(
        label=gettext_lazy("About"),
        required=False,
        max_length=128,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("case number, unit code or user name")}),
    )
    since = forms.DateField(
        label=gettext_lazy("From day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("To day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def clean_person(self) -> str:
        """The person as the journal names them; "" for everybody."""
        username = self.cleaned_data["person"].strip()
        if not username:
            return ""
        pk = Person.objects.filter(username=username).values_list("pk", flat=True).first()
        if pk is None:
            raise forms.ValidationError(_("Nobody has this user name."))
        return f"person:{pk}"

    def clean_subject(self) -> list[str]:
        """All that the words may mean, as the journal names it: as written, a case, a unit, a person."""
        words = self.cleaned_data["subject"].strip()
        if not words:
            return []
        people = Person.objects.filter(username=words).values_list("pk", flat=True)
        named = (f"case:{words}", f"unit:{words.upper()}", f"{SEARCH}{words}")
        return [words, *named, *(f"person:{pk}" for pk in people)]


class ReadFilter(Filter):
    kind = forms.ChoiceField(
        label=gettext_lazy("What"), required=False, choices=[("", gettext_lazy("all")), *KINDS.items()]
    )
    field_order = ("person", "kind", "subject", "since", "until")


class EventFilter(Filter):
    verb = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    field_order = ("person", "verb", "subject", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", _("all")), *verbs.choices()]  # type: ignore[attr-defined]
