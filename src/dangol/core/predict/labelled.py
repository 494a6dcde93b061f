"""What was known of each customer on a day, and did they leave afterwards? The rows that a model learns from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dangol.core.features.matrix import FeatureMatrix, stacked

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Labelled:
    """Features as of one day, and what came of each customer within the horizon after it.

    `is_involuntary` marks those who left because a payment failed; `is_held_out` those of the global holdout, to
    whom nothing was done. None: nobody knows.
    """

    matrix: FeatureMatrix
    has_left: Flags
    is_involuntary: Flags | None = None
    is_held_out: Flags | None = None

    def __post_init__(self) -> None:
        for name in ("has_left", "is_involuntary", "is_held_out"):
            flags = getattr(self, name)
            if flags is not None and flags.shape != (len(self.matrix),):
                raise ValueError(
                    f"{flags.shape} values of {name} were given for {len(self.matrix)} customers."
                )

    def __len__(self) -> int:
        return len(self.matrix)

    @property
    def left_count(self) -> int:
        """So many left."""
        return int(self.has_left.sum())

    @property
    def base_rate(self) -> float | None:
        """Share of the customers who left, 0 to 1; None of nobody."""
        return self.left_count / len(self) if len(self) else None

    def take(self, rows: npt.NDArray[Any]) -> Labelled:
        """The customers at these positions, or where this mask is true."""
        return Labelled(
            self.matrix.take(rows),
            self.has_left[rows],
            None if self.is_involuntary is None else self.is_involuntary[rows],
            None if self.is_held_out is None else self.is_held_out[rows],
        )


def together(parts: Sequence[Labelled]) -> Labelled:
    """Snapshots of the same features as one; a flag that one of them lacks is unknown for all."""
    if len(parts) == 1:
        return parts[0]
    return Labelled(
        stacked([each.matrix for each in parts]),
        np.concatenate([each.has_left for each in parts]),
        _joined([each.is_involuntary for each in parts]),
        _joined([each.is_held_out for each in parts]),
    )


def _joined(flags: list[Flags | None]) -> Flags | None:
    known = [each for each in flags if each is not None]
    return np.concatenate(known) if len(known) == len(flags) else None
