"""How long does each subscriber stay, why do they leave, and who is moved by a campaign?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from statistics import NormalDist

import numpy as np

from dangol.core.simulate.block import Block, People, chosen_by_row
from dangol.core.simulate.business import (
    CAMPAIGNS,
    CAUSES,
    COMEBACK_AFTER,
    COMEBACK_SHARE,
    PHASES,
    QUIET_SHARE,
    RECORDED_SHARE,
    TRIAL_CONVERSION,
    TRIAL_DAYS,
    Campaign,
)
from dangol.core.simulate.season import Codes, Flags, Floats, Ints

NEVER = np.inf

_STARTS = np.array([phase.starts for phase in PHASES], dtype=np.float64)
_HAZARDS = np.array([phase.hazard for phase in PHASES])
_SHARES = np.array([phase.shares for phase in PHASES])
_CUMULATIVE = np.concatenate([[0.0], np.cumsum(_HAZARDS[:-1] * np.diff(_STARTS))])


def cumulative_hazard(tenure: Floats) -> Floats:
    """Expected number of churns by a day of paying, for a channel of factor 1: piecewise linear."""
    phase = phase_of(tenure)
    out: Floats = _CUMULATIVE[phase] + _HAZARDS[phase] * (tenure - _STARTS[phase])
    return out


def tenure_at(hazard: Floats) -> Floats:
    """The day of paying by which so much hazard has been met; the inverse of `cumulative_hazard`."""
    phase = np.searchsorted(_CUMULATIVE, hazard, side="right") - 1
    out: Floats = _STARTS[phase] + (hazard - _CUMULATIVE[phase]) / _HAZARDS[phase]
    return out


def phase_of(tenure: Floats) -> Ints:
    """Position in PHASES of a day of paying."""
    return np.asarray(np.searchsorted(_STARTS, tenure, side="right") - 1)


@dataclass(frozen=True)
class Exposure:
    """Who was in a campaign, what it did to them, and what they would have done in either arm."""

    campaign: Campaign
    day: int
    is_exposed: Flags
    is_treated: Flags
    effect: Codes
    """Position in EFFECTS."""


@dataclass(frozen=True)
class Lives:
    """The subscribers of a block, one element a customer of the block (also of those who do not subscribe).

    Days are day numbers; `inf` is never. They may lie behind the end of the data, where nobody sees them.
    """

    paid_from: Floats
    """First paying day; `inf` for who never pays."""
    trial_ends: Floats
    """End of the trial; `inf` without one."""
    ended: Floats
    """First day without the product: the trial's end for who did not convert."""
    cause: Codes
    """Position in CAUSES; -1 for who does not pay."""
    is_recorded: Flags
    """Whether the cause was written down."""
    back: Floats
    """First day of the second life."""
    ended_again: Floats
    cause_again: Codes
    ended_untreated: Floats
    """What `ended` would be without campaigns."""
    exposures: tuple[Exposure, ...] = field(default=())

    @property
    def tenure(self) -> Floats:
        """Days of paying in the first life."""
        return self.ended - np.where(np.isfinite(self.paid_from), self.paid_from, self.ended)


def lives_of(block: Block) -> Lives:
    """Draw the lives of a block's subscribers, send the campaigns, and let some come back."""
    lives = _first_lives(block)
    for number, campaign in enumerate(CAMPAIGNS if block.business.is_detailed else ()):
        lives = _sent(block, lives, campaign, block.rng(f"campaign {number}"))
    return _with_comebacks(block, lives)


