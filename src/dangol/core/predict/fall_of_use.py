"""From how many days before they leave does the use of customers fall, and by how much? One curve of all losses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.daily_counts import DailyCounts
from dangol.core.stats.interval import Interval

Floats = npt.NDArray[np.float64]

FEWEST_LOSSES: Final = 20
DRAWS: Final = 400
"""Resamples of customers behind the intervals."""


@dataclass(frozen=True, eq=False)
class FallOfUse:
    """`days` before the loss use falls to `level` of the usual (1 is no fall), both with their 95 % intervals.

    `curve[d - 1]` is the use d days before the loss against the usual of the same customers. `is_seen` is false
    where a fall of any size is within chance; `days` is no lead then.
    """

    days: Interval
    level: Interval
    loss_count: int
    curve: Floats
    is_seen: bool


def fall_of_use(counts: DailyCounts, *, most_days: int = 60, seed: int = 1) -> FallOfUse:
    """Where the use before losses breaks, of counts whose days are days before each one's own loss.

    The usual is the mean of the days before the last `most_days`. The break is the day at which a Poisson rate that
    falls once is likeliest; losses of all weekdays and seasons are added up, which evens those out. Customers whose
    use does not fall are in it too, so `level` is that of all losses. A RequestError below 20 usable losses, and for
    purchases, where a loss is a silence itself.
    """
    if counts.unit == "purchases":
        raise _silence_is_the_loss()
    usable = (counts.known_days >= counts.days) & (np.bincount(counts.row, minlength=len(counts)) > 0)
    if usable.sum() < FEWEST_LOSSES or counts.days <= most_days:
        raise _too_few(int(usable.sum()), counts.days)
    daily = counts.daily(np.flatnonzero(usable))
    # One lively customer is no curve: nobody weighs more than the median one.
    usual = daily[:, most_days:].mean(axis=1, keepdims=True)
    daily = daily / np.maximum(usual, max(float(np.median(usual)), 1 / counts.days))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(daily), np.full(len(daily), 1 / len(daily)), DRAWS).astype(np.float64)
    curves = np.vstack([np.ones(len(daily)), weights]) @ daily
    curves /= curves[:, most_days:].mean(axis=1, keepdims=True)
    days, level = _breaks(curves[:, :most_days])
    ends, levels = np.quantile(days[1:], [0.025, 0.975]), np.quantile(level[1:], [0.025, 0.975])
    return FallOfUse(
        Interval(float(days[0]), float(ends[0]), float(ends[1])),
        Interval(float(level[0]), float(levels[0]), float(levels[1])),
        len(daily), curves[0], bool(levels[1] < 1),
    )  # fmt: skip


def _breaks(curves: Floats) -> tuple[Floats, Floats]:
    """Day and level of each curve's likeliest fall from 1: the largest d (m ln m - m + 1), m the mean of d days."""
    day = np.arange(1, curves.shape[1] + 1)
    mean = np.maximum(np.cumsum(curves, axis=1) / day, 1e-9)
    gain = np.where(mean < 1, day * (mean * np.log(mean) - mean + 1), 0.0)
    at = gain.argmax(axis=1)
    return (at + 1).astype(np.float64), mean[np.arange(len(curves)), at]


def _silence_is_the_loss() -> RequestError:
    return RequestError(
        Said("The fall of use before losses was asked for.", "이탈 전 사용량 감소를 요청하셨습니다."),
        Said(
            "A shop's loss is a silence itself, so purchases end before every one.",
            "쇼핑 고객의 이탈은 구매가 없는 기간 그 자체이므로, 이탈 전에는 늘 구매가 없습니다.",
        ),
        Said(
            "Ask for the gaps: early_warnings() says who is overdue.",
            "구매 간격을 보십시오. early_warnings()가 늦어진 고객을 알려 줍니다.",
        ),
    )


def _too_few(count: int, days: int) -> RequestError:
    return RequestError(
        Said("The fall of use before losses was asked for.", "이탈 전 사용량 감소를 요청하셨습니다."),
        Said(
            f"{count} of the customers who left have {days} days of use before it.",
            f"떠난 고객 가운데 이전 {days}일의 이용 기록이 있는 고객은 {count}명입니다.",
        ),
        Said(
            f"It needs {FEWEST_LOSSES} such losses: take a longer time.",
            f"그런 이탈이 {FEWEST_LOSSES}건 필요합니다. 더 긴 기간을 보십시오.",
        ),
    )
