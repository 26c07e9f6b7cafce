"""Fixtures of the tests of core."""

from __future__ import annotations

import pytest
from django.conf import settings

from chuangwen.core.journal import sequence
from chuangwen.core.tests.journals import SIZES, recorded
from chuangwen.core.verification import verify


@pytest.fixture
def whole_journal(db, django_capture_on_commit_callbacks):
    """Nine placed events under three heads, copied to the witness, and two waiting events."""
    done = 0
    for size in SIZES:
        recorded(size - done)
        with django_capture_on_commit_callbacks(execute=True):
            sequence()
        done = size
    recorded(2)
    assert verify(witness=settings.HEADS_FILE).ok
