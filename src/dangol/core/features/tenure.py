"""How long have they been customers?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ibis.expr.types import Table

from dangol.core.features.family import Family, Known
from dangol.core.features.feature import Feature
from dangol.core.language import Said

_FEATURES: Final = (
    Feature("tenure_days", Said("Days as a customer without a break", "끊김 없이 고객이었던 날"), "tenure", "days"),
    Feature("tenure_return_count", Said("Times that they came back after leaving", "떠났다가 돌아온 횟수"), "tenure", "count"),
    Feature("tenure_joined_days", Said("Days since joining", "가입 후 지난 날"), "tenure", "days"),
)  # fmt: skip


def _build(known: Known) -> Sequence[Table]:
    """The rest is known of everybody who is at risk: see `labels.at_risk`."""
    people = known.nouns.get("people")
    return [] if people is None else [people.select("person_id", tenure_joined_days=people.joined_age)]


TENURE: Final = Family(_FEATURES, _build)
