"""Which features does a model read, and how are those of another day laid out for it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.features.feature import Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Columns:
    """The features of a model, in its order, with the words of the categorical ones."""

    features: tuple[Feature, ...]
    categories: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the features."""
        return tuple(each.name for each in self.features)

    def place(self, name: str) -> int:
        """The position of a feature; a ValueError where the model does not read it."""
        return self.names.index(name)

    def values(self, matrix: FeatureMatrix) -> Numbers:
        """The features of each customer of `matrix`, float64[n, k]; NaN where unknown, missing, or a new word."""
        laid = np.full((len(matrix), len(self.features)), np.nan)
        for at, name in enumerate(self.names):
            if name in matrix.names:
                laid[:, at] = self._column(matrix, name)
        return laid

    def _column(self, matrix: FeatureMatrix, name: str) -> Numbers:
        given, words = matrix.column(name), self.categories.get(name)
        theirs = matrix.categories.get(name)
        if words is None or theirs is None or tuple(theirs) == tuple(words):
            return given
        codes = [words.index(word) if word in words else np.nan for word in theirs]
        known = ~np.isnan(given)
        mapped = np.full(len(given), np.nan)
        mapped[known] = np.array([*codes, np.nan])[given[known].astype(int)]
        return mapped

    def to_plain(self) -> dict[str, Any]:
        """Everything of the columns, for JSON."""
        return {
            "features": [
                [f.name, f.said.en, f.said.ko, f.family, f.unit, f.direction] for f in self.features
            ],
            "categories": {name: list(words) for name, words in self.categories.items()},
        }


def columns_from_plain(plain: Mapping[str, Any]) -> Columns:
    """What `Columns.to_plain` wrote."""
    features = tuple(
        Feature(name, Said(en, ko), family, unit, direction)
        for name, en, ko, family, unit, direction in plain["features"]
    )
    return Columns(features, {name: tuple(words) for name, words in plain["categories"].items()})


def columns_of(matrix: FeatureMatrix) -> Columns:
    """The features of `matrix` that tell customers apart; those that are the same for all are left out."""
    kept = [name for name in matrix.names if _varies(matrix.column(name))]
    return Columns(
        tuple(meaning(matrix, name) for name in kept),
        {name: tuple(words) for name, words in matrix.categories.items() if name in kept},
    )


def meaning(matrix: FeatureMatrix, name: str) -> Feature:
    """What a column means: as described with the matrix, else as in the catalogue, else by its name alone."""
    from dangol.core.features.snapshot import FEATURES

    known = matrix.described.get(name) or FEATURES.get(name)
    unit = "category" if name in matrix.categories else "number"
    return known or Feature(name, Said(name, name), "profile", unit)


def is_of_catalogue(name: str) -> bool:
    """Whether a feature is one of ours, which by construction know nothing later than their day."""
    from dangol.core.features.snapshot import FEATURES

    return name in FEATURES


def _varies(column: Numbers) -> bool:
    known = column[~np.isnan(column)]
    if not len(known):
        return False
    return len(known) < len(column) or bool((known != known[0]).any())
