"""Does a probability of 30 % mean that 30 in 100 leave? Calibration, and how far off it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from dangol.core.predict.labelled import Flags

Numbers = npt.NDArray[np.float64]

ISOTONIC_FROM: Final = 1000
"""From so many leavers on a free curve is tried; with fewer, a curve of two numbers is all that can be known."""
BINS: Final = 10
_NEAR: Final = 1e-6


@dataclass(frozen=True, eq=False)
class Calibration:
    """A rising curve from a model's log-odds to those of what happened, through the knots (`at`, `log_odds`).

    Between the knots it is straight, beyond them it goes on with `slope`. It rises everywhere, so that it changes
    no ranking and no sign of a reason.
    """

    kind: Literal["isotonic", "platt"]
    at: Numbers
    log_odds: Numbers
    slope: float

    def probabilities(self, margins: Numbers) -> Numbers:
        """Calibrated chances, 0 to 1, of raw log-odds."""
        inside = np.interp(margins, self.at, self.log_odds)
        beyond = np.minimum(margins - self.at[0], 0.0) + np.maximum(margins - self.at[-1], 0.0)
        return sigmoid(inside + self.slope * beyond)

    def to_plain(self) -> dict[str, Any]:
        """Everything of the curve, for JSON."""
        return {
            "kind": self.kind,
            "at": self.at.tolist(),
            "log_odds": self.log_odds.tolist(),
            "slope": self.slope,
        }


def calibration_from_plain(plain: Mapping[str, Any]) -> Calibration:
    """What `Calibration.to_plain` wrote."""
    return Calibration(
        plain["kind"], np.array(plain["at"]), np.array(plain["log_odds"]), float(plain["slope"])
    )


def fit_calibration(margins: Numbers, has_left: Flags) -> Calibration:
    """The curve that out-of-fold `margins` (log-odds) call for; both classes must be among `has_left`.

    Platt's (1999) sigmoid with his targets (n + 1) / (n + 2) and 1 / (n + 2); from 1,000 leavers on isotonic, its
    steps joined at their centres so that ranks are kept (Oron & Flournoy 2017), where that foretells better.
    """
    if has_left.sum() >= ISOTONIC_FROM and _loss(_isotonic, margins, has_left) < _loss(
        _platt, margins, has_left
    ):
        return _isotonic(margins, has_left)
    return _platt(margins, has_left)


def _loss(fit: Callable[[Numbers, Flags], Calibration], margins: Numbers, has_left: Flags) -> float:
    """Logarithmic loss of a kind of curve on the fifths of the customers that it has not seen."""
    part, total = np.arange(len(margins)) % 5, 0.0
    for each in range(5):
        inside, outside = part == each, part != each
        curve = fit(margins[outside], has_left[outside])
        total += float(losses(has_left[inside], curve.probabilities(margins[inside])).sum())
    return total


def _platt(margins: Numbers, has_left: Flags) -> Calibration:
    """Newton's steps on the standardised margins, from a flat curve at the base rate."""
    left, stayed = int(has_left.sum()), int((~has_left).sum())
    target = np.where(has_left, (left + 1) / (left + 2), 1 / (stayed + 2))
    middle, spread = float(margins.mean()), float(margins.std()) or 1.0
    design = np.column_stack([(margins - middle) / spread, np.ones(len(margins))])
    found = np.array([0.0, float(logit(target.mean()))])
    for _ in range(50):
        p = sigmoid(design @ found)
        gradient = design.T @ (p - target)
        hessian = (design * (p * (1 - p))[:, None]).T @ design + _NEAR * np.eye(2)
        step = np.clip(np.linalg.solve(hessian, gradient), -2.0, 2.0)
        found -= step
        if np.abs(step).max() < 1e-10:
            break
    if found[0] <= _NEAR:
        # A score that ranks backwards is not turned round: it is flat, and the card says that it ranks nothing.
        found = np.array([_NEAR, float(logit(target.mean()))])
    return Calibration("platt", np.array([middle]), found[1:], float(found[0] / spread))


def _isotonic(margins: Numbers, has_left: Flags) -> Calibration:
    from scipy.optimize import isotonic_regression

    values, which = np.unique(margins, return_inverse=True)
    counts = np.bincount(which).astype(np.float64)
    left = np.bincount(which, weights=has_left)
    starts = isotonic_regression(left / counts, weights=counts).blocks[:-1]
    people = np.add.reduceat(counts, starts)
    centres = np.add.reduceat(values * counts, starts) / people
    rates = (np.add.reduceat(left, starts) + 0.5) / (people + 1)
    log_odds = np.maximum.accumulate(logit(rates))
    return Calibration("isotonic", centres, log_odds, _platt(margins, has_left).slope)


def sigmoid(log_odds: Numbers) -> Numbers:
    """Chances of log-odds, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * log_odds)))


def logit(chances: Any) -> Any:
    """Log-odds of chances, which are kept a billionth away from 0 and 1."""
    p = np.clip(chances, 1e-9, 1 - 1e-9)
    return np.log(p / (1 - p))


def shifted(chances: Numbers, was: float, now: float) -> Numbers:
    """Chances learned at a base rate of `was`, as they are where it is `now`, as in another season.

        o' = o * (now / (1 - now)) / (was / (1 - was))

    Source: Saerens, Latinne & Decaestecker 2002, equation 4; SCIENCE 3.5. Both rates lie within 0 and 1.

    >>> shifted(np.array([0.5]), 0.5, 0.2)
    array([0.2])
    """
    return sigmoid(logit(chances) + logit(now) - logit(was))


def brier(has_left: Flags, chances: Numbers) -> float:
    """Mean squared distance of the chance from what happened, 0 to 1; lower is better."""
    return float(np.mean((chances - has_left) ** 2))


def losses(has_left: Flags, chances: Numbers) -> Numbers:
    """The logarithmic loss of each customer (nats); its mean is lowest where the chances are true."""
    p = np.clip(chances, 1e-9, 1 - 1e-9)
    return np.asarray(-np.where(has_left, np.log(p), np.log(1 - p)))


class Bin(NamedTuple):
    """One tenth of the customers by score: how many, what was expected of them, and what share left."""

    customers: int
    expected: float
    realised: float


def reliability(has_left: Flags, chances: Numbers, bins: int = BINS) -> tuple[Bin, ...]:
    """Customers in `bins` equally large groups by chance, lowest first; fewer where there are fewer customers."""
    order = np.argsort(chances, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return tuple(Bin(len(part), float(chances[part].mean()), float(has_left[part].mean())) for part in parts)


def calibration_error(has_left: Flags, chances: Numbers, bins: int = BINS) -> float:
    """Expected calibration error on equal-count bins: the mean distance of expected from realised, 0 to 1.

    Bins of n customers are off by about sqrt(2 p (1 - p) / (pi n)) by chance alone.
    """
    groups = reliability(has_left, chances, bins)
    total = sum(group.customers for group in groups)
    return sum(group.customers * abs(group.expected - group.realised) for group in groups) / total
