"""Can a row of these files be late, or of a day that is not known yet? Asked once, so that no later question asks."""

from __future__ import annotations

from datetime import date

from dangol.core.engine.duck import DuckDB
from dangol.core.schema import NOUNS


def says_received(duck: DuckDB, noun: str) -> bool:
    """Whether any row says when it became known; asked once, so that no later question reads an empty column."""
    if "received_at" not in NOUNS[noun].dtypes:
        return False
    return bool(duck.run(f"select 1 from staged_{noun} where received_at is not null limit 1").rows)


def reaches_beyond(duck: DuckDB, noun: str, as_of: date) -> bool:
    """Whether any row is of the day or later, or of none. Files say so in their heads.

    Asked once, so that no later question looks at every day: that is a tenth of the time of a short one.
    """
    happened = NOUNS[noun].happened
    if happened is None:
        return False
    late = (f"{happened} >= date '{as_of}'", f"{happened} is null")
    return any(duck.run(f"select 1 from staged_{noun} where {each} limit 1").rows for each in late)
