"""Are the published movements of dbt's MRR playbook reproduced, month by month and digit by digit?"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dangol.core.engine import Engine, World, world

MOVED = {
    "start": "start", "new": "new", "react": "reactivation", "expan": "expansion", "contr": "contraction",
    "churn": "churn", "end": "end",
}  # fmt: skip


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _playbook(data: Path, engine: str | Engine = "duckdb") -> World:
    rows = [
        {
            "subscription_id": row["subscription_id"],
            "person_id": int(row["customer_id"]),
            "started_on": date.fromisoformat(row["start_date"]),
            "ended_on": date.fromisoformat(row["end_date"]) if row["end_date"] else None,
            "mrr_amount": Decimal(row["monthly_amount"]),
        }
        for row in _read(data / "mrr_playbook_subscription_periods.csv")
    ]
    assert len(rows) == 121
    assert len({row["person_id"] for row in rows}) == 55
    return world({"subscriptions": rows}, as_of=date(2020, 3, 1), engine=engine)


def _by_month(world: World, metric: str, **parameters: Any) -> dict[str, dict[str, Any]]:
    day = "ends_on" if "retention" in metric else "starts_on"
    rows = world.metric(metric, **parameters)
    if day == "starts_on":
        return {f"{row[day]:%Y-%m}": row for row in rows}
    return {f"{row['base_on']:%Y-%m}": row for row in rows}


def _as_printed(printed: str, value: float | None, digits: int) -> bool:
    if printed == "":
        return value is None
    return value is not None and f"{value:.{digits}f}" == f"{float(printed):.{digits}f}"


@pytest.mark.data
def test_every_month_of_the_published_table(data: Path, engine: Any) -> None:
    playbook = _playbook(data, engine)
    expected = _read(data / "mrr_playbook_expected.csv")
    moved = _by_month(playbook, "mrr_movements")
    net = _by_month(playbook, "net_dollar_retention", months=1)
    gross = _by_month(playbook, "gross_dollar_retention", months=1)
    quick = _by_month(playbook, "quick_ratio")
    churned = _by_month(playbook, "mrr_churn_rate")
    assert list(moved) == [row["month"] for row in expected]
    for row in expected:
        month = row["month"]
        for printed, ours in MOVED.items():
            amount = moved[month][f"{ours}_amount"]
            assert amount == abs(Decimal(row[printed])), (month, ours, amount)
        assert moved[month]["end_count"] == int(row["active"])
        assert _as_printed(row["NRR"], net[month]["rate"], 4), month
        assert _as_printed(row["GRR"], gross[month]["rate"], 4), month
        assert _as_printed(row["logo_churn"], churned[month]["customer_rate"], 4), month
        assert _as_printed(row["quick"], quick[month]["rate"], 3), month


@pytest.mark.data
def test_totals(data: Path) -> None:
    rows = _playbook(data).metric("mrr_movements").records()
    totals = {name: sum(row[f"{name}_amount"] for row in rows) for name in MOVED.values()}
    assert (totals["new"], totals["reactivation"]) == (2295, 150)
    assert (totals["expansion"], totals["contraction"], totals["churn"]) == (660, 555, 2550)


@pytest.mark.data
def test_money_metrics_agree_with_each_other(data: Path) -> None:
    playbook = _playbook(data)
    moved = playbook.metric("mrr_movements").records()
    assert playbook.metric("mrr").column("mrr_amount") == [row["end_amount"] for row in moved]
    assert playbook.metric("arr").column("arr_amount") == [12 * row["end_amount"] for row in moved]
    for row, average in zip(moved, playbook.metric("arpa"), strict=True):
        if row["end_count"]:
            assert average["mean_amount"] == float(row["end_amount"]) / row["end_count"]
        else:
            assert (average["mean_amount"], average["reason"]) == (None, "empty_denominator")
