"""When are two answers the same? Equal rows; floats to twelve digits, for engines add in different orders."""

from __future__ import annotations

import math
from typing import Any

from dangol.core.engine import Answer


def assert_same_rows(one: Answer, other: Answer) -> None:
    """Fail unless both hold the same columns and, whatever their order, the same rows."""
    assert one.columns == other.columns
    left, right = sorted(one.rows, key=_order), sorted(other.rows, key=_order)
    assert len(left) == len(right), f"{len(left)} rows against {len(right)}"
    for a, b in zip(left, right, strict=True):
        assert all(map(_same, a, b)), f"{dict(zip(one.columns, a, strict=True))} != {b}"


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12)
    return type(a) is type(b) and bool(a == b)


def _order(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(f"{value:.9g}" if isinstance(value, float) else str(value) for value in row)
