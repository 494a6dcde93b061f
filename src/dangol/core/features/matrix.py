"""How is everything known about everybody on a day held? One row a customer, one column a feature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.features.feature import Feature


@dataclass(frozen=True, eq=False)
class FeatureMatrix:
    """`values` has a row for each of `person_ids` and a column for each of `names`; NaN is unknown."""

    person_ids: npt.NDArray[np.int64]
    names: tuple[str, ...]
    values: npt.NDArray[np.float64]
    as_of: date | None = None
    """The day before which everything here was known; None where the data has no time."""
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The words of a categorical column, whose values are positions in them."""
    described: Mapping[str, Feature] = field(default_factory=dict)
    """The meaning of columns that are not in the catalogue of features."""

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.person_ids), len(self.names)):
            raise ValueError(
                f"{self.values.shape} values were given for {len(self.person_ids)} customers "
                f"and {len(self.names)} features."
            )

    def __len__(self) -> int:
        return len(self.person_ids)

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """One feature of everybody."""
        return self.values[:, self.names.index(name)]

    def take(self, rows: npt.NDArray[Any]) -> FeatureMatrix:
        """The customers at these positions, or where this mask is true."""
        return replace(self, person_ids=self.person_ids[rows], values=self.values[rows])

    def named(self, names: Sequence[str]) -> FeatureMatrix:
        """Only these features, in this order."""
        at = [self.names.index(name) for name in names]
        return replace(self, names=tuple(names), values=self.values[:, at])

    def like(self, names: Sequence[str], categories: Mapping[str, tuple[str, ...]]) -> FeatureMatrix:
        """These features in this order, their words at these positions: what a model was fitted on.

        A feature that is not here, and a word that is not among the categories, is unknown (NaN).
        """
        values = np.full((len(self), len(names)), np.nan, order="F")
        for place, name in enumerate(names):
            if name in self.names:
                values[:, place] = self._recoded(name, categories.get(name, ()))
        kept = {name: words for name, words in categories.items() if name in names}
        return replace(self, names=tuple(names), values=values, categories=kept)

    def _recoded(self, name: str, words: Sequence[str]) -> npt.NDArray[np.float64]:
        """A column, with the positions of another list of words where it is one of words."""
        column = self.column(name)
        if name not in self.categories:
            return column
        places = {word: float(place) for place, word in enumerate(words)}
        new = np.array([places.get(word, np.nan) for word in self.categories[name]] + [np.nan])
        return new[np.where(np.isnan(column), len(new) - 1, column).astype(np.int64)]


def stacked(matrices: Sequence[FeatureMatrix]) -> FeatureMatrix:
    """Matrices of the same features below one another; the day is that of the last. A ValueError otherwise."""
    last = matrices[-1]
    if any(each.names != last.names or dict(each.categories) != dict(last.categories) for each in matrices):
        raise ValueError("Matrices of different features were to be stacked.")
    return replace(
        last,
        person_ids=np.concatenate([each.person_ids for each in matrices]),
        values=np.concatenate([each.values for each in matrices]),
    )


def alike(matrices: Sequence[FeatureMatrix]) -> list[FeatureMatrix]:
    """Matrices of several days with the same columns: all features and words of any of them, those of the last first."""
    newest_first = list(reversed(matrices))
    names = list(dict.fromkeys(name for each in newest_first for name in each.names))
    words: dict[str, set[str]] = {}
    for each in matrices:
        for name, known in each.categories.items():
            words.setdefault(name, set()).update(known)
    categories = {name: tuple(sorted(words[name])) for name in names if name in words}
    described = {name: said for each in matrices for name, said in each.described.items()}
    return [replace(each.like(names, categories), described=described) for each in matrices]
