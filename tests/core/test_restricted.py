"""What does a world of some people say? The same as a world that never held the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dangol.core.engine import World, world
from dangol.core.engine.restricted import restricted
from tests_support.cast import TABLES

SOME = "select person_id from people where external_id in ('ann', 'cat', 'Ann', 'Cat')"


@pytest.fixture
def seen(cast: World) -> Iterator[World]:
    limited = restricted(cast, SOME)
    yield limited
    limited.close()


def test_only_these_people_are_there(seen: World, cast: World) -> None:
    names = {row["external_id"] for row in seen.ask(seen.tables()["people"])}
    assert {name.lower() for name in names} == {"ann", "cat"}
    assert len(cast.ask(cast.tables()["people"]).rows) > len(names)


def test_its_metrics_are_those_of_a_world_without_the_others(seen: World, cast: World) -> None:
    numbers = {row["person_id"] for row in seen.ask(seen.tables()["people"])}
    names = set(cast.external_ids(numbers).values())
    theirs = {
        noun: [row for row in rows if row.get("person_id", row.get("external_id")) in (*names, None)]
        for noun, rows in TABLES.items()
    }
    alone = world(theirs, as_of=cast.as_of)
    for metric in ("repeat_purchase_rate", "customer_retention_rate", "lifecycle_states"):
        period = {"period": cast.period()} if metric != "lifecycle_states" else {}
        assert seen.metric(metric, **period).rows == alone.metric(metric, **period).rows


def test_closing_it_leaves_the_whole_world(cast: World) -> None:
    before = cast.metric("lifecycle_states").rows
    restricted(cast, SOME).close()
    assert cast.metric("lifecycle_states").rows == before
