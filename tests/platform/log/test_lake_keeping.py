"""Does keeping the lake in order change anything? Compaction, vacuum, retention, sweeping of segments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dangol.platform.log import compaction, delta, following, retention, sealer
from dangol.platform.log.models import Segment
from dangol.platform.log.queries import opened
from tests_support.logged import arrive, life, seal, seen, source, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(clock: Any) -> dict[str, Any]:
    """Three months of the cast in a lake of many small files; the world as it was before."""
    clock.move(days=120)
    for n in range(7):
        arrive(life()[n::7])
        seal()
    return seen()


@pytest.fixture
def filled(clock: Any) -> dict[str, Any]:
    """The same from several segments, sealed at once."""
    clock.move(days=120)
    for n in range(4):
        arrive(life()[n::4])
    seal()
    return seen()


def test_compaction_changes_no_answer(sealed: dict[str, Any]) -> None:
    before = {table: len(delta.files_of(table)) for table in compaction.tables()}
    rounds = 0
    while compaction.compact_once():
        rounds += 1
    assert rounds
    assert seen() == sealed
    after = {table: len(delta.files_of(table)) for table in compaction.tables()}
    assert after["events"] < before["events"]
    arrive([told("ann", "Order Updated", 100, "late", order_id="ann-0", total=9, currency="KRW")])
    assert seen() != sealed


def test_what_is_sealed_while_compaction_waits_for_its_turn_is_not_doubled(
    sealed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = compaction.lake_turn

    @contextmanager
    def after_the_sealer() -> Iterator[None]:
        """Between a look at the files and the turn, the sealer writes an order's files anew."""
        monkeypatch.setattr(compaction, "lake_turn", turn)
        arrive([told("ann", "Order Updated", 100, "late", order_id="ann-0", total=9, currency="KRW")])
        seal()
        with turn():
            yield

    monkeypatch.setattr(compaction, "tables", lambda: {"orders": compaction_tables["orders"]})
    monkeypatch.setattr(compaction, "lake_turn", after_the_sealer)
    assert compaction.compact_once()
    assert len(seen()["orders"]) == len(sealed["orders"])


compaction_tables = compaction.tables()


def test_a_sealer_that_slept_does_not_seal_again_what_another_sealed(sealed: dict[str, Any]) -> None:
    last = Segment.objects.order_by("-last_position").values_list("last_position", flat=True)[0]
    with pytest.raises(delta.RacedError):
        delta.commit("events", compaction_tables["events"][0], delta.Change(), last)
    assert seen() == sealed


def test_vacuum_takes_only_what_does_not_count(sealed: dict[str, Any], lake: Path) -> None:
    (lake / "events" / "month=2026-01" / "part-stray.parquet").write_bytes(b"half a file")
    while compaction.compact_once():
        pass
    for table in compaction.tables():
        delta.vacuum(table, hours=0)
    on_disk = set(lake.rglob("part-*.parquet"))
    counting = {delta.full_path(t, each) for t in compaction.tables() for each in delta.files_of(t)}
    assert on_disk == counting
    assert seen() == sealed


def test_files_are_kept_for_worlds_that_are_open(lake: Path) -> None:
    for day in range(7):
        arrive([told("ann", "Signed In", day)])
        seal()
    assert compaction.compact_once()
    assert compaction.vacuum() == 0
    assert len(list((lake / "events").rglob("part-*.parquet"))) == 8


def test_sealed_segments_go_after_a_while(filled: dict[str, Any], clock: Any, lake: Path) -> None:
    from dangol.platform.kernel import cursors
    from dangol.platform.log.reacting import REACTIONS

    assert sealer.drop_sealed() == 0
    clock.move(minutes=20)
    for name in (*following.OWN_READERS, *(each.cursor for each in REACTIONS.values())):
        cursors.reset(name, 1_000_000)
    assert sealer.drop_sealed() > 0
    assert Segment.objects.count() == sealer.SHOWN
    assert len(list((lake / "segments").glob("*.parquet"))) == sealer.SHOWN
    assert seen() == filled


def test_segments_wait_for_the_slowest_reader(
    filled: dict[str, Any], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move(minutes=20)
    last = Segment.objects.order_by("-last_position").first()
    assert last is not None
    monkeypatch.setattr(sealer.following, "passed_by_all", lambda: last.last_position - 1)
    monkeypatch.setattr(sealer, "SHOWN", 0)
    sealer.drop_sealed()
    assert list(Segment.objects.all()) == [last]


def test_old_events_go_and_what_was_added_up_stays(filled: dict[str, Any], clock: Any) -> None:
    """The clock is at the beginning of July: two whole months before it are kept."""
    retention.keep(3)
    assert retention.apply() > 0
    world = opened()
    (first,) = world.engine.run("select min(occurred_on) from events").rows[0]
    days = world.engine.run("select * from person_day order by all").rows
    world.close()
    assert f"{first:%Y-%m}" == "2026-03"
    assert days == filled["person_day"]
    assert seen()["orders"] == filled["orders"]
    assert retention.apply() == 0


def test_one_source_is_kept_shorter(filled: dict[str, Any], clock: Any) -> None:
    arrive([told("ann", "Signed In", 1, "other")], kind="server")
    seal()
    retention.keep(1, source("server"))
    assert retention.apply() == 1
    assert seen()["orders"] == filled["orders"]
    assert len(seen()["events"]) == len(filled["events"])
