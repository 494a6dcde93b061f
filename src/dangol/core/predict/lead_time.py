"""How many days before a loss does each signal show, and how often does it show where nothing is lost?

Stretches of `within_days` that end with a loss are laid beside stretches that do not. What a signal does in both
is no lead: the days counted are those of its excess before losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.stats.proportion import Proportion

Days = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WITHIN_DAYS: Final = 90
FEWEST_LOSSES: Final = 10
DRAWS: Final = 400
"""Resamples of customers behind an interval."""


@dataclass(frozen=True, eq=False)
class Signal:
    """When something was shown, and by whom: one element a time. Days count from 1970-01-01."""

    name: str
    said: Said
    person_ids: Days
    shown_on: Days


@dataclass(frozen=True, eq=False)
class Stretches:
    """Stretches of being a customer, each ending before the day `until`; `is_lost` where the customer left on it."""

    person_ids: Days
    until: Days
    is_lost: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LeadTime:
    """One row of the panel of leading indicators.

    `median_days` is how long before the loss the signal first showed, in the losses that it goes with beyond
    chance, with its 95 % interval; None where there are too few or none beyond chance. `caught_share` is the share of
    the losses that it preceded, `false_alarm_share` that of the stretches without a loss in which it showed: both
    with Wilson's intervals. `times` is one over the other; None where it never showed without a loss.
    """

    name: str
    said: Said
    median_days: float | None
    low_days: float | None
    high_days: float | None
    loss_count: int
    caught_share: float | None
    caught_low: float | None
    caught_high: float | None
    stay_count: int
    false_alarm_share: float | None
    false_alarm_low: float | None
    false_alarm_high: float | None
    times: float | None
    reason: Said | None = None
    """Why a number is not known."""


def stretches(
    person_ids: Days, started_on: Days, ended_on: Floats, as_of: int, *,
    within_days: int = WITHIN_DAYS, seed: int = 1,
) -> Stretches:  # fmt: skip
    """One stretch of each stay that was long enough: its last days where it ended, otherwise days drawn at random.

    A stretch without a loss ends so early that the `within_days` after it are known to hold none. `ended_on` is NaN
    while a stay lasts.
    """
    rng = np.random.default_rng(seed)
    is_lost = ended_on < as_of
    first = started_on + within_days
    last = np.where(is_lost, ended_on, as_of).astype(np.int64) - np.where(is_lost, 0, within_days)
    drawn = first + np.floor(rng.random(len(first)) * np.maximum(last - first + 1, 1)).astype(np.int64)
    kept = last >= first
    return Stretches(person_ids[kept], np.where(is_lost, last, drawn)[kept], is_lost[kept])


def lead_times(
    signals: Sequence[Signal], known: Stretches, *, within_days: int = WITHIN_DAYS, seed: int = 1
) -> tuple[LeadTime, ...]:
    """A row for each signal: those first that tell most losses from stays (caught less false alarms).

    A RequestError where a person is in two stretches of the same kind and day, or nobody was lost.
    """
    if not known.is_lost.any():
        raise RequestError(
            Said("The lead time of signals was asked for.", "신호의 선행 기간을 요청하셨습니다."),
            Said(
                f"None of {len(known.is_lost)} stretches ended with a loss.",
                f"{len(known.is_lost)}개 구간 가운데 이탈로 끝난 것이 없습니다.",
            ),
            Said(
                f"Look at a time in which customers of {within_days} days or more left.",
                f"{within_days}일 이상 이용한 고객이 떠난 기간을 보십시오.",
            ),
        )
    rows = [
        _lead_time(each, first_leads(each, known, within_days), known.is_lost, within_days, seed)
        for each in signals
    ]
    return tuple(sorted(rows, key=lambda row: -((row.caught_share or 0) - (row.false_alarm_share or 0))))


def first_leads(signal: Signal, known: Stretches, within_days: int) -> Floats:
    """Days before the end of each stretch at which the signal first showed in it; NaN where it did not."""
    order = np.lexsort((signal.shown_on, signal.person_ids))
    people, days = signal.person_ids[order], signal.shown_on[order]
    # One number for person and day, so that one search finds the first show of everybody's stretch.
    reach = int(max(days.max(initial=0), known.until.max())) + 1
    shown = people * reach + days
    begins = known.person_ids * reach + np.maximum(known.until - within_days, 0)
    at = np.searchsorted(shown, begins)
    found = np.append(shown, np.iinfo(np.int64).max)[at]
    lead = known.person_ids * reach + known.until - found
    return np.where(found < known.person_ids * reach + known.until, lead, np.nan)


def _lead_time(
    signal: Signal, leads: Floats, is_lost: npt.NDArray[np.bool_], within_days: int, seed: int
) -> LeadTime:
    shown = ~np.isnan(leads)
    lost, stayed = int(is_lost.sum()), int((~is_lost).sum())
    caught = Proportion(int((shown & is_lost).sum()), lost).interval()
    false = Proportion(int((shown & ~is_lost).sum()), stayed).interval()
    (median, low, high), reason = _median(leads[is_lost], leads[~is_lost], within_days, seed)
    return LeadTime(
        name=signal.name, said=signal.said, median_days=median, low_days=low, high_days=high, loss_count=lost,
        caught_share=caught and caught.value, caught_low=caught and caught.low, caught_high=caught and caught.high,
        stay_count=stayed, false_alarm_share=false and false.value, false_alarm_low=false and false.low,
        false_alarm_high=false and false.high,
        times=caught.value / false.value if caught and false and false.value else None, reason=reason,
    )  # fmt: skip


def _median(
    lost: Floats, stayed: Floats, within_days: int, seed: int
) -> tuple[tuple[float | None, float | None, float | None], Said | None]:
    """The lead by which half of the excess before losses has shown, with its bootstrap interval."""
    unknown = (None, None, None)
    if (~np.isnan(lost)).sum() < FEWEST_LOSSES:
        return unknown, Said(
            f"It showed before fewer than {FEWEST_LOSSES} losses.",
            f"이 신호가 먼저 나타난 이탈이 {FEWEST_LOSSES}건보다 적습니다.",
        )
    rng = np.random.default_rng(seed)
    before, without = _by_day(lost, within_days), _by_day(stayed, within_days)
    excess = _excess(before[None], without[None], len(lost), len(stayed))
    draws = _excess(
        rng.multinomial(len(lost), before / before.sum(), DRAWS),
        rng.multinomial(max(len(stayed), 1), without / max(without.sum(), 1), DRAWS) if len(stayed) else without[None],
        len(lost), max(len(stayed), 1),
    )  # fmt: skip
    # The end that is passed once in forty draws: otherwise the signal cannot be told from what is usual.
    if np.quantile(draws[:, -1], 0.025) <= 0:
        return unknown, Said(
            "It shows as often where nobody leaves.", "떠나지 않는 고객에게도 그만큼 자주 나타납니다."
        )
    half = [float(np.argmax(row >= row[-1] / 2) + 1) for row in (excess[0], *draws)]
    low, high = np.quantile(half[1:], [0.025, 0.975])
    return (half[0], float(low), float(high)), None


def _by_day(leads: Floats, within_days: int) -> Floats:
    """How many first showed so many days before the end: places 0 to within_days - 1, and last those who never did."""
    place = np.where(np.isnan(leads), within_days, np.clip(leads, 1, within_days) - 1).astype(np.int64)
    return np.bincount(place, minlength=within_days + 1).astype(np.float64)


def _excess(lost: npt.NDArray[Any], stayed: npt.NDArray[Any], lost_count: int, stay_count: int) -> Floats:
    """Share of losses before which it first showed beyond chance, summed over the last d days, d = 1 to within_days.

    Going from the start of a stretch to its end, chance shows it on day d to a part h(d) of those to whom it has not
    shown yet, as in stretches without a loss: the excess of day d is f(d) - S(d) h(d).
    """
    first, by_chance = lost[:, :-1] / lost_count, stayed[:, :-1] / max(stay_count, 1)
    not_yet = 1 - _later(first)
    still = 1 - _later(by_chance)
    excess: Floats = np.cumsum(first - not_yet * by_chance / np.maximum(still, 1e-12), axis=1)
    return excess


def _later(shares: Floats) -> Floats:
    """For each day the sum over days further from the end."""
    summed: Floats = np.cumsum(shares[:, ::-1], axis=1)[:, ::-1] - shares
    return summed
