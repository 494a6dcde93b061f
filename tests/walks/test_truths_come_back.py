"""Do the truths that are planted in a simulated business come back out of its data?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis
import numpy as np
import pytest
from ibis import _

from dangol.core.calendar import Period
from dangol.core.engine import World, world
from dangol.core.simulate import Business, Truths, simulate, simulated_tables
from dangol.core.simulate.business import CAUSES, DECLINING, LEAD_DAYS, RECORDED_SHARE, USE_DROP
from dangol.core.stats.proportion import Proportion, newcombe, wilson


@dataclass(frozen=True)
class Simulated:
    business: Business
    truths: Truths
    world: World

    @property
    def period(self) -> Period:
        return Period(self.business.start, self.business.end)

    def rows(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self.world.metric(name, **parameters).records()


def _simulated(business: Business, factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    folder = factory.mktemp("business") / business.kind
    truths = simulate(business, folder)
    known = world(folder, as_of=business.end)
    yield Simulated(business, truths, known)
    known.close()


@pytest.fixture(scope="module")
def subscribers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    business = Business(seed=11, customers=6_000, kind="subscription", events_per_month=12)
    yield from _simulated(business, tmp_path_factory)


@pytest.fixture(scope="module")
def shoppers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulated]:
    business = Business(seed=12, customers=4_000, kind="shop", events_per_month=4)
    yield from _simulated(business, tmp_path_factory)


def test_the_biggest_hole_is_the_planted_one(subscribers: Simulated) -> None:
    hole = subscribers.truths.biggest_hole
    assert hole is not None
    by_reason = subscribers.rows("leak_holes", by="reason", period=subscribers.period)
    by_tenure = subscribers.rows("leak_holes", by="tenure", period=subscribers.period)
    assert (by_reason[0]["place"], by_reason[0]["hole"]) == (1, hole["cause"])
    assert (by_tenure[0]["place"], by_tenure[0]["hole"]) == (1, "month_1")
    assert hole["phase"] == "onboarding"


def test_the_leaky_channel_leaks_most(subscribers: Simulated) -> None:
    truths, joined = subscribers.truths, {}
    for row in subscribers.rows("leak_holes", by="channel", period=subscribers.period):
        joined[row["hole"]] = row["lost_count"] / truths.channels[row["hole"]]["payers"]
    ranked = sorted(joined, key=lambda name: joined[name])
    assert ranked[-1] == truths.leaky_channel
    assert ranked[0] == "friend"


@pytest.mark.parametrize("cause", CAUSES)
def test_the_share_of_each_cause_lies_in_its_interval(cause: str, subscribers: Simulated) -> None:
    causes = subscribers.truths.cause_shares
    assert causes is not None
    rows = subscribers.rows("churn_by_reason", period=subscribers.period)
    counts = {
        name: sum(row["lost_count"] for row in rows if row["cause"] == name) for name in (*CAUSES, "unknown")
    }
    recorded = sum(counts[name] for name in CAUSES)
    # Seven intervals that hold together in 95 of 100 businesses (Bonferroni).
    low, high = wilson(counts[cause], recorded, 1 - 0.05 / len(CAUSES))
    assert low <= causes["causes"][cause]["share"] <= high
    low, high = wilson(recorded, recorded + counts["unknown"])
    assert low <= RECORDED_SHARE <= high


def test_the_cohort_curve_comes_back(subscribers: Simulated) -> None:
    measured = {row["bucket"]: row for row in subscribers.rows("cohort_retention_curve")}
    planted = subscribers.truths.cohort_curve
    assert len(planted) == 18
    for month in planted:
        row = measured[month["months"]]
        error = math.sqrt(month["rate"] * (1 - month["rate"]) / month["people"])
        assert row["eligible_count"] == month["people"]
        assert abs(row["rate"] - month["rate"]) <= 3 * error, month


def test_each_cohort_comes_back(subscribers: Simulated) -> None:
    measured = [row for row in subscribers.rows("cohort_retention") if row["rate"] is not None]
    rates = {
        (row["cohort_on"].year * 12 + row["cohort_on"].month - 1, row["bucket"]): row["rate"]
        for row in measured
    }
    first, cells = subscribers.business.start.year * 12, 0
    for cohort in subscribers.truths.cohorts:
        for k, rate in enumerate(cohort["rates"]):
            error = math.sqrt(rate * (1 - rate) / cohort["people"])
            assert abs(rates[first + cohort["month"], k] - rate) <= 4 * error + 1e-12, (cohort["month"], k)
            cells += 1
    assert cells == 18 * 19 / 2


def test_paying_customers_survive_as_the_closed_form_says(subscribers: Simulated) -> None:
    survival = subscribers.truths.survival
    assert survival is not None
    for month in survival:
        p, n = month["share"], month["reached_count"]
        if n >= 200:
            assert abs(month["untreated_share"] - p) <= 3.5 * math.sqrt(p * (1 - p) / n) + 1e-12, month


def test_the_first_payment_begins_the_survival_that_is_planted(subscribers: Simulated) -> None:
    """The share of paying customers left after 90 days, from the tenures, against the closed form."""
    tenures = subscribers.world.tables()["tenures"]
    first = tenures.group_by("person_id").agg(started_on=_.started_on.min(), ended_on=_.ended_on.min())
    last_start = subscribers.business.end - timedelta(days=91)
    old = first.filter(_.started_on <= ibis.literal(last_start))
    stays = old.ended_on.isnull() | (old.ended_on > (old.started_on + ibis.interval(days=90)).cast("date"))
    row = subscribers.world.ask(old.aggregate(n=_.count(), stays=stays.cast("int64").sum())).one()
    survival = subscribers.truths.survival
    assert survival is not None
    p = survival[3]["share"]
    assert abs(row["stays"] / row["n"] - p) <= 3 * math.sqrt(p * (1 - p) / row["n"])


def test_the_decline_before_leaving_is_found_within_two_weeks(subscribers: Simulated) -> None:
    """Use by days before the end, of people who left over something that shows: where is the step?"""
    tables = subscribers.world.tables()
    gone = tables["subscriptions"].group_by("person_id").agg(
        open=_.ended_on.isnull().cast("int64").sum(), joined_on=_.started_on.min(),
        gone_on=_.ended_on.max(), why=_.ended_because.max(),
    )  # fmt: skip
    shows = gone.filter((_.open == 0) & _.why.isin([CAUSES[cause] for cause in DECLINING]))
    used = tables["events"].filter(~_.name.isin(["Signed Up", "Setup Completed", "Payment Failed"]))
    near = used.join(shows, "person_id").mutate(
        before=_.gone_on.delta(_.occurred_on, unit="day").cast("int64")
    )
    near = near.filter((_.gone_on.delta(_.joined_on, unit="day") >= 90) & _.before.between(1, 90))
    counts = subscribers.world.ask(near.group_by("before").agg(n=_.count()).order_by("before"))
    by_day = np.array(counts.column("n"), dtype=np.float64)
    assert counts.column("before") == list(range(1, 91))

    def step(days: int) -> float:
        gap = by_day[days:].mean() - by_day[:days].mean()
        return float(gap * math.sqrt(days * (len(by_day) - days)))

    lead = max(range(7, 84), key=step)
    assert abs(lead - LEAD_DAYS) <= 14
    assert 1 - by_day[:lead].mean() / by_day[lead:].mean() == pytest.approx(USE_DROP, abs=0.1)


@pytest.mark.parametrize("campaign", ["annual_offer", "check_in_call"])
def test_the_effect_of_a_campaign_lies_in_its_interval(campaign: str, subscribers: Simulated) -> None:
    truth = subscribers.truths.campaigns[campaign]
    until = subscribers.business.start + timedelta(days=truth["day"] + truth["window"])
    tables = subscribers.world.tables()
    exposed = tables["exposures"].filter(_.experiment == campaign)
    there = tables["tenures"].filter(
        (_.started_on < ibis.literal(until)) & (_.ended_on.isnull() | (_.ended_on >= ibis.literal(until)))
    )
    counted = exposed.mutate(stays=_.person_id.isin(there.person_id).cast("int64"))
    arms = subscribers.world.ask(counted.group_by("arm").agg(n=_.count(), stays=_.stays.sum()))
    by_arm = {row["arm"]: Proportion(int(row["stays"]), row["n"]) for row in arms}
    effect = newcombe(by_arm["control"], by_arm["treated"])
    assert effect is not None
    assert effect.low <= truth["average_effect"] <= effect.high
    assert sum(group["treated"] for group in truth["groups"].values()) == by_arm["treated"].n
    assert truth["groups"]["persuadable"]["treated"] > truth["groups"]["sleeping_dog"]["treated"]


def test_the_net_promoter_score_comes_back(subscribers: Simulated) -> None:
    nps = subscribers.truths.nps
    assert nps is not None
    scores = subscribers.world.tables()["answers"].filter(_.survey == "nps")
    row = subscribers.world.ask(
        scores.aggregate(
            n=_.count(), up=(_.score >= 9).cast("int64").sum(), down=(_.score <= 6).cast("int64").sum()
        )
    ).one()
    share = (row["up"] - row["down"]) / row["n"]
    spread = math.sqrt((row["up"] + row["down"]) / row["n"] - share**2)
    assert row["n"] == nps["answers"]
    assert abs(100 * share - nps["score"]) <= 196 * spread / math.sqrt(row["n"])


def test_the_repeat_rate_of_a_shop_comes_back(shoppers: Simulated) -> None:
    rhythm = shoppers.truths.rhythm
    assert rhythm is not None
    (row,) = [r for r in shoppers.rows("repeat_purchase_rate") if r["rate"] is not None][:1]
    assert row["rate"] == pytest.approx(rhythm["repeat_share"], abs=1e-9)


@pytest.fixture(scope="module")
def orders(shoppers: Simulated) -> Iterator[World]:
    """The shop's orders alone, so that activity is buying and not browsing."""
    known = world({"orders": simulated_tables(shoppers.business)["orders"]}, as_of=shoppers.business.end)
    yield known
    known.close()


def test_the_churn_window_comes_back(shoppers: Simulated, orders: World) -> None:
    rhythm = shoppers.truths.rhythm
    assert rhythm is not None
    row = orders.metric(
        "inactivity_window", threshold=rhythm["return_chance"], horizon_days=rhythm["return_within"]
    ).one()
    assert row["reason"] is None
    assert abs(row["suggested_days"] - rhythm["churn_window"]) <= 10


def test_the_return_curve_comes_back(shoppers: Simulated, orders: World) -> None:
    """Within three errors of a share of those still at risk, and a hundredth for seasons and whole days."""
    rhythm = shoppers.truths.rhythm
    assert rhythm is not None
    planted = {point["days"]: point["share"] for point in rhythm["no_return"]}
    checked = 0
    for row in orders.metric("return_curve"):
        share = planted.get(row["inactive_days"])
        if share is not None and row["at_risk_count"] >= 500:
            error = math.sqrt(share * (1 - share) / row["at_risk_count"])
            assert abs(row["away_rate"] - share) <= 3 * error + 0.01, row
            checked += 1
    assert checked > 40
