"""Ordered funnel: of those who took the first step, how many took each next one, in order and in time?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.funnels import levels_reached, steps_of_events
from dangol.core.rollups.periods import share
from dangol.core.schema.reasons import EMPTY_DENOMINATOR

SHOPPING: Final = (
    "Product Viewed",
    "Product Added",
    "Checkout Started",
    "Payment Info Entered",
    "Order Completed",
)


@metric(
    title=Said("Ordered funnel", "순서형 퍼널"),
    says=Said(
        "Of the people who took the first step, the share who took each next one in order within the time given.",
        "첫 단계를 밟은 사람 가운데 정해진 시간 안에 순서대로 다음 단계까지 간 비율입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-15", "I-21"),
    returns={
        "step": "int64", "name": "string", "person_count": "int64", "rate": "float64", "step_rate": "float64",
        "reason": "string",
    },
)  # fmt: skip
def ordered_funnel(
    events: Table, period: Period, steps: Sequence[str] = SHOPPING, window_days: float = 7.0
) -> Table:
    """People who reached each step of a path, every step within `window_days` of their first. Ratios, 0 to 1.

        rate(k) = |reached k| / |reached 1|,   step_rate(k) = |reached k| / |reached k - 1|

    A person counts once, by the best chain: steps in the order given, other events between them allowed, the
    last at most the window after the first (ClickHouse's windowFunnel). All events lie in the period. The
    default path is that of a shop in the Segment spec. Null where nobody took the step before (reason
    empty_denominator). Source: ENGINE 3 (c).

    >>> import dangol
    >>> from datetime import datetime
    >>> seen = [("Ann", "Viewed", 1), ("Ann", "Bought", 2), ("Bob", "Bought", 1), ("Bob", "Viewed", 2)]
    >>> world = dangol.world({"events": [dict(person_id=who, name=name, occurred_at=datetime(2025, 1, day, 9))
    ...     for who, name, day in seen]})
    >>> for row in world.metric("ordered_funnel", steps=("Viewed", "Bought")):
    ...     print(row["name"], row["person_count"], row["rate"])
    Viewed 2 1.0
    Bought 1 0.5
    """
    check_steps(steps, window_days)
    taken = steps_of_events(events, steps, period)
    levels = levels_reached(taken, len(steps), round(window_days * 86400))
    reached = levels.agg(
        **{f"n{k}": (_.level >= k).cast("int64").sum().fill_null(0) for k in range(1, len(steps) + 1)}
    )
    cells = [
        ibis.struct({
            "step": ibis.literal(k).cast("int64"), "name": ibis.literal(name), "person_count": reached[f"n{k}"],
            "first_count": reached["n1"], "before_count": reached[f"n{max(k - 1, 1)}"],
        })
        for k, name in enumerate(steps, 1)
    ]  # fmt: skip
    rows = reached.select(cell=ibis.array(cells).unnest()).unpack("cell")
    return rows.select(
        "step", "name", "person_count", rate=share(rows.person_count, rows.first_count),
        step_rate=share(rows.person_count, rows.before_count),
        reason=ibis.ifelse(rows.before_count == 0, EMPTY_DENOMINATOR, ibis.null("string")),
    ).order_by("step")  # fmt: skip


def check_steps(steps: Sequence[str], window_days: float) -> None:
    """Refuse a path of fewer than two different steps, one that repeats a step, or a window of no time."""
    if len(set(steps)) == len(steps) >= 2 and not isinstance(steps, str) and window_days > 0:
        return
    raise RequestError(
        Said(f"A funnel of {list(steps)} within {window_days} days was asked for.", f"{window_days}일 안의 {list(steps)} 퍼널을 요청하셨습니다."),
        Said("A funnel has two or more different steps, and some time to take them.", "퍼널에는 서로 다른 단계가 둘 이상, 그리고 시간이 있어야 합니다."),
        Said('Write for example steps=("Signed Up", "Order Completed"), window_days=7.', '예: steps=("Signed Up", "Order Completed"), window_days=7'),
    )  # fmt: skip
