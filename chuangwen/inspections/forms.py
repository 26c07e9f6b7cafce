"""What the office says of plans, inspections and points, and a team of what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, LongSelect, ManyFilesField, MoveForm, WordsField
from chuangwen.cases.models import Campaign, Case
from chuangwen.inspections.findings import Verdict
from chuangwen.inspections.halves import Half
from chuangwen.inspections.models import Inspection, Member, PlanLine, Point, PointType, YearPlan
from chuangwen.inspections.queries import faults_of
from chuangwen.inspections.services.findings import WORDS
from chuangwen.inspections.services.inspecting import Named
from chuangwen.organizations.forms import UnitNamedField
from chuangwen.organizations.models import Person, System, Territory, Unit
from chuangwen.rectification.limits import kinds
from chuangwen.standards.models import Criterion, Standard

AT_UNIT = "-"  # in the place of a type of point
LONGEST = timedelta(days=3 * 366)  # that is counted at once
_OUTSIDERS = 3  # rows for people who come along from elsewhere


class PlanForm(forms.Form):
    """A year, for which campaign, and what allows the inspections."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())
    issuer = forms.ModelChoiceField(label=_("Sending office"), queryset=Unit.objects.none())
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2099)
    basis = forms.CharField(
        label=_("Basis of the plan"),
        max_length=300,
        help_text=_("The document that allows these inspections, with its number."),
    )

    def __init__(
        self, *args: Any, campaigns: QuerySet[Campaign], offices: QuerySet[Unit], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["issuer"].queryset = offices  # type: ignore[attr-defined]
        self.initial.setdefault("year", timezone.localdate().year)


class LineForm(forms.ModelForm):  # type: ignore[type-arg]
    """One line of a plan."""

    class Meta:
        model = PlanLine
        fields = ("name", "units", "by", "covert")
        widgets: ClassVar[dict[str, Any]] = {"by": DateInput()}
        help_texts: ClassVar[dict[str, Any]] = {
            "by": _("A milestone, such as the end of October."),
            "covert": _("Nobody outside this office and the teams learns of it before its bulletin."),
        }


class OpenForm(forms.ModelForm):  # type: ignore[type-arg]
    """An inspection from a line of the plan: by which standard, when, how it is announced."""

    title = forms.CharField(
        label=_("Title of the inspection"),
        max_length=100,
        required=False,
        help_text=_("Empty: as the line of the plan."),
    )

    class Meta:
        model = Inspection
        fields = ("line", "title", "standard", "opens_on", "closes_on", "notice", "units_wanted")
        widgets: ClassVar[dict[str, Any]] = {"opens_on": DateInput(), "closes_on": DateInput()}
        labels: ClassVar[dict[str, Any]] = {"line": _("Line of the plan")}
        help_texts: ClassVar[dict[str, Any]] = {
            "notice": _("Half a day before is the rule; a covert inspection is never announced.")
        }

    def __init__(self, *args: Any, plan: YearPlan, standards: QuerySet[Standard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["line"].queryset = plan.lines.all()  # type: ignore[attr-defined]
        self.fields["standard"].queryset = standards  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("opens_on"), cleaned.get("closes_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("closes_on", gettext("The last day lies before the first."))
        return cleaned


class ChecksForm(forms.Form):
    """Which criteria are looked at where; saying it anew replaces what was said for that type of point."""

    point_type = forms.ModelChoiceField(
        label=_("Looked at where"),
        queryset=PointType.objects.all(),
        required=False,
        empty_label=_("at the unit itself"),
    )
    criteria = forms.ModelMultipleChoiceField(
        label=_("Criteria"),
        queryset=Criterion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: nothing is looked at there any more."),
    )

    def __init__(self, *args: Any, standard: Standard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Criterion.objects.filter(indicator__dimension__standard=standard)
        order = ("indicator__dimension__position", "indicator__position", "position", "pk")
        self.fields["criteria"].queryset = own.order_by(*order)  # type: ignore[attr-defined]


class VisitForm(forms.Form):
    """A unit and the team that goes there."""

    unit = UnitNamedField(label=_("Unit (name or code)"), max_length=100)
    leader = forms.ModelChoiceField(label=_("Leader of the team"), queryset=Person.objects.none())
    inspectors = forms.ModelMultipleChoiceField(
        label=_("Further inspectors"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "At least two people inspect together, nobody their own unit or line, or a unit twice running."
        ),
    )
    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=DateInput(),
        help_text=_("Empty: the first day of the inspection."),
    )
    half = forms.ChoiceField(label=_("Half of the day"), choices=Half.choices)

    def __init__(self, *args: Any, people: QuerySet[Person], territory: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].inside(territory)  # type: ignore[attr-defined]
        outside = [choice for choice in Member.Capacity.choices if choice[0] != Member.Capacity.INSPECTOR]
        for number in range(1, _OUTSIDERS + 1):
            self.fields[f"person{number}"] = forms.ModelChoiceField(
                label=gettext("Comes along from outside (%(number)s)") % {"number": number},
                queryset=people,
                required=False,
            )
            self.fields[f"capacity{number}"] = forms.ChoiceField(
                label=gettext("As (%(number)s)") % {"number": number}, choices=outside, required=False
            )
        for name in ("leader", "inspectors"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]

    def team(self) -> list[Named]:
        """The leader first; each person once, as what they were named first."""
        said = self.cleaned_data
        inspectors: Iterable[Person] = said["inspectors"]
        outside = ((said[f"person{n}"], said[f"capacity{n}"]) for n in range(1, _OUTSIDERS + 1))
        named = {person.pk: Named(person) for person in (said["leader"], *inspectors)}
        for person, capacity in outside:
            if person:
                named.setdefault(person.pk, Named(person, capacity))
        return list(named.values())


class FindingForm(forms.Form):
    """One criterion at one place. The key is made with the form, so that sending it twice enters it once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict.choices, widget=forms.RadioSelect)
    words = WordsField(
        label=_("What was seen"),
        required=False,
        max_length=WORDS,
        widget=forms.Textarea({"rows": 3}),
    )
    photos = ManyFilesField(
        label=_("Photos"), required=False, help_text=_("Only where they are needed to show it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid4())


class FindingFilter(forms.Form):
    """What the list of findings can be narrowed to; ``upheld`` leaves out what a leader did not uphold."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), required=False, choices=[("", _("all")), *Verdict.choices]
    )
    type = forms.ChoiceField(label=_("Type of point"), required=False)
    chapter = forms.CharField(label=_("Dimension"), required=False, max_length=100)
    territory = forms.CharField(label=_("Territory (code)"), required=False, max_length=12)
    unit = forms.CharField(label=_("Unit (name or code)"), required=False, max_length=60)
    since = forms.DateField(label=_("Received from"), required=False, widget=DateInput())
    until = forms.DateField(label=_("Received to"), required=False, widget=DateInput())
    upheld = forms.BooleanField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types = [(kind.code, str(kind)) for kind in PointType.objects.all()]
        choices = [("", _("all")), (AT_UNIT, _("at the unit itself")), *types]
        self.fields["type"].choices = choices  # type: ignore[attr-defined]


class TrendForm(forms.Form):
    """How what was found is counted; without days, the last twelve months or weeks."""

    by = forms.ChoiceField(
        label=_("In columns"),
        choices=[
            ("type", _("type of point")),
            ("chapter", _("dimension")),
            ("territory", _("territory")),
        ],
    )
    step = forms.ChoiceField(label=_("In rows"), choices=[("month", _("month")), ("week", _("week"))])
    since = forms.DateField(label=_("Received from"), widget=DateInput())
    until = forms.DateField(label=_("Received to"), widget=DateInput())
    territory = forms.ModelChoiceField(
        label=_("Territory"),
        queryset=Territory.objects.all(),
        required=False,
        empty_label=_("all"),
        widget=LongSelect(),
    )
    system = forms.ModelChoiceField(
        label=_("System"), queryset=System.objects.all(), required=False, empty_label=_("all")
    )

    def __init__(self, data: QueryDict) -> None:
        today = timezone.localdate()
        weeks = data.get("step") == "week"
        begin = (
            today - timedelta(weeks=11)
            if weeks
            else (today.replace(day=1) - timedelta(days=330)).replace(day=1)
        )
        asked = data.copy()
        for name, value in (("by", "type"), ("step", "month"), ("since", begin), ("until", today)):
            if not asked.get(name):
                asked[name] = str(value)
        super().__init__(asked)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if isinstance(since, date) and isinstance(until, date):
            if until < since:
                self.add_error("until", gettext("The last day lies before the first."))
            elif until - since > LONGEST:
                self.add_error("since", gettext("Three years at most."))
        return cleaned


class ConcludeForm(MoveForm):
    """Of what kind the faults are, for the order that is drafted; nothing where all complies."""

    kind = forms.ChoiceField(
        label=_("Kind of fault"),
        help_text=_(
            "What was confirmed and does not comply becomes one order of this kind, for you to issue."
        ),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        if faults_of(case).exists():
            self.fields["kind"].choices = [(code, str(kind)) for code, kind in kinds().items()]  # type: ignore[attr-defined]
        else:
            del self.fields["kind"]


class PointForm(forms.ModelForm):  # type: ignore[type-arg]
    """A place of a unit."""

    class Meta:
        model = Point
        fields = ("type", "name", "address", "latitude", "longitude")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            self.add_error("longitude", gettext("Give latitude and longitude, or neither."))
        return cleaned
