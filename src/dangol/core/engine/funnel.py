"""How far did a hundred million events get on a path? The ordered funnel by NumPy, for DuckDB.

The same numbers as the metric `ordered_funnel`, in a fifth of the time: each event is packed into one 64-bit
key (person, time, step), the keys are sorted, and one pass carries the start of each live chain forward.
Where a person's number or a time does not fit the bits, this answers None, and the query in SQL is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from dangol.core.calendar import Period
from dangol.core.engine.answer import Answer
from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.engine.engine import Engine
from dangol.core.metrics import find
from dangol.core.metrics.ordered_funnel import SHOPPING
from dangol.core.schema.reasons import EMPTY_DENOMINATOR

Keys = NDArray[np.int64]

STEP_BITS = 3
MOST_STEPS = 2**STEP_BITS - 1
CHUNK = 1 << 17
"""Keys worked on at once: small enough to stay in the processor's cache."""
_NEVER = np.int64(-(2**62))


def funnel_by_numpy(
    engine: Engine, period: Period, steps: Sequence[str] = SHOPPING, window_days: float = 7.0
) -> Answer | None:
    """The answer of the metric `ordered_funnel`, or None where the engine or the keys do not allow it."""
    if not isinstance(engine, DuckDB):
        return None
    counts = people_reaching(engine, steps, period, round(window_days * 86400))
    if counts is None:
        return None
    before = [counts[0], *counts[:-1]]
    rows = [
        (
            number,
            name,
            count,
            _rate(count, counts[0]),
            _rate(count, previous),
            None if previous else EMPTY_DENOMINATOR,
        )
        for number, (name, count, previous) in enumerate(zip(steps, counts, before, strict=True), 1)
    ]
    return Answer(tuple(find("ordered_funnel").returns), rows)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def people_reaching(
    duck: DuckDB, steps: Sequence[str], period: Period, window_seconds: int
) -> list[int] | None:
    """How many people reached each step, from the view `events`; None when a key would not fit 64 bits."""
    time_bits = _time_bits(period, window_seconds)
    person_bits = 63 - STEP_BITS - time_bits
    if len(steps) > MOST_STEPS or person_bits < 1:
        return None
    keys = _keys(duck, steps, period, time_bits, person_bits)
    if len(keys) and keys.min() < 0:
        return None
    # Merges the ascending runs that a lake clustered by person and time gives: ten times faster than a sort.
    keys.sort(kind="stable")
    window = window_seconds * 1000
    with ThreadPoolExecutor(2) as threads:
        chunks = threads.map(
            lambda part: _reached(part, len(steps), time_bits, window), _by_person(keys, time_bits)
        )
        exactly = sum(chunks, np.zeros(len(steps) + 1, dtype=np.int64))
    return [int(count) for count in exactly[::-1].cumsum()[::-1][1:]]


def _time_bits(period: Period, window_seconds: int) -> int:
    """Bits for milliseconds since the start of the period, with room for a window after its end.

    The room keeps the last moment of one person more than a window before the first of the next. A day of the
    business's zone may lie up to a day outside the same day of UTC, on both sides.
    """
    span = timedelta(days=period.days + 2, seconds=window_seconds)
    return int(span / timedelta(milliseconds=1)).bit_length()


def _keys(duck: DuckDB, steps: Sequence[str], period: Period, time_bits: int, person_bits: int) -> Keys:
    """One key an event of the path; -1 for one that does not fit or whose time is finer than a millisecond."""
    origin = f"epoch_us(timestamp '{period.start - timedelta(days=1)}')"
    names = ", ".join(map(quoted, steps))
    step = " ".join(f"when {quoted(name)} then {place}" for place, name in enumerate(steps, 1))
    shift = time_bits + STEP_BITS
    sql = f"""
        select case when fits then (person_id << {shift}) | (ms << {STEP_BITS}) | step else -1 end as packed from (
            select person_id, us // 1000 as ms, step,
                us % 1000 = 0 and us >= 0 and us < {1000 << time_bits}
                and person_id between 0 and {(1 << person_bits) - 1} as fits
            from (
                select person_id, epoch_us(occurred_at) - {origin} as us,
                    (case name {step} end)::bigint as step
                from events where name in ({names})
                and occurred_on >= date '{period.start}' and occurred_on < date '{period.end}'))"""
    return np.ascontiguousarray(np.ma.filled(duck.execute(sql).fetchnumpy()["packed"], -1))


def _by_person(keys: Keys, time_bits: int) -> Iterator[Keys]:
    """The sorted keys in chunks that never cut a person in two."""
    start = 0
    while start < len(keys):
        end = min(start + CHUNK, len(keys))
        if end < len(keys):
            person = int(keys[end - 1]) >> (time_bits + STEP_BITS)
            end = int(np.searchsorted(keys, np.int64((person + 1) << (time_bits + STEP_BITS))))
        yield keys[start:end]
        start = end


def _reached(keys: Keys, steps: int, time_bits: int, window: int) -> NDArray[np.int64]:
    """How many people of a chunk got exactly so far, from 0 to the number of steps.

    Person and time are kept as one number: another person's chain is always more than a window away.
    """
    step, moment = (keys & MOST_STEPS).astype(np.int8), keys >> STEP_BITS
    start = np.where(step == 1, moment, _NEVER)
    level = (step == 1).astype(np.int8)
    for number in range(2, steps + 1):
        np.maximum.accumulate(start, out=start)
        goes_on = (step == number) & (moment - start <= window)
        level[goes_on] = number
        start = np.where(goes_on, start, _NEVER)
    person = keys >> (time_bits + STEP_BITS)
    first_of_each = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
    return np.bincount(np.maximum.reduceat(level, first_of_each), minlength=steps + 1)
