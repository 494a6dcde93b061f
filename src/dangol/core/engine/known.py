"""Which rows of a noun were known before a day? The views that a world is made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

import ibis
from ibis.expr.types import Table

from dangol.core.engine.engine import Engine, compiled
from dangol.core.schema import NOUNS


def define_known(engine: Engine, nouns: Iterable[str], as_of: date, *, is_present: bool = False) -> None:
    """Make a view of each noun over its `staged_NOUN`; `is_present`: no row is of `as_of` or later."""
    for noun in nouns:
        cut = known_before(
            noun, as_of, engine.dialect, reaches_beyond=not is_present, is_late_possible=not is_present
        )
        engine.define(noun, cut)


@cache
def known_before(
    noun: str, as_of: date, dialect: str, *, reaches_beyond: bool, is_late_possible: bool
) -> str:
    """The engine's SQL for the rows of a noun that were known before `as_of`; a later end is not known yet."""
    schema = NOUNS[noun]
    staged: Table = ibis.table(dict(schema.dtypes), name=f"staged_{noun}")
    day = ibis.literal(as_of)
    if schema.happened and reaches_beyond:
        staged = staged.filter(staged[schema.happened] < day)
    if is_late_possible and "received_at" in schema.dtypes:
        staged = staged.filter(staged.received_at.isnull() | (staged.received_at < day.cast("timestamp")))
    if noun == "subscriptions":
        is_past = staged.ended_on < day
        none = ibis.null("string")
        staged = staged.mutate(
            ended_on=ibis.ifelse(is_past, staged.ended_on, ibis.null("date")),
            ended_because=ibis.ifelse(is_past, staged.ended_because, none),
        )
    return compiled(staged, dialect)
