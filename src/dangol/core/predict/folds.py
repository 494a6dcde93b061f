"""Which customers are kept apart, so that nobody is judged by a model that has seen them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.predict.labelled import Labelled

FOLDS: Final = 5
ENOUGH: Final = 100_000
"""With more rows than this one fold is tested: a fifth of them measures well enough."""

Mask = npt.NDArray[np.bool_]


def folds(labelled: Labelled, seed: int, count: int = FOLDS) -> npt.NDArray[np.int64]:
    """The fold (0 to count - 1) of each row: all rows of a customer in one, leavers spread evenly over all."""
    people, which = np.unique(labelled.matrix.person_ids, return_inverse=True)
    ever_left = np.bincount(which, weights=labelled.has_left) > 0
    drawn = np.random.default_rng(seed)
    of_people = np.empty(len(people), dtype=np.int64)
    for group in (ever_left, ~ever_left):
        order = drawn.permutation(np.flatnonzero(group))
        of_people[order] = np.arange(len(order)) % count
    return of_people[which]


def tested(fold_of: npt.NDArray[np.int64]) -> Iterator[tuple[Mask, Mask]]:
    """Pairs of rows to fit on and rows to test, one for each fold that is worth testing."""
    every = range(int(fold_of.max()) + 1) if len(fold_of) <= ENOUGH else (0,)
    for fold in every:
        yield fold_of != fold, fold_of == fold


def divided(
    snapshots: Sequence[Labelled], horizon_days: int, gap_days: int = 0
) -> tuple[tuple[Labelled, ...], Labelled] | None:
    """Earlier snapshots whose outcome was known on the day of the last one, and the last one.

    None where the data has no time, or no such snapshot: then folds of customers must do.
    """
    *earlier, last = snapshots
    day = last.matrix.as_of
    if day is None:
        return None
    reach = timedelta(days=gap_days + horizon_days)
    known = tuple(each for each in earlier if each.matrix.as_of and each.matrix.as_of + reach <= day)
    return (known, last) if known else None
