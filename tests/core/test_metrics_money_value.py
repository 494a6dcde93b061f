"""Are lifetime values, levers and same-customer revenue what their formulas say, computed another way?"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import pytest

from dangol.core.engine import World, world
from dangol.core.schema.assumptions import ASSUMPTIONS
from dangol.core.stats.proportion import wilson

AS_OF = date(2026, 1, 1)


def growing() -> World:
    """From January 2025 on 30 join every month; of those who joined, every third leaves after k months."""
    rows = []
    for number in range(12 * 30):
        month, stays = number // 30, number % 7 + 1
        start, last = date(2025, month + 1, 1), month + stays
        leaves = number % 3 == 0 and last < 12
        rows.append(
            {"person_id": number, "started_on": start, "mrr_amount": Decimal(10 + number % 5),
             "ended_on": date(2025, last + 1, 1) if leaves else None}
        )  # fmt: skip
    return world({"subscriptions": rows}, as_of=AS_OF)


def by_lever(answer: Any) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in answer:
        rows.setdefault(row["lever"], []).append(row)
    return rows


def test_levers_equal_the_closed_form() -> None:
    business = growing()
    moved = business.metric("mrr_movements").records()
    sums = {name: float(sum(row[f"{name}_amount"] for row in moved)) for name in
            ("start", "new", "reactivation", "resume", "expansion", "contraction", "pause", "churn")}  # fmt: skip
    other = (
        sums["contraction"] + sums["pause"] - sums["expansion"] - sums["reactivation"] - sums["resume"]
    ) / sums["start"]
    churn, arriving, now = sums["churn"] / sums["start"], sums["new"] / 12, float(moved[-1]["end_amount"])
    assert churn > 0.02
    settings = {
        "as_is": (now, arriving, churn), "acquisition": (now, arriving * 1.01, churn),
        "churn": (now, arriving, churn - 0.01), "price": (now * 1.01, arriving * 1.01, churn),
    }  # fmt: skip
    found = by_lever(business.metric("revenue_levers", margin=0.8, monthly_cost=100.0))
    assert set(found) == set(settings)
    for lever, (start, new, lost) in settings.items():
        stays = 1 - lost - other
        path = [start * stays**t + new * (1 - stays**t) / (1 - stays) for t in range(13)]
        assert [row["month"] for row in found[lever]] == list(range(13))
        assert [row["mrr_amount"] for row in found[lever]] == pytest.approx(path, rel=1e-9)
        assert found[lever][5]["profit_amount"] == pytest.approx(path[5] * 0.8 - 100)
    gained = [a["mrr_amount"] - b["mrr_amount"] for a, b in zip(found["churn"], found["as_is"], strict=True)]
    assert found["churn"][12]["total_difference_amount"] == pytest.approx(sum(gained[1:]))
    assert found["churn"][12]["difference_amount"] == pytest.approx(gained[12])


def test_levers_of_nobody_are_not_known() -> None:
    new = world(
        {"subscriptions": [{"person_id": 1, "started_on": date(2025, 12, 20), "mrr_amount": 10}]}, as_of=AS_OF
    )
    for row in new.metric("revenue_levers"):
        assert (row["mrr_amount"], row["reason"]) == (None, "empty_denominator")


def values(business: World, **parameters: Any) -> dict[str, dict[str, Any]]:
    return {row["variant"]: row for row in business.metric("lifetime_value", **parameters)}


def test_lifetime_value_over_constant_churn() -> None:
    business = growing()
    moved = business.metric("mrr_movements").records()
    churned, at_risk = (sum(row[f"{name}_count"] for row in moved) for name in ("churn", "start"))
    arpa = float(moved[-1]["end_amount"]) / moved[-1]["end_count"]
    found = values(business, margin=0.5)
    low, high = wilson(churned, at_risk)
    row = found["arpa_over_churn"]
    assert row["mean_amount"] == pytest.approx(arpa * 0.5 / (churned / at_risk))
    assert (row["low_amount"], row["high_amount"]) == pytest.approx((arpa * 0.5 / high, arpa * 0.5 / low))
    assert row["assumes_en"] == ASSUMPTIONS[row["assumption"]].en
    last = moved[-1]
    retention = 1 - last["churn_count"] / last["start_count"]
    assert found["profitwell"]["mean_amount"] == pytest.approx(arpa * 0.5 / (1 - retention))
    for each in found.values():
        assert each["max_spend_amount"] <= each["mean_amount"], "never spend more than LTV x margin"


def test_lifetime_value_by_what_was_observed() -> None:
    """Ten people who joined together: the curve by hand, and its area."""
    lives = [1, 2, 2, 3, 5]
    rows = [
        {
            "person_id": n,
            "started_on": date(2025, 1, 1),
            "mrr_amount": 10,
            "ended_on": date(2025, 1 + life, 1),
        }
        for n, life in enumerate(lives)
    ] + [{"person_id": 5 + n, "started_on": date(2025, 1, 1), "mrr_amount": 10} for n in range(5)]
    found = values(world({"subscriptions": rows}, as_of=date(2025, 9, 1)))["observed_survival"]
    # Months 1 to 8 were paid by 10, 9, 7, 6, 6, 5, 5, 5 of ten.
    assert found["horizon_months"] == 8
    assert found["mean_amount"] == pytest.approx(10 * 5.3)
    assert found["low_amount"] < found["mean_amount"] < found["high_amount"] <= 80
    # Without censoring before the horizon, Greenwood's error is that of the mean of the months paid.
    months = [*lives, 8, 8, 8, 8, 8]
    error = (sum((m - mean(months)) ** 2 for m in months) / 10 / 10) ** 0.5
    assert found["high_amount"] == pytest.approx(min(80, 10 * (5.3 + 1.959963984540054 * error)))


def test_without_a_loss_the_value_has_no_number_and_the_five_years_are_the_most() -> None:
    rows = [{"person_id": n, "started_on": date(2025, 1, 1), "mrr_amount": 10} for n in range(200)]
    row = values(world({"subscriptions": rows}, as_of=date(2025, 7, 1)))["arpa_over_churn"]
    assert (row["mean_amount"], row["reason"], row["horizon_months"]) == (None, "no_churn", 60)
    assert row["low_amount"] == row["high_amount"] == 600.0
    bounded = values(world({"subscriptions": rows}, as_of=date(2025, 7, 1)), cap_months=24)
    assert bounded["arpa_over_churn"]["high_amount"] == 240.0


def test_customers_older_than_the_horizon_stay_up_to_it() -> None:
    rows = [{"person_id": n, "started_on": date(2015, 1, 1), "mrr_amount": 10} for n in range(5)]
    row = values(world({"subscriptions": rows}, as_of=date(2025, 7, 1)))["observed_survival"]
    assert (row["mean_amount"], row["horizon_months"], row["reason"]) == (600.0, 60, None)


def test_a_pause_ends_no_lifetime() -> None:
    rows = [
        {"person_id": 1, "started_on": date(2025, 1, 1), "ended_on": date(2025, 3, 1), "mrr_amount": 10},
        {"person_id": 1, "started_on": date(2025, 3, 1), "mrr_amount": 10, "status": "paused"},
        {"person_id": 2, "started_on": date(2025, 1, 1), "mrr_amount": 10},
    ]
    found = values(world({"subscriptions": rows}, as_of=date(2025, 7, 1)))
    assert found["arpa_over_churn"]["reason"] == "no_churn"
    assert found["observed_survival"]["mean_amount"] == 60.0
    assert found["historic"]["mean_amount"] == (20 + 60) / 2


@pytest.mark.data
def test_what_cdnow_customers_have_spent(data: Path) -> None:
    spent: dict[str, list[Decimal]] = {}
    rows = []
    for line in (data / "CDNOW_sample.txt").read_text().splitlines():
        _, who, day, count, amount = line.split()
        spent.setdefault(who, []).append(Decimal(amount))
        rows.append({"person_id": int(who), "ordered_on": date(int(day[:4]), int(day[4:6]), int(day[6:])),
                     "amount": Decimal(amount), "item_count": int(count)})  # fmt: skip
    assert (len(rows), len(spent)) == (6919, 2357)
    row = world({"orders": rows}).metric("historic_lifetime_value").one()
    totals = [float(sum(amounts)) for amounts in spent.values()]
    assert row["customer_count"] == 2357
    assert (row["mean_amount"], row["median_amount"]) == pytest.approx((mean(totals), median(totals)))
    half = 1.961 * stdev(totals) / 2357**0.5
    assert row["high_amount"] - row["mean_amount"] == pytest.approx(half, rel=1e-3)


def test_same_customer_revenue_needs_two_years() -> None:
    bought = [("Ann", date(2024, 1, 5), 100), ("Ann", date(2025, 6, 1), 130), ("Bob", date(2024, 5, 1), 100),
              ("Bob", date(2025, 5, 1), 40), ("Cat", date(2024, 12, 31), 50), ("Cat", date(2024, 12, 31), -50),
              ("Dan", date(2024, 3, 1), 50), ("Eve", date(2025, 3, 1), 999)]  # fmt: skip
    rows = [{"person_id": who, "ordered_on": day, "amount": amount} for who, day, amount in bought]
    months = world({"orders": rows}, as_of=AS_OF).metric("same_customer_revenue").records()
    assert {row["reason"] for row in months[:-1]} <= {"before_history", "empty_denominator"}
    row = months[-1]
    assert (row["then_amount"], row["now_amount"], row["then_count"], row["kept_count"]) == (250, 170, 3, 2)
    assert (row["rate"], row["gross_rate"], row["reason"]) == (170 / 250, 140 / 250, None)
    assert row["base_on"] == date(2025, 1, 1)


@pytest.mark.data
def test_the_published_playbook_gives_the_historic_value(data: Path) -> None:
    """Every period of the playbook is whole months, so what was paid is months times the amount."""
    with (data / "mrr_playbook_subscription_periods.csv").open(encoding="utf-8") as lines:
        periods = list(csv.DictReader(lines))
    paid, rows = Decimal(0), []
    for each in periods:
        start, end = date.fromisoformat(each["start_date"]), date.fromisoformat(each["end_date"])
        paid += ((end.year - start.year) * 12 + end.month - start.month) * Decimal(each["monthly_amount"])
        rows.append({"person_id": int(each["customer_id"]), "started_on": start, "ended_on": end,
                     "mrr_amount": each["monthly_amount"]})  # fmt: skip
    found = values(world({"subscriptions": rows}, as_of=date(2020, 3, 1)))["historic"]
    assert found["customer_count"] == 55
    assert found["mean_amount"] == pytest.approx(float(paid) / 55)
