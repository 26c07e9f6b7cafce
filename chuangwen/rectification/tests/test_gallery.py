"""Before and after: what was put right, newest on top, for whoever sees the order and nobody else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chuangwen.core import files
from chuangwen.core.photos import store
from chuangwen.rectification import gallery
from chuangwen.rectification.models import Order, Photo
from chuangwen.rectification.services.orders import Fault
from chuangwen.rectification.tests.conftest import campaign_in, drafted_in, file, move, on_desk, picture

GALLERY = "/orders/gallery/"


def closed_in(city, campaign, unit="SCHOOL", who="liaison", **more) -> Order:
    """Put right with a photo of before, and passed at its re-check."""
    before = store(picture("整改前.jpg"), accept=files.PHOTOS).blob
    faults = [Fault("", "走廊堆放杂物", "二层", [before]), Fault("", "灯不亮")]
    order = on_desk(drafted_in(city, campaign, unit, faults=faults, **more), "rectifying")
    file(city, order, who)
    move(city, "office", order, "pass_recheck", words="已清理")
    return order


@pytest.fixture(scope="module")
def closed(one_city) -> list[Order]:
    campaign = campaign_in(one_city)
    return [closed_in(one_city, campaign), closed_in(one_city, campaign, source="case:26COVERT0000")]


def shown(client, **asked) -> list[int]:
    return [one.case.pk for one in client.get(GALLERY, asked).context["shown"]]


def test_before_stands_beside_after_the_newest_first(browse, closed):
    liaison = browse("liaison")
    page = liaison.get(GALLERY)
    assert shown(liaison) == [closed[1].pk, closed[0].pk]
    pair = page.context["shown"][0].pairs[0]
    assert (pair.before.remedy, pair.after.remedy.proof.order_id) == (None, closed[1].pk)
    text = page.content.decode()
    assert 'alt="Before: 走廊堆放杂物"' in text
    assert 'alt="After: 走廊堆放杂物"' in text
    assert 'loading="lazy"' in text
    # The second fault was found without a photo, which is said.
    assert page.context["shown"][0].pairs[1].before is None
    assert "no photo" in text
    for photo in (pair.before, pair.after):
        address = f"/cases/{pair.item.order.case.number}/files/{photo.attachment_id}/"
        assert address in text
        assert b"".join(liaison.get(address)).startswith(b"\xff\xd8")  # a JPEG
        assert browse("rival").get(address).status_code == 404


@pytest.mark.parametrize("who", ["rival", "stranger"])
def test_nobody_else_sees_it(browse, closed, who):
    assert shown(browse(who)) == []
    assert "Nothing to compare yet" in browse(who).get(GALLERY).content.decode()


def test_it_is_narrowed_and_paged(browse, closed, monkeypatch):
    office = browse("office")
    assert shown(office, of="inspection:26COVERT0000") == [closed[1].pk]
    assert shown(office, territory="990102") == []
    assert shown(office, system="education", fault="environment") == [closed[1].pk, closed[0].pk]
    monkeypatch.setattr(gallery, "PAGE", 1)
    first = office.get(GALLERY)
    assert shown(office) == [closed[1].pk]
    assert shown(office, after=first.context["after"]) == [closed[0].pk]
    assert shown(office, after="26NOSUCHCASE") == [closed[1].pk]
    monkeypatch.setattr(gallery, "FAULTS", 1)
    page = office.get(GALLERY)
    assert page.context["shown"][0].more == 1
    assert "1 more fault" in page.content.decode()


def test_what_is_reopened_is_gone_from_it(city, browse, closed):
    move(city, "office", closed[1], "reopen", due=timezone.localdate(), reason="又堆放")
    assert shown(browse("office")) == [closed[0].pk]


def test_many_ask_no_more_than_few(city, browse, closed):
    office = browse("office")
    office.get(GALLERY)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            office.get(GALLERY)
        return len(queries)

    few = asked()
    closed_in(city, closed[0].case.campaign)
    assert asked() == few
    assert Photo.objects.filter(remedy=None).count() == 3
