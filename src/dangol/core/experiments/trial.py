"""Did what was logged as an experiment work? From the tables of a world to its readout, on any engine.

>>> from dangol.core.engine import world
>>> from dangol.core.experiments import Arm, Design
>>> days = ("2026-01-01", "2026-02-01")
>>> exposures = [
...     {"person_id": n, "experiment": "offer", "arm": ("none", "offer")[n % 2], "exposed_at": days[0]}
...     for n in range(40)
... ]
>>> orders = [{"person_id": n, "ordered_at": days[n % 4 // 2], "amount": 10} for n in range(40)]
>>> known = world({"exposures": exposures, "orders": orders})
>>> design = Design("offer", (Arm("none", 0.5), Arm("offer", 0.5)), "revenue", "offer-1", horizon_days=30)
>>> readout = read_exposures(known.ask, known.tables(), design, as_of=known.as_of)
>>> readout.verdict.ruling, readout.effect
('not_enough', 0.0)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ibis.expr.types import Table

from dangol.core.experiments.design import Design
from dangol.core.experiments.exposure import UNIT, assigned
from dangol.core.experiments.outcomes import outcome, units_of, waiting
from dangol.core.experiments.reading import read_summaries
from dangol.core.experiments.readout import Looks, Readout
from dangol.core.experiments.summarise import Ask, summaries_on


def read_exposures(
    ask: Ask,
    tables: Mapping[str, Table],
    design: Design,
    *,
    as_of: date,
    also: Sequence[str] = (),
    looks: Looks = "any_day",
    cost: Mapping[str, float] | None = None,
) -> Readout:
    """The readout of an experiment whose exposures are among the tables, as known before `as_of`.

    `ask` runs an expression (`world.ask`), `also` are further goals beside the outcome of the design. Everybody is
    counted who was eligible at assignment, once their horizon is over; by the arm they were assigned first.
    """
    everybody = assigned(tables["exposures"], design.name, people=tables.get("people"), unit=design.unit)
    names = list(dict.fromkeys((design.outcome, *also, *design.guardrails)))
    units = units_of(
        tables, everybody, names, horizon_days=design.horizon_days, as_of=as_of, unit=design.unit
    )
    units = _with_segments(units, tables, design)
    judged = [outcome(name).judged for name in names]
    (counts,) = ask(waiting(everybody, horizon_days=design.horizon_days, as_of=as_of))
    return read_summaries(
        design, summaries_on(ask, units, judged, segments=design.segments), looks=looks, cost=cost,
        excluded_count=_count(counts, "excluded_count"), waiting_count=_count(counts, "waiting_count"),
        as_of=as_of,
    )  # fmt: skip


def _count(row: Mapping[str, Any], name: str) -> int:
    return int(row[name] or 0)


def _with_segments(units: Table, tables: Mapping[str, Table], design: Design) -> Table:
    """With the declared segments, from what is known of the people or of the accounts."""
    if not design.segments:
        return units
    whose = tables["accounts" if design.unit == "account" else "people"]
    key = "account_id" if design.unit == "account" else "person_id"
    known = whose.select(segment_id=whose[key], **{name: whose[name] for name in design.segments})
    both = units.left_join(known, units[UNIT] == known.segment_id)
    unknown = {name: both[name].cast("string").fill_null("-") for name in design.segments}
    return both.select(*units.columns, **unknown)
