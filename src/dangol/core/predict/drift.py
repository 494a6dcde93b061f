"""Are today's customers still those that the model learned from, and did what it foretold come true?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.calibration import Numbers
from dangol.core.predict.card import CardTable
from dangol.core.predict.columns import Columns
from dangol.core.predict.labelled import Flags

MOST_ERRORS: Final = 3.0
"""A matured cohort further than so many standard errors from what was expected demotes the model (SCIENCE 3.5)."""
STEADY, MOVED = 0.1, 0.25
"""PSI below the first: as before; above the second: moved. Rules of thumb without a formal basis."""
_BINS: Final = 10
_LEAST: Final = 1e-4


class Realised(NamedTuple):
    """Shares expected and realised (0 to 1), and how many standard errors the second lies above the first."""

    customers: int
    expected: float
    realised: float
    errors: float


def in_the_large(has_left: Flags, chances: Numbers) -> Realised:
    """Expected against realised leavers: z of a sum of independent draws with the given chances.

        z = (sum y - sum p) / sqrt(sum p (1 - p))

    Chances of only 0 and 1 leave no room for error: any miss is infinitely far.
    """
    gap = float(has_left.sum() - chances.sum())
    spread = math.sqrt(float((chances * (1 - chances)).sum()))
    errors = gap / spread if spread else math.copysign(math.inf, gap) if abs(gap) > 1e-9 else 0.0
    return Realised(len(has_left), float(chances.mean()), float(has_left.mean()), errors)


def stability(before: Numbers, now: Numbers) -> float:
    """Population stability index of shares over the same bins; 0 is unchanged.

        PSI = sum (A - E) ln(A / E)

    Empty bins count as a hundredth of a percent.

    >>> round(stability(np.array([0.5, 0.5]), np.array([0.4, 0.6])), 4)
    0.0405
    """
    e, a = (np.maximum(shares, _LEAST) for shares in (before, now))
    return float(((a - e) * np.log(a / e)).sum())


@dataclass(frozen=True, eq=False)
class Profile:
    """How one number was spread when the model learned: the edges of its bins, and each bin's share of customers.

    The last share is that of the unknown. A category has a bin a word.
    """

    edges: Numbers
    shares: Numbers

    def psi(self, values: Numbers) -> float:
        """PSI of `values` against what was learned from."""
        return stability(self.shares, _shares(values, self.edges))

    def to_plain(self) -> dict[str, Any]:
        """Everything of it, for JSON."""
        return {"edges": self.edges.tolist(), "shares": self.shares.tolist()}


def profile_from_plain(plain: Mapping[str, Any]) -> Profile:
    """What `Profile.to_plain` wrote."""
    return Profile(np.array(plain["edges"]), np.array(plain["shares"]))


def profile(values: Numbers, words: int = 0) -> Profile:
    """The spread of numbers by their tenths, or of the positions of so many `words`."""
    known = values[~np.isnan(values)]
    tenths = np.arange(1, _BINS) / _BINS
    cuts = np.arange(words - 1) + 0.5 if words else np.unique(np.quantile(known, tenths))
    edges = np.asarray(cuts, dtype=np.float64)
    return Profile(edges, _shares(values, edges))


def profiles(columns: Columns, matrix: FeatureMatrix) -> dict[str, Profile]:
    """The spread of each feature of a model that anything is known of."""
    values = columns.values(matrix)
    return {
        name: profile(values[:, at], len(columns.categories.get(name, ())))
        for at, name in enumerate(columns.names)
        if not np.isnan(values[:, at]).all()
    }


def _shares(values: Numbers, edges: Numbers) -> Numbers:
    known = ~np.isnan(values)
    bins = np.bincount(np.searchsorted(edges, values[known], side="left"), minlength=len(edges) + 1)
    counts = np.append(bins, (~known).sum())
    return counts / max(len(values), 1)


def drift_table(score: float, features: Mapping[str, tuple[Said, float]]) -> CardTable:
    """PSI of the score and of each feature, the most moved first."""
    moved = sorted(features.items(), key=lambda item: (-item[1][1], item[0]))
    return CardTable(
        "drift",
        Said("How far customers have moved since", "학습 뒤 고객이 달라진 정도"),
        (Said("What", "항목"), Said("PSI", "안정성 지수 (PSI)"), Said("Reading", "해석")),
        (("score", score, _reading(score)), *((name, psi, _reading(psi)) for name, (_, psi) in moved)),
    )


def _reading(psi: float) -> str:
    return "steady" if psi < STEADY else "moving" if psi < MOVED else "moved"
