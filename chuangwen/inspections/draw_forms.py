"""What the office is asked for a draw: the pool and the inspectors, and later the public value."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput
from chuangwen.inspections.drawing import TEAM
from chuangwen.inspections.draws import VALUE
from chuangwen.inspections.models import Inspection, Member
from chuangwen.inspections.pooling import Asked, people_for, units_for
from chuangwen.organizations.models import PeerGroup, Person, System

_LARGEST_TEAM, _MOST_POINTS, _MOST_LOTS = 6, 20, 4


class FixForm(forms.Form):
    """What goes into the pool, and which value of the world outside will decide."""

    people = forms.ModelMultipleChoiceField(
        label=_("Inspectors"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Nobody is drawn for their own unit, one over or under it, one of the same system, or one that"
            " they visited last time. At least one of each team is an inspector or of an office, and leads"
            " it."
        ),
    )
    outside_as = forms.ChoiceField(
        label=_("Delegates among them come as"),
        choices=[one for one in Member.Capacity.choices if one[0] != Member.Capacity.INSPECTOR],
    )
    peer_groups = forms.ModelMultipleChoiceField(
        label=_("Only units of these peer groups"),
        queryset=PeerGroup.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Without a mark: all."),
    )
    systems = forms.ModelMultipleChoiceField(
        label=_("Only units of these systems"),
        queryset=System.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Without a mark: all."),
    )
    wanted = forms.IntegerField(label=_("Units to draw"), min_value=1)
    team = forms.IntegerField(
        label=_("People in a team"), min_value=TEAM, max_value=_LARGEST_TEAM, initial=TEAM
    )
    points = forms.IntegerField(
        label=_("Points to draw in each unit"),
        min_value=0,
        max_value=_MOST_POINTS,
        initial=0,
        help_text=_("0: all of its points of the types that are looked at."),
    )
    low_lots = forms.IntegerField(
        label=_("More lots for low results"),
        min_value=0,
        max_value=_MOST_LOTS,
        initial=1,
        help_text=_(
            "For the lowest tenth of each peer group in the rounds of the last year. Every unit has one lot; "
            "the lots of each are published with the pool."
        ),
    )
    shown_lots = forms.IntegerField(
        label=_("More lots for demonstration units"), min_value=0, max_value=_MOST_LOTS, initial=1
    )
    source = forms.CharField(
        label=_("What the public value will be"),
        max_length=VALUE,
        help_text=_(
            "Something that everybody can look up and nobody can choose, such as the numbers of a lottery"
            " that has not been drawn yet. Say which one, and how it is written."
        ),
    )
    value_on = forms.DateField(
        label=_("Known from"),
        widget=DateInput(),
        help_text=_("A later day than today: until then the pool may be fixed anew, from then on it stands."),
    )

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = units_for(inspection)
        people = people_for(inspection)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]
        self.initial.setdefault("people", [person.pk for person in people])
        self.initial.setdefault("wanted", inspection.units_wanted)
        self.initial.setdefault("value_on", timezone.localdate() + timedelta(days=1))
        groups = PeerGroup.objects.filter(pk__in=units.values("peer_group"))
        self.fields["peer_groups"].queryset = groups  # type: ignore[attr-defined]
        systems = System.objects.filter(memberships__unit__in=units.values("pk")).distinct()
        self.fields["systems"].queryset = systems  # type: ignore[attr-defined]

    @property
    def asked(self) -> tuple[Asked, str, date]:
        """What the services take: the pool, the source of the value, its day."""
        found = dict(self.cleaned_data)
        source, value_on = found.pop("source"), found.pop("value_on")
        for name in ("people", "peer_groups", "systems"):
            found[name] = frozenset(one.pk for one in found[name])
        return Asked(**found), source, value_on


class ValueForm(forms.Form):
    """The public value, as one officer reads it."""

    value = forms.CharField(
        label=_("Public value"),
        max_length=VALUE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As it was published. Two officers type it, neither seeing what the other has typed."),
    )
