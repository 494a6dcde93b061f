"""Do the models of purchases and of lives find the published figures, and obey the laws that tie their answers together?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dangol.core.errors import DataError
from dangol.core.predict.value import beta_geometric, bg_bb, gamma_gamma, pareto_nbd, sbg
from dangol.core.predict.value.bg_bb import BgBb
from dangol.core.predict.value.bg_nbd import BgNbd
from dangol.core.predict.value.gamma_gamma import GammaGamma
from dangol.core.predict.value.histories import Grouped, Numbers, PurchaseHistories, grouped
from dangol.core.predict.value.mbg_nbd import MbgNbd
from dangol.core.predict.value.pareto_nbd import ParetoNbd
from dangol.core.predict.value.purchase_model import PurchaseModel
from dangol.core.predict.value.sbg import ShiftedBetaGeometric

HIGH_END = (100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1)
REGULAR = (100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1)
"""Percent of two cohorts still there after 0 to 7 years (Fader & Hardie 2007, table 1)."""


def histories(x: Numbers, t_x: Numbers, age: Numbers, mean: Numbers | None = None) -> PurchaseHistories:
    unknown = np.full(len(x), np.nan)
    return PurchaseHistories(np.arange(len(x)), x, t_x, age, unknown if mean is None else mean)


def seeded(count: int = 600) -> PurchaseHistories:
    """Customers who live as BG/NBD says (r .8, alpha 20, a .7, b 2.5), whole days."""
    random = np.random.default_rng(3)
    age = random.integers(100, 300, count).astype(float)
    rate, leave = random.gamma(0.8, 1 / 20, count), random.beta(0.7, 2.5, count)
    x, t_x = np.zeros(count), np.zeros(count)
    for person in range(count):
        day = 0.0
        while (day := day + random.exponential(1 / rate[person])) < age[person]:
            x[person], t_x[person] = x[person] + 1, np.ceil(day)
            if random.random() < leave[person]:
                break
    return histories(x, np.minimum(t_x, age), age)


@pytest.fixture(scope="module")
def cdnow(data: Path) -> PurchaseHistories:
    """The 2,357 customers of CDNOW, in weeks, with the mean amount of their repeat purchases."""
    table = np.genfromtxt(data / "cdnow_summary_tx.csv", delimiter=",", skip_header=1)
    assert len(table) == 2_357
    return histories(*table[:, 1:].T)


@pytest.fixture(scope="module")
def donors(data: Path) -> Grouped:
    """The 11,104 donors by their histories of six years."""
    table = np.genfromtxt(data / "donations.csv", delimiter=",", skip_header=1)
    assert table[:, 3].sum() == 11_104
    return Grouped(*table.T, which=np.arange(len(table)))


@pytest.mark.data
@pytest.mark.parametrize(
    ("kind", "published", "log_likelihood"),
    [
        (BgNbd, {"r": (0.2426, 4), "alpha": (4.4135, 4), "a": (0.7929, 4), "b": (2.4258, 4)}, -9582.43),
        (ParetoNbd, {"r": (0.5533, 4), "alpha": (10.5776, 4), "s": (0.6062, 4), "beta": (11.6679, 4)}, -9594.97),
        (MbgNbd, {"r": (0.5248, 4), "alpha": (6.183, 3), "a": (0.8914, 4), "b": (1.614, 3)}, None),
    ],
)  # fmt: skip
def test_cdnow_has_the_published_parameters(
    cdnow: PurchaseHistories, kind: type[PurchaseModel], published: dict[str, tuple[float, int]],
    log_likelihood: float | None,
) -> None:  # fmt: skip
    model = kind.fit(cdnow)
    for name, (value, digits) in published.items():
        assert round(model.parameters[name], digits) == value, name
    if log_likelihood is not None:
        assert round(model.log_likelihood, 2) == log_likelihood
    assert model.optimum.covariance is not None


@pytest.mark.data
def test_cdnow_expectations_of_the_paper(cdnow: PurchaseHistories) -> None:
    model = BgNbd.fit(cdnow)
    first = cdnow.take(np.array([0]))
    assert (first.repeat_count[0], first.recency[0], first.age[0]) == (2, 30.43, 38.86)
    assert round(float(model.expected(first, 39)[0]), 4) == 1.2259
    assert round(float(model.expected(cdnow, 39).sum()), 1) == 1653.4


@pytest.mark.data
def test_cdnow_hold_out(cdnow: PurchaseHistories, data: Path) -> None:
    """Weeks 40 to 78: 1,653.4 purchases were expected and 1,882 came; customer by customer the correlation is .6256."""
    rows = [line.split() for line in (data / "CDNOW_sample.txt").read_text().splitlines()]
    assert len(rows) == 6_919
    numbers = np.array([int(row[1]) for row in rows])
    days = np.array([np.datetime64(f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}") for row in rows])
    later = days > np.datetime64("1997-09-30")
    bought = np.unique(np.column_stack([numbers[later], days[later].astype(int)]), axis=0)
    came = np.bincount(bought[:, 0], minlength=2_358)[1:]
    expected = BgNbd.fit(cdnow).expected(cdnow, 39)
    assert came.sum() == 1_882
    assert round(float(np.corrcoef(expected, came)[0, 1]), 4) == 0.6256


@pytest.mark.data
def test_gamma_gamma_of_cdnow(cdnow: PurchaseHistories) -> None:
    model = GammaGamma.fit(cdnow)
    assert model.customer_count == 946
    assert [round(each, 4) for each in model.parameters.values()] == [6.2488, 3.7446, 15.4477]
    assert round(model.log_likelihood, 2) == -4055.92
    assert model.population_mean is not None
    assert round(model.population_mean, 2) == 35.17


@pytest.mark.data
def test_donations(donors: Grouped) -> None:
    model = BgBb.fit(donors)
    assert [round(each, 4) for each in model.parameters.values()] == [1.2035, 0.7497, 0.6567, 2.7834]
    assert round(model.log_likelihood, 2) == -33225.58


@pytest.mark.parametrize(
    ("survivors", "parameters", "after_twelve"),
    [(HIGH_END, (0.668, 3.806), 37.8), (REGULAR, (0.704, 1.182), 17.0)],
)
def test_years_of_two_cohorts(
    survivors: tuple[float, ...], parameters: tuple[float, float], after_twelve: float
) -> None:
    model = ShiftedBetaGeometric.fit_survivors(survivors)
    assert tuple(round(each, 3) for each in model.parameters.values()) == parameters
    assert round(100 * float(model.survival(12)[-1]), 1) == after_twelve


def test_a_cohort_of_a_thousand() -> None:
    model = ShiftedBetaGeometric.fit_survivors((1000, 631, 468, 382, 326))
    assert tuple(round(each, 3) for each in model.parameters.values()) == (0.764, 1.296)
    assert round(model.log_likelihood, 2) == -1401.56


def test_tenures_say_the_same_as_the_cohort() -> None:
    left = np.repeat([1, 2, 3, 4, 4], [369, 163, 86, 56, 326]).astype(float)
    has_left = np.repeat([1, 1, 1, 1, 0], [369, 163, 86, 56, 326]).astype(float)
    by_person = ShiftedBetaGeometric.fit_tenures(left, has_left)
    by_cohort = ShiftedBetaGeometric.fit_survivors((1000, 631, 468, 382, 326))
    assert by_person.log_likelihood == pytest.approx(by_cohort.log_likelihood, abs=1e-9)


def test_who_stayed_longer_stays_on() -> None:
    model = ShiftedBetaGeometric.fit_survivors(REGULAR)
    lives = model.residual_life(np.array([0.0, 1.0, 5.0, 20.0]), 60, 0.01)
    assert (np.diff(lives) > 0).all()
    assert lives[-1] < 60


KINDS = [BgNbd, MbgNbd, ParetoNbd]


@pytest.mark.parametrize("kind", KINDS)
def test_chances_of_every_count_add_up_to_the_expectation(kind: type[PurchaseModel]) -> None:
    some = seeded()
    model = kind.fit(some)
    few = grouped(some.take(np.arange(40)))
    summed = sum(model.at_least(few, 60.0, count) for count in range(1, 200))
    np.testing.assert_allclose(summed, model.expected(few, 60.0), rtol=1e-6)
    np.testing.assert_allclose(1 - model.at_least(few, 60.0, 1), model.silent(few, 60.0), rtol=1e-9)


@pytest.mark.parametrize(
    ("kind", "likelihood"),
    [
        (BgNbd, lambda p, g: beta_geometric.log_likelihood(p, beta_geometric.Lookup(g, 0))[0]),
        (MbgNbd, lambda p, g: beta_geometric.log_likelihood(p, beta_geometric.Lookup(g, 1))[0]),
        (ParetoNbd, lambda p, g: pareto_nbd.log_likelihood(p, g)[0]),
    ],
)
def test_silence_is_what_time_takes_from_the_likelihood(
    kind: type[PurchaseModel], likelihood: object
) -> None:
    """P(nothing in (T, T+t]) = L(x, t_x, T+t) / L(x, t_x, T)."""
    some = seeded()
    model = kind.fit(some)
    one = np.ones(1)
    for x, t_x, age in ((0.0, 0.0, 120.0), (1.0, 3.0, 200.0), (7.0, 90.0, 110.0)):
        now = Grouped(x * one, t_x * one, age * one, one, np.zeros(1, dtype=np.intp))
        later = Grouped(x * one, t_x * one, (age + 45) * one, one, np.zeros(1, dtype=np.intp))
        parameters = model.optimum.parameters
        ratio = np.exp(likelihood(parameters, later) - likelihood(parameters, now))  # type: ignore[operator]
        assert float(model.silent(now, 45.0)[0]) == pytest.approx(float(ratio), rel=1e-6)


@pytest.mark.data
def test_the_same_law_for_opportunities(donors: Grouped) -> None:
    model = BgBb.fit(donors)
    summed = sum(model.at_least(donors, 5.0, count) for count in range(1, 6))
    np.testing.assert_allclose(summed, model.expected(donors, 5.0), rtol=1e-9)
    np.testing.assert_allclose(1 - model.at_least(donors, 5.0, 1), model.silent(donors, 5.0), rtol=1e-9)


def test_slopes_are_those_of_the_likelihoods() -> None:
    some = seeded(200)
    groups = grouped(some)
    survivors = (np.array([369.0, 163.0, 86.0]), np.array([0.0, 0.0, 382.0]))
    paid = np.random.default_rng(1).gamma(3, 10, 50)
    small = Grouped(
        np.array([0.0, 1, 3]),
        np.array([0.0, 2, 6]),
        np.array([6.0, 6, 6]),
        np.array([5.0, 3, 2]),
        np.arange(3),
    )
    cases = (
        (lambda p: beta_geometric.log_likelihood(p, beta_geometric.Lookup(groups, 0)), (0.6, 15.0, 0.7, 2.0)),
        (lambda p: beta_geometric.log_likelihood(p, beta_geometric.Lookup(groups, 1)), (0.6, 15.0, 0.7, 2.0)),
        (lambda p: pareto_nbd.log_likelihood(p, groups), (0.6, 15.0, 0.7, 15.0)),
        (lambda p: bg_bb.log_likelihood(p, small), (1.1, 0.8, 0.7, 2.5)),
        (lambda p: gamma_gamma.log_likelihood(p, np.arange(1.0, 51.0), paid), (6.0, 4.0, 15.0)),
        (lambda p: sbg.log_likelihood(p, *survivors), (0.7, 1.2)),
    )
    for likelihood, at in cases:
        here = np.array(at)
        slope = likelihood(here)[1]
        for place in range(len(here)):
            step = np.zeros(len(here))
            step[place] = 1e-5 * here[place]
            rise = (likelihood(here + step)[0] - likelihood(here - step)[0]) / (2 * step[place])
            assert slope[place] == pytest.approx(rise, rel=1e-4, abs=1e-3)


def test_alpha_equal_to_beta_is_nothing_special() -> None:
    groups = grouped(seeded(200))
    below, at, above = (
        pareto_nbd.log_likelihood(np.array([0.6, 15.0, 0.7, 15.0 * factor]), groups)[0]
        for factor in (1 - 1e-6, 1.0, 1 + 1e-6)
    )
    assert at == pytest.approx((below + above) / 2, abs=1e-6)


def test_a_of_one_is_nothing_special() -> None:
    groups = grouped(seeded(100))
    near, at = (
        beta_geometric.expected_if_alive(np.array([0.6, 15.0, a, 2.0]), groups, 0, 90.0)
        for a in (1.00003, 1.0)
    )
    np.testing.assert_allclose(near, at, rtol=1e-3)


def test_hundreds_of_purchases_overflow_nothing() -> None:
    heavy = histories(np.array([900.0]), np.array([990.0]), np.array([991.0]))
    for model in (kind.fit(seeded()) for kind in KINDS):
        expected = float(model.expected(heavy, 365.0)[0])
        assert 200 < expected < 340
        assert 0 <= float(model.silent(heavy, 365.0)[0]) < 0.3


def test_a_million_customers_are_as_many_as_their_groups() -> None:
    some = seeded(300)
    many = some.take(np.tile(np.arange(300), 1_000))
    one, other = BgNbd.fit(some), BgNbd.fit(many)
    assert other.log_likelihood == pytest.approx(1_000 * one.log_likelihood, rel=1e-8)
    assert dict(other.parameters) == pytest.approx(dict(one.parameters), rel=1e-3)


def test_parameters_are_found_again() -> None:
    found = BgNbd.fit(seeded(4_000)).parameters
    assert found["r"] == pytest.approx(0.8, rel=0.15)
    assert found["alpha"] == pytest.approx(20, rel=0.2)


@pytest.mark.parametrize(
    ("x", "t_x", "age", "words"),
    [
        ([0.0] * 20, [0.0] * 20, [50.0] * 20, "second day"),
        ([1.0], [3.0], [9.0], "1 customers"),
        ([0.0] * 20, [0.0] * 20, [0.0] * 20, "same day"),
        ([-1.0] * 20, [0.0] * 20, [5.0] * 20, "cannot be"),
        ([2.0] * 20, [9.0] * 20, [5.0] * 20, "cannot be"),
    ],
)
def test_what_cannot_be_fitted_is_said(
    x: list[float], t_x: list[float], age: list[float], words: str
) -> None:
    with pytest.raises(DataError, match=words) as refusal:
        BgNbd.fit(histories(np.array(x), np.array(t_x), np.array(age)))
    assert refusal.value.would_work.ko


def test_amounts_of_nothing_or_below_are_dropped_and_counted() -> None:
    random = np.random.default_rng(2)
    x = random.integers(1, 6, 60).astype(float)
    mean = random.gamma(4, 10, 60)
    mean[:5] = -3.0
    mean[5] = 0.0
    model = GammaGamma.fit(histories(x, x, x + 10, mean))
    assert (model.customer_count, model.dropped) == (54, 6)
    expected = model.expected(histories(x, x, x + 10, mean))
    assert expected[0] == pytest.approx(model.population_mean)
    with pytest.raises(DataError, match="it takes 10"):
        GammaGamma.fit(histories(x, x, x + 10, np.full(60, 20.0)))


def test_lives_that_cannot_be_fitted_are_said() -> None:
    with pytest.raises(DataError, match="Nobody left"):
        ShiftedBetaGeometric.fit_tenures(np.array([3.0, 4.0]), np.array([0.0, 0.0]))
    with pytest.raises(DataError, match="first renewal"):
        ShiftedBetaGeometric.fit_tenures(np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    with pytest.raises(DataError, match="smaller"):
        ShiftedBetaGeometric.fit_survivors((100, 120))
