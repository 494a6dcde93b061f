"""Does the model serve every kind of customer alike? The same figures for each channel, country and plan."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

import numpy as np

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.calibration import Numbers
from dangol.core.predict.card import CardTable
from dangol.core.predict.columns import meaning
from dangol.core.predict.discrimination import auc
from dangol.core.predict.drift import MOST_ERRORS, in_the_large
from dangol.core.predict.labelled import Flags, Labelled

FEWEST: Final = 30
"""A slice of fewer customers is not shown: nothing could be told of it."""
MOST_SLICES: Final = 8
"""Of each column the largest slices are shown."""


class Slice(NamedTuple):
    """The customers of one word of a category: how many, how many left, and how the model did on them."""

    feature: str
    said: Said
    word: str
    customers: int
    left: int
    auc: float | None
    expected: float
    realised: float
    errors: float
    """How many standard errors the realised share lies above the expected one."""

    @property
    def is_off(self) -> bool:
        """Whether the model is out of calibration for them."""
        return abs(self.errors) > MOST_ERRORS


def slices(labelled: Labelled, chances: Numbers) -> tuple[Slice, ...]:
    """Each word of each category with at least 30 customers, the largest first."""
    matrix = labelled.matrix
    found: list[Slice] = []
    for name in matrix.names:
        if name in matrix.categories:
            found += _of_column(matrix, name, labelled.has_left, chances)
    return tuple(found)


def _of_column(matrix: FeatureMatrix, name: str, has_left: Flags, chances: Numbers) -> list[Slice]:
    column, words = matrix.column(name), matrix.categories[name]
    counts = np.bincount(column[~np.isnan(column)].astype(int), minlength=len(words))
    order = np.argsort(-counts, kind="stable")[:MOST_SLICES]
    return [
        _of_rows(matrix, name, words[at], has_left, chances, column == at)
        for at in order
        if counts[at] >= FEWEST
    ]


def _of_rows(
    matrix: FeatureMatrix, name: str, word: str, has_left: Flags, chances: Numbers, rows: Flags
) -> Slice:
    left, p = has_left[rows], chances[rows]
    ranked = auc(left, p)
    realised = in_the_large(left, p)
    return Slice(
        name, meaning(matrix, name).said, word, len(left), int(left.sum()), ranked and ranked.value,
        realised.expected, realised.realised, realised.errors,
    )  # fmt: skip


def slices_table(found: tuple[Slice, ...]) -> CardTable:
    """The slices as a table of the card."""
    return CardTable(
        "slices",
        Said("How it does for each kind of customer", "고객 유형별 성능"),
        (Said("Feature", "항목"), Said("Value", "값"), Said("Customers", "고객 수"), Said("Left", "이탈"),
         Said("AUC", "순위를 가리는 힘 (AUC)"), Said("Expected", "예상"), Said("Realised", "실제"), Said("Standard errors apart", "차이(표준오차)")),
        tuple(
            (s.feature, s.word, s.customers, s.left, s.auc, s.expected, s.realised,
             None if math.isinf(s.errors) else s.errors)
            for s in found
        ),
    )  # fmt: skip
