"""Where is the list of the people behind a number? One address for every group, so that it can be sent to somebody."""

from __future__ import annotations

from urllib.parse import urlencode

from dangol.core.calendar import Period


def people_href(group: str, period: Period, **given: str) -> str:
    """The address of the list of people of a group of `insight.behind`."""
    days = f"{period.start.isoformat()}..{period.end.isoformat()}"
    return f"/behind/{group}?{urlencode({'period': days, **given})}"
