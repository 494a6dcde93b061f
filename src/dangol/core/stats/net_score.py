"""How many more are for than against, on a scale of -100 to 100, and how sure is that?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.stats.interval import CONFIDENCE, Interval, around, normal_quantile


@dataclass(frozen=True, slots=True)
class NetScore:
    """Promoters and detractors among `n` answers: the sufficient statistic of a Net Promoter Score.

    >>> NetScore(60, 10, 100) + NetScore(40, 30, 100)
    NetScore(promoters=100, detractors=40, n=200)
    """

    promoters: int
    detractors: int
    n: int

    def __add__(self, other: NetScore) -> NetScore:
        return NetScore(
            self.promoters + other.promoters, self.detractors + other.detractors, self.n + other.n
        )

    def wald(self, confidence: float = CONFIDENCE) -> Interval | None:
        """The score with its textbook interval; None without answers.

        >>> [round(x, 1) for x in NetScore(100, 40, 200).wald()]
        [30.0, 19.2, 40.8]
        """
        return Interval(*net_score(self.promoters, self.detractors, self.n, confidence)) if self.n else None

    def adjusted(self, confidence: float = CONFIDENCE) -> Interval | None:
        """The adjusted score with its interval, which covers better in small samples; None without answers.

        >>> [round(x, 1) for x in NetScore(19, 4, 36).adjusted()]
        [38.5, 16.7, 60.2]
        """
        if not self.n:
            return None
        return Interval(*adjusted_net_score(self.promoters, self.detractors, self.n, confidence))


def net_score(
    promoters: Any, detractors: Any, n: Any, confidence: float = CONFIDENCE
) -> tuple[Any, Any, Any]:
    """Score, low and high of 100 (p - d), for numbers or columns; n must not be 0.

        SE = 100 sqrt((p + d - (p - d)^2) / n)

    Source: SCIENCE 5.5; Rocks 2016 (The American Statistician 70:365), Wald interval.
    """
    p, d = promoters / n, detractors / n
    score = 100 * (p - d)
    error = 100 * ((p + d - (p - d) ** 2) / n) ** 0.5
    return score, *around(score, error, normal_quantile(confidence))


def adjusted_net_score(
    promoters: Any, detractors: Any, n: Any, confidence: float = CONFIDENCE
) -> tuple[Any, Any, Any]:
    """The same with three answers added, 3/4 for, 3/4 against and the rest neutral (adjusted Wald).

    Source: Rocks 2016, the interval with the best coverage there; Sauro & Lewis.
    """
    return net_score(promoters + 0.75, detractors + 0.75, n + 3, confidence)
