"""What the moves of an order ask for, and what an office enters to draw one up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DeadlineForm, ManyFilesField, MoveForm, WordsField
from chuangwen.cases.library.picking import FindInput, PickField
from chuangwen.cases.library.queries import narrowed, pickable
from chuangwen.cases.models import Campaign, Case
from chuangwen.core.calendar import add_working_days
from chuangwen.core.typed import natural
from chuangwen.organizations.forms import UnitNamedField
from chuangwen.organizations.models import Person
from chuangwen.rectification.checkers import checkers
from chuangwen.rectification.ladder import standing_of
from chuangwen.rectification.limits import due_of, kinds
from chuangwen.rectification.models import OrderItem
from chuangwen.rectification.services.proofs import Done

WORDS, CLAUSE = 500, 200
FAULTS = 20  # of one order
_AGAIN = 5  # working days offered after a failed re-check
_OFFERED = 12  # pieces of the library offered for each fault


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
            self.fields["due"].initial = due_of(case.order.kind, timezone.localdate())


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


class EscalateForm(MoveForm):
    """The rung is the one that the officer saw: with another one come up meanwhile nothing is done."""

    rung = forms.CharField(max_length=20, widget=forms.HiddenInput)
    reason = WordsField(
        label=_("Reason"),
        max_length=WORDS,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The unit reads this, and it stays in the history."),
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        rung = standing_of(case).next
        self.fields["rung"].initial = rung.code if rung else ""


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
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (code, _("%(kind)s (%(days)s working days)") % {"kind": kind, "days": kind.days})
            for code, kind in kinds().items()
        ]


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
