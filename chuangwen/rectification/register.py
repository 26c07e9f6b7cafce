"""The orders that one may see, as a table (a ledger of its own) and as a board with a lane for each state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases import ledger
from chuangwen.cases.ledger import COLUMNS, Column
from chuangwen.cases.lifecycle import LIFECYCLES, State
from chuangwen.cases.models import Case, CaseQuerySet
from chuangwen.cases.urgency import slip_of
from chuangwen.core.search import found
from chuangwen.core.spreadsheets import Value
from chuangwen.organizations.models import Person
from chuangwen.rectification.limits import kinds
from chuangwen.rectification.models import Escalation
from chuangwen.rectification.rungs import rungs

KIND = "order"
LANE = 6  # cards of a lane


def problem_of(case: Case) -> str:
    """What an order is about, without the unit that stands beside it."""
    return case.title.removeprefix(f"{case.unit}：")


def rung_of(case: Case) -> str:
    """The rung that was climbed last; "" where none was."""
    climbed = list(case.order.escalations.all())
    return str(climbed[-1].named) if climbed else ""


def _slip(case: Case) -> Value:
    slip = slip_of(case)
    return str(slip.label) if slip else None


TABLE: dict[str, Column] = {
    column.name: column
    for column in (
        Column("title", _("Problem"), problem_of),
        Column("paper", _("Number of the paper"), lambda case: str(case.order.number or "")),
        COLUMNS["unit"],
        COLUMNS["territory"],
        Column("kind", _("Kind of fault"), lambda case: str(case.order.fault_kind)),
        COLUMNS["state"],
        COLUMNS["due"],
        Column("slip", _("Slip"), _slip, shown=False),
        Column("rung", _("Rung"), rung_of),
        Column("reopened", _("Reopened"), lambda case: case.order.reopened, shown=False),
        COLUMNS["issuer"],
        COLUMNS["opened"],
        COLUMNS["closed"],
        COLUMNS["number"],
    )
}


def _on_rung(code: str) -> Q:
    """A filter for the orders whose last step on the ladder was the rung of that code."""
    later = Escalation.objects.filter(order=OuterRef("order"), pk__gt=OuterRef("pk"))
    return Q(pk__in=Escalation.objects.filter(~Exists(later), rung=code).values("order"))


def _words(words: str) -> Q:
    """By the index of the search: it knows the papers' numbers, and does not read every title."""
    return ledger.by_number(words) or Q(pk__in=found(KIND, words))


_SOURCES: Mapping[str, tuple[str | Promise, Q]] = {
    "inspection": (_("an inspection"), ~Q(order__source="")),
    "office": (_("an office by itself"), Q(order__source="")),
}


class OrderFilter(ledger.LedgerForm):
    """What the orders are narrowed to: as in the ledger, and by kind of fault, rung and source."""

    kind = KIND
    table = TABLE
    narrow: ClassVar[Mapping[str, Callable[[Any], Q]]] = {
        "q": _words,
        "fault": lambda code: Q(order__kind=code),
        "rung": _on_rung,
        "source": lambda name: _SOURCES[name][1],
    }

    fault = forms.ChoiceField(label=_("Kind of fault"), required=False)
    rung = forms.ChoiceField(label=_("Rung"), required=False)
    source = forms.ChoiceField(
        label=_("Came from"),
        required=False,
        choices=[("", _("all")), *((name, label) for name, (label, _narrow) in _SOURCES.items())],
    )

    def __init__(self, data: QueryDict, *, actor: Person | AnonymousUser) -> None:
        super().__init__(data, actor=actor)
        for name, table in (("fault", kinds()), ("rung", rungs())):
            choices = [("", _("all")), *((code, str(row)) for code, row in table.items())]
            self.fields[name].choices = choices  # type: ignore[attr-defined]


def orders_for(actor: Person | AnonymousUser) -> CaseQuerySet:
    """The cases of all orders that ``actor`` may see."""
    return ledger.cases_for(actor, KIND)


def related(cases: CaseQuerySet) -> CaseQuerySet:
    """With what the cells and cards say; one query more for them all."""
    climbed = Prefetch("order__escalations", Escalation.objects.order_by("pk"))
    return cases.select_related(
        "unit__territory", "issuer", "campaign", "order__number__series"
    ).prefetch_related(climbed)


@dataclass(frozen=True)
class Lane:
    """The orders in one state: the first of them, and how many there are, or how many at least."""

    state: State
    sort: str
    cards: list[Case]
    count: int
    many: bool

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def lanes(form: OrderFilter, cases: CaseQuerySet) -> list[Lane]:
    """A lane for each state; what is due first stands on top, of what is over the newest.

    Two queries where one sees few; else two for each lane, by the index of its state; and two for all cards.
    """
    wanted = form.cleaned_data.get("state")
    states = [state for state in LIFECYCLES[KIND].states if wanted in {"", None, state.code}]
    keys = ledger.keys(cases)
    if len(keys) > ledger.COUNTED:
        drawn = [
            (state, *_first(cases.filter(kind=KIND, state=state.code), _sort(state))) for state in states
        ]
    else:
        drawn = _sorted_out(states, keys)
    shown = {
        case.pk: case
        for case in related(
            Case.objects.filter(pk__in=[key for _state, keys, _count in drawn for key in keys])
        )
    }
    return [
        Lane(
            state,
            _sort(state),
            [shown[key] for key in keys if key in shown],
            min(count, ledger.COUNTED),
            count > ledger.COUNTED,
        )
        for state, keys, count in drawn
    ]


def _sorted_out(states: list[State], keys: list[int]) -> list[tuple[State, list[int], int]]:
    """The lanes of a few cases: what is due first stands on top, of what is over the newest."""
    rows = Case.objects.filter(pk__in=keys).values_list("pk", "state", "due", "closed_at")
    lying: dict[str, list[tuple[Any, int]]] = {}
    for pk, code, due, closed_at in rows:
        place = -closed_at.timestamp() if closed_at else (due or date.max).toordinal()
        lying.setdefault(code, []).append((place, pk))
    found = ((state, sorted(lying.get(state.code, []))) for state in states)
    return [(state, [pk for _place, pk in own[:LANE]], len(own)) for state, own in found]


def _sort(state: State) -> str:
    return "-closed" if state.closed else "due"


def _first(cases: CaseQuerySet, sort: str) -> tuple[list[int], int]:
    """The keys of the first cards, and how many cases there are, as `ledger.keys` counts."""
    keys = ledger.keys(cases)
    if len(keys) > ledger.COUNTED:
        return [case.pk for case in ledger.page(cases, sort, kind=KIND).cases[:LANE]], len(keys)
    own = ledger.in_order(Case.objects.filter(pk__in=keys), sort)
    return list(own.values_list("pk", flat=True)[:LANE]) if keys else [], len(keys)


def of_bulletin(number: str) -> Q:
    """A filter for the orders that a published bulletin took in."""
    return Q(order__bulletins__case__number=number, order__bulletins__published_at__isnull=False)


def register_ways() -> None:
    """What links narrow the orders to."""
    ledger.OF["bulletin"] = (_("what the bulletin took in"), of_bulletin)
