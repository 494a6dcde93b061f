"""Do plans earn what they say within their bounds, do lots keep their odds, and can a policy be judged from the log?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import betaln

from dangol.core.errors import DangolError, DataError
from dangol.core.language import Said
from dangol.core.predict.uplift.action import Offer
from dangol.core.predict.uplift.evaluation import Logged, doubly_robust_value, inverse_propensity, policy_of
from dangol.core.predict.uplift.model import Uplifts
from dangol.core.predict.uplift.planning import LEFT_ALONE, Plan, plan
from dangol.core.predict.uplift.thompson import (
    NumberVariant,
    RateVariant,
    assign,
    chances_of_being_best,
)

SAID = Said("A call", "전화")


def _offer(
    effect: list[float],
    *,
    without: float = 0.5,
    half: float = 0.01,
    cost: float = 1.0,
    incentive: float = 0.0,
) -> Offer:
    u = np.array(effect)
    return Offer(
        "call",
        SAID,
        Uplifts(np.arange(len(u)), u, u, u - half, u + half, np.full(len(u), without)),
        cost,
        incentive,
    )


def test_the_value_worked_out_by_hand() -> None:
    offer = _offer([0.2, -0.1], incentive=5.0)
    # wasted = 5 * .5 / .8 = 3.125; value = .2 * (100 - 5) - .8 * 3.125 - 1 = 15.5
    assert offer.wasted[0] == pytest.approx(3.125)
    assert offer.value(np.full(2, 100.0))[0] == pytest.approx(15.5)
    assert offer.cost[0] == pytest.approx(1 + 5 * 0.7)
    # lower end .19: wasted stays what is expected: .19 * 95 - .81 * 3.125 - 1
    assert offer.lowest_value(np.full(2, 100.0))[0] == pytest.approx(0.19 * 95 - 0.81 * 3.125 - 1)
    assert offer.value(np.full(2, 100.0))[1] < 0
    assert offer.is_harmful.tolist() == [False, True]


def test_a_negative_cost_is_refused() -> None:
    with pytest.raises(DangolError, match="below 0"):
        _offer([0.1], cost=-1.0)


def _alone(effect: list[float], **bounds: float) -> Plan:
    return plan([_offer(effect)], np.full(len(effect), 100.0), seed=1, exploration=0.0, **bounds)  # type: ignore[arg-type]


def test_only_sure_profit_is_acted_on() -> None:
    made = _alone([0.30, 0.02, 0.019, 0.005, -0.2])
    # The lower ends are .29, .01, .009, ...: times 100 less 1 is above 0 for the first only; .01 gives 0.
    assert made.action.tolist() == [0, LEFT_ALONE, LEFT_ALONE, LEFT_ALONE, LEFT_ALONE]
    assert made.expected_profit == pytest.approx(29.0)
    assert made.lowest_profit == pytest.approx(28.0)
    assert made.expected_cost == pytest.approx(1.0)


def test_the_best_come_first_within_capacity_and_budget() -> None:
    effects = [0.1, 0.4, 0.2, 0.3]
    assert _alone(effects, capacity=2).action.tolist() == [-1, 0, -1, 0]
    assert _alone(effects, budget=3.5).action.tolist() == [-1, 0, 0, 0]
    assert _alone(effects, capacity=0).contact_count == 0
    assert _alone(effects, budget=0.5).contact_count == 0
    assert _alone(effects).contact_count == 4


def _best_of_all(offers: list[Offer], clv: np.ndarray, budget: int) -> float:
    """The highest profit of all plans whose whole costs add up to the budget at most: by dynamic programming."""
    best = np.zeros(budget + 1)
    for n in range(len(clv)):
        ways = [best]
        for offer in offers:
            cost = int(offer.contact_cost)
            ways.append(np.append(np.full(cost, -np.inf), best[:-cost] + offer.value(clv)[n]))
        best = np.max(ways, axis=0)
    return float(best.max())


@pytest.mark.parametrize("budget", [20, 45, 80, 110, 400])
def test_several_offers_fall_short_of_the_best_plan_by_one_customer_at_most(budget: int) -> None:
    """The law of Lagrange's price: only the one change that no longer fits is lost."""
    rng = np.random.default_rng(5)
    clv = rng.uniform(50, 150, 60)
    dear = replace(_offer(rng.uniform(0.1, 0.5, 60).tolist(), cost=3.0), name="visit")
    offers = [_offer(rng.uniform(0.05, 0.3, 60).tolist(), cost=1.0), dear]
    made = plan(offers, clv, seed=1, budget=float(budget), exploration=0.0)
    assert made.expected_cost <= budget
    best = _best_of_all(offers, clv, budget)
    lost = max(float(offer.value(clv).max()) for offer in offers) if budget < 180 else 0.0
    assert best - lost - 1e-9 <= made.expected_profit <= best + 1e-9


