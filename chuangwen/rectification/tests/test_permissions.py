"""Who may make which move of an order, and when: every persona × every move × every state."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chuangwen.cases.lifecycle import LIFECYCLES, may
from chuangwen.cases.models import Case, Participant, Request
from chuangwen.organizations.models import Post, Role
from chuangwen.organizations.tests.personas import PERSONAS
from chuangwen.rectification.lifecycle import ORDER

UNIT, ISSUER, LOOKS = {"liaison", "head"}, {"office"}, {"office", "delegate"}
TO_DO = {"issued", "rectifying", "returned"}
OPEN = TO_DO | {"proof_filed"}
# move → who, in which states; the delegate is a second inspector, named on the order.
EXPECTED = {
    "edit": (ISSUER, {"drafted"}),
    "issue": (ISSUER, {"drafted"}),
    "acknowledge": (UNIT, {"issued"}),
    "file_proof": (UNIT, {"rectifying", "returned"}),
    "pass_recheck": (LOOKS, {"proof_filed"}),
    "fail_recheck": (LOOKS, {"proof_filed"}),
    "name_checker": (ISSUER, OPEN),
    "ask_extension": (UNIT, TO_DO),
    "ask_not_ours": (UNIT, TO_DO),
    "ask_appeal": (UNIT, TO_DO),
    "extend": (ISSUER, OPEN),
    "pass_on": (ISSUER, OPEN),
    "uphold": (ISSUER, OPEN),
    "refuse": (ISSUER, OPEN),
    "escalate": (ISSUER, TO_DO),
    "reopen": (ISSUER, {"closed"}),
    "withdraw": (ISSUER, OPEN | {"drafted"}),
}
WAITING = {"extend": "extension", "pass_on": "not_ours", "uphold": "appeal", "refuse": "extension"}


@pytest.mark.parametrize("name", [move.name for move in ORDER.moves])
def test_who_may_and_when(city, filed, name):
    case = Case.objects.get(pk=filed.pk)
    if name == "escalate":  # the rule of the first rung is met
        case.due = timezone.localdate() - timedelta(days=30)
    Post.objects.create(unit=city.units["OFFICE"], person=city.people["delegate"], role=Role.INSPECTOR)
    Participant.objects.create(case=case, person=city.people["delegate"])
    if name in WAITING:
        asked = {"asked_by": city.people["staff"], "asked_at": timezone.now(), "reason": "示例"}
        Request.objects.create(case=case, kind=WAITING[name], **asked)
    allowed, people = set(), {who: city.person(who) for who in PERSONAS}
    for state in ORDER.states:
        case.state = state.code
        for who, person in people.items():
            decision = may(person, LIFECYCLES["order"].move(name), case)
            assert decision.allowed or str(decision.reason), "a refusal gives its reason"
            if decision.allowed:
                allowed.add((who, state.code))
    who, states = EXPECTED[name]
    assert allowed == {(persona, state) for persona in who for state in states}


def test_only_a_passed_recheck_leads_to_closed():
    assert [move.name for move in ORDER.moves if move.target == "closed"] == ["pass_recheck"]
    assert not [turn for turn in ORDER.turns if turn.target == "closed"]
