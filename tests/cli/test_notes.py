"""Is progress shown on a terminal only, and only when the work takes a while?"""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest

from dangol.cli import notes
from dangol.cli.words import asked_in, spoken
from dangol.core.language import Said

TEXT = Said("Working", "일하고 있습니다")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a terminal would have been shown, without the wait before it."""
    seen: list[str] = []

    class Status:
        def __init__(self, text: str) -> None:
            self.text = text

        def start(self) -> None:
            seen.append(self.text)
            started.set()

        def stop(self) -> None:
            seen.append("gone")

    started = threading.Event()
    monkeypatch.setattr("rich.console.Console.status", lambda _, text: Status(text))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(notes, "PATIENCE", 0.0)
    monkeypatch.setattr(notes, "started", started, raising=False)
    return seen


def test_work_is_shown_on_a_terminal(shown: list[str]) -> None:
    started: Any = vars(notes)["started"]
    with notes.working(TEXT, "ko"):
        assert started.wait(10)
    assert shown == ["일하고 있습니다", "gone"]


def test_work_is_shown_until_it_fails(shown: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), notes.working(TEXT, "en"):
        raise ZeroDivisionError
    assert shown[-1] == "gone"


def test_nothing_is_shown_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with notes.working(TEXT, "en"), notes.counting(TEXT, "en") as progress:
        assert progress is None
    assert capsys.readouterr().err == ""


def test_a_bar_counts(shown: list[str]) -> None:
    with notes.counting(TEXT, "en") as progress:
        assert progress is not None
        progress(5, 10)


@pytest.mark.parametrize(
    ("asked", "shell", "language"),
    [
        (None, {}, "en"),
        (None, {"LANG": "ko_KR.UTF-8"}, "ko"),
        (None, {"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ("en", {"LANG": "ko_KR.UTF-8"}, "en"),
        (None, {"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_language_is_asked_for_or_the_shell_s(
    asked: str | None, shell: dict[str, str], language: str
) -> None:
    assert spoken(asked, shell) == language


def test_the_language_of_raw_arguments() -> None:
    assert asked_in(["report", "--lang", "ko"]) == asked_in(["--lang=ko"]) == "ko"
    assert asked_in(["report", "--lang"]) == ""
