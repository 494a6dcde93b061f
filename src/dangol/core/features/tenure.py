"""How long have they been customers?"""

from __future__ import annotations

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


def _build(known: Known) -> Table | None:
    there = known.at_risk
    spans = there.select(
        "person_id", tenure_days=known.cut.days_since(there.since_on), tenure_return_count=there.return_count
    )
    if "people" not in known.nouns:
        return spans
    people = known.nouns["people"].select("person_id", "joined_on")
    both = spans.left_join(people, "person_id").drop("person_id_right")
    days = known.cut.days_since(both.joined_on)
    return both.mutate(tenure_joined_days=(days > 0).ifelse(days, None)).drop("joined_on")


TENURE: Final = Family(_FEATURES, _build)
