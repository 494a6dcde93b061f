"""Do the statistics of experiments give the published figures, cover what they promise, and merge without loss?"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.stats import Mean, Proportion, RatioOfMeans, newcombe
from dangol.core.stats.bayes import belief
from dangol.core.stats.comparison import compare, standard_error
from dangol.core.stats.cuped import cuped, mean_of, ratio_of
from dangol.core.stats.discontinuity import regression_discontinuity
from dangol.core.stats.moments import Moments, pooled
from dangol.core.stats.multiple import benjamini_hochberg, holm
from dangol.core.stats.panel import difference_in_differences
from dangol.core.stats.power import detectable_difference, units_needed_for_shares
from dangol.core.stats.sample_ratio import sample_ratio
from dangol.core.stats.sequential import any_day_p_value, half_width, units_to_see
from dangol.core.stats.strata import stratified_difference
from dangol.core.stats.tails import normal_tail, student_tail

Columns = dict[str, Any]
NONE, MENS, WOMENS = "No E-Mail", "Mens E-Mail", "Womens E-Mail"


@pytest.fixture(scope="module")
def hillstrom(data: Path) -> Columns:
    with (data / "hillstrom.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 64_000
    numbers = ("recency", "history", "mens", "womens", "newbie", "visit", "conversion", "spend")
    columns: Columns = {name: np.array([float(row[name]) for row in rows]) for name in numbers}
    return {**columns, "arm": np.array([row["segment"] for row in rows])}


def _arm(columns: Columns, arm: str, *names: str) -> Moments:
    return Moments.of({name: columns[name][columns["arm"] == arm] for name in names})


EFFECTS = [
    (MENS, "visit", 0.07659, 0.00339),
    (MENS, "conversion", 0.00681, 0.00092),
    (MENS, "spend", 0.770, 0.145),
    (WOMENS, "visit", 0.04523, 0.00323),
    (WOMENS, "conversion", 0.00311, 0.00082),
    (WOMENS, "spend", 0.424, 0.130),
]


@pytest.mark.data
@pytest.mark.parametrize(("arm", "outcome", "effect", "error"), EFFECTS)
def test_hillstrom_effects(hillstrom: Columns, arm: str, outcome: str, effect: float, error: float) -> None:
    """SCIENCE 6, to the last digit that is published."""
    one, other = (mean_of(_arm(hillstrom, each, outcome), outcome) for each in (NONE, arm))
    found = compare(one, other)
    digits = 5 if outcome != "spend" else 3
    assert found is not None
    assert (round(found.difference.value, digits), round(found.standard_error, digits)) == (effect, error)


@pytest.mark.data
def test_hillstrom_spend_per_visit(hillstrom: Columns) -> None:
    """SCIENCE 4.2: 7.784 against 6.149, difference 1.636, standard error 0.987 by the delta method."""
    one, other = (ratio_of(_arm(hillstrom, arm, "spend", "visit"), "spend", "visit") for arm in (NONE, MENS))
    assert round(other.value, 3) == 7.784
    assert round(one.value, 3) == 6.149
    assert round(other.value - one.value, 3) == 1.636
    assert round(standard_error(one, other), 3) == 0.987


@pytest.mark.data
def test_hillstrom_arms_have_their_sizes(hillstrom: Columns) -> None:
    counts = {arm: int((hillstrom["arm"] == arm).sum()) for arm in (MENS, WOMENS, NONE)}
    found = sample_ratio(counts, dict.fromkeys(counts, 1.0))
    assert round(found.p_value, 3) == 0.904
    assert not found.is_broken


FIVE = ("recency", "history", "mens", "womens", "newbie")


@pytest.mark.data
@pytest.mark.parametrize(
    ("outcome", "covariates", "cut", "digits"),
    [("spend", FIVE[1:2], 0.0004, 4), ("visit", FIVE[1:2], 0.0044, 4), ("visit", FIVE, 0.025, 3)],
)
def test_what_was_known_before_takes_little_away_here(
    hillstrom: Columns, outcome: str, covariates: tuple[str, ...], cut: float, digits: int
) -> None:
    """SCIENCE 4.2: men's mail against none: 0.04 %, 0.44 %, and 2.5 % by five covariates."""
    arms = {arm: _arm(hillstrom, arm, outcome, *covariates) for arm in (NONE, MENS)}
    assert round(cuped(arms, outcome, covariates).cut, digits) == cut


