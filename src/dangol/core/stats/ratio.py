"""How many times as large is one group's mean as another's, and how sure is that?"""

from __future__ import annotations

from typing import Any

from dangol.core.stats.interval import CONFIDENCE, around, normal_quantile
from dangol.core.stats.mean import sample_variance


def ratio_of_means(
    one: tuple[Any, Any, Any], other: tuple[Any, Any, Any], confidence: float = CONFIDENCE
) -> tuple[Any, Any, Any]:
    """`other`'s mean over `one`'s with the ends of its interval, for numbers or columns.

    Each group is (n, sum, sum of squares) of different people, n 2 or more; the mean of `one` must not be 0.

        R = m_B / m_A,   Var R = v_B / (m_A^2 n_B) + v_A m_B^2 / (m_A^4 n_A)

    The delta method; source: SCIENCE 4.2.

    >>> [round(x, 4) for x in ratio_of_means((100, 1000.0, 10400.0), (100, 1670.0, 29000.0))]
    [1.67, 1.5771, 1.7629]
    """
    (n_a, sum_a, square_a), (n_b, sum_b, square_b) = one, other
    mean_a, mean_b = sum_a / n_a, sum_b / n_b
    spread = sample_variance(n_b, sum_b, square_b) / (mean_a * mean_a * n_b)
    spread += sample_variance(n_a, sum_a, square_a) * mean_b * mean_b / (mean_a**4 * n_a)
    ratio = mean_b / mean_a
    return ratio, *around(ratio, spread**0.5, normal_quantile(confidence))
