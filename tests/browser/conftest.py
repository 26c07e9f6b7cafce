"""A real Chromium before a real server; pictures are kept where CHUANGWEN_SCREENSHOTS says, else nowhere."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from chuangwen.organizations.tests.personas import PASSWORD, City, build_city

CHROMIUM = os.environ.get("CHUANGWEN_BROWSER") or shutil.which("chromium") or ""
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 780}
Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture
def chromium(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.fail("There is no Chromium on this machine (Debian: apt install chromium fonts-noto-cjk).")
    # The test reads the database in the thread of the browser's loop; Django takes that for asynchronous.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()
        connections.close_all()  # those of the loop, which nobody else sees; PostgreSQL waits for them


@pytest.fixture
def town(transactional_db: None) -> City:
    return build_city()


@pytest.fixture
def visit(chromium: Browser, live_server) -> Iterator[Open]:
    """``visit("office")`` is a page on which that persona has signed in; faults of any page fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(who: str, *, language: str = "zh-CN", size: dict[str, int] | None = None) -> Page:
        context = chromium.new_context(base_url=live_server.url, locale=language, viewport=size or DESKTOP)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said.text) else None)
        if who:
            page.goto("/accounts/login/")
            page.fill("[name=login]", who)
            page.fill("[name=password]", PASSWORD)
            page.click("main form button")
            page.wait_for_url("**/desk/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(said: str) -> bool:
    """Violations of the policy and broken scripts; an answer of 4xx is part of some tests."""
    return "Content Security Policy" in said or "Uncaught" in said


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keep a picture of the page for the guides."""

    def keep(page: Page, name: str) -> None:
        place = os.environ.get("CHUANGWEN_SCREENSHOTS")
        if place:
            page.screenshot(path=str(Path(place) / f"{name}.png"))

    return keep
