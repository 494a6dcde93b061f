"""Who are they, by what was fixed when they came? From the people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ibis.expr.types import Table

from dangol.core.features.family import Family, Known, flag
from dangol.core.features.feature import Feature
from dangol.core.features.traits import COUNTRY, latest
from dangol.core.language import Said

_FEATURES: Final = (
    Feature("profile_channel", Said("Where they came from", "유입 경로"), "profile", "category"),
    Feature("profile_was_referred", Said("Came by a referral", "추천으로 가입"), "profile", "flag", -1),
    Feature("profile_country", Said("Country", "국가"), "profile", "category"),
)


def _build(known: Known) -> Sequence[Table]:
    people, country = known.nouns.get("people"), latest(known, COUNTRY)
    told = [] if country is None else [country.select("person_id", profile_country=country.value)]
    return told if people is None else [*told, _fixed(people)]


def _fixed(people: Table) -> Table:
    """What does not change after joining."""
    referred = flag(people.referrer_id.notnull())
    return people.select("person_id", profile_channel=people.channel, profile_was_referred=referred)


PROFILE: Final = Family(_FEATURES, _build)