GROWTHBOOK = Mean(3407, 1396.87, 52377.9767), Mean(3461, 2422.7, 134698.29)


def test_the_public_t_test_of_growthbook() -> None:
    found = compare(*GROWTHBOOK)
    assert found is not None
    assert found.relative is not None
    assert [round(x, 5) for x in found.difference] == [0.29, 0.04538, 0.53462]
    assert [round(x, 5) for x in found.relative] == [0.70732, -0.03526, 1.44989]
    assert (round(found.p_value or 0, 5), round(found.relative_p_value or 0, 5)) == (0.02016, 0.06191)


@pytest.mark.parametrize(
    ("share", "other", "equal", "held_out"),
    [
        (0.90, 0.905, 55_248, 29_677),
        (0.90, 0.91, 13_492, 7_402),
        (0.80, 0.82, 6_036, 3_292),
        (0.20, 0.21, 25_579, 13_244),
        (0.05, 0.055, 31_231, 15_772),
    ],
)
def test_the_table_of_sizes(share: float, other: float, equal: int, held_out: int) -> None:
    """SCIENCE 4.1."""
    assert round(units_needed_for_shares(share, other)) == equal
    assert round(units_needed_for_shares(share, other, times=19)) == held_out


def test_a_size_and_what_it_shows_are_each_others_inverse() -> None:
    n = units_needed_for_shares(0.9, 0.91, times=4)
    assert detectable_difference(n, 0.09, 0.91 * 0.09, times=4) == pytest.approx(0.01)


