"""Which of many findings still hold when all of them were looked at? Adjusted p-values."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted so that the chance of any false finding stays at the level (family-wise), in their order.

        p~_(i) = max over j <= i of min(1, (m - j + 1) p_(j))

    Source: Holm 1979 (Scandinavian Journal of Statistics 6:65).

    >>> [round(p, 4) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    m, highest = len(p_values), 0.0
    adjusted = [0.0] * m
    for rank, at in enumerate(sorted(range(m), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (m - rank) * p_values[at]))
        adjusted[at] = highest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """P-values adjusted so that the share of false ones among the findings stays at the level, in their order.

        p~_(i) = min over j >= i of min(1, m p_(j) / j)

    Source: Benjamini & Hochberg 1995 (Journal of the Royal Statistical Society B 57:289).

    >>> [round(p, 4) for p in benjamini_hochberg([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    m, lowest = len(p_values), 1.0
    adjusted = [0.0] * m
    for rank, at in reversed(list(enumerate(sorted(range(m), key=p_values.__getitem__), 1))):
        lowest = min(lowest, m / rank * p_values[at])
        adjusted[at] = lowest
    return adjusted
