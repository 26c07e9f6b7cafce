"""The ledger (台账): every case one may see as a table that is narrowed, sorted, paged and taken away.

One row of `COLUMNS` is the heading, the cell, the sort key and the column of the export. Everything that was
chosen stands in the address, so that a list can be sent to a colleague, who sees of it what they may see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.db.models import Value as Constant
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, LongSelect
from chuangwen.cases.lifecycle import LIFECYCLES, lifecycle_of
from chuangwen.cases.models import Campaign, Case, CaseQuerySet, overdue
from chuangwen.core.spreadsheets import Value
from chuangwen.core.typed import natural
from chuangwen.organizations.models import PeerGroup, Person, System, Territory, Unit, within, within_any
from chuangwen.organizations.scope import scope_of

KIND = "assignment"  # the kind that is worked off in numbers
PAGE = 50
STRETCH = 4  # by what factor more is read at once
COUNTED = 1000  # more than so many are "more than so many": nobody waits for the exact number
EXPORTED = 1_000_000  # as many as a sheet of Excel holds
NEAR = 3  # days


@dataclass(frozen=True)
class Column:
    """``sort`` is the path it is sorted by, "" where it is not; ``shown`` whether it is there unasked."""

    name: str
    label: str | Promise
    value: Callable[[Case], Value]
    sort: str = ""
    shown: bool = True


def _local_day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("title", _("Title"), lambda case: case.title),
        Column("unit", _("Unit"), lambda case: case.unit.name, sort="unit__code"),
        Column("territory", _("Territory"), lambda case: case.unit.territory.name, sort="unit__territory"),
        Column("state", _("State"), lambda case: lifecycle_of(case).state(case.state).label, sort="state"),
        Column("due", _("Due"), lambda case: case.due, sort="due"),
        Column("issuer", _("Issued by"), lambda case: case.issuer.name),
        Column("opened", _("Opened"), lambda case: _local_day(case.opened_at), sort="opened_at", shown=False),
        Column("closed", _("Closed"), lambda case: _local_day(case.closed_at), sort="closed_at", shown=False),
        Column("campaign", _("Campaign"), lambda case: case.campaign.name, shown=False),
        Column("number", _("number"), lambda case: case.number, shown=False),
    )
}


def _urgent(today: date) -> Mapping[str, Q]:
    still_open = Q(closed_at__isnull=True)
    return {
        "late": overdue(),
        "near": still_open & Q(due__gte=today, due__lte=today + timedelta(days=NEAR)),
        "open": still_open,
        "closed": ~still_open,
    }


class LedgerForm(forms.Form):
    """What the ledger is narrowed to, sorted by, and shows; every field is optional."""

    q = forms.CharField(label=_("Words or number"), required=False, max_length=60)
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        required=False,
        choices=[
            ("", _("all")),
            ("late", _("late")),
            ("near", _("due within 3 days")),
            ("open", _("open")),
            ("closed", _("closed")),
        ],
    )
    state = forms.ChoiceField(label=_("State"), required=False)
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.none(), required=False, empty_label=_("all")
    )
    territory = forms.ModelChoiceField(
        label=_("Territory"),
        queryset=Territory.objects.none(),
        required=False,
        empty_label=_("all"),
        widget=LongSelect(),
    )
    system = forms.ModelChoiceField(
        label=_("System"), queryset=System.objects.all(), required=False, empty_label=_("all")
    )
    peer_group = forms.ModelChoiceField(
        label=_("Peer group"), queryset=PeerGroup.objects.all(), required=False, empty_label=_("all")
    )
    due_from = forms.DateField(label=_("Due from"), required=False, widget=DateInput())
    due_to = forms.DateField(label=_("Due to"), required=False, widget=DateInput())
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        required=False,
        choices=[(column.name, column.label) for column in COLUMNS.values()],
        widget=forms.CheckboxSelectMultiple,
    )
    sort = forms.ChoiceField(
        required=False,
        widget=forms.HiddenInput,
        choices=[
            (sign + column.name, "") for column in COLUMNS.values() if column.sort for sign in ("", "-")
        ],
    )

    def __init__(self, data: Mapping[str, Any], *, actor: Person | AnonymousUser) -> None:
        super().__init__(data)
        codes = {code[:n] for code in _reach(actor) for n in Territory.LEVELS if n <= len(code)}
        places = Q(pk__in=codes) | within_any(_reach(actor), "code")
        self.fields["territory"].queryset = Territory.objects.filter(places)  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = Campaign.objects.visible_to(actor)  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("all")), *_states()]  # type: ignore[attr-defined]

    def narrowed(self, cases: CaseQuerySet) -> CaseQuerySet:
        """The cases that match; a field that was not understood does not narrow, and says so itself."""
        self.is_valid()
        asked = self.cleaned_data
        for name, narrow in _NARROW.items():
            if value := asked.get(name):
                cases = cases.filter(narrow(value))
        return cases

    @property
    def shown(self) -> list[Column]:
        self.is_valid()
        chosen = self.cleaned_data.get("columns")
        return [column for column in COLUMNS.values() if (column.name in chosen if chosen else column.shown)]


def _reach(actor: Person | AnonymousUser) -> frozenset[str]:
    scope = scope_of(actor)
    return scope.territories | {territory for _system, territory in scope.lines}


def _states() -> list[tuple[str, str | Promise]]:
    return [(state.code, state.label) for state in LIFECYCLES["assignment"].states]


def _by_number(words: str) -> Q | None:
    found = Case.objects.filter(number=words.upper()).values_list("pk", flat=True).first()
    return Q(pk=found) if found else None


# How words are looked for in the cases of a kind; whoever knows where their titles come from is faster.
WORDS: dict[str, Callable[[str], Q]] = {KIND: lambda words: Q(title__contains=words)}
_NARROW: dict[str, Callable[[Any], Q]] = {
    "q": lambda words: _by_number(words) or WORDS[KIND](words),
    "urgency": lambda name: _urgent(timezone.localdate())[name],
    "state": lambda code: Q(state=code),
    "campaign": lambda campaign: Q(campaign=campaign),
    "territory": lambda territory: within(territory.pk, "unit__territory_id"),
    "system": lambda system: Q(unit__memberships__system=system),
    "peer_group": lambda group: Q(unit__peer_group=group),
    "due_from": lambda day: Q(due__gte=day),
    "due_to": lambda day: Q(due__lte=day),
}


@dataclass(frozen=True)
class Page:
    """Some rows, and the mark behind which the next begin; "" on the last page."""

    cases: list[Case]
    after: str


def cases_for(actor: Person | AnonymousUser) -> CaseQuerySet:
    """All that stands in the ledger of ``actor``."""
    # The kind as a sum, joined to nothing: its own index leads to all cases there are, so that the databases
    # shall begin with what narrows them. `page` names it once more where that index is the order.
    return Case.objects.visible_to(actor).alias(of=Concat("kind", Constant(""))).filter(of=KIND)


def keys(cases: CaseQuerySet) -> list[int]:
    """The keys of the cases, in no order: all, or `COUNTED` and one more."""
    return list(cases.order_by().values_list("pk", flat=True)[: COUNTED + 1])


def page(cases: CaseQuerySet, sort: str, after: str) -> Page:
    """The page of ``cases`` behind the mark ``after``, sorted by column ``sort``; "-" before it turns round.

    A page begins behind a row, not at a number: the last of a million costs what the first does, and what is
    added meanwhile shifts nothing. Rows without a value come last in either direction, so they are a second
    part of the list; each part is one walk along an index.
    """
    path, backwards = COLUMNS[sort.removeprefix("-")].sort, sort.startswith("-")
    mark = _Mark.read(after)
    rows: list[Case] = []
    if not mark.null:
        valued = cases.filter(**{f"{path}__isnull": False}).filter(mark.behind(path, backwards=backwards))
        valued = valued.order_by(*(f"-{name}" if backwards else name for name in (path, "pk")))
        if path.startswith("unit__"):
            rows = _by_stretches(valued, path.removeprefix("unit__"), mark, backwards=backwards)
        else:
            rows = list(valued.filter(kind=KIND)[: PAGE + 1])
    if len(rows) <= PAGE:
        rest = cases.filter(**{f"{path}__isnull": True}, pk__gt=mark.pk if mark.null else 0)
        rows += list(rest.order_by("pk")[: PAGE + 1 - len(rows)])
    shown = rows[:PAGE]
    return Page(shown, _Mark.of(shown[-1], path).write() if len(rows) > PAGE else "")


def _by_stretches(cases: CaseQuerySet, name: str, mark: _Mark, *, backwards: bool) -> list[Case]:
    """A page in the order of a column of the units: some of its values at a time, ever more at once.

    No index holds cases in such an order, and to sort all of them takes longer the more there are.
    """
    way = "lt" if backwards else "gt"
    values = Unit.objects.order_by(f"-{name}" if backwards else name).values_list(name, flat=True).distinct()
    further = Q(**{f"{name}__{way}e": mark.value}) if mark.value else Q()
    rows: list[Case] = []
    many = STRETCH
    while len(rows) <= PAGE and (stretch := list(values.filter(further)[:many])):
        units = list(Unit.objects.filter(**{f"{name}__in": stretch}).values_list("pk", flat=True))
        rows += cases.filter(unit__in=units)[: PAGE + 1 - len(rows)]
        further, many = Q(**{f"{name}__{way}": stretch[-1]}), many * STRETCH
    return rows


@dataclass(frozen=True)
class _Mark:
    """The sort value and key of the last row of a page, as they stand in the address."""

    value: str = ""
    pk: int = 0
    null: bool = False

    @classmethod
    def read(cls, text: str) -> _Mark:
        """What is no mark is the beginning."""
        value, _comma, pk = text.rpartition(",")
        number = natural(pk)
        return cls() if number is None else cls(value, number, null=not value)

    @classmethod
    def of(cls, case: Case, path: str) -> _Mark:
        value: Any = case
        for name in path.split("__"):
            value = getattr(value, name)
        value = value.pk if hasattr(value, "pk") else value
        text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
        return cls(text, case.pk, null=value is None)

    def write(self) -> str:
        return f"{self.value},{self.pk}"

    def behind(self, path: str, *, backwards: bool) -> Q:
        if not self.value:
            return Q()
        way = "lt" if backwards else "gt"
        behind = Q(**{f"{path}__{way}": self.value}) | Q(**{path: self.value, f"pk__{way}": self.pk})
        return Q(**{f"{path}__{way}e": self.value}) & behind  # the range by which an index is entered


def cells(columns: Sequence[Column], case: Case) -> list[Value]:
    return [column.value(case) for column in columns]
