"""People who came in with an import choose their first password by a link that works once."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from chuangwen.core import jobs
from chuangwen.core.models import Event, Job
from chuangwen.core.problems import Problem
from chuangwen.organizations.accounts import invitations
from chuangwen.organizations.accounts.services import set_first_password
from chuangwen.organizations.importing.work import IMPORT
from chuangwen.organizations.models import Person, Post
from chuangwen.organizations.tests.personas import City
from chuangwen.organizations.tests.tables import post_row, posts

PASSWORD = "Quiet-orchard-31"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def imported(city: City) -> Job:
    """An import of the city's office: two new people, and one who was there already."""
    book = posts(
        post_row("SCHOOL", "staff", "new.one"),
        post_row("EDU", "office", "new.two"),
        post_row("EDU", "staff", "liaison", ""),
    )
    arguments = {"file": book.digest, "name": "a.xlsx"}
    job = jobs.start(kind=IMPORT, actor=f"person:{city.people['office'].pk}", arguments=arguments)
    assert jobs.work_waiting()
    return Job.objects.get(pk=job.pk)


def links(client: Client, job: Job) -> dict[str, str]:
    """The links in the file, by user name."""
    answer = client.post(reverse("organizations:links", args=[job.pk]))
    assert answer.status_code == 200
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=2, values_only=True))
    assert all(link.startswith("http://testserver/") for *_words, link in rows)
    return {username: urlsplit(link).path for _unit, _name, username, link in rows}


def choose(client: Client, link: str, password: str = PASSWORD) -> Any:
    return client.post(link, {"new_password1": password, "new_password2": password})


def test_a_link_leads_to_a_password_once(imported: Job, browse, client):
    office = browse("office")
    shown = office.get(reverse("web:job", args=[imported.pk])).content.decode()
    assert "2 people are new and have no password yet." in shown
    found = links(office, imported)
    assert sorted(found) == ["new.one", "new.two"]
    assert "new.one" in client.get(found["new.one"]).content.decode()
    assert choose(client, found["new.one"])["Location"] == reverse("account_login")
    assert Person.objects.get(username="new.one").check_password(PASSWORD)
    again = client.get(found["new.one"])
    assert (again.status_code, "account.link_void" in again.content.decode()) == (410, True)
    assert choose(client, found["new.one"], "Another-lantern-77").status_code == 410
    assert Person.objects.get(username="new.one").check_password(PASSWORD)
    assert sorted(links(office, imported)) == ["new.two"]
    said = Event.objects.filter(verb__startswith="account.").values_list("verb", "data")
    assert list(said) == [
        ("account.links", {"count": 2}),
        ("account.first_password", {}),
        ("account.links", {"count": 1}),
    ]


def test_a_weak_password_is_refused_and_the_link_stays(imported: Job, browse, client):
    link = links(browse("office"), imported)["new.one"]
    assert choose(client, link, "short").status_code == 400
    assert not Person.objects.get(username="new.one").has_usable_password()
    assert choose(client, link).status_code == 302


def test_a_link_is_for_one_person_and_for_seven_days(imported: Job, browse, client, monkeypatch):
    found = links(browse("office"), imported)
    one, two = (Person.objects.get(username=name).pk for name in ("new.one", "new.two"))
    assert client.get(found["new.one"].replace(f"/{one}/", f"/{two}/")).status_code == 410
    assert client.get(found["new.one"] + "x/").status_code == 404
    with_password = reverse("first_password", args=[Person.objects.get(username="admin").pk, "x-y"])
    assert client.get(with_password).status_code == 410
    tokens = invitations._tokens
    now = tokens._now()
    monkeypatch.setattr(tokens, "_now", lambda: now + timedelta(days=7, seconds=1))
    assert client.get(found["new.one"]).status_code == 410


def test_two_browsers_with_one_link_set_one_password(imported: Job):
    person = Person.objects.get(username="new.one")
    set_first_password(person=person, password=PASSWORD)
    with pytest.raises(Problem) as caught:
        set_first_password(person=person, password="Another-lantern-77")
    assert caught.value.code == "account.link_void"
    assert Person.objects.get(username="new.one").check_password(PASSWORD)


def test_links_are_for_whoever_may_still_give_all_posts_of_that_person(imported: Job, city: City, browse):
    assert browse("county").post(reverse("organizations:links", args=[imported.pk])).status_code == 404
    admin = Person.objects.get(username="new.one")
    Post.objects.create(person=admin, unit=city.units["OFFICE"], role="admin", title="系统管理员")
    assert sorted(links(browse("office"), imported)) == ["new.two"]
    Post.objects.filter(person__username="new.two").update(ended_on=timezone.localdate())
    assert links(browse("office"), imported) == {}
    Post.objects.filter(person__username="office").update(ended_on=timezone.localdate())
    assert browse("office").post(reverse("organizations:links", args=[imported.pk])).status_code == 403


def test_an_account_that_was_closed_has_no_link(imported: Job, browse, client):
    link = links(browse("office"), imported)["new.one"]
    Person.objects.filter(username="new.one").update(is_active=False)
    assert client.get(link).status_code == 410
