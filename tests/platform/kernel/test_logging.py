"""Do log lines say what happened, and keep to themselves what nobody should read there?"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from dangol.platform.kernel.logging import configure


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is as it was, afterwards."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    told = structlog.get_config()
    yield
    root.handlers[:], root.level = before
    structlog.configure(**told)


def test_secrets_and_personal_data_are_withheld(capsys: pytest.CaptureFixture[str]) -> None:
    configure("info", "json")
    log = structlog.get_logger("test")
    log.info(
        "signed in", password="hunter2", user_email="ann@example.com", note="ann@example.com wrote", count=3
    )
    logging.getLogger("elsewhere").warning("postgresql://dangol:hunter2@db/dangol is down")
    try:
        raise ValueError("duplicate: bob@example.com")
    except ValueError:
        log.exception("failed")
    text = capsys.readouterr().err
    assert "hunter2" not in text
    assert "example.com" not in text
    first, second, third = map(json.loads, text.splitlines())
    assert (first["event"], first["count"], first["password"]) == ("signed in", 3, "[withheld]")
    assert second["event"].startswith("postgresql://[withheld]@db")
    assert "ValueError" in third["exception"]


def test_lines_carry_what_is_bound_and_the_least_level_holds(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning", "console")
    log = structlog.get_logger("test")
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        log.info("not said")
        log.warning("said")
    text = capsys.readouterr().err
    assert "not said" not in text
    assert "said" in text
    assert "abc" in text
