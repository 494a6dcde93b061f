"""What is a score worth in money? The expected maximum profit of a retention campaign that contacts by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dangol.core.predict.labelled import Flags

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Campaign:
    """What an offer costs and brings: money of one currency, and who accepts.

    `value` is the lifetime value of a customer that stays, `incentive` the cost of what is offered, `contact` that
    of one message; the share of would-be leavers who accept is Beta(`alpha`, `beta`). The defaults are the paper's.
    """

    value: float = 200.0
    incentive: float = 10.0
    contact: float = 1.0
    alpha: float = 6.0
    beta: float = 14.0


class Profit(NamedTuple):
    """Expected maximum profit a customer of the base, and the share of customers to contact for it (0 to 1)."""

    per_customer: float
    share: float


def expected_maximum_profit(
    has_left: Flags, scores: Numbers, campaign: Campaign = Campaign()
) -> Profit | None:
    """EMPC of contacting the highest `scores`, over all that is unknown about who accepts; None of one class only.

        EMPC = int  CLV (g (1 - d) - f) pi0 F0(T(g)) - CLV (d + f) pi1 F1(T(g))  h(g) dg

    F0 and F1 are the shares of leavers and of stayers contacted, on the convex hull of the ROC curve; T(g) is the
    cut that is best at acceptance g; d = incentive / value, f = contact / value; h is the Beta density. It takes for
    granted that nobody leaves because of being contacted. Source: Verbraken, Verbeke & Baesens 2013, equation 14.

    >>> left = np.array([0, 1, 0, 1, 0, 1, 0, 1], dtype=bool)
    >>> profit = expected_maximum_profit(left, np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9]))
    >>> round(profit.per_customer, 12), round(profit.share, 4)
    (23.875593418348, 0.8744)
    """
    if has_left.all() or not has_left.any():
        return None
    leavers = float(has_left.mean())
    stayers = 1 - leavers
    f0, f1 = _hull(has_left, scores)
    d, f = campaign.incentive / campaign.value, campaign.contact / campaign.value
    up, along = np.diff(f0), np.diff(f1)
    with np.errstate(divide="ignore"):
        turns = (stayers * (d + f) * along + leavers * f * up) / (leavers * (1 - d) * up)
    edges = np.concatenate([[0.0], np.minimum(turns, 1.0), [1.0]])
    weight, weighted = _beta_between(edges, campaign)
    gain = weighted * (1 - d) * leavers * f0 - weight * (f * leavers * f0 + (d + f) * stayers * f1)
    return Profit(float(campaign.value * gain.sum()), float((weight * (leavers * f0 + stayers * f1)).sum()))


def _hull(has_left: Flags, scores: Numbers) -> tuple[Numbers, Numbers]:
    """Corners of the convex hull of the ROC curve, from (0, 0) to (1, 1): shares of leavers and of stayers."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    found = np.concatenate([[0], np.cumsum(has_left[order])[ends]])
    wrong = np.concatenate([[0], ends + 1]) - found
    corners: list[int] = []
    for at in range(len(found)):
        while len(corners) > 1 and _turns_left(found, wrong, corners[-2], corners[-1], at):
            corners.pop()
        corners.append(at)
    return found[corners] / found[-1], wrong[corners] / wrong[-1]


def _turns_left(up: npt.NDArray[np.int64], along: npt.NDArray[np.int64], a: int, b: int, c: int) -> bool:
    """Whether corner b lies on or under the line from a to c, in whole numbers and so without rounding."""
    return int(up[b] - up[a]) * int(along[c] - along[a]) <= int(up[c] - up[a]) * int(along[b] - along[a])


def _beta_between(edges: Numbers, campaign: Campaign) -> tuple[Numbers, Numbers]:
    """Chance that the acceptance lies between neighbouring edges, and its mean over that part."""
    from scipy.special import betainc

    mean = campaign.alpha / (campaign.alpha + campaign.beta)
    chance = np.diff(betainc(campaign.alpha, campaign.beta, edges))
    return chance, mean * np.diff(betainc(campaign.alpha + 1, campaign.beta, edges))
