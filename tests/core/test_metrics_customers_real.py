"""Do the customer metrics agree with published figures and with pandas on real data?"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dangol.core.calendar import Period
from dangol.core.engine import World, world
from dangol.core.rollups.rfm import rfm_of_people

pytestmark = pytest.mark.data
AS_OF = date(2011, 12, 10)


@pytest.fixture(scope="module")
def cdnow(data: Path) -> World:
    """The sample of 2,357 customers, all of whom first bought in the first twelve weeks of 1997."""
    lines = (line.split() for line in (data / "CDNOW_sample.txt").read_text().splitlines())
    rows = [
        {
            "person_id": int(who),
            "ordered_on": date(int(day[:4]), int(day[4:6]), int(day[6:])),
            "amount": float(money),
        }
        for _id, who, day, _cds, money in lines
    ]
    assert len(rows) == 6919
    return world({"orders": rows}, as_of=date(1998, 7, 1))


@pytest.fixture(scope="module")
def frame(data: Path) -> pd.DataFrame:
    """Online Retail II, one row a customer and purchase day: who, day, amt."""
    days = pd.read_parquet(data / "online_retail_ii_orders.parquet")
    assert len(days) == 33107
    return pd.DataFrame(
        {"who": days["cid"].astype("int64"), "day": days["day"].dt.normalize(), "amt": days["amt"]}
    )


@pytest.fixture(scope="module")
def shop(frame: pd.DataFrame) -> World:
    """The same as a world of orders."""
    import pyarrow as pa

    table = pa.table({
        "person_id": pa.array(frame["who"]), "ordered_on": pa.array(frame["day"].dt.date), "amount": pa.array(frame["amt"]),
    })  # fmt: skip
    return world({"orders": table}, as_of=AS_OF)


def test_cdnow_946_of_2357_bought_again_in_39_weeks(cdnow: World) -> None:
    row = cdnow.metric("repeat_purchase_rate", period=Period(date(1997, 1, 1), date(1997, 10, 1))).one()
    assert (row["buyer_count"], row["repeat_count"]) == (2357, 946)
    assert round(row["rate"], 3) == 0.401


def test_gaps_of_online_retail_are_the_published_ones(shop: World) -> None:
    row = shop.metric("purchase_interval").one()
    assert (row["median_days"], row["p80_days"]) == (31, 87)


def test_gaps_equal_pandas(shop: World, frame: pd.DataFrame) -> None:
    gaps = frame.sort_values(["who", "day"]).groupby("who")["day"].diff().dropna().dt.days
    row = shop.metric("purchase_interval").one()
    assert row["gap_count"] == len(gaps)
    assert row["mean_days"] == pytest.approx(gaps.mean(), rel=1e-12)
    assert row["median_days"] == gaps.quantile(0.5)
    assert row["p80_days"] == pytest.approx(gaps.quantile(0.8), rel=1e-12)


def test_rolling_activity_equals_pandas(shop: World, frame: pd.DataFrame) -> None:
    period = Period(date(2011, 3, 1), date(2011, 4, 1))
    for row in shop.metric("active_users", period=period, window_days=28):
        end = pd.Timestamp(row["day"])
        behind = frame[(frame["day"] > end - pd.Timedelta(days=28)) & (frame["day"] <= end)]
        assert row["active_count"] == behind["who"].nunique()
        assert row["daily_count"] == int((frame["day"] == end).sum())
        assert row["stickiness_rate"] == pytest.approx(len(behind) / 28 / behind["who"].nunique(), rel=1e-12)


def test_new_and_existing_spend_equals_pandas(shop: World, frame: pd.DataFrame) -> None:
    month = frame["day"].dt.to_period("M")
    first = frame.groupby("who")["day"].transform("min").dt.to_period("M")
    buyers = frame.assign(month=month, is_new=month == first).groupby(["month", "who", "is_new"])["amt"].sum()
    for row in shop.metric("new_and_existing_spend"):
        spent = buyers[pd.Period(row["starts_on"], "M")].reset_index()
        new, old = spent[spent["is_new"]]["amt"], spent[~spent["is_new"]]["amt"]
        assert (row["new_count"], row["existing_count"]) == (len(new), len(old))
        assert float(row["new_amount"]) == pytest.approx(new.sum(), rel=1e-6)
        if row["ratio"] is not None:
            ratio = old.mean() / new.mean()
            error = (
                old.var() / new.mean() ** 2 / len(old)
                + new.var() * old.mean() ** 2 / new.mean() ** 4 / len(new)
            ) ** 0.5
            assert row["ratio"] == pytest.approx(ratio, rel=1e-6)
            assert row["ratio_high"] == pytest.approx(ratio + 1.959963985 * error, rel=1e-5)


def test_rfm_scores_equal_pandas(shop: World, frame: pd.DataFrame) -> None:
    people = frame.groupby("who").agg(last=("day", "max"), days=("day", "nunique"))
    worse = people.rank(method="min") - 1
    scores = 1 + (5 * worse // len(people)).astype(int)
    for row in shop.ask(rfm_of_people(shop.tables()["orders"], AS_OF)):
        mine = scores.loc[row["person_id"]]
        assert (row["recency_score"], row["frequency_score"]) == (mine["last"], mine["days"])


def test_the_second_purchase_equals_pandas(shop: World, frame: pd.DataFrame) -> None:
    in_order = frame.sort_values(["who", "day"])
    first = in_order.groupby("who")["day"].nth(0).set_axis(in_order.drop_duplicates("who")["who"])
    second = in_order[in_order.groupby("who").cumcount() == 1].set_index("who")["day"].reindex(first.index)
    wait = (second - first).dt.days
    for row in shop.metric("first_to_second_purchase"):
        watched = first + pd.Timedelta(days=row["within_days"]) < pd.Timestamp(AS_OF)
        assert row["observed_count"] == int(watched.sum())
        assert row["converted_count"] == int((wait[watched] <= row["within_days"]).sum())
        assert 60 < row["median_days"] < 120, "between the naive median of the gaps and a year"


def test_the_shop_balances_and_its_biggest_hole_is_the_single_purchase(
    shop: World, frame: pd.DataFrame
) -> None:
    months: list[dict[str, Any]] = shop.metric("leaky_bucket").records()
    assert sum(row["new_count"] for row in months) == frame["who"].nunique() == 5878
    last = frame.groupby("who")["day"].max()
    since = pd.Timestamp(AS_OF) - timedelta(days=90)
    assert months[-1]["end_count"] == int((last >= since).sum())
    holes = shop.metric("leak_holes").records()
    assert holes[0]["hole"] == "first_day"
    assert sum(row["lost_count"] for row in holes) == sum(row["lost_count"] for row in months)
