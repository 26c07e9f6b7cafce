"""From a reading to a draft of a standard, whoever asks for it: the page or the command."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chuangwen.organizations.models import Person
from chuangwen.standards.importing import drafting
from chuangwen.standards.importing.found import Reading
from chuangwen.standards.models import Standard
from chuangwen.standards.services.keeping import Row, draft_from


def draft_of(*, actor: Person, reading: Reading, scope: str, name: str, **fields: Any) -> Standard:
    """The lines for ``scope`` (all without one) as a draft; their doubts stay with it.

    Raises Problem ``page.not_allowed``, ``standard.taken``.
    """
    rows = [Row(**asdict(line)) for line in drafting.lines(reading, scope, name)]
    doubts = drafting.doubts(reading, scope)
    return draft_from(actor=actor, rows=rows, name=name, doubts=doubts, **fields)
