"""What was known of every customer on the morning of a day? One row each, from nothing that came later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import ibis
from ibis.expr.types import Table

from dangol.core.features.contract import CONTRACT
from dangol.core.features.events import MOST_NAMES, event_sums, uses
from dangol.core.features.family import Family, Known
from dangol.core.features.feature import Feature
from dangol.core.features.known import LATELY, OLDER, Cut, known_tables
from dangol.core.features.labels import Policy, at_risk
from dangol.core.features.payment import PAYMENT
from dangol.core.features.profile import PROFILE
from dangol.core.features.purchases import PURCHASES
from dangol.core.features.support import SUPPORT
from dangol.core.features.team import TEAM
from dangol.core.features.tenure import TENURE
from dangol.core.features.usage import USAGE, described_events
from dangol.core.features.value import VALUE
from dangol.core.features.voice import VOICE

_BUILT: Final[dict[str, Family]] = {
    "usage": USAGE,
    "purchases": PURCHASES,
    "payment": PAYMENT,
    "value": VALUE,
    "support": SUPPORT,
    "voice": VOICE,
    "tenure": TENURE,
    "contract": CONTRACT,
    "team": TEAM,
    "profile": PROFILE,
}

FEATURES: Final[dict[str, Feature]] = {
    feature.name: feature for family in _BUILT.values() for feature in family.features
}
"""Every feature that does not depend on a business's own words, by name."""


def snapshot(
    tables: Mapping[str, Table],
    as_of: date,
    policy: Policy,
    *,
    zone: str = "UTC",
    names: Sequence[str] = (),
) -> Table:
    """One row a customer at risk on the morning of `as_of`: person_id, and a column a feature.

    Only rows that happened on earlier days of the zone and had been received by then are read, so no row of that
    day or later, or received later, can change it. `names` are the events to tell apart, as of the same
    day (see `event_names`). Columns appear where their nouns are among the tables; null is unknown.
    """
    cut = Cut(as_of, zone)
    nouns = known_tables(tables, cut)
    return features_of(nouns, at_risk(nouns, cut, policy), names)


def features_of(nouns: Mapping[str, Table], there: Table, names: Sequence[str] = ()) -> Table:
    """The same from what was known on a day (`Cut.known`) and who was at risk on it; no day stands in it."""
    whole = there.rename(tenure_return_count="return_count")
    for part, zero in parts_of(nouns, there, sums_of(nouns, names), names):
        marked = part.mutate(has_row=ibis.literal(value=True))
        both = whole.left_join(marked, "person_id").drop("person_id_right")
        filled = {name: ibis.ifelse(both.has_row.isnull(), 0, both[name]) for name in zero}
        whole = both.mutate(**filled).drop("has_row")
    return whole


def sums_of(nouns: Mapping[str, Table], names: Sequence[str]) -> Table | None:
    """The one pass over the events, on which several parts stand; None without events."""
    return event_sums(nouns["events"], nouns[OLDER], names) if "events" in nouns else None


def parts_of(
    nouns: Mapping[str, Table], there: Table, sums: Table | None, names: Sequence[str] = ()
) -> list[tuple[Table, tuple[str, ...]]]:
    """The features in parts, one row a person each, and the columns in which somebody without a row has 0."""
    known = Known(nouns, there, sums, tuple(names[:MOST_NAMES]))
    return [
        (_plain(part), tuple(name for name in family.zero if name in part.columns))
        for family in _BUILT.values()
        for part in family.build(known)
    ]


def _plain(part: Table) -> Table:
    """Words, and numbers as floats, so that both engines hand over the same."""
    columns = {name: part[name] for name in part.columns if name != "person_id"}
    numbers = {name: each for name, each in columns.items() if not each.type().is_string()}
    return part.mutate(**{name: each.cast("float64") for name, each in numbers.items()})


def event_names(tables: Mapping[str, Table], as_of: date, zone: str = "UTC") -> Table:
    """The names of uses that were known in the 90 days before, the most frequent first: name string."""
    cut = Cut(as_of, zone)
    events = cut.known("events", tables["events"])
    since = ibis.literal(as_of - timedelta(days=LATELY))
    lately = uses(events.filter(events.occurred_on >= since))
    counted = lately.group_by("name").agg(times=ibis._.count())
    return counted.order_by(ibis.desc("times"), "name").select("name")


def described(column: str, names: Sequence[str]) -> Feature:
    """The feature in a column of a snapshot in which these events are told apart."""
    return FEATURES[column] if column in FEATURES else described_events(tuple(names))[column]
