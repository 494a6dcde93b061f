"""What does every operation of the REST API share: keys, sessions, problems, pages, limits, entity tags?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dangol.platform.kernel.access import actions
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer

pytestmark = pytest.mark.django_db


def _bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_key_opens_what_its_scopes_hold() -> None:
    made = actions.create_key(SYSTEM, "export", "analyst", scopes=["see_numbers"])
    answer = Client().get("/api/v1/me/", headers=_bearer(made.secret))
    assert answer.json()["rights"] == ["see_numbers"]
    refused = Client().get("/api/v1/team/members/", headers=_bearer(made.secret))
    assert refused.status_code == 403
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Bearer dk_wrong", "Bearer ", "Basic abc", "Bearer x" * 500])
def test_a_wrong_key_never_falls_back_to_the_session(client_of: Callable[..., Client], header: str) -> None:
    answer = client_of("owner").get("/api/v1/me/", headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_ends(clock: Any) -> None:
    made = actions.create_key(SYSTEM, "short", "viewer", days=1)
    assert Client().get("/api/v1/me/", headers=_bearer(made.secret)).status_code == 200
    clock.move(hours=25)
    assert Client().get("/api/v1/me/", headers=_bearer(made.secret)).status_code == 401


def test_a_revoked_key_opens_nothing() -> None:
    made = actions.create_key(SYSTEM, "gone", "viewer")
    actions.revoke_key(SYSTEM, made.key_id)
    assert Client().get("/api/v1/me/", headers=_bearer(made.secret)).status_code == 401


def test_a_key_ends_with_its_maker(owner: Viewer) -> None:
    user_id = actions.create_user(owner, "bob@example.com", None, "admin")
    bob = Viewer("bob", "admin", None, user_id)
    made = actions.create_key(bob, "bob's", "admin")
    assert Client().get("/api/v1/me/", headers=_bearer(made.secret)).status_code == 200
    actions.change_role(owner, user_id, "viewer")
    assert Client().get("/api/v1/me/", headers=_bearer(made.secret)).status_code == 401


def test_a_session_that_writes_needs_its_token(client_of: Callable[..., Client]) -> None:
    signed_in = client_of("owner")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    answer = strict.post("/api/v1/team/units/", {"name": "South"}, content_type="application/json")
    assert answer.status_code == 403
    assert strict.get("/api/v1/me/").status_code == 200


def test_a_problem_speaks_the_readers_language(client_of: Callable[..., Client]) -> None:
    english = client_of("owner").get("/api/v1/team/members/999/").json()
    korean = client_of("owner", language="ko").get("/api/v1/team/members/999/").json()
    assert english["status"] == korean["status"] == 404
    assert english["wrong"] == "There is none that you can see."
    assert korean["wrong"] == "보실 수 있는 것 중에는 없습니다."


def test_pages_follow_one_another(client_of: Callable[..., Client]) -> None:
    browser = client_of("owner")
    for number in range(5):
        browser.post("/api/v1/team/units/", {"name": f"Unit {number}"}, content_type="application/json")
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        page = browser.get("/api/v1/audit/", {"limit": 2, "after": after}).json()
        seen, after = seen + [each["id"] for each in page["items"]], page["next"]
    assert len(seen) >= 5
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("after", ["x", "eyJhIjoxfQ", "WzFd" * 20, "W251bGxd", "WzFlOTk5XQ", "WzEuNV0"])
def test_a_cursor_that_was_not_given_out_is_refused(client_of: Callable[..., Client], after: str) -> None:
    assert client_of("owner").get("/api/v1/audit/", {"after": after}).status_code == 400


def test_what_did_not_change_is_not_sent_again(client_of: Callable[..., Client]) -> None:
    browser = client_of("owner")
    tag = browser.get("/api/v1/me/").headers["ETag"]
    again = browser.get("/api/v1/me/", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.content == b""


def test_too_many_requests_are_told_when_to_come_back(
    client_of: Callable[..., Client], settings: Any
) -> None:
    settings.API_REQUESTS_A_MINUTE = 0
    answer = client_of("owner").get("/api/v1/me/")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_every_operation_is_described() -> None:
    document = Client().get("/api/v1/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"Key", "Session"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            assert operation.get("description"), (method, path)
            assert {"401", "404", "429"} <= set(operation["responses"])
            assert operation["security"], (method, path)


def test_a_refusal_is_noted(client_of: Callable[..., Client]) -> None:
    from structlog.testing import capture_logs

    with capture_logs() as lines:
        client_of("viewer").get("/api/v1/team/members/")
    refused = next(line for line in lines if line["event"] == "refused")
    assert (refused["status"], refused["role"], refused["method"]) == (403, "viewer", "GET")
    assert refused["user"]
