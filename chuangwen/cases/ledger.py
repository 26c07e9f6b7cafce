"""The ledger (台账): every case one may see as a table that is narrowed, sorted, paged and taken away.

One row of `COLUMNS` is the heading, the cell, the sort key and the column of the export. Everything that was
chosen stands in the address, so that a list can be sent to a colleague, who sees of it what they may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import dropwhile
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q
from django.db.models import Value as Constant
from django.db.models.functions import Concat
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import DateInput, LongSelect
from chuangwen.cases.lifecycle import LIFECYCLES, lifecycle_of
from chuangwen.cases.models import Campaign, Case, CaseQuerySet, overdue
from chuangwen.cases.urgency import BLUE, YELLOW, bearing
from chuangwen.core.spreadsheets import Value
from chuangwen.core.typed import natural
from chuangwen.organizations.models import PeerGroup, Person, System, Territory, Unit, within, within_any
from chuangwen.organizations.scope import scope_of

KIND = "assignment"  # the kind that is worked off in numbers
PAGE = 50
STRETCH = 4  # by what factor more is read at once
COUNTED = 1000  # more than so many are "more than so many": nobody waits for the exact number
EXPORTED = 1_000_000  # as many as a sheet of Excel holds
BY_DEFAULT = "due"  # what it is sorted by


@dataclass(frozen=True)
class Column:
    """``sort`` is the path it is sorted by, "" where it is not; ``read`` gets a value there out of its text.

    ``shown`` says whether it is there unasked.
    """

    name: str
    label: str | Promise
    value: Callable[[Case], Value]
    sort: str = ""
    read: Callable[[str], Any] = str
    shown: bool = True


def _local_day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("title", _("Title"), lambda case: case.title),
        Column("unit", _("Unit"), lambda case: case.unit.name, sort="unit__code"),
        Column("territory", _("Territory"), lambda case: case.unit.territory.name, sort="unit__territory"),
        Column("state", _("State"), lambda case: lifecycle_of(case).state(case.state).label, sort="state"),
        Column("due", _("Due"), lambda case: case.due, sort="due", read=date.fromisoformat),
        Column("issuer", _("Issued by"), lambda case: case.issuer.name),
        Column(
            "opened",
            _("Opened"),
            lambda case: _local_day(case.opened_at),
            sort="opened_at",
            read=_moment,
            shown=False,
        ),
        Column(
            "closed",
            _("Closed"),
            lambda case: _local_day(case.closed_at),
            sort="closed_at",
            read=_moment,
            shown=False,
        ),
        Column("campaign", _("Campaign"), lambda case: case.campaign.name, shown=False),
        Column("number", _("Case number"), lambda case: case.number, shown=False),
    )
}


def _urgent(today: date) -> Mapping[str, Q]:
    still_open = Q(closed_at__isnull=True)
    return {
        "late": overdue(),
        **{slip.code: bearing(slip, today) for slip in (YELLOW, BLUE)},
        "open": still_open,
        "closed": ~still_open,
    }


class LedgerForm(forms.Form):
    """What the ledger is narrowed to, sorted by, and shows; every field is optional.

    A floor above has one for its own ``kind`` of case, with more columns in its ``table`` and fields to
    ``narrow`` by; what it is sorted by stands in `COLUMNS` all the same.
    """

    kind: ClassVar[str] = KIND
    table: ClassVar[Mapping[str, Column]] = COLUMNS
    narrow: ClassVar[Mapping[str, Callable[[Any], Q]]] = {}

    q = forms.CharField(label=_("Words or number"), required=False, max_length=60)
    urgency = forms.ChoiceField(
        label=_("Urgency"),
        required=False,
        choices=[
            ("", _("all")),
            ("late", _("late")),
            *((slip.code, slip.label) for slip in (YELLOW, BLUE)),
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
    of = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput())
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    sort = forms.ChoiceField(
        label=_("Sorted by"),
        required=False,
        choices=[
            (sign + column.name, format_lazy(way, column=column.label))
            for column in COLUMNS.values()
            if column.sort
            for sign, way in (("", _("{column}, ascending")), ("-", _("{column}, descending")))
        ],
    )

    def __init__(self, data: QueryDict, *, actor: Person | AnonymousUser) -> None:
        # What was not chosen shows what is the case all the same.
        asked = data.copy()
        asked.setdefault("sort", BY_DEFAULT)
        asked.setlistdefault("columns", [column.name for column in self.table.values() if column.shown])
        super().__init__(asked)
        self.fields["columns"].choices = [(one.name, one.label) for one in self.table.values()]  # type: ignore[attr-defined]
        codes = {code[:n] for code in _reach(actor) for n in Territory.LEVELS if n <= len(code)}
        places = Q(pk__in=codes) | within_any(_reach(actor), "code")
        self.fields["territory"].queryset = Territory.objects.filter(places)  # type: ignore[attr-defined]
        self.fields["campaign"].queryset = Campaign.objects.visible_to(actor)  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("all")), *_states(self.kind)]  # type: ignore[attr-defined]

    def narrowed(self, cases: CaseQuerySet) -> CaseQuerySet:
        """The cases that match; a field that was not understood does not narrow, and says so itself."""
        self.is_valid()
        asked = self.cleaned_data
        for name, narrow in self._narrows():
            if value := asked.get(name):
                cases = cases.filter(narrow(value))
        return cases

    @property
    def said(self) -> list[str]:
        """What it is narrowed to, in as few words as one understands without the form."""
        self.is_valid()
        return [self._words(name) for name, _narrow in self._narrows() if self.cleaned_data.get(name)]

    def _narrows(self) -> Iterable[tuple[str, Callable[[Any], Q]]]:
        return {**_NARROW, **self.narrow}.items()

    def _words(self, name: str) -> str:
        field, value = self.fields[name], self.cleaned_data[name]
        if name == "of":
            return self.belonging
        if isinstance(value, date):
            return f"{field.label} {value}"
        choices = dict(getattr(field, "choices", ())) if isinstance(value, str) else {}
        return str(choices.get(value, value))

    @property
    def belonging(self) -> str:
        """In words what it is narrowed to by a link from elsewhere, "" where by none."""
        self.is_valid()
        name = self.cleaned_data.get("of", "").partition(":")[0]
        return str(OF[name][0]) if name in OF else name

    @property
    def shown(self) -> list[Column]:
        self.is_valid()
        chosen = self.cleaned_data.get("columns")
        return [
            column for column in self.table.values() if (column.name in chosen if chosen else column.shown)
        ]

    @property
    def sorted_by(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("sort") or BY_DEFAULT


def _reach(actor: Person | AnonymousUser) -> frozenset[str]:
    scope = scope_of(actor)
    return scope.territories | {territory for _system, territory in scope.lines}


def _states(kind: str) -> list[tuple[str, str | Promise]]:
    return [(state.code, state.label) for state in LIFECYCLES[kind].states]


def by_number(words: str) -> Q | None:
    found = Case.objects.filter(number=words.upper()).values_list("pk", flat=True).first()
    return Q(pk=found) if found else None


# How words are looked for in the cases of a kind; whoever knows where their titles come from is faster.
WORDS: dict[str, Callable[[str], Q]] = {KIND: lambda words: Q(title__contains=words)}
# What links from higher floors narrow it to, as ``name:key``: the words, and the filter for the key.
OF: dict[str, tuple[str | Promise, Callable[[str], Q]]] = {}


def _belonging(words: str) -> Q:
    name, _colon, key = words.partition(":")
    return OF[name][1](key) if name in OF else Q(pk__in=())


_NARROW: dict[str, Callable[[Any], Q]] = {
    "q": lambda words: by_number(words) or WORDS[KIND](words),
    "urgency": lambda name: _urgent(timezone.localdate())[name],
    "state": lambda code: Q(state=code),
    "campaign": lambda campaign: Q(campaign=campaign),
    "territory": lambda territory: within(territory.pk, "unit__territory_id"),
    "system": lambda system: Q(unit__memberships__system=system),
    "peer_group": lambda group: Q(unit__peer_group=group),
    "due_from": lambda day: Q(due__gte=day),
    "due_to": lambda day: Q(due__lte=day),
    "of": _belonging,
}


@dataclass(frozen=True)
class Page:
    """Some rows, and the marks in front of which the page before ends and behind which the next one begins;
    "" where there is none."""

    cases: list[Case]
    before: str = ""
    after: str = ""


def cases_for(actor: Person | AnonymousUser, kind: str = KIND) -> CaseQuerySet:
    """All that stands in the ledger of ``actor``, or in that of another kind of case."""
    # The kind as a sum, joined to nothing: its own index leads to all cases there are, so that the databases
    # shall begin with what narrows them. `page` names it once more where that index is the order.
    return Case.objects.visible_to(actor).alias(of=Concat("kind", Constant(""))).filter(of=kind)


def keys(cases: CaseQuerySet) -> list[int]:
    """The keys of the cases, in no order: all, or `COUNTED` and one more."""
    return list(cases.order_by().values_list("pk", flat=True)[: COUNTED + 1])


def in_order(cases: CaseQuerySet, sort: str) -> CaseQuerySet:
    """All of ``cases``, sorted as the pages are: those without a value last either way."""
    path = F(COLUMNS[sort.removeprefix("-")].sort)
    falls = sort.startswith("-")
    first = path.desc(nulls_last=True) if falls else path.asc(nulls_last=True)
    return cases.order_by(first, "-pk" if falls else "pk")


def page(cases: CaseQuerySet, sort: str, *, after: str = "", before: str = "", kind: str = KIND) -> Page:
    """The page of ``cases`` behind the mark ``after``, or the one that ends in front of ``before``.

    Sorted by column ``sort``; "-" before it turns round. A page begins at a row, not at a number: the last of
    a million costs what the first does, and what is added meanwhile shifts nothing. Rows without a value come
    last in either direction, so they are a second part of the list; each part is one walk along an index,
    and the page before is the same walk the other way. A mark that leads nowhere leads to the first page,
    and so does one with less than a page in front of it.
    """
    column = COLUMNS[sort.removeprefix("-")]
    mark = start = _Mark.read(before or after, column)
    back = bool(mark and before)
    falls = sort.startswith("-") != back
    parts = [True, False] if back else [False, True]  # without a value, or with one
    rows: list[Case] = []
    for null in dropwhile(lambda part: mark and part != mark.null, parts):
        if len(rows) <= PAGE:
            rows += _part(cases, kind, column.sort, start, null=null, falls=falls)[: PAGE + 1 - len(rows)]
        start = None
    shown, more = rows[:PAGE], len(rows) > PAGE
    if mark and len(shown) < (PAGE if back else 1):
        return page(cases, sort, kind=kind)
    if back:
        shown.reverse()
    earlier, later = (more, True) if back else (bool(mark), more)
    return Page(
        shown,
        before=_Mark.of(shown[0], column).write() if earlier else "",
        after=_Mark.of(shown[-1], column).write() if later else "",
    )


def _part(
    cases: CaseQuerySet, kind: str, path: str, mark: _Mark | None, *, null: bool, falls: bool
) -> list[Case]:
    """A page and one more row behind ``mark`` of those with a value, or of those without."""
    names = ("pk",) if null else (path, "pk")
    part = cases.filter(**{f"{path}__isnull": null}).order_by(*(f"-{n}" if falls else n for n in names))
    if mark:
        part = part.filter(mark.behind(path, falls=falls))
    if null or not path.startswith("unit__"):
        return list(part.filter(kind=kind)[: PAGE + 1])
    return _by_stretches(part, path.removeprefix("unit__"), mark, falls=falls)


def _by_stretches(cases: CaseQuerySet, name: str, mark: _Mark | None, *, falls: bool) -> list[Case]:
    """A page in the order of a column of the units: some of its values at a time, ever more at once.

    No index holds cases in such an order, and to sort all of them takes longer the more there are.
    """
    way = "lt" if falls else "gt"
    values = Unit.objects.order_by(f"-{name}" if falls else name).values_list(name, flat=True).distinct()
    further = Q(**{f"{name}__{way}e": mark.value}) if mark else Q()
    rows: list[Case] = []
    many = STRETCH
    while len(rows) <= PAGE and (stretch := list(values.filter(further)[:many])):
        units = list(Unit.objects.filter(**{f"{name}__in": stretch}).values_list("pk", flat=True))
        rows += cases.filter(unit__in=units)[: PAGE + 1 - len(rows)]
        further, many = Q(**{f"{name}__{way}": stretch[-1]}), many * STRETCH
    return rows


@dataclass(frozen=True)
class _Mark:
    """The sort value and key of the row at the end of a page, as they stand in the address."""

    value: Any
    pk: int

    @classmethod
    def read(cls, text: str, column: Column) -> _Mark | None:
        """None for what is no mark in the order of ``column``."""
        value, _comma, pk = text.rpartition(",")
        number = natural(pk)
        with suppress(ValueError, OverflowError):
            return None if number is None else cls(column.read(value) if value else None, number)
        return None

    @classmethod
    def of(cls, case: Case, column: Column) -> _Mark:
        value: Any = case
        for name in column.sort.split("__"):
            value = getattr(value, name)
        return cls(value.pk if hasattr(value, "pk") else value, case.pk)

    @property
    def null(self) -> bool:
        return self.value is None

    def write(self) -> str:
        value = "" if self.null else self.value.isoformat() if isinstance(self.value, date) else self.value
        return f"{value},{self.pk}"

    def behind(self, path: str, *, falls: bool) -> Q:
        way = "lt" if falls else "gt"
        if self.null:
            return Q(**{f"pk__{way}": self.pk})
        behind = Q(**{f"{path}__{way}": self.value}) | Q(**{path: self.value, f"pk__{way}": self.pk})
        return Q(**{f"{path}__{way}e": self.value}) & behind  # the range by which an index is entered


def cells(columns: Sequence[Column], case: Case) -> list[Value]:
    return [column.value(case) for column in columns]
