"""Which customers are drawn together? A block: its seeds, and the people in it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dangol.core.simulate.business import (
    CHANNELS,
    FRIEND,
    PLAN_SHARES,
    TRIAL_SHARE,
    Business,
)
from dangol.core.simulate.season import Codes, Flags, Floats, Ints, joining

BLOCK = 4_096
"""Customers drawn with one seed. Never changes with chunks or threads, so the rows do not either."""


@dataclass(frozen=True)
class Block:
    """Customers `first` to `first + count - 1` of a business (numbers from 1)."""

    business: Business
    number: int

    @property
    def first(self) -> int:
        """The number of the first customer in the block."""
        return self.number * BLOCK + 1

    @property
    def count(self) -> int:
        """Customers in the block."""
        return min(BLOCK, self.business.customers - self.number * BLOCK)

    def rng(self, topic: str) -> np.random.Generator:
        """A stream of random numbers of its own for each topic, so that one never shifts another."""
        key = (self.number, zlib.crc32(topic.encode()))
        return np.random.default_rng(np.random.SeedSequence(self.business.seed, spawn_key=key))

    @cached_property
    def people(self) -> People:
        """Who the customers are."""
        return people_of(self)


@dataclass(frozen=True)
class People:
    """What is true of each customer of a block from the first day; one element a customer."""

    ids: Ints
    joined: Floats
    """Day number of joining."""
    channel: Codes
    referrer: Ints
    """Customer number; -1 for nobody."""
    is_english: Flags
    is_subscriber: Flags
    has_trial: Flags
    plan: Codes
    account: Ints
    """Number of the first member of the account; -1 for none."""
    use_factor: Floats
    """How much more than the median customer this one uses the product."""

    @property
    def churn_factor(self) -> Floats:
        """How churn compares with the plan's, by channel."""
        return np.array([channel.churn_factor for channel in CHANNELS])[self.channel]


def people_of(block: Block) -> People:
    """Draw the customers of a block. Numbers rise with the day of joining."""
    business, n, rng = block.business, block.count, block.rng("people")
    ids = block.first + np.arange(n)
    when = joining(business.start, business.days, business.launch_share)
    joined = np.floor(when.day_of((ids - 0.5) / business.customers))
    channel = chosen(rng, [c.share for c in CHANNELS], n)
    channel[(channel == FRIEND) & (ids == 1)] = 0
    referrer = np.where(channel == FRIEND, 1 + np.floor(rng.random(n) * (ids - 1)), -1)
    is_subscriber = rng.random(n) < business.subscriber_share
    return People(
        ids=ids,
        joined=np.minimum(joined, business.days - 1),
        channel=channel,
        referrer=referrer.astype(np.int64),
        is_english=rng.random(n) < business.english_share,
        is_subscriber=is_subscriber,
        has_trial=is_subscriber & (rng.random(n) < TRIAL_SHARE),
        plan=chosen(rng, PLAN_SHARES, n),
        account=np.where(is_subscriber, _accounts(rng, ids), -1),
        use_factor=np.exp(business.use_spread * rng.standard_normal(n)),
    )


def chosen(rng: np.random.Generator, shares: list[float] | tuple[float, ...], n: int) -> Codes:
    """Positions drawn with the given shares."""
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(n), side="right").astype(np.int8)


def chosen_by_row(rng: np.random.Generator, shares: NDArray[np.float64]) -> Codes:
    """Positions drawn with the shares of each row."""
    drawn: Codes = (
        (rng.random((len(shares), 1)) > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1).astype(np.int8)
    )
    return drawn


def _accounts(rng: np.random.Generator, ids: Ints) -> Ints:
    """Neighbours form groups of four in the mean, and a third of the groups are firms."""
    starts = rng.random(len(ids)) < 0.25
    starts[0] = True
    group = np.cumsum(starts) - 1
    is_firm = rng.random(len(ids))[group] < 0.33
    return np.where(is_firm, ids[np.flatnonzero(starts)[group]], -1)
