"""What is true of an account, from what is known of its people? Sums and means over those who are customers."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.features.feature import Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.columns import meaning
from dangol.core.predict.labelled import Labelled

Floats = npt.NDArray[np.float64]

PEOPLE: Final = Feature("team_people_count", Said("People of the account who are customers", "고객인 소속 인원"), "team", "count", -1)  # fmt: skip
SUMMED: Final = ("count", "money")
"""Units that add up over people; of every other unit the mean of the known values counts."""


def account_matrix(matrix: FeatureMatrix, account_of: npt.NDArray[np.int64]) -> FeatureMatrix:
    """One row an account, with its number as `person_ids`; people with an account of -1 are left out.

    `account_of` has the account's number of each row. Counts and money are added up, everything else is the mean of
    those who are known; unknown of all is unknown. Categories have no sum and are left out.
    """
    inside = account_of >= 0
    accounts, place = np.unique(account_of[inside], return_inverse=True)
    names = [name for name in matrix.names if name not in matrix.categories]
    size = np.bincount(place, minlength=len(accounts)).astype(np.float64)
    columns = [_merged(matrix, name, inside, place, len(accounts)) for name in names]
    described = {name: replace(meaning(matrix, name), name=name) for name in names}
    return FeatureMatrix(
        accounts.astype(np.int64), (PEOPLE.name, *names), np.column_stack([size, *columns]), matrix.as_of, {},
        {PEOPLE.name: PEOPLE, **described},
    )  # fmt: skip


def account_labelled(labelled: Labelled, account_of: npt.NDArray[np.int64]) -> Labelled:
    """The accounts of a snapshot; one is lost when everybody of it who was a customer has left."""
    matrix = account_matrix(labelled.matrix, account_of)
    inside = account_of >= 0
    place = np.searchsorted(matrix.person_ids, account_of[inside])
    stayed = np.bincount(place, ~labelled.has_left[inside], len(matrix))
    return Labelled(matrix, stayed == 0)


def _merged(
    matrix: FeatureMatrix, name: str, inside: npt.NDArray[np.bool_], place: npt.NDArray[np.int64], count: int
) -> Floats:
    given = matrix.column(name)[inside]
    known = ~np.isnan(given)
    total = np.bincount(place[known], given[known], count)
    number = np.bincount(place[known], minlength=count).astype(np.float64)
    whole = total if meaning(matrix, name).unit in SUMMED else total / np.maximum(number, 1)
    merged: Floats = np.where(number > 0, whole, np.nan)
    return merged
