"""Is somebody who was erased nowhere any more? Every file of the lake and every table of the log is searched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.core.engine.duck import DuckDB
from dangol.platform.log import days, erasing, sequencer
from dangol.platform.log.actions import accept, erase, merge_people
from dangol.platform.log.models import Identifier, Refused, Segment
from dangol.platform.log.queries import opened
from tests_support.logged import CAST, arrive, life, seal, seen, source, told

pytestmark = pytest.mark.django_db


def people_in(path: Path) -> set[int]:
    """The numbers of people in one file."""
    duck = DuckDB()
    columns = [row[0] for row in duck.execute(f"describe select * from read_parquet('{path}')").fetchall()]
    names = [name for name in columns if name in ("person_id", "anonymous_person_id")]
    sql = " union ".join(
        f"select {name} from read_parquet('{path}', hive_partitioning=false)" for name in names
    )
    found = {row[0] for row in duck.execute(sql).fetchall()} if names else set()
    duck.close()
    return found


def test_nothing_is_left_of_them(clock: Any, lake: Path) -> None:
    clock.move(days=120)
    rows = life()
    arrive([*rows[:150], told("carol", "Signed In", 1, secret="carol-was-here")])
    seal()
    arrive(rows[150:])
    accept([told("carol", "Signed In", 2, secret="carol-was-here")], source())
    Refused.objects.create(received_at=clock.now(), body='{"userId":"carol"}', reason="wrong")
    carol = Identifier.objects.get(value="carol").person_id
    merge_people(carol, Identifier.objects.get(value="ann").person_id, "same", "test")

    counts = erase([carol])

    assert counts["segments"] + counts["lake"] >= 3
    for path in lake.rglob("*.parquet"):
        assert carol not in people_in(path), path
        assert b"carol-was-here" not in path.read_bytes(), path
    assert not Identifier.objects.filter(value="carol").exists()
    assert not Refused.objects.exists()
    world = opened()
    assert len(world.engine.run("select * from events").rows) == len(rows)
    stored = world.engine.run("select * from person_day order by all").rows
    assert (
        stored
        == world.engine.run(f"select * from ({days.recounted(['events', 'orders'])}) order by all").rows
    )
    world.close()
    seal()
    assert erase([carol])["lake"] == 0


def test_erasing_keeps_the_places_of_the_others(clock: Any) -> None:
    clock.move(days=120)
    arrive(life())
    before = seen()
    eve = Identifier.objects.get(value="eve").person_id
    erase([eve])
    after = seen()
    assert {row[0] for row in after["events"]} == {row[0] for row in before["events"]} - {eve}
    for noun, rows in before.items():
        column = 1 if noun in ("orders", "subscriptions", "messages", "answers", "tickets") else 0
        assert after[noun] == [row for row in rows if row[column] != eve], noun
    assert Segment.objects.get().row_count == len(life())
    assert len(CAST) - 1 == len({row[0] for row in after["events"]})


def test_a_batch_that_is_being_numbered_does_not_bring_them_back(
    clock: Any, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker has resolved the names of a batch, and writes it after the erasure."""
    arrive([told("carol", "Signed In", 1), told("ann", "Signed In", 1)])
    seal()
    carol = Identifier.objects.get(value="carol").person_id
    commit = sequencer._commit

    def late(*given: Any) -> None:
        monkeypatch.setattr(sequencer, "_commit", commit)
        monkeypatch.setattr(erasing, "_number_what_waits", lambda: None)
        erase([carol])
        commit(*given)

    monkeypatch.setattr(sequencer, "_commit", late)
    arrive([told("carol", "Signed In", 2), told("ann", "Signed In", 2)])
    assert Identifier.objects.get(value="carol").person_id != carol, "what comes later is of somebody new"
    assert all(carol not in people_in(path) for path in lake.rglob("*.parquet"))
    seal()
    assert len(seen()["events"]) == 3


def test_a_batch_that_is_written_during_the_erasure_is_erased_with_the_rest(
    clock: Any, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrive([told("carol", "Signed In", 1), told("ann", "Signed In", 1)])
    carol = Identifier.objects.get(value="carol").person_id
    forget = erasing.forget

    def meanwhile(*given: Any) -> int:
        arrive([told("carol", "Signed In", 2)])
        return forget(*given)

    monkeypatch.setattr(erasing, "forget", meanwhile)
    erase([carol])
    assert all(carol not in people_in(path) for path in lake.rglob("*.parquet"))
