"""Whom to contact, with which offer, under a budget and a capacity, and whom to leave alone? With lots kept for learning.

A customer is contacted where even the lower end of the profit lies above 0, the best profit for the money first. A part
of the contacts goes by lots, and as many are left alone by lots, so that the next model can be learned and this plan be
judged: for everyone the probability of what was done is kept. Whoever an offer surely drives away is in neither part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.uplift.action import Offer
from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.trial import Flags

Ints = npt.NDArray[np.int64]
EXPLORATION = 0.1
LEFT_ALONE = -1
HALVINGS = 60


@dataclass(frozen=True, eq=False)
class Plan:
    """What is done with each customer, [n]: a position among the offers, LEFT_ALONE for none.

    `propensity` is the probability with which just that was done; `is_by_lot` marks the part kept for learning.
    Money is the sum over those contacted; `lowest_profit` takes the lower end of every single interval.
    """

    person_ids: Ints
    action: Ints
    propensity: Floats
    is_by_lot: Flags
    expected_profit: float
    lowest_profit: float
    expected_cost: float

    @property
    def contact_count(self) -> int:
        """Customers who are contacted."""
        return int((self.action != LEFT_ALONE).sum())


@dataclass(frozen=True, eq=False)
class _Table:
    """Profit, its lower end, cost and rank of each customer under each offer, [n, a]; who is allowed, and who open."""

    value: Floats
    lowest: Floats
    cost: Floats
    score: Floats
    is_allowed: Flags
    is_open: Flags


@dataclass(frozen=True, eq=False)
class _Allotted:
    """What each customer gets within the bounds, [n]: `most` with probability `chance`, `least` otherwise."""

    action: Ints
    most: Ints
    least: Ints
    chance: Floats


def plan(
    offers: Sequence[Offer],
    clv: Floats,
    *,
    seed: int,
    budget: float | None = None,
    capacity: int | None = None,
    exploration: float = EXPLORATION,
) -> Plan:
    """Plan offers for the same customers; `clv`, [n], is what each is worth if they stay.

    `budget` bounds the expected cost, `capacity` the contacts, None is no bound; `exploration`, 0 to 1, is the part
    of what they allow that goes by lots. The same seed, the same plan. A RequestError for a bound below 0.
    """
    _check(offers, clv, budget, capacity, exploration)
    table = _table(offers, clv)
    rng = np.random.default_rng(seed)
    by_lot = _lots(table, _afforded(table, budget, capacity), exploration, rng)
    contacts = by_lot[by_lot >= 0]
    left_capacity = None if capacity is None else capacity - len(contacts)
    left_budget = None if budget is None else budget - float(table.cost.max(axis=0)[contacts].sum())
    allotted = _allotted(table, left_budget, left_capacity, rng)
    is_by_lot = by_lot > -2
    action = np.where(is_by_lot, by_lot, allotted.action)
    return _planned(offers, table, action, _propensity(table, by_lot, action, allotted), is_by_lot)


def _check(
    offers: Sequence[Offer], clv: Floats, budget: float | None, capacity: int | None, exploration: float
) -> None:
    asked = Said("Contacts were to be planned.", "연락 계획을 세우도록 요청하셨습니다.")
    if not offers or any(len(offer.uplifts) != len(clv) for offer in offers):
        raise RequestError(
            asked,
            Said("There is no offer, or one of other customers.", "제안이 없거나 고객이 서로 다릅니다."),
            Said(
                "Give offers and values for the same customers.", "같은 고객에 대한 제안과 가치를 주십시오."
            ),
        )
    if (
        (budget is not None and budget < 0)
        or (capacity is not None and capacity < 0)
        or not 0 <= exploration <= 1
    ):
        raise RequestError(
            asked,
            Said(
                "A bound is below 0, or the part that goes by lots is not between 0 and 1.",
                "한도가 0보다 작거나, 추첨 비율이 0과 1 사이가 아닙니다.",
            ),
            Said("For example: capacity=500, exploration=0.1.", "예: capacity=500, exploration=0.1."),
        )


def _table(offers: Sequence[Offer], clv: Floats) -> _Table:
    value, lowest, cost, score = (
        np.column_stack(columns)
        for columns in (
            [offer.value(clv) for offer in offers],
            [offer.lowest_value(clv) for offer in offers],
            [offer.cost for offer in offers],
            [offer.uplifts.score for offer in offers],
        )
    )
    harmful = np.column_stack([offer.is_harmful for offer in offers])
    return _Table(value, lowest, cost, score, (lowest > 0) & ~harmful, np.asarray(~harmful.any(axis=1)))


def _afforded(table: _Table, budget: float | None, capacity: int | None) -> int:
    """Contacts that the bounds allow at the dearest."""
    open_count, dearest = int(table.is_open.sum()), float(table.cost.max())
    by_budget = open_count if budget is None or dearest <= 0 else int(budget // dearest)
    return min(open_count, by_budget, open_count if capacity is None else capacity)


def _lots(table: _Table, afforded: int, exploration: float, rng: np.random.Generator) -> Ints:
    """For whom lots decide: an offer, or LEFT_ALONE; -2 for all others. Each way has equally many."""
    offers, out = table.value.shape[1], np.full(len(table.value), -2, dtype=np.int64)
    open_rows = np.flatnonzero(table.is_open)
    each = min(int(exploration * afforded) // offers, len(open_rows) // (offers + 1))
    drawn = rng.permutation(open_rows)[: each * (offers + 1)]
    out[drawn] = np.arange(len(drawn)) % (offers + 1) - 1
    return out


def _allotted(
    table: _Table, budget: float | None, capacity: int | None, rng: np.random.Generator
) -> _Allotted:
    """The best offer of each customer within the bounds.

    A price on money is raised until what is still worth it fits the budget (Lagrange). Between the last price that does
    not fit and the first that does lie equals: the best ranked of them are taken while they fit, then lots decide.
    """
    low, high = _prices(table, budget, capacity)
    most, least = (
        _priced(table, low, capacity, with_equals=True),
        _priced(table, high, capacity, with_equals=False),
    )
    rows = np.flatnonzero(most != least)
    before, after = _cost_of(table, least)[rows], _cost_of(table, most)[rows]
    score = table.score[rows, np.maximum(most[rows], 0)]
    order = np.lexsort((rng.random(len(rows)), -score))
    fits = np.ones(len(rows), dtype=np.bool_)
    if budget is not None:
        fits &= _cost_of(table, least).sum() + np.cumsum((after - before)[order]) <= budget
    if capacity is not None:
        is_more = (most[rows] >= 0).astype(np.int64) - (least[rows] >= 0)
        fits &= (least >= 0).sum() + np.cumsum(is_more[order]) <= capacity
    taken = np.zeros(len(rows), dtype=np.bool_)
    taken[order[fits]] = True
    action, chance = least.copy(), np.ones(len(most))
    action[rows[taken]] = most[rows[taken]]
    chance[rows] = _share_of_equals(np.column_stack([score, most[rows], least[rows]]), taken)
    return _Allotted(action, most, least, chance)


def _share_of_equals(keys: Floats, taken: Flags) -> Floats:
    """Of those with the same row of `keys`, the share that was taken, [n]."""
    if not len(keys):
        return np.empty(0)
    alike = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    return np.asarray((np.bincount(alike, taken) / np.bincount(alike))[alike])


def _prices(table: _Table, budget: float | None, capacity: int | None) -> tuple[float, float]:
    """Two prices of money, next to each other: at the first the budget is overspent, at the second it holds."""
    if budget is None or _spent(table, 0.0, capacity) <= budget:
        return 0.0, 0.0
    low, high = 0.0, float((table.value / np.maximum(table.cost, 1e-12)).max()) + 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _spent(table, middle, capacity) > budget else (low, middle)
    return low, high


def _priced(table: _Table, price: float, capacity: int | None, *, with_equals: bool) -> Ints:
    """Each customer's best offer at a price of money, LEFT_ALONE where none is worth it, [n].

    Of equals at the edge of the capacity all are taken, or none.
    """
    gain = np.where(table.is_allowed, table.value - price * table.cost, -np.inf)
    worth = gain.max(axis=1)
    is_taken = worth > 0
    if capacity is not None and is_taken.sum() > capacity:
        bar = np.partition(worth[is_taken], -capacity)[-capacity] if capacity else np.inf
        is_taken &= worth >= bar if with_equals else worth > bar
    return np.where(is_taken, gain.argmax(axis=1), LEFT_ALONE)


def _cost_of(table: _Table, choice: Ints) -> Floats:
    """What each customer's offer costs, [n]; 0 where there is none."""
    return np.where(choice >= 0, table.cost[np.arange(len(choice)), np.maximum(choice, 0)], 0.0)


