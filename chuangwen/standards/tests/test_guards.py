"""A published standard is changed by nobody: not by the ORM, in bulk or one by one, nor by plain SQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from chuangwen.organizations.models import PeerGroup
from chuangwen.standards.models import Criterion, Dimension, Indicator, Standard
from chuangwen.standards.services import guarding, publishing

EDITS = {
    "a criterion's text": lambda s: Criterion.objects.filter(text="主动问候").update(text="随便"),
    "a criterion's points": lambda s: Criterion.objects.filter(text="主动问候").update(points=1),
    "a criterion is saved": lambda s: Criterion.objects.first().save(),
    "a criterion is added": lambda s: Criterion.objects.create(
        indicator=Indicator.objects.first(), text="新", points=1
    ),
    "criteria are added": lambda s: Criterion.objects.bulk_create(
        [Criterion(indicator=Indicator.objects.first(), text="新", points=1)]
    ),
    "a criterion goes": lambda s: Criterion.objects.filter(text="主动问候").delete(),
    "an indicator": lambda s: Indicator.objects.update(name="随便"),
    "an indicator goes": lambda s: Indicator.objects.all().delete(),
    "a dimension": lambda s: Dimension.objects.update(points=1),
    "a dimension is added": lambda s: Dimension.objects.create(standard=s, name="新", points=1),
    "a group is added": lambda s: s.peer_groups.add(PeerGroup.objects.get(code="clinics")),
    "a group goes": lambda s: s.peer_groups.clear(),
    "its name": lambda s: Standard.objects.update(name="随便"),
    "its full points": lambda s: Standard.objects.update(full=1),
    "back to a draft": lambda s: Standard.objects.update(state="draft"),
    "its end": lambda s: Standard.objects.update(valid_to="2030-01-01"),
    "it goes": lambda s: s.delete(),
    "plain SQL": lambda s: connection.cursor().execute("UPDATE standards_criterion SET points = 1"),
    "plain SQL deletes": lambda s: connection.cursor().execute("DELETE FROM standards_standard"),
}
# Of a draft these do nothing that can be told from success: one ends before it begins, one leaves its parts.
NOT_OF_A_DRAFT = {"plain SQL deletes"}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_nothing_of_a_published_standard_changes(edit, published):
    published = Standard.objects.get(pk=published.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        edit(published)
    assert Criterion.objects.get(text="主动问候").points == 40
    assert list(Standard.objects.values_list("name", "state", "full")) == [("示例测评体系", "published", 100)]


@pytest.mark.parametrize("edit", [edit for name, edit in EDITS.items() if name not in NOT_OF_A_DRAFT])
def test_each_of_these_changes_a_draft(edit, draft):
    edit(Standard.objects.get(pk=draft.pk))


def test_a_retired_standard_is_kept_too(city, published):
    publishing.retire(actor=city.person("office"), standard=published)
    with pytest.raises(IntegrityError), transaction.atomic():
        Standard.objects.update(state="published")


def test_the_guards_come_back_after_a_change_of_tables(published):
    guarding.remove()
    Criterion.objects.update(text="随便")
    guarding.keep()
    with pytest.raises(IntegrityError), transaction.atomic():
        Criterion.objects.update(text="再随便")


def test_without_tables_there_is_nothing_to_keep(monkeypatch, db):
    guarding.remove()
    monkeypatch.setattr(guarding.triggers, "TABLES", ("no_such_table",))
    monkeypatch.setattr(guarding.triggers, "create", lambda vendor: pytest.fail("put in place"))
    guarding.keep()
