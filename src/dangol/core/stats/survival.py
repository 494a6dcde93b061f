"""How long does it take, counting those for whom it has not happened yet? Kaplan-Meier and log-rank.

    spells: duration int64 (or float64), is_event boolean; False while it has not happened: the spell is censored

A spell that is censored at a duration was still at risk there (events come before censoring).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import erfc, exp, gamma
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.stats.interval import CONFIDENCE, normal_quantile

if TYPE_CHECKING:
    import numpy as np

_SLACK = 1e-12
"""A survival is a product of fractions taken as exp(sum of logs); a half may miss 0.5 by this much."""


def kaplan_meier(
    spells: Table, by: Sequence[str] = (), *, weight: str | None = None, confidence: float = CONFIDENCE
) -> Table:
    """Survival after each duration that occurs, for each group of `by`.

    Returns by..., duration, at_risk, events, survival, standard_error, low, high. The standard error is
    Greenwood's; low and high are the log-log interval, null while nothing has happened and where nobody is left.

        S(t) = prod (1 - d_i / n_i),  Var S = S^2 sum d_i / (n_i (n_i - d_i)),
        S^exp(+-z sqrt(sum) / ln S)

    `weight` is a column that says how many people a row stands for. Source: Kaplan & Meier 1958;
    Greenwood 1926; Kalbfleisch & Prentice 2002, equation 1.11.
    """
    steps = _falls(_steps(spells, by, weight), by)
    spread = steps.survival * steps.greenwood**0.5
    is_inside = (steps.survival > 0) & (steps.greenwood > 0)
    exponent = normal_quantile(confidence) * steps.greenwood**0.5 / -steps.log_survival.nullif(0.0)
    return steps.select(
        *by, "duration", "at_risk", "events", "survival",
        standard_error=ibis.ifelse(steps.survival > 0, spread, ibis.null("float64")),
        low=ibis.ifelse(is_inside, steps.survival ** exponent.exp(), ibis.null("float64")),
        high=ibis.ifelse(is_inside, steps.survival ** (-exponent).exp(), ibis.null("float64")),
    )  # fmt: skip


def _steps(spells: Table, by: Sequence[str], weight: str | None) -> Table:
    """by..., duration, at_risk, events: how many reached each duration, and for how many it happened there."""
    weights = spells[weight] if weight else ibis.literal(1).cast("int64")
    none = ibis.literal(0).cast(weights.type())
    spells = spells.mutate(leaves=weights, happens=ibis.ifelse(spells.is_event, weights, none))
    counts = spells.group_by(*by, "duration").agg(leaves=_.leaves.sum(), events=_.happens.sum())
    later = ibis.window(group_by=list(by), order_by=ibis.desc("duration"), rows=(None, 0))
    return counts.mutate(at_risk=_.leaves.sum().over(later))


def _falls(steps: Table, by: Sequence[str]) -> Table:
    """With the running product as a sum of logs; after a step that takes everybody it is 0."""
    before = ibis.window(group_by=list(by), order_by="duration", rows=(None, 0))
    n, d = _.at_risk.cast("float64"), _.events.cast("float64")
    left = (_.at_risk - _.events).cast("float64")
    steps = steps.mutate(
        log_step=ibis.ifelse(_.events < _.at_risk, left.nullif(0.0) / n, ibis.literal(1.0)).ln(),
        greenwood_step=d / (n * left.nullif(0.0)),
        takes_all=(_.events >= _.at_risk).cast("int64"),
    )
    steps = steps.mutate(
        log_survival=_.log_step.sum().over(before),
        greenwood=_.greenwood_step.fill_null(0.0).sum().over(before),
        is_over=_.takes_all.max().over(before),
    )
    return steps.mutate(survival=ibis.ifelse(_.is_over == 1, ibis.literal(0.0), _.log_survival.exp()))


def time_until(curve: Table, reached: float = 0.5) -> Expr:
    """By when it has happened for a share `reached`, as an aggregate over a curve; null when not there yet.

    The median is `reached=0.5`: the first duration with S(t) <= 0.5.
    """
    return curve.duration.min(where=curve.survival <= 1 - reached + _SLACK)


def survival_quantile(curve: Table, by: Sequence[str] = (), *, reached: float = 0.5) -> Table:
    """The same for each group of `by`: by..., duration; a group that is not there yet is null."""
    return curve.aggregate(duration=time_until(curve, reached), by=list(by))


def survival_at(curve: Table, duration: Expr | float) -> Expr:
    """S(t) as an aggregate over a curve: 1 before the first step.

    Null beyond the longest observed spell, unless nobody was left before.
    """
    known = curve.survival.min(where=curve.duration <= duration).fill_null(1.0)
    is_known = (curve.duration.max() >= duration) | (curve.survival.min() == 0)
    return ibis.ifelse(is_known, known, ibis.null("float64"))


def restricted_mean(curve: Table, until: float, by: Sequence[str] = ()) -> Table:
    """Mean time spent before it happens, counting at most `until`: by..., duration. The area under S.

    Source: Irwin 1949; Royston & Parmar 2013.
    """
    end_of_time = ibis.literal(float(until))
    after = ibis.window(group_by=list(by), order_by="duration")
    steps = curve.mutate(start=_.duration.cast("float64"))
    steps = steps.mutate(end=_.start.lead(1).over(after).fill_null(end_of_time))
    steps = steps.mutate(start=ibis.least(_.start, end_of_time), end=ibis.least(_.end, end_of_time))
    sums = steps.aggregate(before=_.start.min(), during=(_.survival * (_.end - _.start)).sum(), by=list(by))
    return sums.select(*by, duration=_.before + _.during)


def risk_sets(spells: Table, group: str) -> Table:
    """What a log-rank test needs: duration, `group`, at_risk and events, for each duration and group there is."""
    return _steps(spells, (group,), None).select("duration", group, "at_risk", "events").order_by("duration")


@dataclass(frozen=True, slots=True)
class LogRank:
    """Do the curves differ by more than chance? Chi-square with groups - 1 degrees of freedom."""

    chi_square: float
    degrees: int
    p_value: float


def log_rank(rows: Iterable[Mapping[str, Any]], group: str) -> LogRank:
    """The log-rank test over the rows of `risk_sets`, for two groups or more.

        chi^2 = Z' V^-1 Z,  Z_j = sum (d_j - n_j d / n),
        V_jk  = sum d (n - d) / (n - 1) (n_j / n) (1{j = k} - n_k / n)

    Source: Mantel 1966; Peto & Peto 1972; Klein & Moeschberger 2003, equation 7.3.3.
    """
    import numpy as np

    at_risk, events = _by_group(list(rows), group)
    n, d = at_risk.sum(axis=1), events.sum(axis=1)
    share = at_risk / n[:, None]
    z = (events - share * d[:, None]).sum(axis=0)[1:]
    scale = d * (n - d) / np.maximum(n - 1, 1)
    within = np.diag((scale[:, None] * share).sum(axis=0))
    covariance = (within - (share * scale[:, None]).T @ share)[1:, 1:]
    statistic = float(z @ np.linalg.pinv(covariance) @ z)
    return LogRank(statistic, len(z), chi_square_tail(statistic, len(z)))


def _by_group(rows: list[Mapping[str, Any]], group: str) -> tuple[np.ndarray, np.ndarray]:
    """At risk and events as matrices, a row a duration with an event and a column a group."""
    import numpy as np

    durations = sorted({row["duration"] for row in rows})
    groups = sorted({row[group] for row in rows})
    place = {duration: number for number, duration in enumerate(durations)}
    events, leaves = (np.zeros((len(durations) + 1, len(groups))) for _each in range(2))
    for column, name in enumerate(groups):
        own = sorted((row for row in rows if row[group] == name), key=lambda row: row["duration"])
        for row, after in zip(own, [*own[1:], None], strict=True):
            events[place[row["duration"]], column] = row["events"]
            leaves[place[row["duration"]], column] = row["at_risk"] - (after["at_risk"] if after else 0)
    at_risk = leaves[::-1].cumsum(axis=0)[::-1]
    happens = events.sum(axis=1) > 0
    return at_risk[happens], events[happens]


def chi_square_tail(x: float, degrees: int) -> float:
    """P(chi-square with whole degrees of freedom > x), by its finite series (Abramowitz & Stegun 26.4.4-5).

    >>> round(chi_square_tail(3.841459, 1), 6), round(chi_square_tail(5.991465, 2), 6)
    (0.05, 0.05)
    """
    half = x / 2
    start = 0.5 if degrees % 2 else 0.0
    powers = [start + step for step in range(degrees // 2)]
    terms: float = sum(half**power / gamma(power + 1) for power in powers)
    head = erfc(half**0.5) if degrees % 2 else 0.0
    return head + exp(-half) * terms
