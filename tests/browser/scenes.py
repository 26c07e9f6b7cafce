"""Pages that no address alone shows: what follows a form that is refused, and every kind of error."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Response

from chuangwen.organizations.tests.personas import PASSWORD


def sent(page: Page, path: str, *, token: bool = True, fields: int = 0, **words: str) -> Response:
    """Send a form of our own making from the page that is open; the answer to it."""
    page.goto("/journal/")
    with page.expect_navigation() as answer:
        page.evaluate(
            """([path, token, fields, words]) => {
                const form = document.createElement("form");
                form.method = "post";
                form.action = path;
                const put = (name, value) => {
                    const field = document.createElement("textarea");
                    [field.name, field.value] = [name, value];
                    form.append(field);
                };
                const ours = document.querySelector("[name=csrfmiddlewaretoken]");
                if (token) put(ours.name, ours.value);
                Object.entries(words).forEach(([name, value]) => put(name, value));
                for (let n = 0; n < fields; n++) put(`f${n}`, "");
                document.body.append(form);
                form.submit();
            }""",
            [path, token, fields, words],
        )
    return answer.value


def sign_in(page: Page, who: str, password: str) -> Response:
    page.goto("/accounts/login/")
    page.fill("[name=login]", who)
    page.fill("[name=password]", password)
    with page.expect_navigation() as answer:
        page.click("main form button")
    return answer.value


def stale(page: Page, places: dict[str, object]) -> Response:
    """A task that somebody else has changed since its form was opened."""
    page.goto(f"/tasks/{places['task']}/")
    page.locator("main form [name=seen]").first.evaluate("(field) => { field.value = '99'; }")
    with page.expect_navigation() as answer:
        page.click("main form .card-footer button")
    return answer.value


def from_elsewhere(page: Page, _places: dict[str, object]) -> Response:
    """A form on a page that is not ours."""
    page.goto("/journal/")
    target = page.url
    page.goto("about:blank")
    page.set_content(f"<form method=post action={target}><button>x</button></form>")
    with page.expect_navigation() as answer:
        page.click("button")
    return answer.value


# What cannot be asked for by an address: who sees it, how they come there, the status of the answer.
# The walk that shows them has the addresses of chuangwen/web/tests/faults.py too.
SCENES: dict[str, tuple[str, Callable[[Page, dict[str, object]], Response], int]] = {
    "a wrong password": ("", lambda page, _: sign_in(page, "office", "wrong-Word-1"), 200),
    "the second factor": ("", lambda page, _: sign_in(page, "editor", PASSWORD), 200),
    "a form with errors": ("office", lambda page, _: sent(page, "/meetings/new/"), 400),
    "a form with too many fields": ("office", lambda page, _: sent(page, "/meetings/new/", fields=5001), 400),
    "a form that is too large": ("office", lambda page, _: sent(page, "/refuse/", words="字" * 10**6), 413),
    "a form whose token is gone": ("office", lambda page, _: sent(page, "/refuse/", token=False), 403),
    "a form from elsewhere": ("office", from_elsewhere, 403),
    "what one may not do": ("office", lambda page, _: sent(page, "/forbid/"), 403),
    "an address that takes no form": ("office", lambda page, _: sent(page, "/desk/"), 405),
    "a task changed meanwhile": ("office", stale, 409),
    "a refusal with words kept": ("office", lambda page, _: sent(page, "/refuse/", words="字"), 409),
    "our own fault": ("office", lambda page, _: sent(page, "/break/", words="字"), 500),
}
