"""Between which amounts will a customer's spending lie? From the chances of every count and of every amount.

The number of purchase days n has P(X = n) from the model of purchases; the sum of n of them is a beta-prime times
v + x m in the Gamma-Gamma model, so that

    P(spent <= s) = P(X = 0) + sum over n of P(X = n) I_w(p n, p x + q),   w = s / (s + v + x m)

with P(X = n) averaged over parameters as uncertain as the fit leaves them. What is in proportion to v + x m needs to be
found once for customers with equal histories.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.predict.value.gamma_gamma import GammaGamma
from dangol.core.predict.value.histories import Grouped, Numbers
from dangol.core.predict.value.purchase_model import PurchaseModel

SHARE: Final = 0.8
"""So much of the chance lies inside: the lowest and the highest tenth are cut off."""
DRAWS: Final = 8
EXACT: Final = 4_000
"""Up to so many different histories each has an interval of its own; beyond, near ones share one."""
_BLOCKS, _HALVINGS, _AT_ONCE = 24, 18, 2_000


def intervals(
    model: PurchaseModel, amounts: GammaGamma | None, groups: Grouped, span: float, seed: int
) -> tuple[Numbers, Numbers]:
    """Lowest and highest number of purchase days and spending within `span` of each group, as `SHARE` has it.

    Both have a row for the number and one for the spending, which is in units of its customers' v + x m, and NaN
    without amounts.
    """
    tail = (1.0 - SHARE) / 2.0
    cells, which = _cells(model, groups)
    low, high = np.full((2, 2, len(cells.x)), np.nan)
    for rows in _by_size(cells):
        some = _some(cells, rows)
        counts, chances = _chances(model, some, span, seed)
        below = np.cumsum(chances, axis=1)
        low[0, rows] = counts[np.argmax(below > tail, axis=1)]
        high[0, rows] = counts[np.argmax(below >= 1.0 - tail - 1e-9, axis=1)]
        if amounts is not None:
            low[1, rows] = _quantile(amounts, some.x, counts, chances, tail)
            high[1, rows] = _quantile(amounts, some.x, counts, chances, 1.0 - tail)
    return low[:, which], high[:, which]


def _quantile(amounts: GammaGamma, x: Numbers, counts: Numbers, chances: Numbers, share: float) -> Numbers:
    """By halving w between 0 and 1; 0 where as much of the chance is on no purchase at all."""
    from scipy.special import betainc

    p, q, _ = amounts.optimum.parameters
    bottom, top = np.zeros(len(x)), np.ones(len(x))
    for _ in range(_HALVINGS):
        middle = (bottom + top) / 2.0
        within = betainc(p * counts[None, 1:], (p * x + q)[:, None], middle[:, None])
        reached = chances[:, 0] + (chances[:, 1:] * within).sum(axis=1) >= share
        bottom, top = np.where(reached, bottom, middle), np.where(reached, middle, top)
    w = np.where(chances[:, 0] >= share, 0.0, (bottom + top) / 2.0)
    return np.asarray(w / (1.0 - w))


def _chances(model: PurchaseModel, groups: Grouped, span: float, seed: int) -> tuple[Numbers, Numbers]:
    """Counts, the first of them 0, and the chance of each for each group; neighbouring counts are put together."""
    most = _most(model, groups, span)
    edges = np.unique(np.rint(np.concatenate([[1, 2, 3, 4], np.geomspace(1, most + 1, _BLOCKS)])).astype(int))
    edges = edges[edges <= most + 1]
    # Under parameters as likely as the fitted ones, and under those too.
    drawn = [model, *map(model.with_parameters, model.optimum.drawn(DRAWS - 1, seed))]
    reach = [np.mean([each.at_least(groups, span, int(edge)) for each in drawn], axis=0) for edge in edges]
    above = np.column_stack([np.ones(len(groups.x)), *reach, np.zeros(len(groups.x))])
    last = np.append(edges[1:] - 1, max(edges[-1], most))
    counts = np.concatenate([[0.0], (edges + last) / 2.0])
    return counts, -np.diff(above, axis=1)


def _most(model: PurchaseModel, groups: Grouped, span: float) -> int:
    """A count that next to nobody reaches."""
    most = 4
    while most < 4_096 and float(model.at_least(groups, span, most).max()) > 0.01:
        most *= 2
    return most


def _cells(model: PurchaseModel, groups: Grouped) -> tuple[Grouped, npt.NDArray[np.intp]]:
    """The groups, or where they are very many one of each that are nearly alike, and which one stands for each."""
    if len(groups.x) <= EXACT:
        return groups, np.arange(len(groups.x))
    alive = np.rint(model.alive(groups) * 40)
    age = np.rint(groups.age / max(groups.age.max(), 1e-9) * 24)
    bought = np.rint(np.log1p(groups.x) * 12)
    key = (bought * 100 + alive) * 100 + age
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    return _some(groups, first), which


def _some(groups: Grouped, rows: npt.NDArray[np.intp]) -> Grouped:
    own = np.arange(len(rows))
    return Grouped(groups.x[rows], groups.t_x[rows], groups.age[rows], groups.weight[rows], own)


def _by_size(groups: Grouped) -> list[npt.NDArray[np.intp]]:
    """Positions of groups with similar counts, some at a time, so that few counts serve all of a piece."""
    order = np.argsort(groups.x, kind="stable")
    edges = np.searchsorted(groups.x[order], (1.0, 3.0, 10.0, 30.0, 100.0))
    pieces = np.split(order, np.unique([*edges, *range(0, len(order), _AT_ONCE)]))
    return [each for each in pieces if len(each)]
