"""What is asked for a standard and each of its parts."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, ManyFilesField, MoveForm, WordsField
from chuangwen.cases.library.forms import FILES
from chuangwen.cases.library.picking import Picking
from chuangwen.cases.models import Campaign, Case
from chuangwen.organizations.models import PeerGroup, Unit
from chuangwen.standards import rules
from chuangwen.standards.filling import filled
from chuangwen.standards.models import Answer, Criterion, Dimension, Indicator, Standard

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
                gettext("“%(line)s” is not two words: a band or grade, and its points.") % {"line": line}
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


class RoundForm(forms.Form):
    """For which campaign, about which period, until when."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none(), empty_label=None)
    begins = forms.DateField(label=_("The period begins"), widget=DateInput())
    ends = forms.DateField(label=_("The period ends"), widget=DateInput())
    closes = forms.DateField(
        label=_("To be filed by"),
        widget=DateInput(),
        help_text=_("Units fill it in over the year; after this day nothing can be filed."),
    )

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if begins and ends and ends < begins:
            self.add_error("ends", _("It cannot end before it begins."))
        return cleaned


class AnswerForm(Picking):
    """What a unit says to a criterion; it offers only what the criterion asks for, and what the unit has."""

    statement = WordsField(label=_("Statement"), required=False, widget=forms.Textarea({"rows": 6}))
    uploads = ManyFilesField(label=_("New files"), required=False, help_text=FILES)
    kind = forms.ChoiceField(label=_("Kind of the files"), required=False)
    link = forms.URLField(
        label=_("Link to what is public already"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("What is public is not uploaded again."),
    )
    said = forms.CharField(
        label=_("What the new ones show"),
        required=False,
        max_length=500,
        help_text=_("They are put into the library of the unit, described once, and need not be sent again."),
    )
    field_order = ("statement", "find", "evidence", "uploads", "kind", "link", "said", "shown")
    shown = forms.MultipleChoiceField(
        label=_("The evidence shows"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self, *args: Any, unit: Unit, criterion: Criterion, answer: Answer | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer(unit, without=[proof.evidence_id for proof in answer.proofs.all()] if answer else ())
        statement = self.fields["statement"]
        statement.validators.append(MaxLengthValidator(criterion.limit))
        statement.widget.attrs["maxlength"] = criterion.limit
        statement.help_text = _("At most %(limit)s characters.") % {"limit": criterion.limit}
        files = [kind for kind in Criterion.Kind if kind != Criterion.Kind.LINK]
        asked = [kind for kind in files if kind in criterion.kinds] or files
        by_content = ("", _("by the content of each file"))
        self.fields["kind"].choices = [by_content, *((kind.value, kind.label) for kind in asked)]  # type: ignore[attr-defined]
        self.fields["shown"].choices = [(name, Criterion.Shows(name).label) for name in criterion.shows]  # type: ignore[attr-defined]
        if not criterion.shows:
            del self.fields["shown"]
        if answer:
            self.initial = {"statement": answer.statement, "shown": answer.shown}

    def said_and_shown(self) -> dict[str, Any]:
        """What the verb takes: all but the words that were looked for."""
        return {name: value for name, value in self.cleaned_data.items() if name != "find"}


class FileForm(MoveForm):
    """Filing; with gaps only if whoever files says so: what cannot be shown is not to be invented."""

    despite = forms.BooleanField(label=_("File it although not everything is there"), required=True)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        lacking = [line for line in filled(case.self_report) if line.missing]
        if lacking:
            names = _("; ").join(line.criterion.text[:20] for line in lacking[:5])
            words = _("%(count)s criteria lack something: %(names)s. They will be scored as they are.")
            self.fields["despite"].help_text = words % {"count": len(lacking), "names": names}
        else:
            del self.fields["despite"]
