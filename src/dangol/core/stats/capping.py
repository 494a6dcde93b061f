"""What if one customer outweighs all others? Values above a stated cap count as the cap (winsorising)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
from ibis.expr.types import Table

CAPPED_AT: Final = 0.999
"""The share of units that lie at or below the cap, unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Cap:
    """Where values were cut off, and how many units that touched; both are said beside the figures."""

    column: str
    limit: float
    share: float
    touched_count: int


def limits(units: Table, columns: tuple[str, ...], share: float = CAPPED_AT) -> Table:
    """One row: the `share` quantile of each column (with linear interpolation), over all arms together.

    The cap is one for all arms, so that it cannot make a difference of its own.
    """
    return units.aggregate(**{name: units[name].quantile(share) for name in columns})


def capped(units: Table, caps: dict[str, float]) -> Table:
    """The same units with each of these columns at most its cap."""
    return units.mutate(
        **{
            name: ibis.ifelse(units[name] > limit, ibis.literal(limit), units[name])
            for name, limit in caps.items()
        }
    )
