"""The triggers by which an order is closed in one way only, whoever writes (docs/adr/0020-closed.md).

Closed needs a re-check that passed and stands, of the last proof of the order, by somebody who neither found
the faults nor filed that proof; and what closed an order stays while it is closed.
"""

from __future__ import annotations

from collections.abc import Iterator

from chuangwen.core import guards as core
from chuangwen.core.guards import Guard

MESSAGE = "an order is closed by its proof and a re-check by somebody else, and in no other way"
TABLES = (
    "cases_case",
    "rectification_order_found_by",
    "rectification_proof",
    "rectification_recheck",
)
_LAST = "p.id = (SELECT MAX(q.id) FROM rectification_proof q WHERE q.order_id = p.order_id)"
_PROVEN = (  # names of ours
    "EXISTS (SELECT 1 FROM rectification_recheck r JOIN rectification_proof p ON p.id = r.proof_id"  # noqa: S608
    f" WHERE p.order_id = NEW.id AND {_LAST} AND r.passed AND r.stands AND r.by_id <> p.filed_by_id"
    " AND NOT EXISTS (SELECT 1 FROM rectification_order_found_by f"
    " WHERE f.order_id = p.order_id AND f.person_id = r.by_id))"
)
_CLOSES = f"NEW.kind = 'order' AND NEW.state = 'closed' AND NOT {_PROVEN}"
_OF_CLOSED = (
    "EXISTS (SELECT 1 FROM rectification_proof p JOIN cases_case c ON c.id = p.order_id"
    " WHERE p.id = OLD.proof_id AND c.state = 'closed')"
)


def guards() -> Iterator[Guard]:
    yield Guard(
        "rectification_closed_insert", "cases_case", "INSERT", "NEW.kind = 'order' AND NEW.state = 'closed'"
    )
    yield Guard("rectification_closed_update", "cases_case", "UPDATE", _CLOSES)
    yield Guard("rectification_recheck_update", "rectification_recheck", "UPDATE", _OF_CLOSED)
    yield Guard("rectification_recheck_delete", "rectification_recheck", "DELETE", _OF_CLOSED)


def create(vendor: str) -> Iterator[str]:
    """The statements that put the triggers in place."""
    return core.create(guards(), MESSAGE, vendor)


def drop(vendor: str) -> Iterator[str]:
    """The statements that take them away."""
    return core.drop(guards(), vendor)
