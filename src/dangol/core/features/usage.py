"""How much do they use it, and is it more or less than they used to? From the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis.expr.types import NumericValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.features.events import MOST_COUNTED, active_days, counts, names_used, times
from dangol.core.features.family import (
    WINDOWS,
    Family,
    Known,
    balance,
    real,
    share,
    windowed,
)
from dangol.core.features.feature import Feature
from dangol.core.features.payment import FAILURE_COUNTS, failures_of
from dangol.core.language import Said

FEWEST_DAYS: Final = 3
"""Active days from which somebody has a rhythm of their own: two gaps or more."""

_FEATURES: Final = (
    *windowed("usage", "usage_event_count", Said("Events in the last {days} days", "최근 {days}일 이벤트 수"), "count", -1),
    *windowed("usage", "usage_active_days", Said("Active days in the last {days} days", "최근 {days}일 중 이용한 날"), "days", -1),
    *windowed("usage", "usage_feature_count", Said("Different features used in the last {days} days", "최근 {days}일에 쓴 기능 수"),
              "count", -1, windows=(28, 90)),
    Feature("usage_silent_days", Said("Days since the last use", "마지막 이용 후 지난 날"), "usage", "days", 1),
    Feature("usage_known_days", Said("Days since the first use", "첫 이용 후 지난 날"), "usage", "days"),
    Feature("usage_trend_14d", Said("Events of the last 14 days against the 14 before, from -1 (stopped) to 1 (began)", "최근 14일 이벤트와 그 앞 14일의 비교(-1 멈춤, 1 새로 시작)"), "usage", "ratio", -1),
    Feature("usage_trend_days_14d", Said("Active days of the last 14 days less those of the 14 before", "최근 14일 이용일에서 그 앞 14일 이용일을 뺀 값"), "usage", "days", -1),
    Feature("usage_slope_28d", Said("Change of active days a week, from week to week, over four weeks", "4주간 주당 이용일의 주별 변화"), "usage", "days", -1),
    Feature("usage_own_ratio_7d", Said("Events a day in the last 7 days against the own average of 90 days", "최근 7일의 하루 이벤트를 본인 90일 평균과 비교한 비율"), "usage", "ratio", -1),
    Feature("usage_own_ratio_28d", Said("Events a day in the last 28 days against the own average of 90 days", "최근 28일의 하루 이벤트를 본인 90일 평균과 비교한 비율"), "usage", "ratio", -1),
    Feature("usage_overdue_ratio", Said("Days since the last use against the own usual gap", "마지막 이용 후 지난 날을 본인의 평소 간격과 비교한 비율"), "usage", "ratio", 1),
)  # fmt: skip


_COUNTS: Final = (
    *(f"usage_event_count_{days}d" for days in WINDOWS),
    *(f"usage_active_days_{days}d" for days in WINDOWS),
    "usage_feature_count_28d", "usage_feature_count_90d", "usage_trend_days_14d", "usage_slope_28d",
)  # fmt: skip


def _build(known: Known) -> Sequence[Table]:
    sums = known.sums
    return [] if sums is None else [sums.select("person_id", **_columns(sums, known.names))]


def _columns(sums: Table, names: tuple[str, ...]) -> dict[str, Expr]:
    seen, days = counts(sums), {window: active_days(sums, 1, window) for window in WINDOWS}
    columns: dict[str, Expr] = {f"usage_event_count_{window}d": seen[window] for window in WINDOWS}
    columns |= {f"usage_active_days_{window}d": days[window] for window in WINDOWS}
    if names:
        used = names_used(sums, len(names))
        columns |= {f"usage_feature_count_{window}d": number for window, number in used.items()}
    return columns | _events_of(sums, names) | failures_of(sums) | {
        "usage_silent_days": sums.last_days,
        "usage_known_days": sums.first_days,
        "usage_trend_14d": balance(seen[14], _fortnight_before(seen)),
        "usage_trend_days_14d": days[14] - active_days(sums, 15, 28),
        "usage_slope_28d": _slope(sums),
        "usage_own_ratio_7d": _own_ratio(sums, seen[7], seen[90], 7),
        "usage_own_ratio_28d": _own_ratio(sums, seen[28], seen[90], 28),
        "usage_overdue_ratio": _overdue(sums, days[90]),
    }  # fmt: skip


def _fortnight_before(seen: dict[int, NumericValue]) -> NumericValue:
    """Events 15 to 28 days before."""
    return seen[28] - seen[14]


def _slope(sums: Table) -> NumericValue:
    """The least-squares slope through the active days of four weeks, the last week at the right."""
    first, second, third, last = (active_days(sums, 7 * week + 1, 7 * week + 7) for week in (3, 2, 1, 0))
    return real(3 * last + third - second - 3 * first) / 10.0


def _own_ratio(sums: Table, recent: NumericValue, wide: NumericValue, days: int) -> NumericValue:
    """Events a day in the window against those of 90 days, or of the time since the first one if that is shorter."""
    base_days = ibis.least(sums.first_days, ibis.literal(90).cast("int64"))
    window = ibis.least(sums.first_days, ibis.literal(days).cast("int64"))
    return share(real(recent) / real(window), real(wide) / real(base_days))


def _overdue(sums: Table, days: NumericValue) -> NumericValue:
    """Silence against the mean gap of the last 90 days; null below three active days in them."""
    watched = ibis.least(sums.first_days, ibis.literal(90).cast("int64"))
    ratio = share(sums.last_days * days, watched)
    return ibis.ifelse(days >= FEWEST_DAYS, ratio, ibis.null("float64"))


def _events_of(sums: Table, names: tuple[str, ...]) -> dict[str, Expr]:
    """Each of the most common events: how often lately, and whether that is more or less than before."""
    columns: dict[str, Expr] = {}
    for place in range(min(len(names), MOST_COUNTED)):
        recent, earlier = times(sums, place)
        columns[f"event_{place}_count"] = recent
        columns[f"event_{place}_trend"] = balance(real(recent) / 28.0, real(earlier) / 62.0)
    return columns


def described_events(names: tuple[str, ...]) -> dict[str, Feature]:
    """The meaning of the columns of single events, by the name of the column in the expression."""
    found = {}
    for place, name in enumerate(names[:MOST_COUNTED]):
        said = Said(f"{name}, in the last 28 days", f"최근 28일 {name}")
        found[f"event_{place}_count"] = Feature(f"event_count_28d {name}", said, "usage", "count")
        said = Said(
            f"{name}: a day in the last 28 days against the 62 before, from -1 (stopped) to 1 (began)",
            f"{name}: 최근 28일과 그 앞 62일의 하루 횟수 비교(-1 멈춤, 1 새로 시작)",
        )
        found[f"event_{place}_trend"] = Feature(f"event_trend_28d {name}", said, "usage", "ratio")
    return found


USAGE: Final = Family(
    _FEATURES,
    _build,
    (*_COUNTS, *(f"event_{n}_count" for n in range(MOST_COUNTED)), *FAILURE_COUNTS),
)
