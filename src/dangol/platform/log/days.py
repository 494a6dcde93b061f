"""What did each person do on each day? The rollup that dashboards read, from the lake and the tail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dangol.platform.log.opening import Moment


def person_day_sql(moment: Moment) -> dict[str, str]:
    """The queries of rollups that answer for this moment."""
    return {}
