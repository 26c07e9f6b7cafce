"""What each role carries, as one table; nobody grants what they lack."""

from __future__ import annotations

from enum import StrEnum

from chuangwen.organizations.models import Role


class Power(StrEnum):
    """A thing that a post may do, over its own unit or over a territory (see ``Reach``)."""

    ANSWER = "answer"  # act for the unit: acknowledge, file, relay
    APPOINT = "appoint"  # give and end posts
    RUN = "run"  # campaigns: read meetings in, dispatch, accept
    INSPECT = "inspect"
    JUDGE = "judge"  # sit on a panel
    EDIT = "edit"  # public columns
    CARRY = "carry"  # deliver public-service messages
    AUDIT = "audit"  # see all, change nothing
    ADMINISTER = "administer"  # keep the system and its directory


POWERS: dict[Role, frozenset[Power]] = {
    Role.HEAD: frozenset({Power.ANSWER, Power.APPOINT}),
    Role.DEPUTY: frozenset({Power.ANSWER}),
    Role.LIAISON: frozenset({Power.ANSWER}),
    Role.STAFF: frozenset(),
    Role.OFFICE: frozenset(
        {Power.ANSWER, Power.APPOINT, Power.RUN, Power.INSPECT, Power.JUDGE, Power.EDIT, Power.CARRY}
    ),
    Role.INSPECTOR: frozenset({Power.INSPECT}),
    Role.DELEGATE: frozenset({Power.JUDGE}),
    Role.EDITOR: frozenset({Power.EDIT}),
    Role.OPERATOR: frozenset({Power.CARRY}),
    Role.AUDITOR: frozenset({Power.AUDIT}),
    Role.ADMIN: frozenset({Power.ADMINISTER, Power.APPOINT}),
}

# Roles whose powers reach over the whole territory of their unit; all others reach their own unit only.
TERRITORIAL = frozenset({Role.OFFICE, Role.AUDITOR, Role.ADMIN})
