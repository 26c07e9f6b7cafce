"""Whoever needs larger letters or more contrast chooses it once, on any page, with or without an account."""

import re

import pytest
from django.test import Client
from django.urls import reverse

LOOK = reverse("web:look")


@pytest.fixture
def nobody(city):
    return Client()


def worn(browser):
    """What the page is marked with, and which of the buttons are pressed."""
    page = browser.get(reverse("account_login")).content.decode()
    marks = re.findall(r" data-(\w+)", re.search(r"<html[^>]*>", page)[0])
    return marks, re.findall(r'value="(\w+)" aria-pressed="true"', page)


def test_a_look_is_turned_on_and_off_and_kept(nobody):
    assert worn(nobody) == ([], [])
    nobody.post(LOOK, {"look": "large"})
    assert worn(nobody) == (["large"], ["large"])
    nobody.post(LOOK, {"look": "contrast"})
    assert worn(nobody) == (["large", "contrast"], ["large", "contrast"])
    nobody.post(LOOK, {"look": "large"})
    assert worn(nobody) == (["contrast"], ["contrast"])


@pytest.mark.parametrize(
    ("back", "there"),
    [
        ("/journal/?a=1", "/journal/?a=1"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_it_leads_back_to_the_page_and_nowhere_else(nobody, back, there):
    assert nobody.post(LOOK, {"look": "large", "next": back})["Location"] == there


def test_what_is_no_look_marks_nothing(nobody):
    nobody.post(LOOK, {"look": 'x" onload="'})
    nobody.cookies["look"] = "large-evil"
    assert worn(nobody) == (["large"], ["large"])


def test_the_cookie_is_for_the_server_alone_and_lasts_a_year(nobody):
    cookie = nobody.post(LOOK, {"look": "large"}).cookies["look"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 24 * 3600)
