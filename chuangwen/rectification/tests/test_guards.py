"""The database closes no order but by its proof and a re-check by somebody else, for whatever writes."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chuangwen.cases.models import Case
from chuangwen.cases.services import new_number
from chuangwen.rectification.models import Proof, Recheck
from chuangwen.rectification.services import guarding
from chuangwen.rectification.tests.conftest import move


def close(order) -> None:
    Case.objects.filter(pk=order.pk).update(state="closed")


def refused(act, *given) -> bool:
    try:
        with transaction.atomic():
            act(*given)
    except IntegrityError:
        return True
    return False


def looked(city, order, who, *, passed=True) -> None:
    Recheck.objects.all().delete()
    proof = Proof.objects.filter(order=order).latest("pk")
    Recheck.objects.create(proof=proof, by=city.people[who], at=timezone.now(), passed=passed, words="x")


def test_nothing_closes_an_order_that_was_not_looked_at_again(city, filed):
    assert refused(close, filed)
    assert refused(lambda: connection.cursor().execute("UPDATE cases_case SET state = 'closed'"))
    copied = {"kind": "order", "state": "closed", "title": "x", "opened_at": timezone.now()}
    whose = {"unit_id": filed.case.unit_id, "issuer_id": filed.case.issuer_id}
    assert refused(
        lambda: Case.objects.create(
            number=new_number(), campaign_id=filed.case.campaign_id, **copied, **whose
        )
    )
    for who, passed in (("inspector", True), ("liaison", True), ("office", False)):
        looked(city, filed, who, passed=passed)  # found it, filed it, did not pass it
        assert refused(close, filed)
    looked(city, filed, "office")
    Proof.objects.create(order=filed, filed_by=city.people["liaison"], filed_at=timezone.now())
    assert refused(close, filed)  # what was looked at is not the last proof
    looked(city, filed, "office")
    close(filed)  # each of the others lacked one thing only
    assert Case.objects.get(pk=filed.pk).state == "closed"


def test_what_closed_an_order_stays_while_it_is_closed(city, filed):
    move(city, "office", filed, "pass_recheck", words="已清理干净")
    assert refused(Recheck.objects.all().delete)
    assert refused(lambda: Recheck.objects.update(by=city.people["liaison"]))
    assert refused(lambda: Recheck.objects.update(stands=False))
    Case.objects.filter(pk=filed.pk).update(revision=9)  # what else is written to it is
    guarding.remove()
    Recheck.objects.all().delete()
    guarding.keep()
    assert refused(lambda: Case.objects.filter(pk=filed.pk).update(revision=10))


def test_what_closed_an_order_once_does_not_close_it_again(city, filed):
    move(city, "office", filed, "pass_recheck", words="已清理干净")
    move(city, "office", filed, "reopen", due=timezone.localdate(), reason="巡查再次发现")
    assert refused(close, filed)
    Recheck.objects.update(stands=True)  # that alone was in the way
    close(filed)
    assert Case.objects.get(pk=filed.pk).state == "closed"


def test_without_tables_there_is_nothing_to_guard(monkeypatch, db):
    guarding.remove()
    monkeypatch.setattr(guarding.triggers, "TABLES", ("no_such_table",))
    monkeypatch.setattr(guarding.triggers, "create", lambda vendor: pytest.fail("put in place"))
    guarding.keep()
