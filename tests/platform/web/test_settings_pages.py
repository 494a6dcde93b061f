"""Do the pages about the team, security, keys, the audit and oneself do what they say?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from dangol.platform.kernel import audit
from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.viewer import SYSTEM

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough passphrase 1"
PAGES = ("team", "security", "keys", "audit", "profile", "api")


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def confirmed(browser: Client) -> Client:
    """The browser, after its reader said once more who they are."""
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_page_opens_in_both_languages(client_of: Callable[..., Client], name: str, language: str) -> None:
    answer = client_of("owner", language=language).get(f"/settings/{name}")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'<html lang="{language}"' in text
    assert bool(re.search("[가-힣]", text)) is (language == "ko") or "한국어" in text


def test_an_invitation_is_shown_once_and_joins_once(client_of: Callable[..., Client]) -> None:
    browser = confirmed(client_of("owner"))
    page = browser.post("/settings/team", {"do": "invite", "email": "cat@example.com", "role": "analyst"})
    link = re.search(r"/join/[\w-]+/", page.content.decode())
    assert link
    assert link[0] not in browser.get("/settings/team").content.decode()
    guest = Client()
    assert guest.get(link[0]).status_code == 200
    told = {"name": "Cat", "password": "four unrelated words here"}
    assert guest.post(link[0], told).headers["Location"] == "/"
    assert guest.get("/api/v1/me/").json()["role"] == "analyst"
    assert Client().post(link[0], told).status_code == 404


def test_a_deed_that_is_guarded_asks_who_it_is(client_of: Callable[..., Client]) -> None:
    browser = client_of("owner")
    answer = browser.post("/settings/team", {"do": "invite", "email": "cat@example.com", "role": "analyst"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert queries.invitations(SYSTEM) == []


def test_a_key_is_shown_once(client_of: Callable[..., Client]) -> None:
    browser = confirmed(client_of("owner"))
    page = browser.post("/settings/keys", {"do": "create", "name": "Export", "role": "analyst", "days": "90"})
    secret = re.search(r"dk_[\w-]{43}", page.content.decode())
    assert secret
    assert secret[0] not in browser.get("/settings/keys").content.decode()
    answer = Client().get("/api/v1/me/", headers={"authorization": f"Bearer {secret[0]}"})
    assert answer.status_code == 200


def test_a_refusal_is_a_sentence(client_of: Callable[..., Client]) -> None:
    browser = confirmed(client_of("owner", language="ko"))
    me = browser.get("/api/v1/me/").json()["user_id"]
    page = browser.post("/settings/team", {"do": "remove", "user_id": me}, follow=True)
    assert "소유자가 한 명은 있어야 합니다." in page.content.decode()


def test_the_audit_is_verified_and_downloaded(client_of: Callable[..., Client]) -> None:
    browser = client_of("owner")
    actions.create_unit(SYSTEM, "=North")
    page = browser.post("/settings/audit", {"do": "verify"}, follow=True)
    assert "The chain is whole" in page.content.decode()
    file = b"".join(browser.get("/settings/audit.csv")).decode()  # type: ignore[call-overload]
    assert "unit.created" in file
    assert file.count("\n") == len(list(audit.every_deed())) + 1


def test_the_profile_is_kept(client_of: Callable[..., Client]) -> None:
    browser = client_of("viewer")
    told = {"do": "save", "name": "Ann", "language": "ko", "theme": "dark", "time_zone": "Asia/Seoul"}
    page = browser.post("/settings/profile", told, follow=True).content.decode()
    assert '<html lang="ko" data-theme="dark"' in page
    assert browser.get("/api/v1/me/").json() | {"user_id": 0} == {
        **browser.get("/api/v1/me/").json(),
        "user_id": 0,
        "name": "Ann",
        "language": "ko",
        "theme": "dark",
        "time_zone": "Asia/Seoul",
    }


def test_who_must_have_a_second_factor_sets_it_up_first(client_of: Callable[..., Client]) -> None:
    browser = client_of("owner")
    actions.set_policy(SYSTEM, second_factor="administrators", idle_minutes=60, longest_hours=24)
    assert browser.get("/").headers["Location"] == "/settings/security"
    assert browser.get("/settings/security").status_code == 200
    assert browser.get("/api/v1/me/").status_code == 403
    assert client_of("analyst").get("/api/v1/me/").status_code == 200


def test_a_session_ends_idle_and_old(client_of: Callable[..., Client], clock: Any) -> None:
    actions.set_policy(SYSTEM, second_factor="nobody", idle_minutes=30, longest_hours=2)
    browser = client_of("owner")
    for _ in range(5):
        assert browser.get("/api/v1/me/").status_code == 200
        clock.move(minutes=25)
    assert browser.get("/api/v1/me/").status_code == 401
    idle = client_of("owner")
    assert idle.get("/").status_code == 200
    clock.move(minutes=31)
    assert idle.get("/").headers["Location"].startswith("/accounts/login/")


def test_sessions_are_listed_and_ended(client_of: Callable[..., Client]) -> None:
    one, other = confirmed(client_of("owner")), client_of("owner")
    assert other.get("/api/v1/me/").status_code == 200
    one.get("/")
    page = one.get("/settings/security").content.decode()
    assert page.count('name="session_id"') == 1
    one.post("/settings/security", {"do": "end_others"})
    assert one.get("/api/v1/me/").status_code == 200
    assert other.get("/api/v1/me/").status_code == 401
