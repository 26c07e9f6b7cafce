"""What one enters about a goal."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput
from chuangwen.directives.breakdown.models import Breakdown, Goal
from chuangwen.directives.breakdown.queries import levels_under, people_of
from chuangwen.organizations.models import Post, Role


class GoalForm(forms.ModelForm):  # type: ignore[type-arg]
    """Offers the levels below ``parent`` and the people of the unit; leaders and deadline are filled in."""

    class Meta:
        model = Goal
        fields = (
            "level",
            "name",
            "person",
            "measure",
            "target",
            "unit_of_measure",
            "condition",
            "weight",
            "due",
            "principal",
            "in_charge",
        )
        widgets: ClassVar = {"due": DateInput(), "level": forms.RadioSelect}

    def __init__(
        self, data: Any = None, *, breakdown: Breakdown, parent: Goal | None, instance: Goal | None = None
    ) -> None:
        super().__init__(data, instance=instance)
        unit = breakdown.case.unit
        levels = levels_under(parent)
        self.fields["level"].choices = [(level, level.label) for level in levels]  # type: ignore[attr-defined]
        people = people_of(unit)
        for name in ("person", "principal", "in_charge"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        if instance is None:
            self.initial = {
                "level": levels[0],
                "due": parent.due if parent else breakdown.case.due,
                **(_leaders_of(parent) if parent else _leaders_in(unit.pk)),
            }

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("level") == Goal.Level.PERSON:
            typed["name"] = ""
            if not typed.get("person") and "person" not in self.errors:
                self.add_error("person", _("Choose the person."))
        else:
            typed["person"] = None
            if not typed.get("name") and "name" not in self.errors:
                self.add_error("name", _("Enter the department or the post."))
        if typed.get("target") is not None and typed.get("condition"):
            self.add_error("condition", _("Enter a number or a state, not both."))
        if typed.get("target") is not None and not typed.get("unit_of_measure"):
            self.add_error("unit_of_measure", _("Say what the number counts."))
        return typed


def _leaders_of(parent: Goal) -> dict[str, int]:
    return {"principal": parent.principal_id, "in_charge": parent.in_charge_id}


def _leaders_in(unit: int) -> dict[str, int | None]:
    """The head of the unit and the leader in charge, where the directory has them."""
    posts = Post.objects.held().filter(unit=unit, role__in=(Role.HEAD, Role.DEPUTY))
    found = dict(posts.order_by("-id").values_list("role", "person_id"))
    return {"principal": found.get(Role.HEAD), "in_charge": found.get(Role.DEPUTY)}
