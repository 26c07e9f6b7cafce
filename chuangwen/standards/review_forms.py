"""What is asked of the office for a panel, and of a reviewer for a criterion."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, ManyFilesField, WordsField
from chuangwen.organizations.models import Person
from chuangwen.standards import rules
from chuangwen.standards.models import Criterion, Mark, Panel
from chuangwen.standards.reviews import REASON_LIMIT
from chuangwen.standards.rules import RuleError, plain
from chuangwen.standards.scoring import outcome_of, takes_away

_DIGITS = 12


class PanelForm(forms.ModelForm):  # type: ignore[type-arg]  # generic for the checker only
    """Who reviews a round and by which rules."""

    reviewers = forms.ModelMultipleChoiceField(
        label=_("Reviewers"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Inspectors and delegates of the territory; three at least, from different systems. Nobody is "
            "drawn for their own unit, one over or under it, or one of the same system."
        ),
    )

    class Meta:
        model = Panel
        fields = ("reviewers", "limit", "limit_in", "due", "objection_days", "seed")
        widgets: ClassVar[dict[str, Any]] = {"due": DateInput()}
        help_texts: ClassVar[dict[str, Any]] = {
            "limit": _("Where two reviewers differ by more, a third is drawn for that criterion alone."),
            "objection_days": _("After the release, so long may a unit object to a line."),
            "seed": _(
                "Something that nobody could choose, such as the numbers of yesterday's lottery: with it "
                "anybody can make the draw again and see that it comes out the same."
            ),
        }

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewers"].queryset = people  # type: ignore[attr-defined]


def found_field(criterion: Criterion) -> forms.Field:
    """The field for what is found at a criterion, as its rule asks."""
    asks = rules.RULES[criterion.rule].asks
    if asks == "yes":
        yes, no = _("Met"), _("Not met")
        if criterion.rule == "veto":
            yes, no = _("It occurred"), _("It did not occur")
        choices = [("yes", yes), ("no", no)]
        return forms.ChoiceField(label=_("What was found"), choices=choices, widget=forms.RadioSelect)
    if asks == "grade":
        words = gettext("%(grade)s: %(given)s points")
        named = criterion.parameters["grades"]
        grades = [(grade, words % {"grade": grade, "given": given}) for grade, given in named]
        return forms.ChoiceField(label=_("Grade"), choices=grades, widget=forms.RadioSelect)
    if asks == "points":
        return forms.DecimalField(
            label=_("Points"), min_value=Decimal(0), max_value=criterion.points, decimal_places=2
        )
    unit = criterion.parameters.get("unit") or _("item")
    label = gettext("How many (%(unit)s)") % {"unit": unit}
    return forms.DecimalField(label=label, min_value=Decimal(0), max_digits=_DIGITS, decimal_places=4)


class FoundForm(forms.Form):
    """What is found at a criterion, as its rule asks; cleaned it is as ``rules.py`` takes it."""

    found = forms.Field()

    def __init__(self, *args: Any, criterion: Criterion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        self.fields = {
            "found": found_field(criterion),
            **{n: f for n, f in self.fields.items() if n != "found"},
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "found" not in cleaned:
            return cleaned
        cleaned["found"] = found = _plain(self.criterion, cleaned["found"])
        try:
            self.outcome = outcome_of(self.criterion, found)
        except RuleError as error:
            self.add_error("found", str(error))
        return cleaned


class MarkForm(FoundForm):
    """What a reviewer finds at a criterion, and why points are deducted."""

    reason = WordsField(
        label=_("Reason"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Needed where points are deducted; the unit reads it, without your name."),
    )

    def __init__(self, *args: Any, criterion: Criterion, mark: Mark | None = None, **kwargs: Any) -> None:
        super().__init__(*args, criterion=criterion, **kwargs)
        if mark:
            yes = {True: "yes", False: "no"}
            found = yes[mark.found] if isinstance(mark.found, bool) else mark.found
            self.initial = {"found": found, "reason": mark.reason}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        silent = not cleaned.get("reason", "").strip()
        if "found" in cleaned and silent and takes_away(self.criterion, self.outcome, cleaned["found"]):
            words = gettext("Say why points are deducted: %(why)s")
            self.add_error("reason", words % {"why": self.outcome.reason})
        return cleaned


class ObjectForm(forms.Form):
    """What a unit says against the points of a line, and what shows it."""

    reason = WordsField(
        label=_("Reason"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Say which points should stand, and what in your evidence shows it."),
    )
    uploads = ManyFilesField(
        label=_("Files"), required=False, help_text=_("docx, xlsx, pdf, txt or photos, 20 MB each at most.")
    )


def _plain(criterion: Criterion, value: Any) -> Any:
    """What was typed as ``rules.py`` takes it and JSON keeps it."""
    if rules.RULES[criterion.rule].asks == "yes":
        return value == "yes"
    return plain(value) if isinstance(value, Decimal) else value
