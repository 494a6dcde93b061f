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
