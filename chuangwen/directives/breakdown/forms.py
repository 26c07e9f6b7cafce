"""What is asked about a breakdown: who leads it, its parts, how far one's own part is."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput
from chuangwen.cases.models import Case
from chuangwen.directives.breakdown.queries import people_of
from chuangwen.directives.shares import Breakdown, Share, ShareReport


class LeadersForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    class Meta:
        model = Breakdown
        fields = ("principal", "in_charge")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.Meta.fields:
            self.fields[name].queryset = people_of(case)  # type: ignore[attr-defined]


class ShareForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """One part. ``levels`` are those that may stand where it stands."""

    class Meta:
        model = Share
        fields = (
            "level",
            "name",
            "person",
            "measure",
            "target",
            "target_unit",
            "weight",
            "due",
            "in_charge",
        )
        widgets: ClassVar[dict[str, Any]] = {"due": DateInput()}
        help_texts: ClassVar[dict[str, Any]] = {
            "name": _("For a person leave it empty."),
            "person": _("Only for a person; those who hold a post in this unit."),
            "measure": _("What is to be done, so that one can see whether it is."),
            "target": _("A number to reach. Leave it empty where the measure is either met or not."),
            "target_unit": _("Such as: visits, windows, households."),
            "weight": _("Of the part above. Parts side by side make 100."),
            "due": _("Not later than the part above. Empty: as the part above."),
            "in_charge": _("Empty: the leader in charge of the whole."),
        }

    def __init__(self, *args: Any, case: Case, levels: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        level: Any = self.fields["level"]
        level.choices = [(name, label) for name, label in Share.Level.choices if name in levels]
        for name in ("person", "in_charge"):
            self.fields[name].queryset = people_of(case)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("level") == Share.Level.PERSON:
            cleaned["name"] = ""
            if not cleaned.get("person") and "person" not in self.errors:
                self.add_error("person", _("Choose the person."))
        else:
            cleaned["person"] = None
            if cleaned.get("level") and not cleaned.get("name") and "name" not in self.errors:
                self.add_error("name", _("Name the department or post."))
        if cleaned.get("target") is not None and cleaned["target"] <= 0:
            self.add_error("target", _("A target is more than nothing."))
        if cleaned.get("target") and not cleaned.get("target_unit"):
            self.add_error("target_unit", _("Say what is counted."))
        return cleaned


class ShareReportForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    class Meta:
        model = ShareReport
        fields = ("achieved", "words")

    def __init__(self, *args: Any, share: Share, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if share.target is None:
            self.fields["achieved"] = forms.TypedChoiceField(
                label=_("Met?"), choices=[("0", _("not yet")), ("1", _("completed"))], coerce=Decimal
            )
        else:
            self.fields["achieved"] = forms.DecimalField(
                label=_("Reached so far"), min_value=0, max_digits=12, decimal_places=2
            )
        self.fields["achieved"].initial = format(share.achieved.normalize(), "f")
