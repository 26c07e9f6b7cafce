"""The second factor and the sessions as people meet them, under the strict policy of our pages."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal import auth

from tests.browser.conftest import DESKTOP, PHONE


@pytest.mark.parametrize(
    ("language", "size"), [("zh-CN", DESKTOP), ("en", PHONE), ("zh-CN", PHONE), ("en", DESKTOP)]
)
def test_a_second_factor_is_set_up_and_the_others_see_it(town, visit, picture, settings, language, size):  # noqa: PLR0917
    # The posts that need it are asked for it only after this page was opened by the usual way in.
    page = visit("office", language=language, size=size)
    settings.SECOND_FACTOR = True
    name = f"{language}-{size['width']}"
    page.goto("/desk/")
    assert page.url.endswith("/accounts/2fa/totp/activate/")
    drawn = page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 0")
    assert drawn, "the policy of the page lets the picture be shown"
    picture(page, f"activate-{name}")
    secret = page.locator("main dd.digest").inner_text()
    page.fill("[name=code]", auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30)))
    page.click("main form.card button")
    page.wait_for_url("**/recovery-codes/")
    assert page.locator(".codes li").count() == 10
    picture(page, f"codes-{name}")
    page.goto("/accounts/2fa/")
    picture(page, f"factor-{name}")
    page.goto("/accounts/sessions/")
    picture(page, f"sessions-{name}")
    settings.SECOND_FACTOR = False
    keeper = visit("security", language=language, size=size)
    keeper.goto("/units/OFFICE/")
    keeper.click("main a[href$='/account/'] >> nth=0")
    picture(keeper, f"account-{name}")
    auditor = visit("auditor", language=language, size=size)
    auditor.goto("/journal/events/")
    assert auditor.locator("tbody tr").count() >= 4
    picture(auditor, f"events-{name}")
    guest = visit("", language=language, size=size)
    guest.goto("/accounts/login/")
    guest.fill("[name=login]", "office")
    guest.fill("[name=password]", "Harbour-lantern-26")
    guest.click("main form button")
    guest.wait_for_url("**/2fa/authenticate/")
    picture(guest, f"authenticate-{name}")
