"""How much better than chance does a ranking put those first whom an action changes? Qini, in one definition.

The scale is that of scikit-uplift's `qini_auc_score` (with `negative_effect=True`), so that published figures compare.
Other programs divide by other areas: the same ranking that has .052 here has .134 in causalml. Customers are sorted by
score, highest first; of the first k of them, N_t(k) were treated and N_c(k) were not, and Y(k) of each had the outcome:

    curve   q(k) = Y_t(k) - Y_c(k) N_t(k) / N_c(k)
    Qini    Q    = (A(ranking) - A(random)) / (A(perfect) - A(random))

A is the area by trapezia, with points only where the score changes, so that ties have no order; random is the straight
line to q(n); perfect ranks the treated with the outcome first, the untreated with it last. Q is 0 for chance, below 0
for worse, 1 for perfect. Weights (1 / probability of the own arm) stand in for the counts where these differ.

Source: Radcliffe 2007 (Using control groups to target on predicted lift); Devriendt et al. 2018 (Big Data 6:13).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.stats.interval import CONFIDENCE, Interval, normal_quantile

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RESAMPLES = 200


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of a curve: customers from the top of the ranking, and what treating them added."""

    customers: Floats
    gained: Floats


def qini_curve(outcome: Any, score: Any, is_treated: Any, weights: Any = None) -> Curve:
    """The curve q(k) of the module's definition; [n] each, outcome 0 or 1. It begins at (0, 0)."""
    ranking = _Ranking.of(score)
    return ranking.curve(*_sides(outcome, is_treated, weights), np.ones(len(ranking.order)))


def qini(outcome: Any, score: Any, is_treated: Any, weights: Any = None) -> float | None:
    """Q of the module's definition; None where nobody had the outcome, everybody had it, or an arm is empty.

    Two treated, of whom the first bought, and two untreated, of whom the last bought, ranked in this order:

    >>> qini([1, 0, 0, 1], [4, 3, 2, 1], [1, 0, 1, 0])
    1.0
    """
    ranking = _Ranking.of(score)
    return _normed(ranking, *_sides(outcome, is_treated, weights), np.ones(len(ranking.order)))


def auuc(outcome: Any, score: Any, is_treated: Any) -> float | None:
    """Area under the uplift curve u(k) = (Y_t/N_t - Y_c/N_c) k, normed as Q is; scikit-uplift's `uplift_auc_score`.

    None as for `qini`.
    """
    y, t = np.asarray(outcome, dtype=np.float64), np.asarray(is_treated, dtype=np.float64)
    if not _can_be_ranked(y, t):
        return None
    n_lost, n_won = float(((y == 0) * t).sum()), float((y * (1 - t)).sum())
    ideal = 2.0 * (y == t) + (y if n_won > n_lost else t)
    curve, best = _uplift_curve(y, np.asarray(score), t), _uplift_curve(y, ideal, t)
    chance = curve.customers[-1] * curve.gained[-1] / 2
    return float((_area(curve) - chance) / (_area(best) - chance))


def uplift_at(outcome: Any, score: Any, is_treated: Any, share: float = 0.3) -> float | None:
    """Difference of the outcome between the arms among the first `share` of all, "overall" in scikit-uplift's words.

    None where either arm has nobody among them. Ties are in the order of a stable ascending sort, read backwards.
    """
    order = np.argsort(np.asarray(score), kind="stable")[::-1][: int(len(np.asarray(score)) * share)]
    y, t = np.asarray(outcome, dtype=np.float64)[order], np.asarray(is_treated, dtype=bool)[order]
    return float(y[t].mean() - y[~t].mean()) if t.any() and not t.all() else None


@dataclass(frozen=True, eq=False)
class Resampled:
    """Q of several rankings of the same customers, and its standard error; None as for `qini`.

    `widest` is the quantile of the largest deviation of all of them, in standard errors: more than one ranking's own,
    and less the more they agree.
    """

    values: Mapping[str, float | None]
    errors: Mapping[str, float]
    widest: float

    def alone(self, confidence: float = CONFIDENCE) -> dict[str, Interval | None]:
        """The interval of each ranking, as if it were the only one."""
        return self._around(normal_quantile(confidence))

    def jointly(self) -> dict[str, Interval | None]:
        """Intervals that hold all at once, for whoever picks the best of them."""
        return self._around(max(self.widest, normal_quantile()))

    def _around(self, quantile: float) -> dict[str, Interval | None]:
        return {
            name: None
            if value is None
            else Interval(value, value - quantile * self.errors[name], value + quantile * self.errors[name])
            for name, value in self.values.items()
        }


