"""Which day is it? The command line's one look at the clock; everything below takes time as an argument."""

from __future__ import annotations

from datetime import date, datetime

from dangol.core.calendar import time_zone


def today(zone: str) -> date:
    """Today in a time zone: rows of later days are in the future."""
    return datetime.now(time_zone(zone)).date()  # noqa: TID251 the one place where the command line reads the clock
