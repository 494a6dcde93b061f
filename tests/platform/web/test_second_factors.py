"""Does a second factor guard who has one: apps, recovery codes, and the doors on the way?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from dangol.platform.kernel.access import actions
from dangol.platform.kernel.access.models import User
from dangol.platform.kernel.access.viewer import SYSTEM
from tests_support.entering import GOOD, code_of, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def ann() -> int:
    """Somebody with a password."""
    return actions.create_user(SYSTEM, "ann@example.com", GOOD, "owner", name="Ann")


@pytest.fixture
def with_app(ann: int) -> tuple[Client, str, list[str]]:
    """Ann's browser after she set up an authenticator app; its secret; her recovery codes."""
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/reauthenticate/", {"password": GOOD})
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page)
    assert secret
    done = browser.post(
        "/accounts/2fa/totp/activate/", {"code": code_of(secret[1])}, follow=True
    ).content.decode()
    return browser, secret[1], re.findall(r"^\w{12}$", re.sub("<[^>]+>", "\n", done), re.MULTILINE)


def test_the_second_step_takes_the_apps_code_once(
    with_app: tuple[Client, str, list[str]], clock: Any
) -> None:
    _, secret, _ = with_app
    cache.clear()
    browser = Client()
    assert sign_in(browser).headers["Location"] == "/accounts/2fa/authenticate/"
    assert browser.get("/api/v1/me/").status_code == 401
    assert browser.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).headers["Location"] == "/"
    assert browser.get("/api/v1/me/").status_code == 200
    again = Client()
    sign_in(again)
    assert again.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200


def test_a_recovery_code_works_once(with_app: tuple[Client, str, list[str]]) -> None:
    _, _, codes = with_app
    assert len(codes) == 10
    for expected in (302, 200):
        browser = Client()
        sign_in(browser)
        assert browser.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == expected


def test_guessing_codes_is_stopped(with_app: tuple[Client, str, list[str]]) -> None:
    _, secret, _ = with_app
    browser = Client()
    sign_in(browser)
    for number in range(6):
        browser.post("/accounts/2fa/authenticate/", {"code": f"00000{number}"})
    assert browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200


def test_the_apps_secret_is_sealed(with_app: tuple[Client, str, list[str]], ann: int) -> None:
    from allauth.mfa.models import Authenticator

    _, secret, codes = with_app
    kept = repr(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_recovery_codes_are_shown_once(with_app: tuple[Client, str, list[str]]) -> None:
    browser, _, codes = with_app
    page = browser.get("/accounts/2fa/recovery-codes/", follow=True).content.decode()
    assert not any(code in page for code in codes)


def test_a_second_factor_is_set_up_only_by_whom_confirmed_it(ann: int) -> None:
    browser = Client()
    browser.force_login(
        User.objects.get(pk=ann), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for path in ("totp/activate/", "webauthn/add/"):
        assert "/accounts/" in browser.get(f"/accounts/2fa/{path}").headers["Location"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_door_speaks_both_languages(
    ann: int, client_of: Callable[..., Client], language: str, with_app: tuple[Client, str, list[str]]
) -> None:
    guest = Client(headers={"accept-language": language})
    member, _, _ = with_app
    member.cookies["django_language"] = language
    doors = ("login/", "password/reset/", "password/reset/done/", "signup/", "inactive/", "password/reset/key/done/",
             "3rdparty/login/error/", "3rdparty/login/cancelled/", "password/reset/key/1-bad/")  # fmt: skip
    rooms = ("logout/", "password/change/", "reauthenticate/", "2fa/totp/deactivate/", "2fa/recovery-codes/",
             "2fa/recovery-codes/generate/", "2fa/webauthn/", "2fa/webauthn/add/", "3rdparty/", "2fa/reauthenticate/",
             "2fa/webauthn/reauthenticate/")  # fmt: skip
    for browser, paths in ((guest, doors), (member, rooms)):
        for path in paths:
            answer = browser.get(f"/accounts/{path}", follow=True)
            assert answer.status_code in (200, 401), path
            text = answer.content.decode()
            assert f'<html lang="{language}"' in text, path
            title = re.search("<h1>(.*?)</h1>", text, re.DOTALL)
            assert title, path
            assert bool(re.search("[가-힣]", title[1])) is (language == "ko"), (path, title[1])
            assert "<script>" not in text
            assert "style=" not in text
