"""What does a form say of the business? Its fields, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import available_timezones

from dangol.core.language import Said

KINDS: Final = (
    ("shop", Said("A shop: customers buy", "상점: 고객이 구매합니다")),
    ("subscription", Said("Subscriptions: customers pay again and again", "구독: 고객이 정기 결제합니다")),
    ("both", Said("Both", "둘 다")),
)
ACTIVITIES: Final = (
    (
        "auto",
        Said(
            "By the data: purchases for a shop, otherwise what people do",
            "데이터에 따라: 상점은 구매, 아니면 이용",
        ),
    ),
    ("orders", Said("Purchases", "구매")),
    ("events", Said("What people do", "이용 행동")),
)
MONTHS: Final = tuple((month, Said(f"Month {month}", f"{month}월")) for month in range(1, 13))
_FIRST: Final = ("Asia/Seoul", "UTC", "America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Asia/Tokyo", "Asia/Singapore")  # fmt: skip


def zones() -> list[tuple[str, str]]:
    """The time zones, those often used first."""
    others = sorted(available_timezones() - set(_FIRST))
    return [(zone, zone.replace("_", " ")) for zone in (*_FIRST, *others) if "/" in zone or zone == "UTC"]


def choices() -> dict[str, Any]:
    """What the fields of the form offer."""
    return {"kinds": KINDS, "activities": ACTIVITIES, "months": MONTHS, "zones": zones()}


def told(form: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the business that a form says."""
    said: dict[str, Any] = {
        name: form[name].strip()
        for name in ("name", "kind", "time_zone", "currency", "activity")
        if name in form
    }
    if form.get("fiscal_start", "").isdigit():
        said["fiscal_start"] = int(form["fiscal_start"])
    if "inactivity_days" in form:
        days = form["inactivity_days"].strip()
        said["inactivity_days"] = int(days) if days.isdigit() else None
    if "silence_column" in form:
        said["inactivity_of"] = silences(form)
    return said


def silences(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The policies of the form's numbered lines; a line without a value is left out."""
    lines = sorted(name.removeprefix("silence_value") for name in form if name.startswith("silence_value"))
    return [
        {
            "column": form.get(f"silence_column{line}", ""),
            "value": form[f"silence_value{line}"].strip(),
            "days": int(form.get(f"silence_days{line}") or 0),
        }
        for line in sorted(lines, key=lambda each: int(each or 0))
        if form[f"silence_value{line}"].strip()
    ]