def _first_lives(block: Block) -> Lives:
    people, n, rng = block.people, block.count, block.rng("lives")
    converts = people.is_subscriber & (~people.has_trial | (rng.random(n) < TRIAL_CONVERSION))
    paid_from = np.where(converts, people.joined + TRIAL_DAYS * people.has_trial, NEVER)
    ended, cause = _ends(rng, people, np.where(converts, paid_from, 0), 0.0)
    trial_ends = np.where(people.has_trial, people.joined + TRIAL_DAYS, NEVER)
    ended = np.where(converts, ended, trial_ends)
    never = np.full(n, NEVER)
    return Lives(
        paid_from, trial_ends, ended, np.where(converts, cause, -1), rng.random(n) < RECORDED_SHARE,
        never, never, np.full(n, -1, dtype=np.int8), ended,
    )  # fmt: skip


def _ends(rng: np.random.Generator, people: People, since: Floats, tenure: float) -> tuple[Floats, Codes]:
    """First day without the product and cause, for who pays from `since` and begins at this day of paying."""
    met = rng.standard_exponential(len(since)) / people.churn_factor
    reached = tenure_at(cumulative_hazard(np.full(len(since), tenure)) + met)
    cause = chosen_by_row(rng, _SHARES[phase_of(reached)])
    return since + 1 + np.floor(reached - tenure), cause


def _sent(block: Block, lives: Lives, campaign: Campaign, rng: np.random.Generator) -> Lives:
    """The same lives after a campaign: persuadable people stay if treated, sleeping dogs leave."""
    n, day = block.count, block.business.day(campaign.when)
    is_exposed = (lives.paid_from < day) & (lives.ended > day)
    is_treated = is_exposed & (rng.random(n) < 0.5)
    effect = _effects(lives, campaign, day, rng, _restless(block))
    is_saved = is_treated & (effect == 2)
    is_woken = is_treated & (effect == 3)
    later, cause = _ends(rng, block.people, np.full(n, float(day + campaign.window)), _STARTS[-1])
    sooner = day + 1 + np.floor(rng.random(n) * (campaign.window - 2))
    return replace(
        lives,
        ended=np.select([is_saved, is_woken], [later, sooner], lives.ended),
        cause=np.where(is_saved | is_woken, cause, lives.cause),
        exposures=(*lives.exposures, Exposure(campaign, day, is_exposed, is_treated, effect)),
    )


def _restless(block: Block) -> Floats:
    """How many times likelier than in the whole each customer is a sleeping dog."""
    use = block.people.use_factor
    if not block.business.dogs_are_quiet:
        return np.ones(len(use))
    quiet = np.exp(block.business.use_spread * NormalDist().inv_cdf(QUIET_SHARE))
    return np.where(use < quiet, 1 / QUIET_SHARE, 0.0)


def _effects(lives: Lives, campaign: Campaign, day: int, rng: np.random.Generator, restless: Floats) -> Codes:
    """Position in EFFECTS of everyone, from what they would do untreated and how they take the offer."""
    would_leave = lives.ended < day + campaign.window
    moved = rng.random(len(would_leave))
    persuadable = would_leave & (moved < np.array(campaign.persuadable)[lives.cause % len(CAUSES)])
    sleeping = ~would_leave & (moved < campaign.sleeping * restless)
    return np.select([persuadable, sleeping, would_leave], [2, 3, 1], 0).astype(np.int8)


def _with_comebacks(block: Block, lives: Lives) -> Lives:
    """Some of those who paid and left come back, once, after two months or more."""
    n, rng = block.count, block.rng("comebacks")
    returns = (lives.cause >= 0) & (rng.random(n) < COMEBACK_SHARE)
    wait = COMEBACK_AFTER + np.floor(np.exp(np.log(30) + 0.6 * rng.standard_normal(n)))
    back = np.where(returns, lives.ended + wait, NEVER)
    ended, cause = _ends(rng, block.people, np.where(returns, back, 0), _STARTS[1])
    return replace(
        lives,
        back=back,
        ended_again=np.where(returns, ended, NEVER),
        cause_again=np.where(returns, cause, -1),
    )


def seen(day: Floats, days: int) -> Floats:
    """A day number, or `inf` when it lies behind the end of the data."""
    return np.where(day < days, day, NEVER)
