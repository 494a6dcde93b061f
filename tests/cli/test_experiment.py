"""Does a randomised table become a verdict on a terminal, and bad input a sentence that says what would work?"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests_support.terminal import Run

Rows = list[dict[str, Any]]


def _rows(n: int = 2_000, lift: float = 0.1, seed: int = 1) -> Rows:
    rng = np.random.default_rng(seed)
    return [
        {
            "customer_id": f"c{number}",
            "group": ("control", "offer")[number % 2],
            "retained": int(rng.random() < 0.7 + lift * (number % 2)),
            "revenue": round(float(rng.exponential(50)), 2),
            "previous_revenue": round(float(rng.exponential(50)), 2),
            "plan": ("basic", "pro")[number % 3 == 0],
        }
        for number in range(n)
    ]


def _file(path: Path, rows: Rows, encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return _file(tmp_path / "spring.csv", _rows())


def test_a_table_becomes_a_verdict_and_a_page(dangol: Run, table: Path, tmp_path: Path) -> None:
    ended = dangol("experiment", table, "--segment", "plan", "--cost", "offer=900")
    assert ended.code == 0
    assert ended.out.startswith("“offer” works. retained:")
    assert "One more cost" in ended.out
    assert "arm = group" in ended.err
    assert "known before = previous_revenue" in ended.err
    page = (tmp_path / "experiment.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page.count("<svg") > 4


def test_korean_headings_and_yes_and_no(dangol: Run, tmp_path: Path) -> None:
    names = {"customer_id": "고객번호", "group": "실험군", "retained": "유지여부", "revenue": "결제금액",
             "previous_revenue": "이전 결제금액", "plan": "요금제"}  # fmt: skip
    rows = [
        {
            names[key]: {"control": "대조군", "offer": "할인"}.get(str(value), value)
            if key != "retained"
            else ("예" if value else "아니오")
            for key, value in row.items()
        }
        for row in _rows()
    ]
    ended = dangol(
        "experiment", _file(tmp_path / "봄.csv", rows, "cp949"), "--lang", "ko", "--out", "봄.html"
    )
    assert ended.code == 0
    assert ended.out.startswith("“할인” 적용은 효과가 있습니다. 유지여부:")
    assert "이전 결제금액" in ended.err
    assert (tmp_path / "봄.html").exists()


def test_programs_get_json(dangol: Run, table: Path) -> None:
    told = json.loads(dangol("experiment", table, "--json", "-", "--once", "--cap", "0.99").out)
    assert told["ruling"] == "better"
    assert told["looks"] == "once"
    assert told["low"] < told["effect"] < told["high"]
    assert told["sample_ratio"][0]["p_value"] == 1.0
    assert any("count as that" in sentence["en"] for sentence in told["sentences"])


def test_one_look_is_surer_than_any_number_of_looks(dangol: Run, table: Path) -> None:
    width = {}
    for options in ((), ("--once",)):
        told = json.loads(dangol("experiment", table, "--json", "-", *options).out)
        width[options] = told["high"] - told["low"]
    assert width["--once",] < width[()]


def test_planned_shares_are_held_against_the_counts(dangol: Run, table: Path) -> None:
    ended = dangol("experiment", table, "--planned-shares", "control=1,offer=19")
    assert ended.code == 0
    assert ended.out.startswith("No verdict: the arms do not have the sizes that were planned")
    assert "points" not in ended.out


def test_one_column_per_another(dangol: Run, table: Path) -> None:
    ended = dangol("experiment", table, "--ratio", "revenue/retained")
    assert ended.code == 0
    assert "revenue per retained" in ended.out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--rate", "0.9", "--smallest", "0.01", "--per-week", "3000"), "About 9 weeks; or test an effect twice as large in 3."),
        (("--rate", "0.9", "--smallest", "0.01"), "13,492 units held out and 13,492 treated"),
        (("--rate", "0.9", "--smallest", "0.005", "--control-share", "0.05"), "29,677 units held out"),
        (("--rate", "0.9", "--smallest", "0.001", "--per-week", "100"), "Not provable within a year"),
    ],
)  # fmt: skip
def test_sizes_before_the_start(dangol: Run, options: tuple[str, ...], sentence: str) -> None:
    ended = dangol("experiment", "--power", *options)
    assert ended.code == 0
    assert sentence in ended.out


def test_an_earlier_table_says_what_is_usual(dangol: Run, table: Path) -> None:
    ended = dangol(
        "experiment",
        table,
        "--power",
        "--outcome",
        "revenue",
        "--smallest",
        "5",
        "--json",
        "-",
        "--per-week",
        "500",
    )
    told = json.loads(ended.out)
    assert 1_200 < told["control"] < 2_000
    assert told["weeks"] >= 5


def _without(rows: Rows, *columns: str) -> Rows:
    return [{key: value for key, value in row.items() if key not in columns} for row in rows]


BAD: dict[str, tuple[Rows, tuple[str, ...], int, str]] = {
    "one arm": ([row for row in _rows() if row["group"] == "offer"], (), 3, "one arm only: offer"),
    "an empty arm": (_rows(), ("--planned-shares", "control=1,offer=1,gift=1"), 3, "Nobody is in the arm gift"),
    "an arm not declared": (_rows(), ("--planned-shares", "control=1,gift=1"), 3, "not declared: offer"),
    "duplicated units": ([*_rows(100), *_rows(3)], (), 3, "3 rows are of units that have a row already"),
    "an arm that leaks": ([{**row, "retained": int(row["group"] == "offer")} for row in _rows()], (), 3, "the arm tells the outcome"),
    "no arm": (_without(_rows(), "group"), (), 2, "Name it with --arm"),
    "no outcome": (_without(_rows(), "retained", "revenue"), (), 2, "Name it with --outcome"),
    "no control": ([{**row, "group": {"control": "red", "offer": "blue"}[row["group"]]} for row in _rows()], (), 2, "Name it with --control. The arms are: blue, red"),
    "no such column": (_rows(), ("--outcome", "revenu"), 2, "Nearest: revenue"),
    "no such arm": (_rows(), ("--control", "ofer"), 2, "Nearest: offer"),
    "too many arms": ([{**row, "group": row["customer_id"]} for row in _rows(60)], (), 3, "60 different values"),
    "no ratio": (_rows(), ("--ratio", "revenue"), 2, "Write --ratio spend/visit"),
    "no cost": (_rows(), ("--cost", "offer=much"), 2, "no number above 0"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_gets_a_sentence(dangol: Run, tmp_path: Path, name: str) -> None:
    rows, options, code, sentence = BAD[name]
    ended = dangol("experiment", _file(tmp_path / "bad.csv", rows), *options)
    assert ended.code == code
    assert sentence in ended.err
    assert "Traceback" not in ended.err
    assert not (tmp_path / "experiment.html").exists()
    korean = dangol("experiment", tmp_path / "bad.csv", *options, "--lang", "ko")
    assert korean.code == code
    assert korean.err != ended.err


def _timed(happened: str, n: int = 60) -> Rows:
    return [
        {**row, "assigned_at": "2026-03-01T12:00:00Z", "outcome_at": happened if row["retained"] else ""}
        for row in _rows(n)
    ]


def test_an_outcome_before_its_assignment_is_refused(dangol: Run, tmp_path: Path) -> None:
    ended = dangol("experiment", _file(tmp_path / "early.csv", _timed("2026-02-20T12:00:00Z")))
    assert ended.code == 3
    assert "the outcome lies before the assignment" in ended.err
    assert "belongs into --before" in ended.err


def test_two_time_zones_are_guessed_at(dangol: Run, tmp_path: Path) -> None:
    ended = dangol("experiment", _file(tmp_path / "zones.csv", _timed("2026-03-01T05:00:00Z")))
    assert ended.code == 3
    assert "different time zones" in ended.err
    same = dangol("experiment", _file(tmp_path / "offset.csv", _timed("2026-03-01T22:00:00+09:00")))
    assert same.code == 0


def test_arms_that_differed_before_get_no_verdict(dangol: Run, tmp_path: Path) -> None:
    rows = [
        {**row, "previous_revenue": row["previous_revenue"] + 20 * (row["group"] == "offer")}
        for row in _rows()
    ]
    ended = dangol("experiment", _file(tmp_path / "chosen.csv", rows))
    assert ended.code == 0
    assert "already differed before the start, in “previous_revenue”" in ended.out


def test_cells_that_cannot_be_read_are_counted(dangol: Run, tmp_path: Path) -> None:
    rows = _rows()
    for row in rows[:7]:
        row["revenue"] = "n/a"
    for row in rows[7:10]:
        row["group"] = ""
    ended = dangol("experiment", _file(tmp_path / "holes.csv", rows), "--outcome", "revenue")
    assert ended.code == 0
    assert "In 7 rows “revenue” is no number; it counts as unknown." in ended.err
    assert "3 rows have no arm; they are left out." in ended.err
    assert "The outcome of 7 units is not known" in ended.out


def test_ten_customers_are_not_enough(dangol: Run, tmp_path: Path) -> None:
    ended = dangol("experiment", _file(tmp_path / "ten.csv", _rows(10)))
    assert ended.code == 0
    assert ended.out.startswith("Not enough data")


def test_nothing_named_says_how(dangol: Run) -> None:
    ended = dangol("experiment")
    assert ended.code == 2
    assert "dangol experiment results.csv" in ended.err
    assert "--smallest" in dangol("experiment", "--power").err
    assert "--rate" in dangol("experiment", "--power", "--smallest", "0.1").err


@pytest.mark.data
def test_hillstrom_as_a_new_user_would(dangol: Run, data: Path) -> None:
    """SCIENCE 6: three arms found by their heading, the effects to their last digit, the sample ratio .904."""
    told = json.loads(dangol("experiment", data / "hillstrom.csv", "--before", "mens", "--json", "-").out)
    assert told["control"] == "No E-Mail"
    assert round(told["sample_ratio"][0]["p_value"], 3) == 0.904
    found = {(each["arm"], each["outcome"]["name"]): each for each in told["effects"]}
    values = found["Mens E-Mail", "visit"]
    assert round(values["treated"]["value"] - values["untreated"]["value"], 5) == 0.07659
    values = found["Womens E-Mail", "spend"]
    assert round(values["treated"]["value"] - values["untreated"]["value"], 3) == 0.424
    assert told["ruling"] == "better"
    ratio = json.loads(
        dangol("experiment", data / "hillstrom.csv", "--ratio", "spend/visit", "--json", "-").out
    )
    first = ratio["effects"][0]
    assert round(first["treated"]["value"] - first["untreated"]["value"], 3) == 1.636
    assert ratio["ruling"] == "not_enough"