def _spent(table: _Table, price: float, capacity: int | None) -> float:
    return float(_cost_of(table, _priced(table, price, capacity, with_equals=True)).sum())


def _propensity(table: _Table, by_lot: Ints, action: Ints, allotted: _Allotted) -> Floats:
    """Probability of what was done: by lots, or by choice where the lots passed by."""
    drawn = by_lot[by_lot > -2]
    open_count = max(int(table.is_open.sum()), 1)
    lots = np.where(table.is_open, len(drawn) / open_count, 0.0)
    shares = np.bincount(drawn + 1, minlength=table.value.shape[1] + 1) / open_count
    otherwise = np.where(action == allotted.least, 1 - allotted.chance, 0.0)
    by_choice = np.where(action == allotted.most, allotted.chance, otherwise)
    return np.asarray((1 - lots) * by_choice + np.where(table.is_open, shares[action + 1], 0.0))


def _planned(
    offers: Sequence[Offer], table: _Table, action: Ints, propensity: Floats, is_by_lot: Flags
) -> Plan:
    cells = np.flatnonzero(action >= 0), action[action >= 0]
    sums = (float(each[cells].sum()) for each in (table.value, table.lowest, table.cost))
    return Plan(offers[0].uplifts.person_ids, action, propensity, is_by_lot, *sums)