def resampled_qinis(
    outcome: Any,
    scores: Mapping[str, Any],
    is_treated: Any,
    weights: Any = None,
    *,
    seed: int,
    resamples: int = RESAMPLES,
) -> Resampled:
    """Q of several rankings by bootstrap; the same seed, the same intervals.

    Each of `resamples` draws gives every customer a Poisson(1) weight, the same for every ranking, so that they can be
    compared. The joint quantile is that of the largest absolute deviation (max-t; Romano & Wolf 2005).
    """
    sides = _sides(outcome, is_treated, weights)
    every = np.ones(len(sides[0]))
    rankings = {name: _Ranking.of(score) for name, score in scores.items()}
    values = {name: _normed(ranking, *sides, every) for name, ranking in rankings.items()}
    known = [name for name, value in values.items() if value is not None]
    rng = np.random.default_rng(seed)
    drawn = (rng.poisson(1.0, len(every)).astype(np.float64) for _ in range(resamples))
    rows = [[_normed(rankings[name], *sides, weight) for name in known] for weight in drawn]
    found = np.array([row for row in rows if None not in row], dtype=np.float64)
    if not known or len(found) < 2:
        return Resampled(dict.fromkeys(scores), {}, normal_quantile())
    errors = found.std(axis=0, ddof=1)
    apart = np.abs(found - found.mean(axis=0)) / np.where(errors > 0, errors, 1.0)
    widest = float(np.quantile(apart.max(axis=1), CONFIDENCE))
    return Resampled(values, dict(zip(known, errors.tolist(), strict=True)), widest)


@dataclass(frozen=True, eq=False)
class _Ranking:
    """Customers from the highest score down, and the positions after which the score changes."""

    order: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    @classmethod
    def of(cls, score: Any) -> _Ranking:
        values = np.asarray(score, dtype=np.float64)
        order = np.argsort(-values, kind="stable")
        return cls(order, np.append(np.flatnonzero(np.diff(values[order])), len(order) - 1))

    def curve(
        self, treated: Floats, won_treated: Floats, control: Floats, won_control: Floats, drawn: Floats
    ) -> Curve:
        weight = drawn[self.order]
        n_t, y_t, n_c, y_c = (
            np.cumsum(side[self.order] * weight)[self.ends]
            for side in (treated, won_treated, control, won_control)
        )
        gained = y_t - y_c * np.divide(n_t, n_c, out=np.zeros_like(n_t), where=n_c > 0)
        return Curve(np.append(0.0, np.cumsum(weight)[self.ends]), np.append(0.0, gained))


def _sides(outcome: Any, is_treated: Any, weights: Any) -> tuple[Floats, Floats, Floats, Floats]:
    """What each customer adds to N_t, Y_t, N_c and Y_c."""
    y, t = np.asarray(outcome, dtype=np.float64), np.asarray(is_treated, dtype=np.float64)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=np.float64)
    return t * w, t * w * y, (1 - t) * w, (1 - t) * w * y


def _normed(
    ranking: _Ranking,
    treated: Floats,
    won_treated: Floats,
    control: Floats,
    won_control: Floats,
    drawn: Floats,
) -> float | None:
    n_t, y_t, n_c, y_c = (
        float((side * drawn).sum()) for side in (treated, won_treated, control, won_control)
    )
    if min(n_t, n_c) <= 0 or not 0 < y_t + y_c < n_t + n_c:
        return None
    first = float(drawn[won_treated > 0].sum())
    last = float(drawn[won_control > 0].sum())
    end, everyone = y_t - y_c * n_t / n_c, float(drawn.sum())
    # The perfect curve has three points: after the treated with the outcome, before the untreated with it, and the end.
    best = _area(Curve(np.array([0, first, everyone - last, everyone]), np.array([0, y_t, y_t, end])))
    chance = everyone * end / 2
    area = _area(ranking.curve(treated, won_treated, control, won_control, drawn))
    return (area - chance) / (best - chance) if best > chance else None


def _can_be_ranked(y: Floats, t: Floats) -> bool:
    return bool(0 < t.sum() < len(t) and 0 < y.sum() < len(y))


def _uplift_curve(y: Floats, score: Floats, t: Floats) -> Curve:
    ranking = _Ranking.of(score)
    n_t, y_t, n_c, y_c = (np.cumsum(side[ranking.order])[ranking.ends] for side in _sides(y, t, None))
    rates = [
        np.divide(won, count, out=np.zeros_like(won), where=count > 0)
        for won, count in ((y_t, n_t), (y_c, n_c))
    ]
    customers = ranking.ends + 1.0
    return Curve(np.append(0.0, customers), np.append(0.0, (rates[0] - rates[1]) * customers))


def _area(curve: Curve) -> float:
    return float(np.trapezoid(curve.gained, curve.customers))
