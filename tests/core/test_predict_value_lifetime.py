"""Are values what they say: discounted, in season, within their intervals, tested on what came, and refused in words?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dangol.core.engine import world
from dangol.core.engine.foreseeing_value import purchase_days_of, subscribers_of
from dangol.core.errors import DataError, RequestError
from dangol.core.predict.value.contractual import (
    NOT_ENDED,
    Subscribers,
    contractual_model_of,
    contractual_value,
)
from dangol.core.predict.value.discounting import CAP_DAYS, Terms
from dangol.core.predict.value.histories import PurchaseHistories
from dangol.core.predict.value.lifetime import fit_value, value_model_of
from dangol.core.predict.value.purchase_days import PurchaseDays
from dangol.core.predict.value.retention_spend import ranked, spend_ceiling, value_at_risk
from dangol.core.predict.value.season import Month, season_of
from tests_support.cast import TABLES

START, DAY = date(2023, 1, 1), date(2024, 7, 1)


def shop(count: int = 1_500, seed: int = 5, *, season: float = 1.0) -> PurchaseDays:
    """A shop as BG/NBD and Gamma-Gamma say, for 18 months; in December `season` times as much is bought."""
    random = np.random.default_rng(seed)
    last = (DAY - START).days
    rows = []
    for person in range(count):
        day = float(random.integers(0, last - 60))
        rate, leave = random.gamma(1.2, 1 / 40), random.beta(0.8, 5.0)
        nu = random.gamma(4.0, 1 / 60)
        while day < last:
            rows.append((person, START.toordinal() + int(day), random.gamma(5.0, 1 / nu)))
            if len(rows) > 1 and rows[-2][0] == person and random.random() < leave:
                break
            month = (START + timedelta(days=int(day))).month
            day += max(random.exponential(1 / rate) / (season if month == 12 else 1.0), 1.0)
    people, days, amounts = (np.array(column) for column in zip(*rows, strict=True))
    return PurchaseDays(people.astype(np.int64), days.astype(np.int64), amounts.astype(float), "EUR")


@pytest.fixture(scope="module")
def known() -> PurchaseDays:
    return shop()


def test_intervals_hold_what_they_promise(known: PurchaseDays) -> None:
    """Four fifths or a little more of the customers, as nought purchases cannot be divided."""
    then = DAY - timedelta(days=180)
    past = known.before(then).histories(then)
    model = fit_value(past, terms=Terms(180, yearly_discount=0.0), candidates=("bg_nbd",))
    values = model.score(past)
    count, spent = known.since(then).of(past.person_ids)
    assert (values.low <= values.high).all()
    inside = (spent >= values.low - 1e-9) & (spent <= values.high + 1e-9)
    assert 0.78 <= inside.mean() <= 0.93
    assert 0.75 <= inside[values.low > 0].mean() <= 0.87
    again = (count >= values.low_purchases) & (count <= values.high_purchases)
    assert again.mean() >= 0.78
    assert values.expected_purchases.sum() == pytest.approx(count.sum(), rel=0.12)
    assert values.expected_amount.sum() == pytest.approx(spent.sum(), rel=0.15)


def test_the_card_tells_the_back_test(known: PurchaseDays) -> None:
    past = known.histories(DAY)
    model = fit_value(past, purchases=known, terms=Terms(120))
    card = model.card
    assert card.is_usable
    bias = card.figure("bias")
    assert bias is not None
    assert bias.value is not None
    assert abs(bias.value) < 0.2
    assert {each.name for each in card.baselines} == {"bg_nbd", "mbg_nbd", "pareto_nbd", "as_before"}
    assert [check.name for check in card.checks if check.passed is not True] == []
    assert "expected" in card.verdict.en
    total = card.figure("expected_amount")
    assert total is not None
    assert total.low is not None
    assert total.high is not None
    assert total.low < total.value < total.high


def test_a_model_is_its_text(known: PurchaseDays) -> None:
    past = known.histories(DAY)
    model = fit_value(past, purchases=known, terms=Terms(90), candidates=("bg_nbd", "mbg_nbd"))
    again = value_model_of(model.to_text())
    assert again.to_text() == model.to_text()
    np.testing.assert_array_equal(again.score(past).low, model.score(past).low)
    assert (
        fit_value(past, purchases=known, terms=Terms(90), candidates=("bg_nbd", "mbg_nbd")).to_text()
        == model.to_text()
    )


def test_an_earlier_look_is_enough_for_a_back_test(known: PurchaseDays) -> None:
    then = DAY - timedelta(days=100)
    now, before = known.histories(DAY), known.before(then).histories(then)
    tested = fit_value(now, earlier=before, candidates=("bg_nbd",)).card.figure("bias")
    by_days = fit_value(now, purchases=known, terms=Terms(100), candidates=("bg_nbd",)).card.figure(
        "correlation"
    )
    assert tested is not None
    assert tested.value is not None
    assert by_days is not None
    assert fit_value(now, candidates=("bg_nbd",)).card.figure("bias").value is None  # type: ignore[union-attr]


def test_later_money_is_worth_less_and_margins_scale(known: PurchaseDays) -> None:
    past = known.histories(DAY)
    plain, less, half = (
        fit_value(past, terms=terms, candidates=("bg_nbd",)).score(past).expected_amount.sum()
        for terms in (Terms(365, 0.0), Terms(365, 0.2), Terms(365, 0.0, 0.5))
    )
    assert 0.85 * plain < less < 0.95 * plain
    assert half == pytest.approx(plain / 2)
    assert Terms(365, 0.1).factor(365.25) == pytest.approx(0.9)


def test_nothing_is_stated_beyond_five_years(known: PurchaseDays) -> None:
    past = known.histories(DAY)
    model = fit_value(past, terms=Terms(36_500), candidates=("bg_nbd",))
    assert model.score(past.take(np.arange(10))).horizon_days == CAP_DAYS == model.card.horizon_days


def test_a_season_is_found_and_adds_no_purchases() -> None:
    busy = shop(2_500, season=3.0)
    model = fit_value(busy.histories(DAY), purchases=busy, terms=Terms(90), candidates=("bg_nbd",))
    assert model.season is not None
    assert int(np.argmax(model.season.index)) == 11
    assert np.mean(model.season.index) == pytest.approx(1.0)
    whole = model.season.over(DAY, 365)
    assert whole == pytest.approx(1.0, abs=0.02)
    assert model.season.over(date(2024, 12, 1), 31) == pytest.approx(model.season.index[11])


def test_a_season_needs_every_month() -> None:
    months = tuple(Month(date(2024, month, 1), 10.0, 10.0) for month in range(1, 12))
    assert season_of(months) is None
    assert season_of((*months, Month(date(2024, 12, 1), 40.0, 10.0))) is not None


def test_without_amounts_purchases_are_counted_and_no_money_is_made_up(known: PurchaseDays) -> None:
    silent = replace(known, amounts=np.full(len(known), np.nan))
    past = silent.histories(DAY)
    model = fit_value(past, purchases=silent, terms=Terms(90), candidates=("bg_nbd",))
    values = model.score(past)
    assert np.isnan(values.expected_amount).all()
    assert values.expected_purchases.sum() > 0
    figure = model.card.figure("expected_amount")
    assert figure is not None
    assert figure.value is None
    assert figure.reason is not None


def test_a_model_worse_than_going_on_as_before_is_not_used() -> None:
    """Everybody came every week and then nobody did: what was expected did not come."""
    rows = [
        (person, START.toordinal() + day)
        for person in range(120)
        for day in range(person % 7, 330, 7 + person % 5)
    ]
    people, days = np.array(rows).T
    stopped = PurchaseDays(people, days, np.full(len(days), 10.0))
    day = START + timedelta(days=520)
    card = fit_value(stopped.histories(day), purchases=stopped, terms=Terms(360), candidates=("bg_nbd",)).card
    assert "bias" in [check.name for check in card.checks if check.passed is False]
    assert not card.is_usable
    assert card.verdict.en.startswith("The values are not used.")


def test_terms_that_make_no_sense_are_refused() -> None:
    for wrong in ({"horizon_days": 0}, {"yearly_discount": 1.0}, {"margin": 0.0}):
        with pytest.raises(RequestError):
            Terms(**wrong)  # type: ignore[arg-type]


def subscribers(count: int = 3_000, seed: int = 4) -> Subscribers:
    """Monthly renewals, left at with a chance that is beta(1, 6) over people; starts spread over two years."""
    random = np.random.default_rng(seed)
    started = START.toordinal() + random.integers(0, 540, count)
    months = random.geometric(random.beta(1.0, 6.0, count))
    ended = started + np.rint(months * 30.4375).astype(int)
    ended = np.where(ended < DAY.toordinal(), ended, NOT_ENDED)
    return Subscribers(np.arange(count), started, ended, np.full(count, 20.0), "EUR")


def test_subscribers_have_the_lives_that_were_planted() -> None:
    model = contractual_value(subscribers(), DAY, terms=Terms(365))
    assert model.lives.parameters["alpha"] == pytest.approx(1.0, rel=0.25)
    assert model.lives.parameters["beta"] == pytest.approx(6.0, rel=0.25)
    assert model.card.is_usable
    bias = model.card.figure("bias")
    assert bias is not None
    assert bias.value is not None
    assert abs(bias.value) < 0.06


def test_a_subscriber_is_worth_at_most_every_payment() -> None:
    everyone = subscribers()
    model = contractual_value(everyone, DAY, terms=Terms(365, 0.0))
    values = model.score(everyone, DAY)
    assert (values.expected_amount < 12 * 20.0).all()
    assert (values.low <= values.expected_amount).mean() > 0.6
    assert (values.high <= 12 * 20.0).all()
    long, fresh = (
        everyone.started[everyone.is_open(DAY)].argmin(),
        everyone.started[everyone.is_open(DAY)].argmax(),
    )
    assert values.expected_amount[long] > values.expected_amount[fresh]
    again = contractual_model_of(model.to_text()).score(everyone, DAY)
    np.testing.assert_array_equal(again.expected_amount, values.expected_amount)


def test_what_keeping_somebody_may_cost() -> None:
    chance, worth = np.array([0.5, 0.9, 0.2, 0.7]), np.array([100.0, 10.0, 400.0, np.nan])
    risk = value_at_risk(chance, worth)
    np.testing.assert_allclose(risk, [50.0, 9.0, 80.0, np.nan])
    assert ranked(risk, chance).tolist() == [2, 0, 1, 3]
    np.testing.assert_allclose(spend_ceiling(worth, 0.5, chance), [25.0, 4.5, 40.0, np.nan])
    with pytest.raises(RequestError, match="outside 0 to 1"):
        value_at_risk(np.array([1.2]), np.array([1.0]))


def test_a_world_gives_the_same_on_every_engine(engine: Any) -> None:
    orders = [
        {"person_id": who, "ordered_on": START + timedelta(days=day), "amount": amount, "currency": "EUR"}
        for who, day, amount in (("Ann", 0, 10), ("Ann", 0, 5), ("Ann", 40, 7), ("Bob", 9, 3))
    ]
    terms = [
        {"person_id": "Ann", "started_on": START, "ended_on": START + timedelta(days=90), "mrr_amount": 9},
        {"person_id": "Bob", "started_on": START + timedelta(days=3), "ended_on": None, "mrr_amount": 20},
    ]
    bought = world({"orders": orders}, as_of=DAY, engine=engine)
    days = purchase_days_of(bought)
    assert (days.days - START.toordinal()).tolist() == [0, 40, 9]
    assert (days.amounts.tolist(), days.currency) == ([15.0, 7.0, 3.0], "EUR")
    with pytest.raises(DataError, match="no subscriptions"):
        subscribers_of(bought)
    there = subscribers_of(world({"subscriptions": terms}, as_of=DAY, engine=engine))
    assert (there.started - START.toordinal()).tolist() == [0, 3]
    assert there.ended.tolist() == [START.toordinal() + 90, NOT_ENDED]
    assert np.isnan(there.monthly_amounts[0])
    assert there.monthly_amounts[1] == 20.0


def test_without_orders_that_is_said() -> None:
    with pytest.raises(DataError, match="no orders") as refusal:
        purchase_days_of(world({"subscriptions": TABLES["subscriptions"]}))
    assert refusal.value.would_work.en == "Add a file of orders."


def test_histories_keep_what_a_history_is() -> None:
    people, days = np.array([7, 7, 7, 9]), np.array([10, 10 + 30, 10 + 50, 12])
    rows = PurchaseDays(people, days, np.array([5.0, 8.0, 4.0, 9.0]))
    found = rows.histories(date.fromordinal(100))
    assert found.person_ids.tolist() == [7, 9]
    assert found.repeat_count.tolist() == [2, 0]
    assert found.recency.tolist() == [50, 0]
    assert found.age.tolist() == [90, 88]
    assert found.mean_amount[0] == 6.0
    assert np.isnan(found.mean_amount[1])
    assert isinstance(found, PurchaseHistories)


@pytest.mark.data
def test_the_gift_shop_in_autumn(data: Path) -> None:
    """From 9 September 2011 for 90 days BG/NBD says 3,261 and 4,110 came (SCIENCE 3.9); with its season it is nearer."""
    orders = purchase_days_of(world([str(data / "online_retail_ii_orders.parquet")]))
    then, end = date(2011, 9, 9), date(2011, 12, 8)
    past = orders.before(then).histories(then)
    came, _ = orders.since(then).before(end).of(past.person_ids)
    plain = fit_value(past, terms=Terms(90), candidates=("bg_nbd",))
    expected = plain.score(past).expected_purchases
    seasonal = fit_value(past, purchases=orders.before(then), terms=Terms(90), candidates=("bg_nbd",))
    better = seasonal.score(past).expected_purchases
    assert expected.sum() < 0.85 * came.sum()
    assert abs(better.sum() / came.sum() - 1) < abs(expected.sum() / came.sum() - 1) / 2
