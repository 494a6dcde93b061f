"""Do the doors of the house open to whom they should, and tell nothing to others?"""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from dangol.platform.kernel import audit, worker
from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.models import User
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.web.entrance.resetting import reset_link
from tests_support.entering import GOOD, LOGIN, sign_in

pytestmark = pytest.mark.django_db
SESSION = "dangol_session"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def ann() -> int:
    """Somebody with a password."""
    return actions.create_user(SYSTEM, "ann@example.com", GOOD, "owner", name="Ann")


def test_a_password_opens(ann: int) -> None:
    browser = Client()
    assert sign_in(browser, email="Ann@Example.com").headers["Location"] == "/"
    assert browser.get("/api/v1/me/").json()["email"] == "ann@example.com"
    assert audit.deeds(limit=1)[0].deed == "sign_in"
    assert audit.deeds(limit=1)[0].address == "127.0.0.1"


def test_sign_ins_are_noted_good_and_bad(ann: int) -> None:
    sign_in(Client(), "a wrong passphrase")
    sign_in(Client(), "a wrong passphrase", "eve@example.com")
    sign_in(Client())
    noted = [(each.deed, each.on_what) for each in audit.deeds(limit=3)]
    assert noted == [
        ("sign_in", f"user:{ann}"),
        ("sign_in.refused", "unknown"),
        ("sign_in.refused", f"user:{ann}"),
    ]
    assert "eve" not in repr(list(audit.every_deed()))


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(ann: int) -> None:
    def told(email: str) -> str:
        page = sign_in(Client(), "a wrong passphrase", email)
        assert page.status_code == 200
        text = re.sub(r'(nonce|value|name="login")[^>]*', "", page.content.decode())
        return re.sub(r'"X-CSRFToken": "\w+"', "", text)

    assert told("ann@example.com") == told("eve@example.com")


def test_an_unknown_address_takes_as_long(ann: int, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "999/m/ip", "login_failed": "999/m/ip"}

    def seconds(email: str) -> float:
        began = time.perf_counter()
        sign_in(Client(), "a wrong passphrase", email)
        return time.perf_counter() - began

    seconds("warm@example.com")
    pairs = [(seconds("ann@example.com"), seconds("eve@example.com")) for _ in range(7)]
    known, unknown = (statistics.median(each) for each in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


def test_guessing_is_stopped_for_the_account_and_says_nothing(ann: int) -> None:
    for _ in range(5):
        sign_in(Client(REMOTE_ADDR="10.0.0.1"), "a wrong passphrase")
    stopped = sign_in(Client(REMOTE_ADDR="10.0.0.2"))
    assert "Location" not in stopped.headers
    unknown = "eve@example.com"
    for _ in range(5):
        sign_in(Client(REMOTE_ADDR="10.0.0.3"), "a wrong passphrase", unknown)
    also = sign_in(Client(REMOTE_ADDR="10.0.0.4"), "a wrong passphrase", unknown)
    assert (stopped.status_code, _wrong(stopped)) == (also.status_code, _wrong(also))


def test_guessing_is_stopped_for_the_address(ann: int) -> None:
    for number in range(10):
        sign_in(Client(), "a wrong passphrase", f"user{number}@example.com")
    assert "Too many" in _wrong(sign_in(Client(), "a wrong passphrase", "another@example.com"))


def _wrong(page: Any) -> str:
    found = re.search(r'role="alert".*?<div class="grow">(.*?)</div>', page.content.decode(), re.DOTALL)
    return found[1] if found else ""


def test_a_forged_address_does_not_escape_the_limit(ann: int) -> None:
    for number in range(12):
        headers = {"x-forwarded-for": f"10.1.1.{number}", "x-real-ip": f"10.1.1.{number}"}
        page = sign_in(Client(headers=headers), "a wrong passphrase", f"user{number}@example.com")
    assert "Too many" in _wrong(page)


def test_a_session_is_new_after_signing_in(ann: int) -> None:
    browser = Client()
    session = browser.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    browser.cookies[SESSION] = before
    sign_in(browser)
    after = browser.cookies[SESSION].value
    assert after != before
    thief = Client()
    thief.cookies[SESSION] = before
    assert thief.get("/api/v1/me/").status_code == 401


def test_signing_out_ends_the_session_on_the_server(ann: int) -> None:
    browser = Client()
    sign_in(browser)
    kept = browser.cookies[SESSION].value
    browser.post("/accounts/logout/")
    thief = Client()
    thief.cookies[SESSION] = kept
    assert thief.get("/api/v1/me/").status_code == 401


def test_cookies_are_closed_to_scripts_and_other_sites(ann: int) -> None:
    cookie = sign_in(Client()).cookies[SESSION]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"


def test_behind_https_cookies_belong_to_the_host() -> None:
    """The settings as a server with an https address reads them, in a process of its own."""
    import json
    import os
    import subprocess
    import sys

    told = "SESSION_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_NAME CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS SECURE_SSL_REDIRECT"
    code = f"import json; from dangol.platform import sign_in as s; print(json.dumps([getattr(s, n) for n in '{told}'.split()]))"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"DANGOL_URL": "https://dangol.example.com"},
        capture_output=True,
        check=True,
    )
    assert json.loads(found.stdout) == [
        "__Host-dangol_session",
        True,
        "__Host-dangol_csrf",
        True,
        31536000,
        True,
    ]