def test_nobody_is_contacted_where_the_offer_harms() -> None:
    rng = np.random.default_rng(6)
    effects = rng.uniform(-0.3, 0.3, 2_000)
    made = plan([_offer(effects.tolist())], np.full(2_000, 100.0), seed=2, exploration=0.5)
    harmed = effects + 0.01 < 0
    assert harmed.sum() > 500
    assert (made.action[harmed] == LEFT_ALONE).all()
    assert not made.is_by_lot[harmed].any()
    assert (made.propensity[harmed] == 1.0).all()


def test_lots_stay_within_the_bounds_and_are_reproducible() -> None:
    effects = np.random.default_rng(7).uniform(0.0, 0.3, 1_000).tolist()
    offers = [_offer(effects), _offer(effects[::-1], cost=2.0)]
    clv = np.full(1_000, 100.0)
    made = plan(offers, clv, seed=3, budget=200.0, capacity=150, exploration=0.2)
    again = plan(offers, clv, seed=3, budget=200.0, capacity=150, exploration=0.2)
    assert made.contact_count <= 150
    assert made.expected_cost <= 200.0
    assert (made.action == again.action).all()
    lots = np.bincount(made.action[made.is_by_lot] + 1, minlength=3)
    assert lots[0] == lots[1] == lots[2] == 10
    other = plan(offers, clv, seed=4, budget=200.0, capacity=150, exploration=0.2)
    assert (made.action != other.action).any()


def test_logged_probabilities_are_the_odds_of_the_lots() -> None:
    """Over many seeds each customer gets each offer as often as the logged probability says, equals by lots too."""
    effects = [0.3, 0.3, 0.3, 0.2, 0.1, -0.2]
    offer, clv = _offer(effects * 4), np.full(24, 100.0)
    seen, told = np.zeros(24), np.zeros(24)
    for seed in range(3_000):
        made = plan([offer], clv, seed=seed, capacity=8, exploration=0.4)
        seen += made.action == 0
        told += np.where(made.action == 0, made.propensity, 1 - made.propensity)
    assert told / 3_000 == pytest.approx(seen / 3_000, abs=0.035)
    assert seen[5] == 0
    assert 0.3 < seen[0] / 3_000 < 0.7


def test_bounds_below_zero_are_refused() -> None:
    for bounds in ({"capacity": -1}, {"budget": -1.0}):
        with pytest.raises(DangolError, match="below 0"):
            _alone([0.1], **bounds)
    with pytest.raises(DangolError, match="same customers"):
        plan([], np.ones(3), seed=1)


