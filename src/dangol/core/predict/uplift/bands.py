"""What did the action do to customers that were ranked alike? Bands of the ranking, each with its effect and interval.

A score ranks; how large an effect is, is measured: the mean of the doubly robust effects of the customers in a band,
who were ranked by models that had not seen them. Neighbouring bands that contradict the order are one band.
Source: Chernozhukov, Demirer, Duflo & Fernandez-Val 2018 (sorted group average effects), with pooled violators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.predict.uplift.columns import Floats
from dangol.core.stats.interval import CONFIDENCE, normal_quantile

MOST_BANDS = 20
FEWEST_IN_ARM = 200
"""Customers of the smaller arm in a band."""
FEWEST_OUTCOMES = 20
"""Customers with the outcome, and without it, in the same."""


@dataclass(frozen=True, eq=False)
class Bands:
    """Bands from the lowest scores to the highest: [b] effects with their ends and customers, b - 1 `edges` between."""

    edges: Floats
    effects: Floats
    lows: Floats
    highs: Floats
    counts: npt.NDArray[np.int64]

    def of(self, score: Floats) -> npt.NDArray[np.int64]:
        """The band of each score, [n]; a score on an edge belongs above it."""
        return np.asarray(np.searchsorted(self.edges, score, side="right"))

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            name: getattr(self, name).tolist() for name in ("edges", "effects", "lows", "highs", "counts")
        }


def bands_of(plain: dict[str, Any]) -> Bands:
    """What `Bands.to_plain` wrote."""
    edges, effects, lows, highs = (
        np.array(plain[name], dtype=np.float64) for name in ("edges", "effects", "lows", "highs")
    )
    return Bands(edges, effects, lows, highs, np.array(plain["counts"], dtype=np.int64))


def band_count(is_treated: npt.NDArray[np.bool_], outcome: Floats) -> int:
    """How many bands of equal size a trial can carry: MOST_BANDS, or fewer so that none is too small."""
    arms = [outcome[is_treated], outcome[~is_treated]]
    customers = min(len(arm) for arm in arms)
    outcomes = min(min(arm.sum(), len(arm) - arm.sum()) for arm in arms)
    return int(np.clip(min(customers // FEWEST_IN_ARM, outcomes // FEWEST_OUTCOMES), 1, MOST_BANDS))


def fit_bands(score: Floats, effects: Floats, count: int, confidence: float = CONFIDENCE) -> Bands:
    """At most `count` bands of equal size by `score`, [n]; `effects`, [n], are doubly robust and out of sample."""
    edges = np.unique(np.quantile(score, np.arange(1, count) / count)) if count > 1 else np.empty(0)
    band = np.searchsorted(edges, score, side="right")
    sums = [np.bincount(band, each, len(edges) + 1) for each in (np.ones(len(score)), effects, effects**2)]
    pooled = _in_order([tuple(row) for row in zip(*sums, strict=True) if row[0]])
    n, total, squares = (np.array(column) for column in zip(*(row for row, _ in pooled), strict=True))
    mean = total / n
    spread = np.sqrt(np.maximum(squares / n - mean**2, 0) / np.maximum(n - 1, 1))
    z = normal_quantile(confidence)
    filled = np.flatnonzero(sums[0])
    ends = np.cumsum([parts for _, parts in pooled])[:-1]
    return Bands(edges[filled[ends] - 1], mean, mean - z * spread, mean + z * spread, n.astype(np.int64))


Sums = tuple[float, ...]


def _in_order(rows: list[Sums]) -> list[tuple[Sums, int]]:
    """Count, sum and sum of squares by band, with how many bands went into each: means rise, by pooling violators."""
    done: list[tuple[Sums, int]] = []
    for row in rows:
        done.append((row, 1))
        while len(done) > 1 and _mean(done[-2]) >= _mean(done[-1]):
            (one, parts), (other, more) = done.pop(), done.pop()
            done.append((tuple(a + b for a, b in zip(one, other, strict=True)), parts + more))
    return done


def _mean(block: tuple[Sums, int]) -> float:
    return block[0][1] / block[0][0]
