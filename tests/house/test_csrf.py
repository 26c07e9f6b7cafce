"""No address takes a form that did not come from a page of ours, whoever is signed in."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client
from django.urls import resolve, reverse

from chuangwen.core.models import Event
from chuangwen.organizations.tests.personas import PERSONAS, City
from tests.house.addresses import addresses

REFUSED = (403, True)
# Devices bring their password with each request here, and a session opens nothing.
BY_PASSWORD = "openrosa:submission"


def outcome(client: Client, path: str, **data: str) -> tuple[int, bool]:
    """The status of a form sent there, and whether the answer says that the form is not valid."""
    answer = client.post(path, data)
    return answer.status_code, b"page.form_expired" in answer.content


def test_every_address_has_a_name_of_its_own_and_a_sample_that_leads_to_it():
    found = list(addresses())
    assert len(found) > 70
    assert [name for name, times in Counter(address.name for address in found).items() if times > 1] == []
    astray = {a.name for a in found if resolve(a.sample).view_name != a.name}
    assert astray == set()


@pytest.mark.parametrize("who", ["", *PERSONAS])
def test_a_form_without_its_token_is_refused_everywhere(city: City, who: str):
    client = Client(enforce_csrf_checks=True)
    if who:
        client.force_login(city.people[who])
    let_in = {
        address.name: found
        for address in addresses()
        if address.name != BY_PASSWORD and (found := outcome(client, address.sample)) != REFUSED
    }
    assert let_in == {}
    assert client.post(reverse(BY_PASSWORD)).status_code == 401
    assert not Event.objects.exists()


def test_the_token_of_another_session_is_refused_too(city: City):
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.people["office"])
    client.get("/desk/")
    foreign = "a" * 64
    assert outcome(client, "/campaigns/", csrfmiddlewaretoken=foreign) == REFUSED
    own = client.cookies["csrftoken"].value
    assert outcome(client, "/campaigns/", csrfmiddlewaretoken=own) == (405, False)
