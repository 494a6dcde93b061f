"""Who are they, by what was fixed when they came? From the people."""

from __future__ import annotations

from typing import Final

from ibis.expr.types import Table

from dangol.core.features.family import Family, Known, flag
from dangol.core.features.feature import Feature
from dangol.core.language import Said

_FEATURES: Final = (
    Feature("profile_channel", Said("Where they came from", "유입 경로"), "profile", "category"),
    Feature("profile_was_referred", Said("Came by a referral", "추천으로 가입"), "profile", "flag", -1),
)


def _build(known: Known) -> Table | None:
    if "people" not in known.nouns:
        return None
    people = known.nouns["people"]
    return people.select(
        "person_id",
        profile_channel=people.channel,
        profile_was_referred=flag(people.referrer_id.notnull()),
    )


PROFILE: Final = Family(_FEATURES, _build)
