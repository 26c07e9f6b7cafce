"""What the moves of an order ask for, and what an office enters to draw one up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, DeadlineForm, ManyFilesField, MoveForm, WordsField
from chuangwen.cases.library.picking import FindInput, PickField
from chuangwen.cases.library.queries import narrowed, pickable
from chuangwen.cases.models import Campaign, Case
from chuangwen.core.calendar import add_working_days
from chuangwen.core.typed import natural
from chuangwen.organizations.forms import UnitNamedField
from chuangwen.organizations.models import Person
from chuangwen.rectification.checkers import checkers
from chuangwen.rectification.ladder import standing_of
from chuangwen.rectification.limits import kinds
from chuangwen.rectification.models import OrderItem
from chuangwen.rectification.rungs import ACCOUNTABILITY, INTERVIEW
from chuangwen.rectification.services.proofs import Done

WORDS, CLAUSE = 500, 200
FAULTS = 20  # of one order
_AGAIN = 5  # working days offered after a failed re-check
_OFFERED = 12  # pieces of the library offered for each fault


def kind_choices() -> list[tuple[str, str]]:
    """The kinds of fault of today with their limits."""
    return [
        (code, _("%(kind)s (%(days)s working days)") % {"kind": kind, "days": kind.days})
        for code, kind in kinds().items()
    ]


class IssueForm(DeadlineForm):
    demand = WordsField(
        label=_("What is demanded"),
        required=False,
        max_length=WORDS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Printed on the order, if there is more to ask than that every fault be put right."),
    )
    field_order = ("due", "day_off", "demand")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["due"].label = _("Deadline")
        if case.order.kind in kinds():
            self.fields["due"].initial = case.order.due_from(timezone.localdate())


class EditForm(DeadlineForm):
    """An order that is not issued yet: its kind, its deadline, and the words of each fault."""

    kind = forms.ChoiceField(label=_("Kind of fault"), help_text=_("The deadline offered goes by it."))
    field_order = ("kind", "due", "day_off")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        order = case.order
        known = kind_choices()
        if order.kind not in dict(known):  # one that is no more stays until another is chosen
            known = [(order.kind, order.kind), *known]
        self.fields["kind"].choices = known  # type: ignore[attr-defined]
        self.fields["kind"].initial = order.kind
        due: Any = self.fields["due"]
        due.label, due.required, due.initial = _("Deadline"), False, order.wanted_due
        due.help_text = _("Empty: the limit of its kind, counted from the day of issue.")
        self.items = list(order.items.all())
        for item in self.items:
            self._add(item)

    def _add(self, item: OrderItem) -> None:
        for name, label, required, longest in (
            ("words", _("Fault %(number)s"), True, WORDS),
            ("place", _("Place of fault %(number)s"), False, CLAUSE),
            ("clause", _("Clause of fault %(number)s"), False, CLAUSE),
        ):
            looks = forms.Textarea({"rows": 2}) if name == "words" else forms.TextInput()
            self.fields[f"{name}_{item.pk}"] = WordsField(
                label=label % {"number": item.position},
                required=required,
                max_length=longest,
                initial=getattr(item, name),
                widget=looks,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        faults = {
            item.pk: {name: cleaned.pop(f"{name}_{item.pk}", "") for name in ("words", "place", "clause")}
            for item in self.items
        }
        return {**cleaned, "faults": faults}


class PassForm(MoveForm):
    words = WordsField(
        label=_("What you saw"),
        max_length=WORDS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("When you were there, and what shows that every fault is put right."),
    )
    pictures = ManyFilesField(label=_("Photos"), required=False, help_text=_("Only where they show more."))


class FailForm(DeadlineForm):
    words = WordsField(
        label=_("What you saw"),
        max_length=WORDS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The unit reads this; say what is not put right, and what to do."),
    )
    pictures = ManyFilesField(label=_("Photos"), required=False, help_text=_("Only where they show more."))
    field_order = ("words", "due", "day_off", "pictures")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        soon = add_working_days(timezone.localdate(), _AGAIN)
        self.fields["due"].label = _("Deadline")
        self.fields["due"].initial = max(case.due or soon, soon)


class ReopenForm(DeadlineForm):
    reason = WordsField(
        label=_("Reason"),
        max_length=WORDS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The unit reads this; say what was found again, when and where."),
    )
    field_order = ("due", "day_off", "reason")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["due"].label = _("Deadline")
        self.fields["due"].initial = add_working_days(timezone.localdate(), _AGAIN)


# What a rung brings → what it asks for besides the reason.
_ASKED = {INTERVIEW: {"day", "hour", "place"}, ACCOUNTABILITY: {"body"}}


class EscalateForm(MoveForm):
    """The rung is the one that the officer saw: with another one come up meanwhile nothing is done.

    A rung that brings a paper asks for what that says.
    """

    rung = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = WordsField(
        label=_("Reason"),
        max_length=WORDS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The unit reads this, and it stays in the history."),
    )
    day = forms.DateField(label=_("Day of the interview"), widget=DateInput())
    hour = forms.TimeField(
        label=_("Hour of the interview"), widget=forms.TimeInput({"type": "time"}, "%H:%M")
    )
    place = WordsField(label=_("Place of the interview"), max_length=CLAUSE, widget=forms.TextInput())
    body = WordsField(
        label=_("To which body"),
        max_length=CLAUSE,
        widget=forms.TextInput(),
        help_text=_(
            "The one that holds this unit to account. The reason above stands in the paper as it is."
        ),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        rung = standing_of(case).next
        self.fields["rung"].initial = rung.code if rung else ""
        brings = rung.brings if rung else ""
        for name in {"day", "hour", "place", "body"} - _ASKED.get(brings, set()):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, hour = cleaned.pop("day", None), cleaned.pop("hour", None)
        at = timezone.make_aware(datetime.combine(day, hour)) if day and hour else None
        return {**cleaned, "meets_at": at} if at else cleaned


class CheckerForm(MoveForm):
    person = forms.ModelChoiceField(
        label=_("Who looks again"),
        queryset=Person.objects.none(),
        help_text=_("Inspectors who did not find the fault and do not belong to the unit."),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["person"].queryset = checkers(case)  # type: ignore[attr-defined]


class ProofForm(forms.Form):
    """For every fault what was done, and photos of how it is now: new ones, or from the unit's library."""

    def __init__(self, *args: Any, case: Case, items: list[OrderItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        library = pickable(case.unit).filter(blob__media_type__startswith="image/")
        if library.exists():
            self.fields["find"] = forms.CharField(
                label=_("Look into the library"),
                required=False,
                max_length=60,
                widget=FindInput({"type": "search"}),
            )
        found = narrowed(library, {"q": self["find"].value() or ""}) if "find" in self.fields else library
        offered = list(found[:_OFFERED])
        for item in items:
            self._add(item, library, offered)

    def _add(self, item: OrderItem, library: Any, offered: list[Any]) -> None:
        self.fields[f"words_{item.pk}"] = WordsField(
            label=_("What was done"), max_length=WORDS, widget=forms.Textarea({"rows": 3})
        )
        self.fields[f"photos_{item.pk}"] = ManyFilesField(
            label=_("Photos of how it is now"),
            required=False,
            help_text=_("One is enough if it shows the whole; it goes into your library too."),
        )
        if not offered and not self.data:
            return
        field = PickField(label=_("From the library"), queryset=library, required=False)
        self.fields[f"evidence_{item.pk}"] = field
        ticked = [pk for pk in map(natural, map(str, self[f"evidence_{item.pk}"].value() or ())) if pk]
        kept = [*library.filter(pk__in=ticked), *[piece for piece in offered if piece.pk not in ticked]]
        field.choices = [(piece.pk, field.label_from_instance(piece)) for piece in kept]

    def fields_of(self, item: OrderItem) -> list[Any]:
        names = (f"{part}_{item.pk}" for part in ("words", "photos", "evidence"))
        return [self[name] for name in names if name in self.fields]

    def done(self) -> list[Done]:
        """What was entered, fault by fault."""
        given = self.cleaned_data
        return [
            Done(
                item.pk,
                given[f"words_{item.pk}"],
                given.get(f"photos_{item.pk}") or (),
                list(given.get(f"evidence_{item.pk}") or ()),
            )
            for item in self.items
        ]


class DraftForm(forms.Form):
    """An order that an office draws up by itself."""

    campaign = forms.ModelChoiceField(label=_("Campaign"), queryset=Campaign.objects.none())
    unit = UnitNamedField(label=_("Unit (name or code)"))
    kind = forms.ChoiceField(label=_("Kind of fault"), help_text=_("The deadline offered goes by it."))

    def __init__(self, *args: Any, campaigns: QuerySet[Campaign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["campaign"].queryset = campaigns  # type: ignore[attr-defined]
        self.fields["campaign"].initial = campaigns.first()
        self.fields["unit"].inside(*campaigns.values_list("territory", flat=True))  # type: ignore[attr-defined]
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]


class FaultForm(forms.Form):
    words = WordsField(label=_("Fault found"), max_length=WORDS, widget=forms.Textarea({"rows": 2}))
    place = forms.CharField(label=_("Place"), max_length=CLAUSE, required=False)
    clause = forms.CharField(
        label=_("Clause"),
        max_length=CLAUSE,
        required=False,
        help_text=_("Of the standard or rule it breaks."),
    )
    pictures = ManyFilesField(label=_("Photos"), required=False)

    def has_changed(self) -> bool:
        """Whether anything stands in the row: a field for many files calls no file a change, too."""
        return any(self[name].data for name in self.fields)


FaultForms = forms.formset_factory(FaultForm, extra=3, max_num=FAULTS, validate_max=True)
