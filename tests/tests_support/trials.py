"""Which trials have known effects? Hillstrom's e-mails, a small planted population, and the simulator's campaigns."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.uplift.groups import LOST, PERSUADABLE, SLEEPING_DOG, SURE
from dangol.core.predict.uplift.trial import Trial
from dangol.core.simulate.block import BLOCK, Block
from dangol.core.simulate.business import CHANNELS, DECLINING, LEAD_DAYS, PLANS, USE_DROP, Business
from dangol.core.simulate.lives import lives_of

NUMBERS = ("recency", "history", "mens", "womens", "newbie")
WORDS = ("zip_code", "channel")


def hillstrom(folder: Path, arm: str, outcome: str = "visit") -> Trial:
    """One of the e-mails against none; lots were drawn, one half to each."""
    with (folder / "hillstrom.csv").open(encoding="utf-8") as file:
        everyone = list(csv.DictReader(file))
    assert len(everyone) == 64_000
    rows = [row for row in everyone if row["segment"] in (arm, "No E-Mail")]
    words = {name: tuple(sorted({row[name] for row in everyone})) for name in WORDS}
    columns = [[float(row[name]) for row in rows] for name in NUMBERS]
    columns += [[float(words[name].index(row[name])) for row in rows] for name in WORDS]
    matrix = FeatureMatrix(
        np.arange(len(rows)), (*NUMBERS, *WORDS), np.array(columns).T.copy(), categories=words
    )
    treated = np.array([row["segment"] == arm for row in rows])
    return Trial(matrix, treated, np.array([float(row[outcome]) for row in rows]), np.full(len(rows), 0.5))


@dataclass(frozen=True, eq=False)
class Planted:
    """A trial with what is true of each customer: their type (a position in GROUPS) and their effect given what is seen."""

    trial: Trial
    group: Any
    effect: Any


SHARES = {SURE: 0.35, LOST: 0.25, PERSUADABLE: 0.25, SLEEPING_DOG: 0.15}
STAYS = {SURE: (0.9, 0.9), LOST: (0.1, 0.1), PERSUADABLE: (0.3, 0.7), SLEEPING_DOG: (0.8, 0.5)}
"""Chance to stay left alone, and treated."""
MISTAKEN = 0.1


def planted(customers: int, seed: int, chance: float = 0.5) -> Planted:
    """Four types of customers, seen by a word that is mistaken for one in ten, and two numbers that mean nothing."""
    rng = np.random.default_rng(seed)
    shares = np.array([SHARES[n] for n in range(4)])
    stays = np.array([STAYS[n] for n in range(4)])
    group = rng.choice(4, customers, p=shares)
    word = np.where(rng.random(customers) < MISTAKEN, rng.integers(0, 4, customers), group)
    treated = rng.random(customers) < chance
    stayed = rng.random(customers) < stays[group, treated.astype(int)]
    values = np.column_stack([word, rng.normal(size=(customers, 2))]).astype(np.float64)
    words = {"habit": ("steady", "fading", "curious", "dozing")}
    matrix = FeatureMatrix(
        np.arange(1, customers + 1), ("habit", "noise", "more_noise"), values, categories=words
    )
    joint = shares[:, None] * ((1 - MISTAKEN) * np.eye(4) + MISTAKEN / 4)
    seen = (joint * (stays[:, 1] - stays[:, 0])[:, None]).sum(axis=0) / joint.sum(axis=0)
    trial = Trial(matrix, treated, stayed.astype(np.float64), np.full(customers, chance))
    return Planted(trial, group, seen[word])


def campaign(business: Business, number: int) -> Planted:
    """A campaign of the simulator with what was known on its day; use is as its last two weeks show it, with noise.

    The effect is the planted one of each customer: 1 for the persuadable, -1 for sleeping dogs, 0 for the others.
    """
    blocks = [_exposed(Block(business, n), number) for n in range(-(-business.customers // BLOCK))]
    rows = np.concatenate(blocks)
    n = len(rows)
    words = {"channel": tuple(channel.name for channel in CHANNELS), "plan": PLANS}
    names = ("tenure_days", "channel", "plan", "use_ratio", "use_level")
    matrix = FeatureMatrix(np.arange(n), names, rows[:, :5].copy(), categories=words)
    group = rows[:, 7].astype(int)
    trial = Trial(matrix, rows[:, 5] > 0, rows[:, 6].copy(), np.full(n, 0.5))
    return Planted(trial, group, np.array([0.0, 0.0, 1.0, -1.0])[group])


def _exposed(block: Block, number: int) -> Any:
    lives, people = lives_of(block), block.people
    exposure = lives.exposures[number]
    who = np.flatnonzero(exposure.is_exposed)
    left = lives.ended_untreated[who] - exposure.day
    falls = np.isin(lives.cause[who], DECLINING) * np.clip((LEAD_DAYS - left) / 14, 0, 1)
    noise = np.exp(0.2 * block.rng("use seen").normal(size=(2, len(who))))
    use, level = (1 - USE_DROP * falls) * noise[0], people.use_factor[who] * noise[1]
    return np.column_stack([
        exposure.day - lives.paid_from[who], people.channel[who], people.plan[who], use, level, exposure.is_treated[who],
        lives.ended[who] >= exposure.day + exposure.campaign.window, exposure.effect[who],
    ])  # fmt: skip
