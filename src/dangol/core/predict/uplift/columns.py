"""How do numbers and words become columns that a model can take? A word of a category becomes a column of 0 and 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dangol.core.features.matrix import FeatureMatrix

Floats = npt.NDArray[np.float64]
Levels = tuple[int, ...]
"""Words of each column, 0 for a number."""


def spread(values: Floats, levels: Levels) -> Floats:
    """`values` [n, k] with each category as a column a word; an unknown word is 0 in all of them."""
    columns = [
        (values[:, [n]] == np.arange(level)).astype(np.float64) if level else values[:, [n]]
        for n, level in enumerate(levels)
    ]
    return np.hstack(columns)


def levels_of(matrix: FeatureMatrix) -> Levels:
    """Words of each column of a matrix, 0 for a number."""
    return tuple(len(matrix.categories.get(name, ())) for name in matrix.names)
