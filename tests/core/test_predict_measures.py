"""Do ranking, profit and calibration give the published figures, and hold their laws?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.predict.calibration import (
    brier,
    calibration_error,
    fit_calibration,
    logit,
    losses,
    reliability,
    shifted,
    sigmoid,
)
from dangol.core.predict.discrimination import auc, average_precision, capture, lift
from dangol.core.predict.drift import in_the_large, profile, stability
from dangol.core.predict.profit import Campaign, expected_maximum_profit

lawful = settings(derandomize=True, max_examples=60, deadline=None)
ROWS = st.lists(st.tuples(st.booleans(), st.integers(0, 8)), min_size=4, max_size=40)


def _drawn(rows: list[tuple[bool, int]]) -> tuple[np.ndarray, np.ndarray]:
    left, scores = zip(*rows, strict=True)
    return np.array(left), np.array(scores, dtype=float) / 8


def test_profit_to_twelve_digits() -> None:
    left = np.array([0, 1, 0, 1, 0, 1, 0, 1], dtype=bool)
    found = expected_maximum_profit(left, np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]))
    assert found is not None
    assert found.per_customer == pytest.approx(23.875593418348124, abs=1e-12)
    assert found.share == pytest.approx(0.8744, abs=5e-5)


@pytest.mark.parametrize(
    ("scores", "profit", "share"), [([0, 1, 0, 1], 28.0, 0.5), ([0, 0, 0, 0], 22.5008, 0.99916)]
)
def test_profit_of_knowing_all_and_of_knowing_nothing(
    scores: list[float], profit: float, share: float
) -> None:
    found = expected_maximum_profit(np.array([False, True, False, True]), np.array(scores, dtype=float))
    assert found is not None
    assert found.per_customer == pytest.approx(profit, abs=5e-5)
    assert found.share == pytest.approx(share, abs=5e-6)


def test_profit_is_what_an_integral_over_all_cuts_gives() -> None:
    from scipy.integrate import quad
    from scipy.stats import beta

    dice = np.random.default_rng(3)
    left = dice.random(60) < 0.3
    scores = np.round(dice.normal(size=60) + left, 1)
    terms = Campaign(value=300, incentive=20, contact=2, alpha=4, beta=8)
    cuts = [np.ones(60, dtype=bool), *(scores > cut for cut in np.unique(scores))]

    def best(accept: float) -> float:
        d, f = terms.incentive / terms.value, terms.contact / terms.value
        gains = [
            terms.value * ((accept * (1 - d) - f) * (left & cut).mean() - (d + f) * (~left & cut).mean()) for cut in cuts
        ]  # fmt: skip
        return max(gains) * float(beta.pdf(accept, terms.alpha, terms.beta))

    found = expected_maximum_profit(left, scores, terms)
    assert found is not None
    assert found.per_customer == pytest.approx(quad(best, 0, 1, limit=400)[0], rel=1e-6)


def test_nothing_can_be_said_of_one_class() -> None:
    everyone, scores = np.ones(5, dtype=bool), np.linspace(0, 1, 5)
    assert auc(everyone, scores) is None
    assert expected_maximum_profit(everyone, scores) is None
    assert average_precision(~everyone, scores) is None
    assert lift(~everyone, scores, 0.1) is None


def test_ranking_as_scikit_learn_counts_it() -> None:
    from sklearn.metrics import average_precision_score, roc_auc_score

    dice = np.random.default_rng(5)
    left = dice.random(500) < 0.2
    scores = np.round(dice.normal(size=500) + left, 1)
    area = auc(left, scores)
    assert area is not None
    assert area.value == pytest.approx(roc_auc_score(left, scores), abs=1e-12)
    assert average_precision(left, scores) == pytest.approx(average_precision_score(left, scores), abs=1e-12)


def test_the_interval_of_an_auc_holds_the_truth_as_often_as_it_says() -> None:
    truth = 0.7602499389065233  # of two normals one apart: Phi(1 / sqrt 2)
    dice = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        left = np.arange(120) < 40
        found = auc(left, dice.normal(size=120) + left)
        held += found is not None and found.low <= truth <= found.high
    assert 0.93 <= held / 400 <= 0.97


@given(ROWS)
@lawful
def test_turning_a_score_round_turns_its_auc_round(rows: list[tuple[bool, int]]) -> None:
    left, scores = _drawn(rows)
    forth, back = auc(left, scores), auc(left, -scores)
    if forth and back:
        assert forth.value + back.value == pytest.approx(1)
        assert forth.low <= forth.value <= forth.high


@given(ROWS)
@lawful
def test_everybody_holds_every_leaver(rows: list[tuple[bool, int]]) -> None:
    left, scores = _drawn(rows)
    found = capture(left, scores, 1.0)
    assert found is None or found.value == pytest.approx(1)
    part = capture(left, np.zeros(len(left)), 0.3)
    assert part is None or part.value == pytest.approx(0.3)


@given(ROWS)
@lawful
def test_calibration_changes_no_ranking(rows: list[tuple[bool, int]]) -> None:
    left, scores = _drawn(rows)
    if left.any() and not left.all():
        chances = fit_calibration(scores, left).probabilities(scores)
        order = np.argsort(scores, kind="stable")
        assert (np.diff(chances[order]) >= 0).all()
        assert ((chances > 0) & (chances < 1)).all()


def test_calibration_finds_the_curve_that_made_the_data() -> None:
    dice = np.random.default_rng(2)
    margins = dice.normal(size=30_000)
    truth = 0.1 + 0.5 * sigmoid(6 * margins)  # no sigmoid of the margin: the free curve must be taken
    left = dice.random(30_000) < truth
    curve = fit_calibration(margins, left)
    assert curve.kind == "isotonic"
    few = fit_calibration(margins[:500], left[:500])
    assert few.kind == "platt"
    away, away_few = (np.abs(each.probabilities(margins) - truth).mean() for each in (curve, few))
    assert away < 0.012 < 3 * away < away_few


def test_a_backward_score_is_flat_not_turned() -> None:
    left = np.array([True] * 50 + [False] * 50)
    curve = fit_calibration(np.arange(100.0), left)
    chances = curve.probabilities(np.arange(100.0))
    assert chances.max() - chances.min() < 1e-3
    assert chances.mean() == pytest.approx(0.5, abs=0.01)


def test_errors_of_chances_by_hand() -> None:
    left, chances = np.array([True, False, True, False]), np.array([0.9, 0.2, 0.6, 0.3])
    assert brier(left, chances) == pytest.approx((0.01 + 0.04 + 0.16 + 0.09) / 4)
    assert losses(left, chances).mean() == pytest.approx(-np.log([0.9, 0.8, 0.6, 0.7]).mean())
    assert calibration_error(left, chances, bins=2) == pytest.approx((abs(0.25 - 0) + abs(0.75 - 1)) / 2)
    assert [group.customers for group in reliability(left, chances, bins=3)] == [2, 1, 1]


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
@lawful
def test_a_shift_there_and_back_is_none(chance: float, was: float, now: float) -> None:
    there = shifted(np.array([chance]), was, now)
    assert shifted(there, now, was)[0] == pytest.approx(chance, rel=1e-9)
    assert (there[0] > chance) == (now > was) or now == pytest.approx(was)
    assert shifted(np.array([was]), was, now)[0] == pytest.approx(now)


def test_log_odds_and_chances_are_each_others_inverse() -> None:
    odds = np.linspace(-15, 15, 31)
    assert logit(sigmoid(odds)) == pytest.approx(odds, abs=1e-6)
    assert np.isfinite(sigmoid(np.array([-1e4, 1e4]))).all()


def test_stability_by_hand_and_of_itself() -> None:
    assert stability(np.array([0.5, 0.5]), np.array([0.4, 0.6])) == pytest.approx(
        -0.1 * np.log(0.8) + 0.1 * np.log(1.2)
    )
    values = np.random.default_rng(1).normal(size=1000)
    values[::7] = np.nan
    before = profile(values)
    assert before.psi(values) == 0
    assert before.psi(values + 1) > 0.25


def test_expected_against_realised_is_a_normal_of_its_own_spread() -> None:
    found = in_the_large(np.arange(100) < 30, np.full(100, 0.2))
    assert found.errors == pytest.approx((30 - 20) / 4)
    assert in_the_large(np.array([True]), np.array([1.0])).errors == 0
    assert in_the_large(np.array([True]), np.array([0.0])).errors == np.inf
