"""What is asked for a standard and each of its parts."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, WordsField
from chuangwen.organizations.models import PeerGroup, Unit
from chuangwen.standards import rules
from chuangwen.standards.models import Criterion, Dimension, Indicator, Standard

PAIR = 2  # words of a line: a band or grade, and its points


class StandardForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    peer_groups = forms.ModelMultipleChoiceField(
        label=_("Peer groups that it is for"),
        queryset=PeerGroup.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Needed before it is published. Another standard may hold for other groups at the same time."
        ),
    )

    class Meta:
        model = Standard
        fields = (
            "name",
            "code",
            "basis",
            "level",
            "peer_groups",
            "valid_from",
            "valid_to",
            "full",
            "bonus",
        )
        widgets: ClassVar[dict[str, Any]] = {"valid_from": DateInput(), "valid_to": DateInput()}
        help_texts: ClassVar[dict[str, Any]] = {
            "code": _("Letters and digits; all versions of the standard share it."),
            "basis": _("Number or name of the document that it comes from."),
            "full": _("What the parts inside the hundred make for every unit."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        if begins and ends and ends < begins:
            self.add_error("valid_to", _("It cannot end before it begins."))
        return cleaned


class NewStandardForm(StandardForm):
    office = forms.ModelChoiceField(
        label=_("Office that keeps it"), queryset=Unit.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, offices: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices  # type: ignore[attr-defined]


class DimensionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    class Meta:
        model = Dimension
        fields = ("name", "part", "peer_group", "points")


class IndicatorForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    class Meta:
        model = Indicator
        fields = ("name", "points")


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """A criterion; of the parameters only those of the chosen rule are kept."""

    text = WordsField(label=_("Criterion"), max_length=1000, widget=forms.Textarea({"rows": 4}))
    rule = forms.ChoiceField(
        label=_("Rule"), choices=[(rule.kind, rule.label) for rule in rules.RULES.values()]
    )
    step = forms.DecimalField(
        label=_("Points for each"), required=False, min_value=0, help_text=_("Deductions, pieces")
    )
    per = forms.DecimalField(
        label=_("Each so many"), required=False, min_value=0, help_text=_("Empty: each single one.")
    )
    unit = forms.CharField(
        label=_("Counted in"),
        required=False,
        max_length=30,
        help_text=_("Such as times, places, persons, %."),
    )
    floor = forms.DecimalField(
        label=_("Not below"), required=False, min_value=0, help_text=_("Deductions; empty: 0.")
    )
    target = forms.DecimalField(
        label=_("Target"), required=False, min_value=0, help_text=_("What brings full points, in proportion.")
    )
    bands = WordsField(
        label=_("Bands or grades"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "A line for each, the best first: “95 6” is 6 points from 95 on; “A 6” is 6 points for grade A."
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of evidence"),
        choices=Criterion.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    shows = forms.MultipleChoiceField(
        label=_("Evidence must show"),
        choices=Criterion.Shows.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Criterion
        fields = (
            "text",
            "method",
            "points",
            "rule",
            "step",
            "per",
            "unit",
            "floor",
            "target",
            "bands",
            "scorer",
            "kinds",
            "pieces",
            "shows",
            "words",
            "limit",
        )
        help_texts: ClassVar[dict[str, Any]] = {
            "scorer": _("Empty: the reviewers. Otherwise the department whose opinion is asked."),
            "words": _("0: no statement is needed."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parameters = self.instance.parameters
        for name in ("step", "per", "unit", "floor", "target"):
            self.fields[name].initial = parameters.get(name)
        lines = parameters.get("bands") or parameters.get("grades") or ()
        self.fields["bands"].initial = "\n".join(" ".join(pair) for pair in lines)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("words") or 0) > (cleaned.get("limit") or 0):
            self.add_error("words", _("It cannot be more than the most that is allowed."))
        rule = rules.RULES.get(cleaned.get("rule", ""))
        if rule and cleaned.get("points") is not None:
            try:
                given = {name: self._given(name) for name in (*rule.needs, *rule.takes)}
                self.instance.parameters = rules.validate(rule.kind, cleaned["points"], given)
            except rules.RuleError as error:
                self.add_error("rule", str(error))
        return cleaned

    def _given(self, name: str) -> Any:
        if name in {"bands", "grades"}:
            return [
                self._pair(line) for line in self.cleaned_data.get("bands", "").splitlines() if line.strip()
            ]
        return self.cleaned_data.get(name)

    @staticmethod
    def _pair(line: str) -> list[str]:
        pair = line.replace("：", " ").replace(":", " ").split()
        if len(pair) != PAIR:
            raise rules.RuleError(
                _gettext("“%(line)s” is not two words: a band or grade, and its points.") % {"line": line}
            )
        return pair


class PublishForm(forms.Form):
    despite = WordsField(
        label=_("Publish it with sums that do not agree, because"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Such as: the table was issued like this by the province. Everybody can read it."),
    )
