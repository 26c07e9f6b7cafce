"""What is asked about evidence: how the list is narrowed, what is added, how it is described."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.evidence import Evidence, EvidenceKind
from chuangwen.cases.forms import DateInput, ManyFilesField, WordsField
from chuangwen.core.concealing import Box
from chuangwen.organizations.models import Unit

FILES = _("docx, xlsx, pdf, txt or photos of any size, 25 MB each at most.")


class LibraryFilter(forms.Form):
    """What the list of evidence can be narrowed to."""

    q = forms.CharField(label=_("Words"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *EvidenceKind.choices])
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1949, max_value=2999)
    unit = forms.CharField(
        label=_("Unit"), required=False, max_length=60, help_text=_("A part of its name, or its code.")
    )
    withdrawn = forms.BooleanField(label=_("Withdrawn ones too"), required=False)

    def __init__(self, *args: Any, several: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not several:
            del self.fields["unit"]


class AddForm(forms.Form):
    """Files or a link, and what is said of them once for all; each can be described by itself later."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    uploads = ManyFilesField(label=_("Files"), required=False, help_text=FILES)
    link = forms.URLField(
        label=_("Or a link to what is public already"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("What is public is not uploaded again."),
    )
    name = forms.CharField(
        label=_("Name of the piece"),
        required=False,
        max_length=120,
        help_text=_("For a single piece. Empty: as the file is called."),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("by the content of each file")),
            *((kind.value, kind.label) for kind in EvidenceKind if kind != EvidenceKind.LINK),
        ],
    )
    description = WordsField(
        label=_("What it shows"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Described once; it goes along wherever the piece is used."),
    )
    dated = forms.DateField(label=_("Dated"), required=False, widget=DateInput())
    number = forms.CharField(label=_("Document number"), required=False, max_length=60)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = units[0].pk


class DescribeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    description = WordsField(
        label=_("What it shows"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )

    class Meta:
        model = Evidence
        fields = ("name", "kind", "description", "dated", "number")
        widgets: ClassVar[dict[str, Any]] = {"dated": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.link:
            del self.fields["kind"]
        else:
            kinds = [(kind.value, kind.label) for kind in EvidenceKind if kind != EvidenceKind.LINK]
            self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class BoxForm(forms.Form):
    """One box of a photo, in pixels from its upper left corner; an empty one is none."""

    left = forms.IntegerField(label=_("Left"), min_value=0, required=False)
    top = forms.IntegerField(label=_("Top"), min_value=0, required=False)
    width = forms.IntegerField(label=_("Width"), min_value=1, required=False)
    height = forms.IntegerField(label=_("Height"), min_value=1, required=False)
    out = forms.BooleanField(label=_("leave it out"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [cleaned.get(name) for name in ("left", "top", "width", "height")]
        if any(value is not None for value in given) and None in given and not self.errors:
            raise forms.ValidationError(_("A box has all four numbers."))
        return cleaned


class BaseBoxes(forms.BaseFormSet):  # type: ignore[type-arg]  # generic for the checker only
    def boxes(self) -> list[Box]:
        """Those that are given and not left out."""
        rows = [row for row in self.cleaned_data if row and not row["out"] and row["left"] is not None]
        return [(row["left"], row["top"], row["width"], row["height"]) for row in rows]


BOXES = 60  # at most, in one photo
BoxesForm = forms.formset_factory(BoxForm, formset=BaseBoxes, extra=3, max_num=BOXES, absolute_max=BOXES)


def as_rows(boxes: Iterable[Iterable[int]]) -> list[dict[str, int]]:
    return [dict(zip(("left", "top", "width", "height"), box, strict=True)) for box in boxes]