def _log(seed: int, n: int = 2_000) -> tuple[Logged, np.ndarray, np.ndarray]:
    """What was done by known odds, the mean reward of either way, and a policy to be judged."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    means = np.column_stack([np.full(n, 1.0), 1.0 + x])
    chance = 1 / (1 + np.exp(-x))
    action = np.where(rng.random(n) < chance, 0, LEFT_ALONE)
    done = means[np.arange(n), action + 1]
    logged = Logged(action, np.where(action == 0, chance, 1 - chance), done + rng.normal(size=n))
    return logged, means, policy_of(np.where(x > 0, 0, LEFT_ALONE), 1)


def test_the_value_of_a_policy_lies_in_its_interval() -> None:
    """1 + E[max(x, 0)] = 1 + 1 / sqrt(2 pi); over 200 seeds, missed in 3 to 7 % of them."""
    true = 1 + 1 / np.sqrt(2 * np.pi)
    held: list[tuple[bool, bool]] = []
    for seed in range(200):
        logged, means, policy = _log(seed)
        found = inverse_propensity(logged, policy), doubly_robust_value(logged, policy, means)
        held.append(tuple(each.per_customer.low <= true <= each.per_customer.high for each in found))  # type: ignore[arg-type]
    shares = np.mean(held, axis=0)
    assert (shares >= 0.93).all()
    assert (shares <= 0.97).all()


def test_predictions_narrow_the_interval_and_wrong_ones_do_not_move_it() -> None:
    logged, means, policy = _log(1, 40_000)
    plain, good = inverse_propensity(logged, policy), doubly_robust_value(logged, policy, means)
    wrong = doubly_robust_value(logged, policy, means * 0 + 3.0)
    assert good.per_customer.high - good.per_customer.low < plain.per_customer.high - plain.per_customer.low
    for each in (good, wrong):
        assert each.per_customer.value == pytest.approx(1 + 1 / np.sqrt(2 * np.pi), abs=0.03)
    assert plain.total.value == pytest.approx(40_000 * plain.per_customer.value)
    assert 0 < plain.effective_count < 40_000


def test_a_policy_that_was_never_tried_cannot_be_judged() -> None:
    logged, _, policy = _log(2)
    alone = Logged(np.full(2_000, LEFT_ALONE), np.full(2_000, 1.0), logged.reward)
    with pytest.raises(DataError, match="never done"):
        inverse_propensity(alone, policy)
    with pytest.raises(DataError, match="not above 0"):
        replace(logged, propensity=np.zeros(2_000))


def test_a_plan_can_be_judged_by_its_own_log() -> None:
    """The rewards of a plan, weighed by its own probabilities, give back what contacting all open customers earns."""
    rng = np.random.default_rng(9)
    effects = rng.uniform(0.05, 0.3, 4_000)
    found = []
    for seed in range(40):
        made = plan(
            [_offer(effects.tolist())], np.full(4_000, 100.0), seed=seed, capacity=2_000, exploration=0.5
        )
        reward = np.where(made.action == 0, 100 * effects - 1, 0.0)
        logged = Logged(made.action, made.propensity, reward)
        found.append(
            inverse_propensity(logged, policy_of(np.zeros(4_000, dtype=np.int64), 1)).per_customer.value
        )
    assert np.mean(found) == pytest.approx((100 * effects - 1).mean(), rel=0.03)


def _better(a: int, b: int, c: int, d: int) -> float:
    """P(Beta(c, d) > Beta(a, b)) for whole numbers: Miller 2015, equation 6."""
    return float(
        sum(np.exp(betaln(a + i, b + d) - np.log(d + i) - betaln(1 + i, d) - betaln(a, b)) for i in range(c))
    )


def test_chances_of_rates_are_the_closed_form() -> None:
    for one, other in (((10, 90), (15, 85)), ((3, 40), (5, 20)), ((200, 800), (230, 770))):
        chances = chances_of_being_best([RateVariant("a", *one), RateVariant("b", *other)])
        exact = _better(one[0] + 1, one[1] + 1, other[0] + 1, other[1] + 1)
        assert chances[1] == pytest.approx(exact, abs=2e-4)
    assert chances_of_being_best([RateVariant("a", 5, 5)] * 4) == pytest.approx([0.25] * 4)


def test_numbers_and_unknown_variants() -> None:
    near = [NumberVariant("a", 100, 10.0, 25.0), NumberVariant("b", 100, 10.5, 25.0)]
    # The difference has the mean .5 and the standard error sqrt(.5): the normal chance is .7602.
    assert chances_of_being_best(near)[1] == pytest.approx(0.7602, abs=0.004)
    assert chances_of_being_best([*near, NumberVariant("c", 1, 0.0, 0.0)]).tolist() == [1 / 3] * 3
    with pytest.raises(DangolError, match="None was given"):
        chances_of_being_best([])


def test_variants_are_drawn_with_the_logged_probability() -> None:
    variants = [RateVariant("a", 10, 90), RateVariant("b", 15, 85), RateVariant("c", 1, 99)]
    drawn = assign(variants, 20_000, seed=1)
    assert np.bincount(drawn.variant) / 20_000 == pytest.approx(drawn.chances, abs=0.01)
    assert (drawn.propensity == drawn.chances[drawn.variant]).all()
    assert drawn.chances.min() >= 0.05
    assert (drawn.variant == assign(variants, 20_000, seed=1).variant).all()
    with pytest.raises(DangolError, match="more than 1"):
        assign(variants, 1, seed=1, floor=0.5)


def test_sampling_finds_the_best_variant() -> None:
    rates, won, lost = np.array([0.05, 0.08, 0.12]), np.zeros(3, dtype=int), np.zeros(3, dtype=int)
    rng = np.random.default_rng(3)
    for day in range(40):
        variants = [RateVariant(str(n), int(won[n]), int(lost[n])) for n in range(3)]
        drawn = assign(variants, 100, seed=day).variant
        hit = rng.random(100) < rates[drawn]
        won += np.bincount(drawn[hit], minlength=3)
        lost += np.bincount(drawn[~hit], minlength=3)
    assert (won + lost).argmax() == 2
    assert won.sum() > 4_000 * rates.mean() * 1.2
