"""What does a worker do for the log? It numbers, seals, tidies, and lets the rooms above know."""

from __future__ import annotations

from dangol.platform.kernel.chores import chore
from dangol.platform.log import compaction, faults, following, retention, schemas, sealer, segments, sequencer
from dangol.platform.log.actions.refused import forget_old
from dangol.platform.log.imports import chores as _imports  # noqa: F401 registers the chores of imports


@chore("log.sequencer", every=0.25)
def sequence() -> bool:
    """Envelopes become rows in their order."""
    return sequencer.sequence_once()


@chore("log.reactions", every=1.5)
def react() -> bool:
    """The rooms above are told what happened."""
    return following.react_once()


@chore("log.sealer", every=5.0)
def seal() -> bool:
    """Segments become the lake, and go when nobody needs them."""
    more = sealer.seal_once()
    sealer.drop_sealed()
    return more


@chore("log.compaction", every=60.0)
def compact() -> bool:
    """Small files of the lake become large ones."""
    return compaction.compact_once()


@chore("log.tidying", every=1800.0)
def tidy() -> bool:
    """What nobody reads any more goes from the disk, and events that are kept no longer."""
    segments.sweep()
    forget_old()
    retention.apply()
    compaction.vacuum()
    return False


@chore("log.schemas", every=3.0)
def note_schemas() -> bool:
    """Which events come, and with which properties."""
    return schemas.note_once()


@chore("log.faults", every=300.0)
def look_for_faults() -> bool:
    """A broken file of the lake is a trouble of the worker, shown until it is whole again."""
    broken = faults.found()
    if broken:
        raise faults.BrokenLakeError(broken)
    return False
