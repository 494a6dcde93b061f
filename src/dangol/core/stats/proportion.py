"""What share of people did it, and how far may the true share be from that?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.stats.interval import CONFIDENCE, Interval, normal_quantile


@dataclass(frozen=True, slots=True)
class Proportion:
    """`successes` out of `n`; two samples of different people merge with `+`.

    >>> Proportion(30, 100) + Proportion(20, 100)
    Proportion(successes=50, n=200)
    """

    successes: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.n:
            raise RequestError(
                Said(
                    f"A proportion of {self.successes} out of {self.n} was given.",
                    f"{self.n} 가운데 {self.successes}라는 비율이 주어졌습니다.",
                ),
                Said(
                    "The successes are some of the n, so they lie between 0 and n.",
                    "성공은 전체의 일부이므로 0과 전체 사이에 있어야 합니다.",
                ),
                Said("Count both over the same people.", "둘을 같은 사람들에 대해 세어 주십시오."),
            )

    def __add__(self, other: Proportion) -> Proportion:
        return Proportion(self.successes + other.successes, self.n + other.n)

    @property
    def rate(self) -> float | None:
        """Successes / n, 0 to 1; None of nobody."""
        return self.successes / self.n if self.n else None

    def interval(self, confidence: float = CONFIDENCE) -> Interval | None:
        """The share with its Wilson interval; None of nobody.

        The example is Newcombe's (1998), 81 of 263:

        >>> [round(x, 4) for x in Proportion(81, 263).interval()]
        [0.308, 0.2553, 0.3662]
        """
        return (
            Interval(self.successes / self.n, *wilson(self.successes, self.n, confidence)) if self.n else None
        )


def wilson(successes: Any, n: Any, confidence: float = CONFIDENCE) -> tuple[Any, Any]:
    """Low and high end of the score interval of a proportion, for numbers or columns; n must not be 0.

        (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)

    Source: Wilson 1927; Newcombe 1998 (Statistics in Medicine 17:857), method 3.
    """
    z = normal_quantile(confidence)
    p = successes / n
    middle = p + z * z / 2 / n
    half = z * (p * (1 - p) / n + z * z / 4 / n / n) ** 0.5
    scale = 1 + z * z / n
    return (middle - half) / scale, (middle + half) / scale


def newcombe(one: Proportion, other: Proportion, confidence: float = CONFIDENCE) -> Interval | None:
    """`other` minus `one` with its interval, from the two Wilson intervals; None when either is of nobody.

        low  = d - sqrt((p2 - l2)^2 + (u1 - p1)^2),  high = d + sqrt((u2 - p2)^2 + (p1 - l1)^2)

    Source: Newcombe 1998 (Statistics in Medicine 17:873), method 10; his example (a) 56/70 against 48/80:

    >>> [round(x, 4) for x in newcombe(Proportion(48, 80), Proportion(56, 70))]
    [0.2, 0.0524, 0.3339]
    """
    if not (one.n and other.n):
        return None
    low, high = newcombe_ends(one.successes, one.n, other.successes, other.n, confidence)
    return Interval(other.successes / other.n - one.successes / one.n, low, high)


def newcombe_ends(
    successes: Any, n: Any, other_successes: Any, other_n: Any, confidence: float = CONFIDENCE
) -> tuple[Any, Any]:
    """Low and high end of `newcombe`, for numbers or columns; neither n may be 0."""
    (low, high), (other_low, other_high) = (
        wilson(successes, n, confidence),
        wilson(other_successes, other_n, confidence),
    )
    p, other_p = successes / n, other_successes / other_n
    below = ((other_p - other_low) ** 2 + (high - p) ** 2) ** 0.5
    above = ((other_high - other_p) ** 2 + (p - low) ** 2) ** 0.5
    return other_p - p - below, other_p - p + above
