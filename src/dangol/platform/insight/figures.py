"""Which number of a metric is its headline, and what is it in a moving period?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dangol.core.metrics import find
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, REASONS
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.queries import AnswerView, answer, latest
from dangol.platform.insight.spans import before, span_period
from dangol.platform.kernel.access.viewer import Viewer

PREFERRED: Final = (
    "rate", "score", "mean_score", "ratio", "mrr_amount", "arr_amount", "mean_amount", "lost_count", "active_count",
    "mean_order_count", "suggested_days", "median_days", "adoption_rate", "people_count", "share_rate", "end_amount",
    "avoidable_rate", "leak_rate", "gross_rate", "conversion_rate", "amount",
)  # fmt: skip
"""The column that speaks for a metric, the first that it has."""

SIZES: Final = (
    "start_count", "then_count", "buyer_count", "answer_count", "customer_count", "person_count", "observed_count",
    "cohort_count", "people_count", "active_count", "gap_count",
)  # fmt: skip
"""The column that says of how many, the first that it has."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One number with all that it needs to be read rightly."""

    metric: str
    column: str
    value: Any
    reason: str | None
    """Why it is unknown: a code of schema.reasons."""
    n: int | None
    period: str
    change: float | None
    """Against the period before: the difference of rates, the relative change of anything else."""
    answer: AnswerView


def headline_column(metric: str) -> str:
    """The column that speaks for a metric."""
    returns = find(metric).returns
    numeric = (n for n, t in returns.items() if t.startswith(("float", "decimal", "int")))
    return next((name for name in PREFERRED if name in returns), next(numeric, next(iter(returns))))


def read(
    viewer: Viewer, metric: str, *, span: str = "", column: str = "", segment: str = "", **given: Any
) -> Reading:
    """The number now, of how many, and its change against the period before where both are known."""
    column = column or headline_column(metric)
    takes_period = "period" in find(metric).parameters
    if span and takes_period:
        given = given | {"period": span_period(span, present_day())}
    now = answer(viewer, metric, segment=segment, **given)
    row = latest(now.rows, column) or (now.rows[-1] if now.rows else {})
    earlier = None
    if span and takes_period:
        then = answer(viewer, metric, segment=segment, **given | {"period": before(given["period"])})
        earlier = (latest(then.rows, column) or {}).get(column)
    return Reading(
        metric=metric,
        column=column,
        value=row.get(column),
        reason=_reason(row, now),
        n=next((row[name] for name in SIZES if row.get(name) is not None), None),
        period=str(given.get("period", "")),
        change=_change(column, row.get(column), earlier),
        answer=now,
    )


def _reason(row: Mapping[str, Any], now: AnswerView) -> str | None:
    told = row.get("reason")
    if told in REASONS:
        return str(told)
    return EMPTY_DENOMINATOR if not row and now.failure is None else None


def _change(column: str, now: Any, then: Any) -> float | None:
    if now is None or then is None:
        return None
    if column.endswith(("rate", "score")):
        return float(now) - float(then)
    return float(now) / float(then) - 1 if then else None
