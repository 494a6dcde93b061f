"""Does a passkey sign somebody in, in a real browser with a virtual authenticator?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests_support.processes import Platform, platform

GOOD = "four unrelated words here"
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Platform]:
    """An installation in which nobody works yet."""
    with platform(tmp_path / "data") as running:
        running.start("web")
        yield running


@pytest.fixture
def page(browser: Browser, fresh: Platform) -> Iterator[tuple[Page, list[str], Any]]:
    """A window with an authenticator in it, and what its console said."""
    context = browser.new_context(locale="en")
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda each: said.append(each.text) if each.type in ("error", "warning") else None)
    devtools = context.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield opened, said, devtools
    context.close()


def test_from_the_first_page_to_signing_in_with_a_passkey(
    page: tuple[Page, list[str], Any], fresh: Platform
) -> None:
    window, said, _ = page
    house = fresh.url.replace("127.0.0.1", "localhost")  # an address of numbers is no home for a passkey
    window.goto(house)
    window.get_by_label("Name").fill("Ann")
    window.get_by_label("E-mail").fill("ann@example.com")
    window.get_by_label("Password").fill(GOOD)
    window.get_by_role("button", name="Begin").click()
    window.wait_for_url("**/welcome**")
    window.goto(f"{house}/accounts/2fa/webauthn/add/")
    window.get_by_label("Name").fill("Ann's laptop")
    window.get_by_label("Sign in with it alone").check()
    window.get_by_role("button", name="Add it").click()
    window.wait_for_url("**/accounts/2fa/recovery-codes/")
    window.goto(f"{house}/settings/security")
    assert window.get_by_text("Ann's laptop").is_visible()
    window.goto(f"{house}/accounts/logout/")
    window.get_by_role("main").get_by_role("button", name="Sign out").click()
    window.wait_for_url("**/accounts/login/")
    window.get_by_role("button", name="Sign in with a passkey").click()
    window.wait_for_url(lambda url: "/accounts/" not in url)
    answer = window.request.get(f"{house}/api/v1/me/").json()
    assert (answer["email"], answer["role"]) == ("ann@example.com", "owner")
    assert said == []


def test_a_passkey_of_nobody_opens_nothing(page: tuple[Page, list[str], Any], fresh: Platform) -> None:
    """The authenticator of this window was never introduced."""
    window, _, devtools = page
    fresh.run("user", "create", "ann@example.com", "--password-stdin", given=GOOD + "\n")
    house = fresh.url.replace("127.0.0.1", "localhost")
    window.goto(f"{house}/accounts/login/")
    assert devtools.send("WebAuthn.disable") == {}
    token = window.locator("#mfa_login input[name=csrfmiddlewaretoken]").input_value()
    made_up = '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"clientDataJSON": "e30", "authenticatorData": "AAAA", "signature": "AAAA"}}'
    form = {"csrfmiddlewaretoken": token, "credential": made_up}
    answer = window.request.post(
        f"{house}/accounts/2fa/webauthn/login/", form=form, headers={"referer": house}
    )
    assert answer.status < 500
    assert window.request.get(f"{house}/api/v1/me/").status == 401
