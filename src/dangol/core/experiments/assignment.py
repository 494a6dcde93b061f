"""Which arm is a unit in? Drawn by a salted hash: the same answer for ever, on every engine, with nothing stored.

    bucket = first 32 bits of SHA-256("salt:unit_id") mod 10,000

The arms take neighbouring buckets in their declared order. Who takes part, and who is held out of everything, is
drawn by other salts, so that neither depends on the arm. What was logged beats what would be drawn today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import ibis
import numpy as np
import numpy.typing as npt
from ibis.expr.types import Value as Expr

from dangol.core.experiments.design import BUCKETS, Arm, Design, Holdout

_HEX: Final = "0123456789abcdef"
_LETTERS: Final = 8
"""Hexadecimal letters of the hash that are read: 32 bits, so that no bucket is favoured by more than 3 in a million."""


def bucket(salt: str, unit_id: int | str) -> int:
    """The bucket of a unit, 0 to 9,999.

    >>> bucket("spring-offer", 1), bucket("spring-offer", 2), bucket("autumn-offer", 1)
    (1338, 2853, 9424)
    """
    return int.from_bytes(hashlib.sha256(f"{salt}:{unit_id}".encode()).digest()[:4], "big") % BUCKETS


def bucket_expression(salt: str, unit_id: Expr) -> Expr:
    """The same as a column, equal on DuckDB and Spark."""
    text = (ibis.literal(f"{salt}:") + unit_id.cast("string")).hexdigest("sha256")
    letters = ibis.literal(_HEX)
    number = ibis.literal(0).cast("int64")
    for place in range(_LETTERS):
        number = number * 16 + letters.find(text.substr(place, 1)).cast("int64")
    return number % BUCKETS


def assign(design: Design, unit_ids: Iterable[int | str]) -> npt.NDArray[np.object_]:
    """The arm of each unit, in the order given; None for whom it does not enrol, or who is held out of everything.

    >>> design = Design("offer", (Arm("control", 0.5), Arm("offer", 0.5)), "retention", "spring-offer")
    >>> list(assign(design, [1, 2, 5]))
    ['control', 'control', 'offer']
    """
    ids = list(unit_ids)
    ends = np.array([end for _, end in _ends(design.arms)])
    names = np.array([arm.name for arm in design.arms], dtype=object)
    drawn = np.array([bucket(design.salt, each) for each in ids], dtype=np.int64)
    arms = names[np.searchsorted(ends, drawn, side="right")] if ids else np.array([], dtype=object)
    arms[~_takes_part(design, ids)] = None
    return arms


def arm_expression(design: Design, unit_id: Expr) -> Expr:
    """The same as a column over unit ids: the name of the arm, or null."""
    drawn = bucket_expression(design.salt, unit_id)
    *inner, last = _ends(design.arms)
    arm = ibis.cases(*((drawn < end, name) for name, end in inner), else_=last[0])
    for salt, share in _left_out(design):
        is_out = bucket_expression(salt, unit_id) < round(share * BUCKETS)
        arm = ibis.ifelse(is_out, ibis.null("string"), arm)
    return arm


def is_held_out(holdout: Holdout, unit_ids: Iterable[int | str]) -> npt.NDArray[np.bool_]:
    """Who is in the global holdout, in the order given."""
    limit = round(holdout.share * BUCKETS)
    return np.array([bucket(holdout.salt, each) < limit for each in unit_ids], dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Assignment:
    """What was logged: a unit, its arm, and when it was assigned."""

    unit_id: int | str
    arm: str
    assigned_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Assignments after merges. `conflicts` were in several arms: they keep the first, and are not analysed."""

    assignments: Mapping[int | str, Assignment]
    conflicts: frozenset[int | str]


def after_merges(logged: Sequence[Assignment], merged_into: Mapping[Any, Any]) -> Kept:
    """One assignment a unit once identities are merged: the earliest wins.

    `merged_into` gives, for an id that was merged away, the id that it belongs to now (chains are followed).
    """
    kept: dict[int | str, Assignment] = {}
    conflicts: set[int | str] = set()
    for each in sorted(logged, key=lambda one: (one.assigned_at, str(one.unit_id))):
        unit = _survivor(each.unit_id, merged_into)
        first = kept.setdefault(unit, Assignment(unit, each.arm, each.assigned_at))
        if first.arm != each.arm:
            conflicts.add(unit)
    return Kept(kept, frozenset(conflicts))


def _survivor(unit_id: Any, merged_into: Mapping[Any, Any]) -> Any:
    while unit_id in merged_into:
        unit_id = merged_into[unit_id]
    return unit_id


def _ends(arms: Sequence[Arm]) -> list[tuple[str, int]]:
    """The first bucket after each arm; the last ends with the buckets."""
    ends = np.round(np.cumsum([arm.share for arm in arms]) * BUCKETS).astype(int)
    return [(arm.name, int(end)) for arm, end in zip(arms, ends, strict=True)]


def _left_out(design: Design) -> list[tuple[str, float]]:
    """Salt and share of those who are not in it: of the units not enrolled, and of the global holdout."""
    out = [(f"{design.salt}.enrol", 1 - design.enrolled)] if design.enrolled < 1 else []
    return [*out, (design.holdout.salt, design.holdout.share)] if design.holdout else out


def _takes_part(design: Design, ids: Sequence[int | str]) -> npt.NDArray[np.bool_]:
    takes = np.ones(len(ids), dtype=np.bool_)
    for salt, share in _left_out(design):
        takes &= ~is_held_out(Holdout(salt, share), ids)
    return takes
