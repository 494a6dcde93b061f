"""Whose own rhythm has broken? A warning that needs no model, and works with fifty customers.

Each customer is compared with themselves (`rhythm` for counts by week, `gaps` for silences), and the share of
false alarms among all warnings is held at `false_discovery_rate` (Benjamini & Hochberg 1995). Who comes so
seldom that even staying away altogether would be no surprise is not watched, and is never warned of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.daily_counts import WEEK, DailyCounts
from dangol.core.predict.gaps import Silences, silences
from dangol.core.predict.rhythm import Expected, expected, usual_rate
from dangol.core.predict.warning_words import days_said, overdue_said, visits_said

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FALSE_DISCOVERY_RATE: Final = 0.2
LIVELY: Final = 5.0
"""Expected count from which two weeks say something; four weeks are looked at below it, gaps below that."""
FEWEST_CUSTOMERS: Final = 2
_WINDOWS: Final = (2, 4)
_DAYS_TELL: Final = 0.75
"""Active days below this share of the usual are what the sentence says; otherwise it says visits."""


@dataclass(frozen=True, eq=False)
class Warnings:
    """One element a customer of the counts it was made from, in their order.

    `window_days` is the stretch that was judged: 14 or 28 days, or 0 where the silence since the last active day
    was. `p_value` and `q_value` are NaN for who is not watched. `since_days` is for how many days the rhythm has
    been broken, NaN for who is not warned of; `said` has a sentence for those who are.
    """

    as_of: date
    unit: str
    person_ids: npt.NDArray[np.int64]
    is_watched: Flags
    is_warned: Flags
    p_value: Floats
    q_value: Floats
    usual_rate: Floats
    """Usual count a week; NaN where it is not known."""
    recent_count: Floats
    """Count within `window_days`; NaN where silence was judged."""
    window_days: npt.NDArray[np.int64]
    usual_gap: Floats
    """Own mean days between two active days; NaN where it is not known."""
    silent_days: Floats
    since_days: Floats
    said: tuple[Said | None, ...]
    false_discovery_rate: float
    everybody: float
    """What the last two weeks were like for everybody against the usual; 1 where nobody can say."""

    def __len__(self) -> int:
        return len(self.person_ids)

    @property
    def watched_count(self) -> int:
        """Customers with a rhythm that can be judged."""
        return int(self.is_watched.sum())

    @property
    def warned_count(self) -> int:
        """Customers whose rhythm has broken."""
        return int(self.is_warned.sum())

    def warned(self) -> npt.NDArray[np.int64]:
        """Positions of those warned of, the most unlikely first."""
        found = np.flatnonzero(self.is_warned)
        return found[np.argsort(self.p_value[found], kind="stable")]


def early_warnings(counts: DailyCounts, *, false_discovery_rate: float = FALSE_DISCOVERY_RATE) -> Warnings:
    """Whose rhythm has broken as of the day of the counts. A RequestError where nobody has a rhythm to break.

    Visits are judged by the last 14 days where at least five were to be expected in them, otherwise by the last
    28, otherwise by the silence since the last active day; purchases always by the silence.
    """
    _check(counts, false_discovery_rate)
    weeks, known = counts.weekly(), counts.known_weeks()
    judged = Judged.of(counts, weeks, known)
    is_watched = judged.lowest < false_discovery_rate
    p = np.where(is_watched, judged.tail, np.nan)
    q = q_values(p)
    is_warned = is_watched & (q <= false_discovery_rate)
    since = np.full(len(counts), np.nan)
    said: list[Said | None] = [None] * len(counts)
    warned = np.flatnonzero(is_warned)
    since[warned] = _since(counts, judged, warned)
    for row, sentence in zip(warned, _sentences(counts, judged, warned, known), strict=True):
        said[int(row)] = sentence
    return Warnings(
        counts.as_of, counts.unit, counts.person_ids, is_watched, is_warned, p, q, judged.rate, judged.count,
        judged.window_days, judged.silences.usual_gap, judged.silences.silent_days, since, tuple(said),
        false_discovery_rate, judged.everybody,
    )  # fmt: skip


def q_values(p_values: Floats) -> Floats:
    """The smallest false discovery rate at which each would be among the discoveries; NaN stays NaN.

        q_(i) = min over j >= i of m p_(j) / j

    Source: Benjamini & Hochberg 1995 (JRSS B 57:289); the first rows of their table of 15:

    >>> q_values(np.array([0.0001, 0.0004, 0.0019, 0.0095]))[:3].round(4).tolist()
    [0.0004, 0.0008, 0.0025]
    """
    out = np.full(len(p_values), np.nan)
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    scaled = p_values[order] * len(order) / np.arange(1, len(order) + 1)
    out[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return out


@dataclass(frozen=True, eq=False)
class Judged:
    """Each customer's tail probability by the window that suits them, and the lowest it could have been."""

    tail: Floats
    lowest: Floats
    window_days: npt.NDArray[np.int64]
    rate: Floats
    count: Floats
    mean: Floats
    silences: Silences
    everybody: float

    @classmethod
    def of(cls, counts: DailyCounts, weeks: Floats, known: npt.NDArray[np.int64]) -> Judged:
        """The judgement of everybody; the window depends on the own past alone, never on the recent count."""
        if counts.unit == "purchases" or weeks.shape[1] <= _WINDOWS[-1]:
            return _judged_by_silence(silences(counts))
        by_window = [expected(weeks, known, window) for window in _WINDOWS]
        lively = np.any([each.is_known & (each.mean >= LIVELY) for each in by_window], axis=0)
        judged = _judged_by_silence(silences(counts, ~lively))
        for each in reversed(by_window):
            judged = _better(judged, each)
        return judged


