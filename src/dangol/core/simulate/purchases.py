"""When does each shopper buy, and when do they stop? Orders in a rhythm of their own, with returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dangol.core.engine.writer import Coded, Column, Columns, Numbered
from dangol.core.simulate.block import Block, chosen
from dangol.core.simulate.business import CURRENCY, DROP_OUT, GAP_DAYS, GAP_SPREAD
from dangol.core.simulate.season import SHOP_WEEK, Flags, Floats, Ints, day_stamp, day_stamps, moment, season

CHANNELS = ("web", "app", "store")


@dataclass(frozen=True)
class Purchases:
    """The orders of a block: one element an order, by person and time. `rhythm` and `drop` by customer."""

    person: Ints
    """Position in the block."""
    day: Floats
    """Day number with the fraction of the day."""
    amount: Ints
    number: Ints
    """A number of the order that no other order has."""
    rhythm: Floats
    """Mean days between two orders of a customer, planted."""
    drop: Floats
    """Chance after each order that it was the last one, planted."""
    last: Floats
    """Last day on which a customer is a shopper; the end of the data for who still is."""


def purchases_of(block: Block) -> Purchases:
    """Draw the orders of a block's shoppers. A gap is a Gamma of shape 2 around the customer's own rhythm."""
    business, people, n, rng = block.business, block.people, block.count, block.rng("orders")
    busy = season(business.start, business.days, SHOP_WEEK)
    rhythm = GAP_DAYS * np.exp(GAP_SPREAD * rng.standard_normal(n))
    drop = np.clip(DROP_OUT * people.churn_factor, 0, 0.6)
    elapsed = busy.at(people.joined + rng.random(n))
    who, when, left = _rounds(
        rng, np.flatnonzero(~people.is_subscriber), elapsed, rhythm, drop, busy.elapsed[-1]
    )
    order = np.lexsort((when, who))
    person, day = who[order], busy.day_of(when[order])
    basket = np.exp(10.6 + 0.5 * rng.standard_normal(n))[person]
    amount = np.round(basket * np.exp(0.4 * rng.standard_normal(len(person))) / 100).astype(np.int64) * 100
    number = people.ids[person] * 1_000 + _place(person)
    last = _last_days(person, day, left, rhythm, business.days)
    return Purchases(person, day, np.maximum(amount, 1_000), number, rhythm, drop, last)


def _rounds(
    rng: np.random.Generator, who: Ints, elapsed: Floats, rhythm: Floats, drop: Floats, end: float
) -> tuple[Ints, Floats, Flags]:
    """Order after order of everyone at once, until all have stopped or time is up."""
    people, times, left = [], [], np.zeros(len(elapsed), dtype=bool)
    when = elapsed[who]
    while len(who):
        people.append(who)
        times.append(when)
        stays = rng.random(len(who)) >= drop[who]
        left[who[~stays]] = True
        when = when + rhythm[who] * rng.standard_gamma(2.0, len(who)) / 2
        goes_on = stays & (when < end)
        who, when = who[goes_on], when[goes_on]
    none: list[Floats] = [np.empty(0)]
    return np.concatenate([np.empty(0, dtype=np.int64), *people]), np.concatenate(none + times), left


def _place(person: Ints) -> Ints:
    """0 for a person's first order, 1 for the second, ...; the orders are sorted by person."""
    starts = np.flatnonzero(np.diff(person, prepend=-1))
    counts = np.diff(np.append(starts, len(person)))
    return np.arange(len(person)) - np.repeat(starts, counts)


def _last_days(person: Ints, day: Floats, left: Flags, rhythm: Floats, days: int) -> Floats:
    """Who has stopped still looks around for half a rhythm after the last order."""
    last = np.full(len(rhythm), -np.inf)
    np.maximum.at(last, person, np.floor(day))
    return np.where(left, np.minimum(last + 1 + np.floor(rhythm / 2), days), days)


def orders_of(block: Block, purchases: Purchases) -> Columns:
    """The order rows of a block; one in twenty-five is returned within two weeks."""
    business, rng, n = block.business, block.rng("returns"), len(purchases.person)
    back = np.floor(purchases.day) + 1 + np.floor(rng.random(n) * 14) + 0.5
    returned = np.flatnonzero((rng.random(n) < 0.04) & (back < business.days))
    items = 1 + rng.poisson(1.2, n)
    channel = chosen(rng, (0.5, 0.38, 0.12), n)
    row = np.concatenate([np.arange(n), returned])
    is_return = np.arange(len(row)) >= n
    day = np.concatenate([purchases.day, back[returned]])
    sign = np.where(is_return, -1, 1)
    columns: dict[str, Column] = {
        "order_id": Numbered("ord-", purchases.number[row] * 10 + is_return),
        "person_id": block.people.ids[purchases.person[row]],
        "ordered_on": day_stamp(business.start, day),
        "ordered_at": day_stamps(moment(business.start, day)),
        "amount": purchases.amount[row] * sign,
        "currency": Coded((CURRENCY,), np.zeros(len(row), dtype=np.int8)),
        "item_count": items[row] * sign,
        "is_return": is_return,
        "channel": Coded(CHANNELS, channel[row]),
    }
    return columns
