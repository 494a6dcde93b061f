"""Is Qini what the docstring says, on cases worked out by hand and on the figures of the program that set its scale?"""

from __future__ import annotations

import numpy as np
import pytest

from dangol.core.predict.uplift.qini import auuc, qini, qini_curve, resampled_qinis, uplift_at

# Eight customers by score: treated 1, 2, 5 and 7, of whom 1 and 5 bought; untreated 3, 4, 6 and 8, of whom 3 and 8 did.
BOUGHT = [1, 0, 1, 0, 1, 0, 0, 1]
TREATED = [1, 1, 0, 0, 1, 0, 1, 0]
SCORE = [0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]


def test_the_curve_worked_out_by_hand() -> None:
    curve = qini_curve(BOUGHT, SCORE, TREATED)
    assert curve.customers.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    # k = 3: one of two treated and the one untreated bought: 1 - 1 * 2 / 1; k = 5: 2 - 1 * 3 / 2; k = 7: 2 - 1 * 4 / 3.
    assert curve.gained.tolist() == pytest.approx([0, 1, 1, -1, 0, 0.5, 1, 2 / 3, 0])


def test_the_coefficient_worked_out_by_hand() -> None:
    # Area of the curve: 1 + 1 - 1 + 0 + .5 + 1 + 2/3 = 19/6. Perfect: up to 2 within 2, flat up to 6, down to 0: 12.
    assert qini(BOUGHT, SCORE, TREATED) == pytest.approx((19 / 6) / 12, abs=1e-15)


def test_figures_of_scikit_uplift_to_the_last_digit() -> None:
    """`qini_auc_score`, `uplift_auc_score` and `uplift_at_k("overall", .3)` of scikit-uplift 0.5.1 on these draws."""
    rng = np.random.default_rng(5)
    found = []
    for n, ties in ((12, 0), (60, 3), (500, 0), (5000, 20), (5000, 0)):
        bought, treated = (rng.random(n) < 0.4).astype(int), (rng.random(n) < 0.5).astype(int)
        score = rng.normal(size=n)
        score = np.round(score * ties) / ties if ties else score
        found.append([call(bought, score, treated) for call in (qini, auuc, uplift_at)])
    assert found == [
        [pytest.approx(value, abs=1e-13) for value in row]
        for row in (
            (-0.3038461538461539, -0.503, 0.5),
            (0.1494689779472387, 0.09751122827425877, 0.3116883116883117),
            (-0.004333278667306913, -0.0028256328430314426, -0.042533936651583726),
            (0.026965619143308667, 0.031175112188518265, 0.017477423956486104),
            (-0.007879501700452837, -0.008632658454086223, 0.0019027939060802246),
        )
    ]
    assert qini(BOUGHT, SCORE, TREATED) == pytest.approx(0.2638888888888889, abs=1e-15)
    assert auuc(BOUGHT, SCORE, TREATED) == pytest.approx(0.25, abs=1e-15)


def test_the_perfect_ranking_has_one_and_its_reverse_is_below_zero() -> None:
    bought, treated = np.array([1, 1, 0, 0, 1, 0]), np.array([1, 1, 1, 0, 0, 0])
    perfect = bought * treated - bought * (1 - treated)
    assert qini(bought, perfect, treated) == pytest.approx(1.0)
    assert (qini(bought, -perfect, treated) or 0) < 0


def test_one_score_for_all_is_chance() -> None:
    assert qini(BOUGHT, np.zeros(8), TREATED) == pytest.approx(0.0)


def test_the_order_of_the_rows_is_nothing() -> None:
    turned = np.random.default_rng(1).permutation(8)
    mixed = qini(*(np.array(each)[turned] for each in (BOUGHT, SCORE, TREATED)))
    assert mixed == pytest.approx(qini(BOUGHT, SCORE, TREATED))


def test_weights_that_are_the_same_in_each_arm_change_nothing() -> None:
    weights = np.where(np.array(TREATED) == 1, 4.0, 1.3)
    assert qini(BOUGHT, SCORE, TREATED, weights) == pytest.approx(qini(BOUGHT, SCORE, TREATED))


@pytest.mark.parametrize("bought", [[0] * 8, [1] * 8])
def test_one_class_only_has_no_coefficient(bought: list[int]) -> None:
    assert qini(bought, SCORE, TREATED) is None
    assert auuc(bought, SCORE, TREATED) is None
    assert resampled_qinis(bought, {"a": SCORE}, TREATED, seed=1, resamples=5).alone() == {"a": None}


@pytest.mark.parametrize("treated", [[0] * 8, [1] * 8])
def test_an_empty_arm_has_no_coefficient(treated: list[int]) -> None:
    assert qini(BOUGHT, SCORE, treated) is None
    assert uplift_at(BOUGHT, SCORE, treated) is None


def test_the_interval_of_a_ranking_by_chance_holds_zero_as_often_as_it_says() -> None:
    rng = np.random.default_rng(11)
    holds = 0
    for seed in range(200):
        bought, treated, score = rng.random(400) < 0.4, rng.random(400) < 0.5, rng.random(400)
        each = resampled_qinis(bought, {"chance": score}, treated, seed=seed, resamples=60).alone()["chance"]
        assert each is not None
        holds += each.low <= 0 <= each.high
    assert 0.93 <= holds / 200 <= 0.97


def test_the_same_seed_gives_the_same_interval() -> None:
    rng = np.random.default_rng(2)
    arms = rng.random(300) < 0.4, {"a": rng.random(300)}, rng.random(300) < 0.5
    one, again, other = (resampled_qinis(*arms, seed=seed).jointly() for seed in (3, 3, 4))
    assert one == again
    assert one != other


def test_intervals_that_hold_all_at_once_are_wider_the_less_the_rankings_agree() -> None:
    rng = np.random.default_rng(12)
    arms = rng.random(2_000) < 0.4, rng.random(2_000) < 0.5
    score = rng.random(2_000)
    single = resampled_qinis(arms[0], {"a": score}, arms[1], seed=1)
    alike = resampled_qinis(arms[0], {str(n): score for n in range(8)}, arms[1], seed=1)
    apart = resampled_qinis(arms[0], {str(n): rng.random(2_000) for n in range(8)}, arms[1], seed=1)
    assert alike.widest == pytest.approx(single.widest)
    assert single.widest == pytest.approx(1.96, abs=0.25)
    # Of eight independent ones: the normal quantile at 1 - .05 / 8, two-sided.
    assert apart.widest == pytest.approx(2.73, abs=0.25)
    wide, narrow = apart.jointly()["3"], apart.alone()["3"]
    assert wide is not None
    assert narrow is not None
    assert wide.low < narrow.low < narrow.value == wide.value < narrow.high < wide.high
