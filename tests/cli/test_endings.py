"""How does each command end when it cannot answer? With a sentence and the code for it, never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.core.errors import QueryError
from tests_support.terminal import Run


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["metric", "show", "repeat_rate"], 2, "repeat_purchase_rate"),
        (["metric", "run", "nothing_like_it", "{orders}"], 2, "There is none of that name"),
        (["metric", "run", "repeat_purchase_rate", "{orders}", "--set", "grian=day"], 2, "setting"),
        (["metric", "run", "customer_retention_rate", "{orders}", "--set", "grain=dya"], 2, "Nearest: day"),
        (["metric", "run", "mrr_movements", "{orders}"], 2, "subscriptions"),
        (["report", "{orders}", "--as-of", "yesterday"], 2, "YYYY-MM-DD"),
        (["report", "{orders}", "--map", "amount"], 2, "COLUMN=HEADING"),
        (["report", "{orders}", "--time-zone", "Seoul"], 2, "Asia/Seoul"),
        (["report", "{orders}", "--engine", "oracle"], 2, "duckdb"),
        (["report"], 2, "FILE"),
        (["reprot"], 2, "report"),
        (["report", "nowhere.csv"], 3, "no such file"),
        (["report", "{empty}"], 3, "empty"),
        (["report", "{orders}", "--out", "no/such/folder.html"], 3, "folder"),
        (["simulate", "--customers", "50", "--end", "2025-01-05"], 2, "90 days"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_sentence_and_a_code(
    dangol: Run, orders: Path, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    ended = dangol(*(each.format(orders=orders, empty=empty) for each in arguments))
    assert ended.code == code
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert ended.out == ""


def test_no_arguments_is_help(dangol: Run) -> None:
    assert "report" in dangol("--help").out
    assert dangol("--version").out.strip()


def test_errors_speak_korean(dangol: Run, orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = dangol("metric", "run", "repeat_rate", orders, "--lang", "ko")
    assert "그런 이름은 없습니다" in asked.err
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert dangol("metric", "run", "repeat_rate", orders).err == asked.err
    assert "There is none of that name" in dangol("metric", "run", "repeat_rate", orders, "--lang=en").err


def _breaks(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def world(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("dangol.world", world)


def test_a_failing_engine_shows_its_query(dangol: Run, orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _breaks(monkeypatch, QueryError("duckdb", "select 1 / nothing", "no such column"))
    ended = dangol("report", orders)
    assert ended.code == 4
    assert "select 1 / nothing" in ended.err


def test_a_fault_is_one_sentence(dangol: Run, orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _breaks(monkeypatch, KeyError("lost"))
    ended = dangol("report", orders)
    assert ended.code == 70
    assert "KeyError" in ended.err
    assert "--debug" in ended.err
    assert "Traceback" not in ended.err
    assert "단골의 잘못" in dangol("report", orders, "--lang", "ko").err


@pytest.mark.parametrize("how", ["option", "variable"])
def test_debug_shows_where(dangol: Run, orders: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    _breaks(monkeypatch, KeyError("lost"))
    if how == "variable":
        monkeypatch.setenv("DANGOL_DEBUG", "1")
    ended = dangol("report", orders, *(["--debug"] if how == "option" else []))
    assert ended.code == 70
    assert "Traceback" in ended.err


def test_an_interruption_ends_quietly(dangol: Run, orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _breaks(monkeypatch, KeyboardInterrupt())
    ended = dangol("report", orders)
    assert ended.code == 130
    assert "Traceback" not in ended.err
