"""What goes with one customer's score? A family of features, with the customer's own number beside the peers'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.language import Said


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: `contribution` is in log-odds, above 0 where it goes with leaving, below where with staying.

    It is the sum over the `family`; `feature` is the one of the family that carries the most of it, and
    `own_value` and `peers_median` are that feature's (None: unknown, or a category, which `said` names).
    """

    family: str
    feature: str
    said: Said
    contribution: float
    own_value: float | None
    peers_median: float | None

    def to_plain(self) -> dict[str, Any]:
        """The reason as JSON can hold it."""
        return {
            "family": self.family,
            "feature": self.feature,
            "said": {"en": self.said.en, "ko": self.said.ko},
            "contribution": self.contribution,
            "own_value": self.own_value,
            "peers_median": self.peers_median,
        }


def reason_from_plain(plain: dict[str, Any]) -> Reason:
    """What `Reason.to_plain` wrote."""
    return Reason(**{**plain, "said": Said(plain["said"]["en"], plain["said"]["ko"])})