def _judged_by_silence(gone_by: Silences) -> Judged:
    n = len(gone_by.tail)
    rate = np.where(gone_by.usual_gap > 0, WEEK / gone_by.usual_gap, np.nan)
    lowest = np.where(gone_by.is_known, 0.0, 1.0)
    return Judged(
        gone_by.tail, lowest, np.zeros(n, dtype=np.int64), rate, np.full(n, np.nan), np.zeros(n), gone_by, 1.0
    )


def _better(far: Judged, near: Expected) -> Judged:
    """The shorter window for those of whom enough was to be expected in it."""
    here = near.is_known & (near.mean >= LIVELY)
    return Judged(
        np.where(here, near.tail(), far.tail),
        np.where(here, near.tail_of_none(), far.lowest),
        np.where(here, near.window * WEEK, far.window_days),
        np.where(near.is_known, near.rate, far.rate),
        np.where(here, near.count, far.count),
        np.where(here, near.mean, far.mean),
        far.silences,
        near.factor,
    )


def _since(counts: DailyCounts, judged: Judged, warned: npt.NDArray[Any]) -> Floats:
    """Days for which each rhythm has been broken: the start at which a fall to the recent level is likeliest.

    For counts, the largest sum of (k usual - count) over the last days, k = (r - 1) / ln r with r the recent
    share of the usual: the likelihood of a Poisson rate that fell to r. For silences, the days overdue.
    """
    silent = judged.silences.silent_days[warned]
    usual = np.nan_to_num(judged.silences.usual_gap[warned])
    by_days = judged.window_days[warned] > 0
    since: Floats = np.maximum(np.ceil(silent - usual), 1.0)
    rows = warned[by_days]
    if len(rows):
        daily = counts.daily(rows)[:, : 2 * WEEK * _WINDOWS[-1]]
        ratio = np.clip(judged.count[rows] / np.maximum(judged.mean[rows], 1e-9), 0.02, 0.98)
        level = (ratio - 1) / np.log(ratio) * judged.mean[rows] / judged.window_days[rows]
        deficit = np.cumsum(level[:, None] - daily, axis=1)
        since[by_days] = deficit.argmax(axis=1) + 1
    return since


def _sentences(
    counts: DailyCounts, judged: Judged, warned: npt.NDArray[Any], known: npt.NDArray[np.int64]
) -> list[Said]:
    some = counts.take(warned)
    weeks = np.minimum(some.weekly(of_days=True), WEEK)
    factors = np.ones(weeks.shape[1])
    there = np.arange(weeks.shape[1]) < known[warned][:, None]
    out = []
    for place, row in enumerate(warned):
        window = int(judged.window_days[row])
        if not window:
            usual, silent = judged.silences.usual_gap[row], judged.silences.silent_days[row]
            out.append(overdue_said(counts.unit, float(usual), int(silent)))
            continue
        one = slice(place, place + 1)
        usual_days = float(usual_rate(weeks[one], there[one], factors, window // WEEK)[0][0])
        recent_days = float(weeks[place, : window // WEEK].sum())
        if recent_days <= _DAYS_TELL * usual_days * window / WEEK:
            out.append(days_said(usual_days, int(recent_days), window))
        else:
            out.append(visits_said(float(judged.rate[row]), int(judged.count[row]), window))
    return out


def _check(counts: DailyCounts, rate: float) -> None:
    asked = Said("Early warnings were asked for.", "조기 경보를 요청하셨습니다.")
    if not 0 < rate < 1:
        raise RequestError(
            asked,
            Said(
                f"A false discovery rate of {rate} is no share of the warnings.",
                f"잘못된 경보의 비율 {rate}은(는) 비율이 아닙니다.",
            ),
            Said("Give a share between 0 and 1, for example 0.1.", "0과 1 사이의 비율을 주십시오. 예: 0.1."),
        )
    if len(counts) < FEWEST_CUSTOMERS or not len(counts.ago):
        raise RequestError(
            asked,
            Said(
                f"There are {len(counts)} customers with {len(counts.ago)} active days in the last {counts.days}.",
                f"최근 {counts.days}일에 활동한 고객은 {len(counts)}명, 활동한 날은 {len(counts.ago)}일입니다.",
            ),
            Said(
                "Bring events or orders with their days, of at least six weeks.",
                "날짜가 있는 이벤트나 주문을 6주 이상 가져오십시오.",
            ),
        )


__all__ = ["FALSE_DISCOVERY_RATE", "Judged", "Warnings", "early_warnings", "q_values"]
