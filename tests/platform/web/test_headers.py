"""What does every answer tell the browser, and what does it never tell anybody?"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.test import Client

from dangol.platform.kernel.access import actions
from dangol.platform.kernel.access.viewer import SYSTEM

pytestmark = pytest.mark.django_db
PATHS = ("/", "/accounts/login/", "/api/v1/me/", "/nothing-is-here", "/settings/team")


@pytest.fixture
def reader(client_of: Callable[..., Client]) -> Client:
    """Somebody signed in."""
    return client_of("owner")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_its_policy(reader: Client, path: str) -> None:
    told = reader.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in told["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in told["Content-Security-Policy"]
    assert told["X-Content-Type-Options"] == "nosniff"
    assert told["Referrer-Policy"] == "same-origin"
    assert told["Cross-Origin-Opener-Policy"] == "same-origin"
    assert told["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in told
    assert "Server" not in told


@pytest.mark.parametrize("path", ["/", "/settings/team", "/api/v1/me/", "/accounts/login/"])
def test_nothing_of_a_reader_is_cached_by_others(reader: Client, path: str) -> None:
    told = reader.get(path).headers["Cache-Control"]
    assert "no-store" in told or "private, no-cache" in told


@pytest.mark.parametrize("path", PATHS)
def test_texts_say_their_letters(reader: Client, path: str) -> None:
    kind = reader.get(path).headers["Content-Type"]
    assert "charset=utf-8" in kind or kind.startswith("application/")


def test_other_methods_are_refused(reader: Client) -> None:
    for method in ("TRACE", "CONNECT", "MADEUP"):
        assert reader.generic(method, "/api/v1/me/").status_code in (403, 405)
        assert reader.generic(method, "/").status_code in (403, 405)


def test_a_fault_of_ours_tells_nothing_of_the_inside(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("the inside: secret")

    monkeypatch.setattr("dangol.platform.kernel.access.queries.members", fails)
    reader.raise_request_exception = False
    logging.disable(logging.CRITICAL)
    try:
        answers = [reader.get("/api/v1/team/members/"), reader.get("/settings/team")]
    finally:
        logging.disable(logging.NOTSET)
    for answer in answers:
        assert answer.status_code == 500
        assert b"secret" not in answer.content
        assert b"Traceback" not in answer.content


def test_a_field_that_was_not_asked_for_changes_nothing(reader: Client) -> None:
    told = {"name": "Ann", "role": "owner", "email": "eve@example.com", "is_active": False, "user_id": 1}
    before = reader.get("/api/v1/me/").json()
    after = reader.put("/api/v1/me/", told, content_type="application/json").json()
    assert {key: after[key] for key in ("email", "role", "user_id")} == {
        key: before[key] for key in ("email", "role", "user_id")
    }


def test_what_somebody_is_called_is_never_markup(reader: Client) -> None:
    unit = actions.create_unit(SYSTEM, "<script>alert(1)</script>")
    for path in ("/settings/team", "/settings/audit", "/settings/keys"):
        assert b"<script>alert" not in reader.get(path).content
    assert unit


def test_behind_https_browsers_are_kept_there() -> None:
    """Settings as a server with an https address reads them, in a process of its own."""
    code = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "c = Client(headers={'host': 'dangol.example.com'})\n"
        "r = c.get('/accounts/login/'); print(r.status_code, r.headers.get('Location'))\n"
        "r = c.get('/static/console/mark.svg', secure=True); print(r.headers.get('Strict-Transport-Security'))\n"
        "print(c.get('/api/v1/openapi.json').status_code)\n"
    )
    told = os.environ | {
        "DANGOL_URL": "https://dangol.example.com",
        "DJANGO_SETTINGS_MODULE": "dangol.platform.settings",
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=told, capture_output=True, text=True, check=False
    )
    lines = [line for line in done.stdout.splitlines() if "request" not in line]
    assert lines[0] == "301 https://dangol.example.com/accounts/login/", done.stderr
    assert lines[1] == "max-age=31536000; includeSubDomains"