def test_twenty_looks_at_nothing() -> None:
    """SCIENCE 4.2: a z-test looked at twenty times is wrong a quarter of the time; the any-day interval is not."""
    rng = np.random.default_rng(4)
    trials, looks, step = 2_000, 20, 500
    wrong = {"z": np.zeros(trials, dtype=bool), "any day": np.zeros(trials, dtype=bool)}
    sums, squares = np.zeros((2, trials)), np.zeros((2, trials))
    for look in range(1, looks + 1):
        drawn = rng.standard_normal((2, trials, step // 2))
        sums += drawn.sum(axis=2)
        squares += (drawn**2).sum(axis=2)
        n = look * step // 2
        variance = (squares - sums**2 / n) / (n - 1)
        error = np.sqrt(variance.sum(axis=0) / n)
        distance = np.abs(sums[1] - sums[0]) / n
        wrong["z"] |= distance > 1.959964 * error
        wrong["any day"] |= distance > half_width(1.0, 2 * n) * error
    assert 0.20 < wrong["z"].mean() < 0.30
    assert wrong["any day"].mean() <= 0.05


def test_the_any_day_p_value_is_the_level_at_which_the_interval_reaches_nothing() -> None:
    for n in (100, 5_000, 200_000):
        assert any_day_p_value(half_width(1.0, n), n) == pytest.approx(0.05)
        assert half_width(1.0, n) > 1.959964
    assert half_width(1.0, 1_000, tuned_at=1_000) < half_width(1.0, 1_000)


def test_units_to_see_an_effect_see_it() -> None:
    n = units_to_see(0.05, 0.02, 4_000)
    assert n is not None
    error = 0.02 * (4_000 / n) ** 0.5
    assert pytest.approx(half_width(error, int(n)) + 0.8416 * error, rel=1e-3) == 0.05
    assert units_to_see(0.0, 0.02, 4_000) is None


def test_tails_agree_with_scipy() -> None:
    from scipy import stats

    for t in (0.0, 0.5, 1.9, 4.2, 9.0):
        assert normal_tail(t) == pytest.approx(2 * stats.norm.sf(t), rel=1e-12)
        for degrees in (1.5, 4.0, 61.3, 8_000.0):
            assert student_tail(t, degrees) == pytest.approx(2 * stats.t.sf(t, degrees), rel=1e-9)


numbers = st.lists(st.tuples(st.floats(-50, 50), st.floats(1, 50)), min_size=3, max_size=30)


@given(numbers, numbers)
def test_moments_of_two_groups_are_those_of_all(one: list[Any], other: list[Any]) -> None:
    def moments(pairs: list[Any]) -> Moments:
        return Moments.of({"m": [p[0] for p in pairs], "d": [p[1] for p in pairs]})

    both, together = moments(one) + moments(other), moments(one + other)
    assert both.n == together.n
    np.testing.assert_allclose(both.products, together.products, atol=1e-6)
    assert pooled([moments(one), moments(other)]).mean("m") == pytest.approx(both.mean("m"))
    assert ratio_of(together, "m", "d").variance == pytest.approx(
        RatioOfMeans.of(one + other).variance, abs=1e-6
    )
    assert mean_of(together, "d").variance == pytest.approx(
        Mean.of(p[1] for p in one + other).variance, abs=1e-6
    )


def test_a_covariate_that_tells_all_takes_all_away() -> None:
    rng = np.random.default_rng(1)
    x = {arm: rng.normal(100, 20, 4_000) for arm in ("control", "offer")}
    noise = {arm: rng.normal(0, 5, 4_000) for arm in x}
    arms = {
        arm: Moments.of(
            {"y": 2 * x[arm] + noise[arm] + 3 * (arm == "offer"), "x": x[arm], "twice": 2 * x[arm]}
        )
        for arm in x
    }
    found = cuped(arms, "y", ("x",))
    assert found.thetas["x"] == pytest.approx(2, abs=0.02)
    assert found.cut == pytest.approx(1 - 25 / (1_600 + 25), abs=0.01)
    effect = found.arms["offer"].value - found.arms["control"].value
    assert effect == pytest.approx(3, abs=4 * standard_error(found.arms["control"], found.arms["offer"]))
    assert cuped(arms, "y", ("x", "twice")).cut == pytest.approx(found.cut, abs=1e-9)


def test_a_ratio_is_adjusted_by_its_linearised_value() -> None:
    """NDR of accounts: what an account paid before tells what it pays now, and its size cancels."""
    rng = np.random.default_rng(2)
    arms = {}
    for arm, kept in (("control", 0.90), ("offer", 0.93)):
        before = rng.lognormal(4, 1, 3_000)
        health = rng.normal(0, 0.1, 3_000)
        arms[arm] = Moments.of({"now": before * (kept + health), "then": before, "health": before * health})
    plain = {arm: ratio_of(each, "now", "then") for arm, each in arms.items()}
    found = cuped(arms, "now", ("health",), denominator="then")
    assert found.cut > 0.9
    effect = found.arms["offer"].value - found.arms["control"].value
    assert effect == pytest.approx(0.03, abs=4 * standard_error(found.arms["control"], found.arms["offer"]))
    assert standard_error(*found.arms.values()) < standard_error(*plain.values())


def _coverage(draw: Callable[[np.random.Generator], tuple[float, Any]], truth: float) -> float:
    hits = [low <= truth <= high for _, (_, low, high) in map(draw, map(np.random.default_rng, range(200)))]
    return float(np.mean(hits))


def test_before_and_after_finds_a_planted_effect_with_honest_errors() -> None:
    """What repeats itself within a unit does not narrow the interval: coverage over 200 seeds."""

    def draw(rng: np.random.Generator) -> tuple[float, Any]:
        treated = np.arange(120) < 50
        walk = (
            np.cumsum(rng.normal(0, 1, (120, 8)), axis=1) + rng.normal(10, 3, (120, 1)) + np.arange(8) * 0.5
        )
        walk[treated, 5:] += 2.0
        found = difference_in_differences(walk, treated, 5)
        assert found is not None
        return 0.0, found.effect.difference

    assert 0.93 <= _coverage(draw, 2.0) <= 0.97


def test_groups_that_moved_apart_before_are_noticed() -> None:
    rng = np.random.default_rng(3)
    treated = np.arange(200) < 100
    values = rng.normal(0, 1, (200, 8)) + np.where(treated, 0.8, 0.0)[:, None] * np.arange(8)
    found = difference_in_differences(values, treated, 5)
    assert found is not None
    assert found.moved_alike is False
    values = rng.normal(0, 1, (200, 2))
    alone = difference_in_differences(values, treated, 1)
    assert alone is not None
    assert alone.moved_alike is None


def test_a_planted_jump_is_found_with_honest_errors() -> None:
    def draw(rng: np.random.Generator) -> tuple[float, Any]:
        x = rng.normal(0, 1, 1_500)
        y = 2 * x + 1.5 * (x >= 0.3) + rng.normal(0, 1, 1_500)
        found = regression_discontinuity(x, y, 0.3)
        assert found is not None
        return 0.0, found.jump

    assert 0.93 <= _coverage(draw, 1.5) <= 0.97


def test_people_who_choose_their_side_are_noticed() -> None:
    rng = np.random.default_rng(5)
    x = rng.normal(0, 1, 4_000)
    y = rng.normal(0, 1, 4_000)
    honest = regression_discontinuity(x, y, 0.2)
    moved = np.where((x < 0.2) & (x > -0.1) & (rng.random(4_000) < 0.7), 0.2 + 0.3 * rng.random(4_000), x)
    crowded = regression_discontinuity(moved, y, 0.2)
    assert honest is not None
    assert crowded is not None
    assert honest.is_crowded is False
    assert crowded.is_crowded is True
    assert regression_discontinuity(x, y, 9.0) is None


def test_the_density_check_is_wrong_as_often_as_it_says() -> None:
    found = []
    for seed in range(200):
        x = np.random.default_rng(seed).normal(0, 1, 1_000)
        result = regression_discontinuity(x, x, 0.0)
        assert result is not None
        found.append(result.is_crowded)
    assert np.mean(found) < 0.09


def test_strata_undo_a_different_mix() -> None:
    def of(values: list[float]) -> Mean:
        return Mean.of(values)

    one = {"small": of([1.0, 1.2, 0.8] * 30), "large": of([10.0, 10.4, 9.6] * 10)}
    other = {"small": of([2.0, 2.2, 1.8] * 10), "large": of([11.0, 11.4, 10.6] * 30)}
    found = stratified_difference(one, other)
    assert found is not None
    assert found.value == pytest.approx(1.0)
    assert stratified_difference({"a": of([1.0])}, {"a": of([1.0, 2.0])}) is None


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_values_keep_their_order_and_never_fall(p_values: list[float]) -> None:
    for adjusted in (holm(p_values), benjamini_hochberg(p_values)):
        assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
        order = np.argsort(p_values, kind="stable")
        assert list(np.array(adjusted)[order]) == sorted(adjusted)
    assert all(a >= b for a, b in zip(holm(p_values), benjamini_hochberg(p_values), strict=True))


def test_belief_agrees_with_draws() -> None:
    found = belief(0.4, 0.5, prior_mean=0.0, prior_deviation=1.0)
    assert found is not None
    draws = np.random.default_rng(6).normal(found.mean, found.deviation, 400_000)
    assert found.mean == pytest.approx(0.4 / 1.25)
    assert found.chance_to_win == pytest.approx((draws > 0).mean(), abs=0.003)
    assert found.expected_loss == pytest.approx(np.maximum(-draws, 0).mean(), abs=0.002)
    assert found.expected_loss_of_staying == pytest.approx(np.maximum(draws, 0).mean(), abs=0.003)
    assert belief(0.4, 0.0) is None


def test_a_broken_sample_ratio_is_noticed_and_an_empty_one_says_nothing() -> None:
    from scipy import stats

    uneven = sample_ratio({"a": 5_000, "b": 5_300}, {"a": 1, "b": 1})
    assert uneven.p_value == pytest.approx(stats.chisquare([5_000, 5_300]).pvalue, rel=1e-9)
    assert sample_ratio({"a": 5_000, "b": 5_400}, {"a": 1, "b": 1}).is_broken
    assert not sample_ratio({"a": 5_000, "b": 5_400}, {"a": 1, "b": 1}, looked_at=100).is_broken
    assert sample_ratio({}, {"a": 1, "b": 1}).p_value == 1.0


def test_nothing_is_said_of_too_few() -> None:
    assert compare(Mean.of([1.0]), Mean.of([1.0, 2.0])) is None
    same = compare(Mean.of([1.0, 1.0]), Mean.of([2.0, 2.0]))
    assert same is not None
    assert same.p_value is None
    assert newcombe(Proportion(0, 0), Proportion(1, 2)) is None
