"""Which points one sees, narrowed; and when each was looked at last, as far as one may know it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.forms import LongSelect
from chuangwen.cases.lifecycle import Actor
from chuangwen.inspections.findings import Decision, Finding
from chuangwen.inspections.models import Point, PointType, visited_by
from chuangwen.organizations.forms import matching
from chuangwen.organizations.models import System, Territory, Unit, within
from chuangwen.organizations.scope import scope_of

PAGE = 50  # points on a page
COUNTED = 1000  # more than so many are "more than so many"


class PointFilter(forms.Form):
    """What the list of points can be narrowed to; without a word about it, to those that are looked at."""

    q = forms.CharField(label=_("Point, address or unit"), required=False, max_length=60)
    type = forms.ModelChoiceField(
        label=_("Type of point"), queryset=PointType.objects.all(), required=False, empty_label=_("all")
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
    active = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("looked at")), ("no", _("no longer looked at")), ("all", _("all"))],
    )

    def __init__(self, asked: Any, *, actor: Actor) -> None:
        super().__init__(asked)
        # Of the units and not of their points, of which there are many times as many.
        units = Unit.objects.filter(scope_of(actor).sees() | Q(pk__in=visited_by(actor)))
        places = units.order_by().values_list("territory", flat=True).distinct()
        codes = {code[:n] for code in places for n in Territory.LEVELS if n <= len(code)}
        self.fields["territory"].queryset = Territory.objects.filter(pk__in=codes)  # type: ignore[attr-defined]

    def narrowed(self, points: QuerySet[Point]) -> QuerySet[Point]:
        """Those that match; none where something asked for was not understood."""
        if not self.is_valid():
            return points.none()
        asked = self.cleaned_data
        if words := asked["q"]:
            units = matching(Unit.objects.all(), words).values("pk")
            points = points.filter(Q(name__icontains=words) | Q(address__icontains=words) | Q(unit__in=units))
        if asked["type"]:
            points = points.filter(type=asked["type"])
        if asked["territory"]:
            points = points.filter(within(asked["territory"].pk, "unit__territory_id"))
        if asked["system"]:
            points = points.filter(unit__memberships__system=asked["system"])
        if asked["active"] != "all":
            points = points.filter(active=asked["active"] != "no")
        return points


def asked_for(actor: Actor, asked: Any) -> tuple[PointFilter, QuerySet[Point]]:
    """The form of the list as it was filled in, and the points that it leaves, unit by unit."""
    form = PointFilter(asked, actor=actor)
    return form, _in_order(form.narrowed(Point.objects.visible_to(actor)))


def _in_order(points: QuerySet[Point]) -> QuerySet[Point]:
    return points.select_related("type", "unit__territory").order_by("unit__code", "pk")


def counted(points: QuerySet[Point]) -> tuple[int, QuerySet[Point]]:
    """How many they are, up to `COUNTED` and one more; and the same points, not to be sought again."""
    keys = list(points.order_by().values_list("pk", flat=True)[: COUNTED + 1])
    return len(keys), points if len(keys) > COUNTED else _in_order(Point.objects.filter(pk__in=keys))


def behind(points: QuerySet[Point], mark: int | None) -> QuerySet[Point]:
    """Those after the point with this key: a page begins at a row, so the last costs what the first does."""
    last = points.filter(pk=mark).first() if mark else None
    if not last:
        return points
    code = last.unit.code
    return points.filter(Q(unit__code__gt=code) | Q(unit__code=code, pk__gt=last.pk), unit__code__gte=code)


def last_looked(actor: Actor, points: Iterable[Point]) -> dict[int, Finding]:
    """By the keys of points, the last finding there that the actor may see and that was not dropped."""
    seen = Finding.objects.visible_to(actor).filter(point__in=[point.pk for point in points])
    # Keys rise as findings arrive, and the last to arrive is the last.
    last = seen.exclude(decision=Decision.DROPPED).order_by().values("point").annotate(last=Max("pk"))
    found = Finding.objects.filter(pk__in=[row["last"] for row in last])
    return {one.point_id: one for one in found if one.point_id}
