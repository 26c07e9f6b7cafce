"""Who may be of a visit's team, who is, and which office sends it: what moves and services share."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chuangwen.cases.lifecycle import Actor, Text, Unless, Who
from chuangwen.cases.models import Case, Circle, named_on
from chuangwen.inspections.models import Visit
from chuangwen.organizations.models import Person, Unit
from chuangwen.organizations.scope import Relation, scope_of
from chuangwen.standards.drawing import Conflict, Reviewer
from chuangwen.standards.panels import body_of


def sends(actor: Actor, office: Unit) -> bool:
    """Whether the actor is of ``office`` itself as civility office: nobody over it sends in its name."""
    return office.pk in scope_of(actor).belongs and Relation.OFFICE_OVER in scope_of(actor).relations(office)


def in_team(actor: Actor, case: Case) -> bool:
    return case.pk in named_on(actor)


def _leads(actor: Actor, case: Case) -> bool:
    return in_team(actor, case) and actor.pk == case.holder_id


def of_the_unit(actor: Actor, case: Case) -> bool:
    return any(post.unit_id == case.unit_id for post in scope_of(actor).posts)


_WHY = {
    Conflict.OWN: _("their own unit"),
    Conflict.SUPERIOR: _("their own unit is over it"),
    Conflict.SUBORDINATE: _("their own unit is under it"),
    Conflict.SYSTEM: _("of the same system"),
}


def known_visits(office: Unit) -> QuerySet[Visit]:
    """The visits of any office by which somebody was at a unit the last time, the latest last.

    Those that ``office`` may know of: its own, and others' that lie open. One that another office still keeps
    secret bars nobody here, or the refusal would tell of it (docs/adr/0026-twice-running.md).
    """
    known = Q(case__issuer=office) | Q(case__circle=Circle.OPEN)
    return Visit.objects.filter(known).exclude(case__state="withdrawn").order_by("case__opened_at", "pk")


def bound_to(person: Person, unit: Unit, office: Unit) -> Text:
    """Which post of a person keeps them from inspecting ``unit`` for ``office``, in words; "" for none.

    A seat in the office that sends binds nobody: it is over all of them.
    """
    posts = person.posts.held().exclude(unit=office).select_related("unit")
    bodies = tuple(body_of(post.unit) for post in posts.prefetch_related("unit__memberships"))
    why = Reviewer(person.pk, bodies).conflict(body_of(unit))
    return _WHY[why] if why else ""


def conflict_of(person: Person, unit: Unit, office: Unit) -> Text:
    """Why a person cannot inspect ``unit`` for ``office``, in words; "" where nothing is in the way.

    DOMAIN section 2: nobody inspects their own unit or line, or a unit twice running.
    """
    if why := bound_to(person, unit, office):
        return why
    last = known_visits(office).filter(case__unit=unit).last()
    return _("was there the last time") if last and last.members.filter(person=person).exists() else ""


SENDER = Who(_("the civility office that sends it"), lambda actor, case: sends(actor, case.issuer))
TEAM = Who(_("the visit's team"), in_team)
LEADER = Who(_("the leader of the team"), _leads)
OWN_UNIT = Unless(_("you hold a post in this unit now; the office sends somebody else"), of_the_unit)
