"""What is said when the lake cannot be read or written, and is anything lost by it?"""

from __future__ import annotations

from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from dangol.core.errors import QueryError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log import chores, faults, sealer, sequencer, space
from dangol.platform.log.models import Envelope, Segment
from dangol.platform.log.queries import freshness, opened, schemas
from tests_support.logged import arrive, life, number, seal, seen, source, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(clock: Any) -> dict[str, Any]:
    """The cast in the lake; the world as it was before."""
    clock.move(days=120)
    arrive(life())
    seal()
    return seen()


@pytest.mark.parametrize("how", ["cut off", "missing"])
def test_a_broken_file_is_named_and_nothing_is_answered_from_the_rest(
    sealed: dict[str, Any], lake: Path, how: str
) -> None:
    victim = sorted((lake / "events").rglob("part-*.parquet"))[0]
    whole = victim.read_bytes()
    if how == "missing":
        victim.unlink()
    else:
        victim.write_bytes(whole[: len(whole) // 2])
    (fault,) = faults.found()
    assert victim.name in fault.said.en
    assert victim.name in fault.said.ko
    with pytest.raises(faults.BrokenLakeError, match=victim.name):
        chores.look_for_faults()
    with pytest.raises(QueryError, match=victim.name):
        opened().engine.run("select sum(amount), max(properties) from events")
    victim.write_bytes(whole)
    assert not faults.found()
    assert seen() == sealed


def test_a_full_disk_loses_nothing(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither numbering nor sealing goes on, both say so, and both go on when there is room again."""
    clock.move(days=120)
    rows = life()
    arrive(rows[:100])
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as full:
        full.setattr(space.shutil, "disk_usage", lambda _: usage(10**9, 10**9, 1000))
        with pytest.raises(space.LakeFullError, match="free"):
            sealer.seal_once(is_forced=True)
        with pytest.raises(space.LakeFullError):
            arrive(rows[100:])
        assert Envelope.objects.exists()
        assert Segment.objects.filter(sealed_at=None).exists()
    number()
    seal()
    assert len(seen()["events"]) == len(rows)


def test_a_write_that_fails_leaves_no_file_and_no_row(
    clock: Any, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(path: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("dangol.platform.log.segments.make_durable", no_room)
        with pytest.raises(OSError, match="No space"):
            arrive([told("ann", "Signed In")])
    assert not list((lake / "segments").glob("*"))
    assert Envelope.objects.exists()
    number()
    assert sequencer.cursors.position(sequencer.POSITION) == 1


def test_a_jump_of_the_clock_loses_nothing(clock: Any) -> None:
    arrive([told("ann", "Signed In", 1)])
    clock.move(days=-400)
    arrive([told("ann", "Signed In", 2)])
    clock.move(days=800)
    arrive([told("ann", "Signed In", 3)])
    seal()
    assert len(seen()["events"]) == 3


def test_what_was_seen_is_listed(clock: Any, viewer_analyst: Viewer) -> None:
    clock.move(days=120)
    arrive(life(), kind="server")
    arrive(
        [{"type": "identify", "userId": "ann", "messageId": "i", "traits": {"plan": "pro", "age": 3}}],
        kind="server",
    )
    while chores.note_schemas():
        pass
    listed = {(each.type, each.name): each for each in schemas(viewer_analyst)}
    assert listed["track", "Order Completed"].count == 20
    assert listed["track", "Order Completed"].properties["total"] == ["number"]
    assert listed["track", "Order Completed"].properties["products"] == ["list"]
    assert listed["identify", ""].properties == {"age": ["number"], "plan": ["text"]}
    assert listed["track", "Order Completed"].is_known
    told_now = freshness(viewer_analyst)
    assert told_now.waiting_count == 0
    assert told_now.unsealed_count == told_now.position == len(life()) + 1
    (server,) = [each for each in told_now.sources if each.source_id == source("server")]
    assert server.count == len(life()) + 1
