"""Who is of a visit's team, and which office sends it: the tests that moves and services share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chuangwen.cases.lifecycle import Actor, Unless, Who
from chuangwen.cases.models import Case, named_on
from chuangwen.organizations.models import Unit
from chuangwen.organizations.scope import Relation, scope_of


def sends(actor: Actor, office: Unit) -> bool:
    """Whether the actor is of ``office`` itself as civility office: nobody over it sends in its name."""
    return office.pk in scope_of(actor).belongs and Relation.OFFICE_OVER in scope_of(actor).relations(office)


def in_team(actor: Actor, case: Case) -> bool:
    return case.pk in named_on(actor)


def _leads(actor: Actor, case: Case) -> bool:
    return in_team(actor, case) and actor.pk == case.holder_id


def of_the_unit(actor: Actor, case: Case) -> bool:
    return any(post.unit_id == case.unit_id for post in scope_of(actor).posts)


SENDER = Who(_("the civility office that sends it"), lambda actor, case: sends(actor, case.issuer))
TEAM = Who(_("the visit's team"), in_team)
LEADER = Who(_("the leader of the team"), _leads)
OWN_UNIT = Unless(_("you hold a post in this unit now; the office sends somebody else"), of_the_unit)
