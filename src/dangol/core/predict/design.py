"""How do features of any kind stand side by side? Numbers as ranks, words and gaps as flags, each with its usual level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.features.feature import Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.columns import columns_of

Floats = npt.NDArray[np.float64]

FEWEST: Final = 0.005
"""A word, or being unknown, that holds for a smaller share of the customers has no column of its own."""
MOST_WORDS: Final = 20


@dataclass(frozen=True, eq=False)
class Layout:
    """Columns of numbers between 0 and 1. `owner[c]` is the place in `features` of the feature behind column c.

    `usual[c]` is the level of the median customer (for words: their mean), against which others are better or worse.
    """

    features: tuple[Feature, ...]
    columns: Floats
    owner: npt.NDArray[np.int64]
    usual: Floats

    def of(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The columns of some features."""
        return np.flatnonzero(np.isin(self.owner, places))


def layout(matrix: FeatureMatrix) -> Layout:
    """Every feature of `matrix` that tells customers apart, laid out for straight lines: n x columns."""
    features = columns_of(matrix).features
    columns: list[Floats] = []
    owner: list[int] = []
    usual: list[float] = []
    for place, feature in enumerate(features):
        given = matrix.column(feature.name)
        if feature.name in matrix.categories:
            added = _words(given)
            levels = [float(each.mean()) for each in added]
        else:
            added = _ranks(given)
            levels = [float(np.median(each)) for each in added]
        columns += added
        usual += levels
        owner += [place] * len(added)
    table = np.column_stack(columns) if columns else np.empty((len(matrix), 0))
    return Layout(features, table, np.array(owner, dtype=np.int64), np.array(usual))


def _ranks(given: Floats) -> list[Floats]:
    """Mid-ranks, 0 to 1, so that no giant rules; the unknown at the median, with a flag where they are not few."""
    known = ~np.isnan(given)
    levels, place, counts = np.unique(given[known], return_inverse=True, return_counts=True)
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    ranked = np.full(len(given), 0.5)
    if known.any():
        ranked[known] = middle[place]
        ranked[~known] = np.median(ranked[known])
    unknown = (~known).astype(np.float64)
    out = [ranked] if len(levels) > 1 else []
    return [*out, unknown] if FEWEST < unknown.mean() < 1 - FEWEST else out


def _words(given: Floats) -> list[Floats]:
    """A flag a word, the most frequent ones."""
    words, counts = np.unique(given[~np.isnan(given)], return_counts=True)
    enough = words[counts >= FEWEST * len(given)]
    most = enough[np.argsort(-counts[counts >= FEWEST * len(given)], kind="stable")][:MOST_WORDS]
    return [(given == word).astype(np.float64) for word in most]
