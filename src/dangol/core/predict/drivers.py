"""What goes with leaving and with staying, and how much money goes with it? Relative importance, not cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dangol.core.language import Said

On = Literal["retention", "money"]


@dataclass(frozen=True, slots=True)
class Driver:
    """One thing that goes with leaving (`on` retention) or with the money lost (`on` money).

    `importance` is its share of what all features together explain, 0 to 1, with a 95 % interval; None where
    they explain nothing that can be told from chance. `direction` is +1 where more of it goes with leaving.
    `affected_count` customers are off the better level; `value_of_fixing` is the money (or for `on` retention
    the customers) lost within the horizon that goes with that, other features being equal: an association, not
    a promise. `features` are the columns behind it; one for a feature, several for a family.
    """

    name: str
    said: Said
    family: str
    on: On
    importance: float | None
    low: float | None
    high: float | None
    direction: int
    affected_count: int | None
    value_of_fixing: float | None
    value_low: float | None
    value_high: float | None
    features: tuple[str, ...]
    sentence: Said
    reason: Said | None = None
    """Why a number is not known."""
