"""Did the arms get as many as planned? If not, something else than the treatment divides them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dangol.core.stats.survival import chi_square_tail

BROKEN_BELOW: Final = 0.001
"""A p-value below this blocks every verdict. Source: SCIENCE 4.2; Fabijan et al. 2019 (KDD)."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Counts against planned shares, by chi-square. `among` is where it was looked at; empty for everybody.

    `limit` is the p-value below which it is broken; it is stricter where many groups are looked at.
    """

    counts: Mapping[str, int]
    planned: Mapping[str, float]
    chi_square: float
    p_value: float
    among: str = ""
    limit: float = BROKEN_BELOW

    @property
    def is_broken(self) -> bool:
        """Whether the counts cannot be the planned shares by chance."""
        return self.p_value < self.limit


def sample_ratio(
    counts: Mapping[str, int],
    planned: Mapping[str, float],
    *,
    among: str = "",
    looked_at: int = 1,
    fitted: int = 0,
) -> SampleRatio:
    """The sample-ratio check; `planned` are shares or parts of any sum, `looked_at` how many groups are checked.

        chi^2 = sum (n_i - N p_i)^2 / (N p_i),  arms - 1 degrees of freedom, less what the shares were `fitted` by

    >>> found = sample_ratio({"mens": 21307, "womens": 21387, "none": 21306}, {"mens": 1, "womens": 1, "none": 1})
    >>> round(found.p_value, 3), found.is_broken
    (0.904, False)
    """
    total, parts = sum(counts.values()), sum(planned.values())
    expected = {arm: total * part / parts for arm, part in planned.items()}
    statistic = sum((counts.get(arm, 0) - n) ** 2 / n for arm, n in expected.items()) if total else 0.0
    degrees = len(planned) - 1 - fitted
    p_value = chi_square_tail(statistic, degrees) if degrees > 0 else 1.0
    shares = {arm: part / parts for arm, part in planned.items()}
    return SampleRatio(dict(counts), shares, statistic, p_value, among, BROKEN_BELOW / looked_at)
