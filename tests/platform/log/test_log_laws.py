"""Does the log keep its laws? Sealing changes no answer, replay changes nothing, order of arrival does not matter."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from dangol.platform.log import days, sealer
from dangol.platform.log.actions import merge_people, undo_merge
from dangol.platform.log.models import Envelope, Identifier, Segment
from dangol.platform.log.queries import opened, position, timeline
from tests_support.logged import CAST, arrive, life, number, seal, seen, told

pytestmark = pytest.mark.django_db


def number_of(who: str) -> int:
    found = Identifier.objects.get(kind="user_id", value=who).person_id
    assert found is not None
    return found


@pytest.fixture
def everybody(clock: Any) -> None:
    """The cast has its numbers already, in alphabetical order, so that worlds can be compared."""
    clock.move(days=120)
    arrive([{"type": "identify", "userId": who, "messageId": f"hello-{who}"} for who in CAST])


def parts_of(rows: list[Any], count: int) -> list[list[Any]]:
    return [list(part) for part in np.array_split(np.array(rows, dtype=object), count)]


def test_every_message_is_in_the_world_once(everybody: None) -> None:
    rows = life()
    arrive(rows)
    world = seen()
    assert len(world["events"]) == len(rows)
    assert len(world["orders"]) == len(CAST) * (4 + 2)
    assert {row[8] for row in world["subscriptions"]} == {"trial", "active", "past_due", "paused"}
    assert len(world["messages"]) == len(world["tickets"]) == len(world["answers"]) == len(CAST)
    assert position() == len(rows) + len(CAST)
    assert not Envelope.objects.exists()


def test_sealing_changes_no_answer(everybody: None) -> None:
    """The world is the same before, between every two segments, and after."""
    for part in parts_of(life(), 5):
        arrive(part)
    before = seen()
    sealer.MOST_ROWS, kept = 1, sealer.MOST_ROWS  # one segment a round
    try:
        while sealer.seal_once(is_forced=True):
            assert seen() == before
    finally:
        sealer.MOST_ROWS = kept
    assert seen() == before
    assert not Segment.objects.filter(sealed_at=None).exists()


def test_the_stored_rollup_equals_a_recount(everybody: None) -> None:
    for part in parts_of(life(), 4):
        arrive(part)
        seal()
    arrive([told("ann", "Order Updated", 100, "late-1", order_id="ann-0", total=9, currency="KRW")])
    world = opened()
    stored = world.engine.run("select * from person_day order by all").rows
    recount = world.engine.run(f"select * from ({days.recounted(['events', 'orders'])}) order by all").rows
    world.close()
    assert stored == recount


def test_replay_twice_is_once(everybody: None) -> None:
    rows = life()
    arrive(rows)
    once = seen()
    arrive(rows)
    arrive(list(reversed(rows)))
    assert seen() == once
    assert position() == len(rows) + len(CAST)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_arrival_does_not_matter(everybody: None, seed: int, tmp_path: Any) -> None:
    """Shuffled, cut at other places and sealed in between, the same messages make the same world."""
    rows = life()
    order = np.random.default_rng(seed).permutation(len(rows))
    for part in parts_of([rows[n] for n in order], 6):
        arrive(part)
        if seed > 1:
            seal()
    shuffled = seen()
    again = _in_order()
    assert shuffled.keys() == again.keys()
    for noun in again:
        assert shuffled[noun] == again[noun], noun


def _in_order() -> dict[str, list[tuple[Any, ...]]]:
    """The world of the same messages in order of time, in a log of its own."""
    from django.db import connection

    from dangol.platform.kernel.environment import environment

    with connection.cursor() as cursor:
        cursor.execute("delete from log_seen")
    Segment.objects.all().delete()
    object.__setattr__(environment(), "data_folder", environment().data_folder / "again")
    environment().lake_folder.mkdir(parents=True)
    arrive([{"type": "identify", "userId": who, "messageId": f"hello-{who}"} for who in CAST])
    arrive(life())
    return seen()


def test_what_happens_later_changes_no_earlier_world(everybody: None) -> None:
    rows = life()
    day = date(2026, 2, 1)
    arrive([row for row in rows if row["timestamp"] < "2026-02-01"])
    before = seen(day)
    arrive([row for row in rows if row["timestamp"] >= "2026-02-01"])
    seal()
    after = seen(day)
    for noun in ("events", "orders", "subscriptions", "person_day"):
        if noun == "orders":  # an updated amount takes the place of the first one
            continue
        assert after[noun] == before[noun], noun


def test_a_merge_keeps_both_histories_and_can_be_undone(everybody: None) -> None:
    rows = life()
    arrive(rows[:200])
    seal()
    arrive(rows[200:])
    apart = seen()
    ann, bob, cat = number_of("ann"), number_of("bob"), number_of("cat")
    first = merge_people(ann, bob, "same", "test")
    second = merge_people(bob, cat, "same", "test")
    together = seen()
    assert len(together["events"]) == len(apart["events"])
    assert not {row[0] for row in together["events"]} & {ann, bob}
    world = opened()
    stored = world.engine.run("select * from person_day order by all").rows
    assert (
        stored
        == world.engine.run(f"select * from ({days.recounted(['events', 'orders'])}) order by all").rows
    )
    world.close()
    assert undo_merge(second, "test")
    assert undo_merge(first, "test")
    assert not undo_merge(first, "test")
    assert seen() == apart


def test_nobody_is_merged_in_a_circle(everybody: None) -> None:
    from dangol.core.errors import RequestError

    ann, bob = number_of("ann"), number_of("bob")
    merge_people(ann, bob, "same", "test")
    with pytest.raises(RequestError):
        merge_people(bob, ann, "same", "test")


def test_a_timeline_is_the_same_before_and_after_sealing(everybody: None) -> None:
    arrive(life())
    ann = number_of("ann")
    before = timeline([ann], 500)
    seal()
    assert timeline([ann], 500) == before
    first = timeline([ann], 10)
    second = timeline([ann], 10, (first[-1]["occurred_at"], first[-1]["position"]))
    assert first + second == before[:20]
    assert [row["name"] for row in timeline([ann], 9, names=["Order Completed"])] == ["Order Completed"] * 4


def test_only_the_people_who_may_be_seen(everybody: None) -> None:
    arrive(life())
    ann = number_of("ann")
    world = opened(only_people=f"select {ann}::bigint as person_id")
    for noun in (*sorted(world.nouns), "person_day"):
        assert {row[0] for row in world.engine.run(f"select distinct person_id from {noun}").rows} == {ann}, (
            noun
        )
    world.close()
    number()
