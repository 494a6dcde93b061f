"""How was a survey answered in each period, and over all of them?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.rollups.periods import Buckets


def per_period(
    answers: Table, survey: str, scale: tuple[int, int], period: Period, grain: Grain, fiscal_start: int,
    as_of: date, **parts: ibis.Deferred,
) -> Table:  # fmt: skip
    """Answers by calendar period, and a last row without dates for the whole of it.

    Returns starts_on, ends_on, one column a part (how many answers meet a condition on `score`, or the sum of
    a number), answer_count int64. Only answers of the survey (its name in any case) on the scale count.
    """
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    counted = _on_scale(answers, survey, scale, period)
    numbered = counted.mutate(bucket=buckets.index(counted.answered_on))
    each = _summed(numbered.group_by("bucket"), numbered, parts)
    names = [*parts, "answer_count"]
    rows = buckets.filled(each, names).select("starts_on", "ends_on", *names)
    whole = _summed(counted, counted, parts)
    none = {"starts_on": ibis.null("date"), "ends_on": ibis.null("date")}
    zero = {name: whole[name].fill_null(ibis.literal(0).cast(whole[name].type())) for name in names}
    return ibis.union(rows, whole.select(**none, **zero)).order_by(_.starts_on.asc(nulls_first=False))


def _summed(groups: Any, answers: Table, parts: Mapping[str, ibis.Deferred]) -> Table:
    columns = {name: part.resolve(answers) for name, part in parts.items()}
    sums = {
        name: (column.cast("int64") if column.type().is_boolean() else column).sum()
        for name, column in columns.items()
    }
    return groups.agg(**sums, answer_count=answers.count())


def _on_scale(answers: Table, survey: str, scale: tuple[int, int], period: Period) -> Table:
    low, high = scale
    is_here = (answers.answered_on >= ibis.literal(period.start)) & (
        answers.answered_on < ibis.literal(period.end)
    )
    return answers.filter(is_here, answers.survey.lower() == survey.lower(), answers.score.between(low, high))