@pytest.mark.parametrize(
    "path", [LOGIN, "/accounts/logout/", "/accounts/password/reset/", "/settings/profile"]
)
def test_a_form_without_its_token_is_refused(ann: int, path: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(
        User.objects.get(pk=ann), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert browser.post(path, {"do": "save"}).status_code == 403


@pytest.mark.parametrize(
    "goal",
    [
        "https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
        "https:evil.example", "http:///evil.example", "https://testserver@evil.example/", "//testserver.evil.example",
        "https://localhost.evil.example", "\t//evil.example", "/%09/evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_house(ann: int, goal: str) -> None:
    for send in (
        lambda browser: sign_in(browser, QUERY_STRING=f"next={goal}"),
        lambda browser: browser.post(LOGIN, {"login": "ann@example.com", "password": GOOD, "next": goal}),
        lambda browser: browser.post("/accounts/logout/", {"next": goal}),
    ):
        where = send(Client()).headers.get("Location", "/")
        assert where.startswith("/")
        assert not where.startswith(("//", "/\\"))
        assert "\\" not in where
    assert sign_in(Client(), QUERY_STRING="next=/settings/profile").headers["Location"] == "/settings/profile"


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a b"])
def test_a_made_up_host_is_refused(host: str) -> None:
    assert Client().get(LOGIN, headers={"host": host}).status_code == 400


def test_nobody_registers() -> None:
    actions.create_user(SYSTEM, "ann@example.com", GOOD, "owner")
    told = {"email": "eve@example.com", "password1": GOOD}
    assert "By invitation" in Client().post("/accounts/signup/", told).content.decode()
    assert not User.objects.filter(email="eve@example.com").exists()
    for path in ("email/", "confirm-email/", "confirm-email/abc/", "3rdparty/signup/", "social/signup/"):
        assert Client().get(f"/accounts/{path}").status_code == 404


def test_whoever_lost_their_place_is_out_at_once(ann: int) -> None:
    actions.create_user(SYSTEM, "bob@example.com", GOOD, "owner")
    browser = Client()
    sign_in(browser)
    actions.deactivate(SYSTEM, ann)
    assert browser.get("/api/v1/me/").status_code == 401
    assert "/accounts/login/" in browser.get("/").headers["Location"]
    assert sign_in(Client()).headers.get("Location") != "/"


# The first owner


def test_the_first_page_makes_the_owner() -> None:
    browser = Client()
    assert browser.get("/").headers["Location"].startswith(LOGIN)
    assert browser.get(LOGIN).headers["Location"] == "/welcome/account"
    assert "set-up code" not in browser.get("/welcome/account").content.decode().lower()
    told = {"name": "Ann", "email": "ann@example.com", "password": GOOD}
    assert browser.post("/welcome/account", told | {"password": "short"}).status_code == 422
    assert browser.post("/welcome/account", told).headers["Location"] == "/welcome"
    assert browser.get("/api/v1/me/").json()["role"] == "owner"
    assert Client().get("/welcome/account").status_code == 404
    assert Client().post("/welcome/account", told).status_code == 404


@pytest.mark.parametrize("far", [{"REMOTE_ADDR": "10.0.0.9"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.9"}])
def test_from_elsewhere_the_first_page_wants_the_servers_code(far: dict[str, str]) -> None:
    browser = Client(**far)  # type: ignore[arg-type]
    told = {"name": "Eve", "email": "eve@example.com", "password": GOOD}
    assert browser.post("/welcome/account", told).status_code == 422
    assert browser.post("/welcome/account", told | {"code": "00000-00000-00000-00000"}).status_code == 422
    assert queries.is_fresh()
    assert browser.post("/welcome/account", told | {"code": queries.setup_code()}).status_code == 302


# Passwords


def test_a_forgotten_password_is_reset_by_a_letter(ann: int, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    other = Client()
    sign_in(other)
    answers = [
        Client().post("/accounts/password/reset/", {"email": each})
        for each in ("ann@example.com", "eve@example.com")
    ]
    assert {(each.status_code, each.headers["Location"]) for each in answers} == {
        (302, "/accounts/password/reset/done/")
    }
    worker.one_round()
    assert [letter.to for letter in mail.outbox] == [["ann@example.com"]]
    link = re.search(r"http://[^/]+(/\S+)", str(mail.outbox[0].body))
    assert link
    browser = Client()
    form = browser.get(link[1], follow=True)
    assert form.headers["Referrer-Policy"] == "same-origin"
    path = form.redirect_chain[-1][0]
    assert (
        "too common"
        in browser.post(path, {"password1": "password123", "password2": "password123"}).content.decode()
    )
    told = {"password1": GOOD + " 2", "password2": GOOD + " 2"}
    assert browser.post(path, told).status_code == 302
    assert sign_in(Client()).status_code == 200
    assert sign_in(Client(), GOOD + " 2").status_code == 302
    assert other.get("/api/v1/me/").status_code == 401
    assert "has ended" in Client().get(link[1], follow=True).content.decode()


def test_where_no_letter_can_be_sent_the_server_makes_the_link(ann: int) -> None:
    assert "dangol user reset" in Client().get("/accounts/password/reset/").content.decode()
    link = reset_link("Ann@example.com")
    assert Client().get(link.removeprefix("http://127.0.0.1:8000"), follow=True).status_code == 200


def test_changing_the_password_asks_for_the_present_one(ann: int) -> None:
    browser, other = Client(), Client()
    sign_in(browser)
    sign_in(other)
    told = {"oldpassword": "a wrong passphrase", "password1": GOOD + " 2", "password2": GOOD + " 2"}
    assert browser.post("/accounts/password/change/", told).status_code == 200
    assert browser.post("/accounts/password/change/", told | {"oldpassword": GOOD}).status_code == 302
    assert browser.get("/api/v1/me/").status_code == 200
    assert other.get("/api/v1/me/").status_code == 401
    assert "password_changed" in [each.deed for each in audit.every_deed()]
