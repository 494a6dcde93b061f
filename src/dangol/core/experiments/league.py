"""What has worked here, and how well? A table of everything that was tried, shrunk for the luck of the winners.

    tau^2 = max(0, (Q - (k - 1)) / (sum w - sum w^2 / sum w)),  w = 1 / SE^2,
    shrunk = m + B (d - m),  B = tau^2 / (tau^2 + SE^2),  m = sum d / (SE^2 + tau^2) / sum 1 / (SE^2 + tau^2)

The best of many looks better than it is; each effect is drawn towards the mean of all by as much as chance moves it.
Sources: DerSimonian & Laird 1986 (Controlled Clinical Trials 7:177), equations 7-8; Efron & Morris 1975; SCIENCE 4.2.
Nothing is said to work without a group that was left out [E-36], and effects are never summed up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from dangol.core.experiments.readout import Better
from dangol.core.stats.interval import Interval, around, normal_quantile


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried: its effect in the unit of the league's outcome, with its standard error.

    `has_holdout` is False where no group was left out at random; `is_proven` is the readout's own finding.
    """

    name: str
    technique: str
    effect: float
    standard_error: float
    n: int
    has_holdout: bool = True
    is_proven: bool = False
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the league. `shrunk` is what to expect when it is done again; None without a holdout.

    `works` is None where it cannot be said. `cost_per_unit` is the cost of one more by the shrunk effect.
    """

    rank: int | None
    tried: Tried
    shrunk: Interval | None
    works: bool | None
    cost_per_unit: float | None


def league(tried: Sequence[Tried], *, better: Better = "up") -> tuple[Place, ...]:
    """Everything that was tried on one outcome, the best first, those without a holdout last and without rank."""
    held = [each for each in tried if each.has_holdout and each.standard_error > 0]
    sign = 1 if better == "up" else -1
    shrunk = dict(zip(map(id, held), _shrunk(held), strict=True))
    ranked = sorted(held, key=lambda each: -sign * shrunk[id(each)].value)
    places = [_place(rank, each, shrunk[id(each)], sign) for rank, each in enumerate(ranked, 1)]
    rest = [Place(None, each, None, None, None) for each in tried if id(each) not in shrunk]
    return (*places, *rest)


def _place(rank: int, each: Tried, shrunk: Interval, sign: int) -> Place:
    gain = sign * shrunk.value * each.n
    cost = each.cost / gain if each.cost is not None and gain > 0 else None
    works = each.is_proven and sign * each.effect > 0 and sign * shrunk.value > 0
    return Place(rank, each, shrunk, works, cost)


def _shrunk(held: Sequence[Tried]) -> list[Interval]:
    """The effects drawn towards their mean; one alone stays as it is, for there is nothing to learn from."""
    if len(held) < 2:
        return [Interval(e.effect, *around(e.effect, e.standard_error, normal_quantile())) for e in held]
    spread = between_variance([each.effect for each in held], [each.standard_error for each in held])
    weights = [1 / (each.standard_error**2 + spread) for each in held]
    mean = sum(w * each.effect for w, each in zip(weights, held, strict=True)) / sum(weights)
    return [_drawn(each, mean, spread, sum(weights)) for each in held]


def _drawn(each: Tried, mean: float, spread: float, weight: float) -> Interval:
    kept = spread / (spread + each.standard_error**2)
    value = mean + kept * (each.effect - mean)
    error = sqrt(kept * each.standard_error**2 + (1 - kept) ** 2 / weight)
    return Interval(value, *around(value, error, normal_quantile()))


def between_variance(effects: Sequence[float], errors: Sequence[float]) -> float:
    """How far true effects differ (tau^2), beyond what chance explains; 0 where chance explains it all."""
    weights = [1 / error**2 for error in errors]
    total = sum(weights)
    mean = sum(w * e for w, e in zip(weights, effects, strict=True)) / total
    q = sum(w * (e - mean) ** 2 for w, e in zip(weights, effects, strict=True))
    scale = total - sum(w * w for w in weights) / total
    return max(0.0, (q - (len(effects) - 1)) / scale)
