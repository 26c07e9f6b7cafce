"""Who may be of a visit's team, who is, and which office sends it: what moves and services share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.cases.lifecycle import Actor, Text, Unless, Who
from chuangwen.cases.models import Case, named_on
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


def conflict_of(person: Person, unit: Unit, office: Unit) -> Text:
    """Why a person cannot inspect ``unit`` for ``office``, in words; "" where nothing is in the way.

    DOMAIN section 2: nobody inspects their own unit or line, or a unit twice running. A seat in the office
    that sends binds nobody: it is over all of them.
    """
    posts = person.posts.held().exclude(unit=office).select_related("unit")
    bodies = tuple(body_of(post.unit) for post in posts.prefetch_related("unit__memberships"))
    why = Reviewer(person.pk, bodies).conflict(body_of(unit))
    if why:
        return _WHY[why]
    visits = Visit.objects.filter(case__unit=unit).exclude(case__state="withdrawn")
    last = visits.order_by("case__opened_at", "pk").last()
    return _("was there the last time") if last and last.members.filter(person=person).exists() else ""


SENDER = Who(_("the civility office that sends it"), lambda actor, case: sends(actor, case.issuer))
TEAM = Who(_("the visit's team"), in_team)
LEADER = Who(_("the leader of the team"), _leads)
OWN_UNIT = Unless(_("you hold a post in this unit now; the office sends somebody else"), of_the_unit)
