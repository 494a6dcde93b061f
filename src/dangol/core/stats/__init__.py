"""How sure is a number? Frozen, mergeable sufficient statistics, and the intervals they give."""

from dangol.core.stats.interval import Interval
from dangol.core.stats.mean import Mean, RatioOfMeans, difference, relative_difference
from dangol.core.stats.net_score import NetScore
from dangol.core.stats.proportion import Proportion, newcombe

__all__ = [
    "Interval",
    "Mean",
    "NetScore",
    "Proportion",
    "RatioOfMeans",
    "difference",
    "newcombe",
    "relative_difference",
]
