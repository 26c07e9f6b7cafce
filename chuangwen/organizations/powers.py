"""What each role carries, as one table; nobody grants what they lack, but by an office made for granting."""

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
    SECURE = "secure"  # keep accounts: second factors and sessions


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
    Role.ADMIN: frozenset({Power.ADMINISTER}),
    Role.SECURITY: frozenset({Power.SECURE, Power.APPOINT}),
}

# Roles whose powers reach over the whole territory of their unit; all others reach their own unit only.
TERRITORIAL = frozenset({Role.OFFICE, Role.AUDITOR, Role.ADMIN, Role.SECURITY})

# Who keeps the system, who keeps the accounts, who watches both: three people (GB/T 22239 level 3).
SEPARATE = frozenset({Role.ADMIN, Role.SECURITY, Role.AUDITOR})

# Roles that a role gives although it lacks their powers, never to its own holder. Auditors, who watch the
# security administrator too, are appointed on the command line only.
ENTRUSTED: dict[Role, frozenset[Role]] = {Role.SECURITY: frozenset(Role) - {Role.AUDITOR}}

# Whoever holds one of these signs in with a second factor (``settings.SECOND_FACTOR``).
NEEDS_SECOND_FACTOR = frozenset({Role.OFFICE, Role.AUDITOR, Role.ADMIN, Role.SECURITY})
