"""Does a score put those who leave above those who stay? AUC with its interval, precision, lift and capture."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from dangol.core.predict.labelled import Flags
from dangol.core.stats.interval import Interval, normal_quantile
from dangol.core.stats.proportion import wilson

Scores = npt.NDArray[np.float64]


def auc(has_left: Flags, scores: Scores) -> Interval | None:
    """Chance that one who left scores above one who stayed, with DeLong's 95 % interval; None of one class only.

    The interval is that of log(A / (1 - A)), carried back, so that it stays within 0 and 1; a perfect or wholly
    reversed ranking has no spread to measure. Source: DeLong, DeLong & Clarke-Pearson 1988; the sums over midranks
    are those of Sun & Xu 2014.

    >>> auc(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8])).value
    0.75
    """
    left, stayed = scores[has_left], scores[~has_left]
    if not (len(left) and len(stayed)):
        return None
    overall, among_left, among_stayed = (
        _midranks(each) for each in (np.concatenate([left, stayed]), left, stayed)
    )
    m, n = len(left), len(stayed)
    area = float((overall[:m].sum() - m * (m + 1) / 2) / (m * n))
    above = (overall[:m] - among_left) / n
    below = 1 - (overall[m:] - among_stayed) / m
    if min(m, n) < 2 or not 0 < area < 1:
        return Interval(area, area, area)
    error = math.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n)
    return Interval(area, *_by_logit(area, error))


def _midranks(values: Scores) -> Scores:
    """Ranks from 1; equal values share the mean of theirs."""
    _, at, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[at]


def _by_logit(share: float, error: float) -> tuple[float, float]:
    middle = math.log(share / (1 - share))
    half = normal_quantile() * error / (share * (1 - share))
    return 1 / (1 + math.exp(half - middle)), 1 / (1 + math.exp(-half - middle))


def average_precision(has_left: Flags, scores: Scores) -> float | None:
    """Area under precision against recall, as a sum over the thresholds (equal scores fall together); None if nobody left.

        AP = sum (R_k - R_k-1) P_k

    >>> round(average_precision(np.array([False, False, True, True]), np.array([0.1, 0.4, 0.35, 0.8])), 4)
    0.8333
    """
    if not has_left.any():
        return None
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    found = np.cumsum(has_left[order])[ends]
    gained = np.diff(found, prepend=0)
    return float((gained * found / (ends + 1)).sum() / found[-1])


def capture(has_left: Flags, scores: Scores, share: float) -> Interval | None:
    """Of all who left, the share found among the `share` (0 to 1) of customers of the highest scores; Wilson's interval.

    Those who tie at the edge count in part. None if nobody left.
    """
    total = int(has_left.sum())
    if not total:
        return None
    room = len(scores) * share
    edge = np.partition(scores, max(len(scores) - math.ceil(room), 0))[max(len(scores) - math.ceil(room), 0)]
    above, at = scores > edge, scores == edge
    part = (room - above.sum()) / at.sum()
    found = float(has_left[above].sum() + part * has_left[at].sum())
    return Interval(found / total, *wilson(found, total))


def lift(has_left: Flags, scores: Scores, share: float) -> Interval | None:
    """How many times as often the highest `share` of customers left as customers at large; None if nobody left."""
    found = capture(has_left, scores, share)
    return found and Interval(*(each / share for each in found))
