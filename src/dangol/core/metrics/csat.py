"""Customer satisfaction (CSAT): which share of the answers is satisfied?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import share
from dangol.core.rollups.scores import per_period
from dangol.core.schema.reasons import TOO_FEW
from dangol.core.stats.proportion import wilson


@metric(
    title=Said("Customer satisfaction (CSAT)", "고객 만족도 (CSAT)"),
    says=Said(
        "Of the answers from 1 to 5, the share of 4 and 5.",
        "1~5점 응답 가운데 4점과 5점의 비율입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("M-07",),
    returns={
        "starts_on": "date", "ends_on": "date", "satisfied_count": "int64", "answer_count": "int64",
        "rate": "float64", "low": "float64", "high": "float64", "reason": "string",
    },
)  # fmt: skip
def csat(
    answers: Table,
    period: Period,
    as_of: date,
    grain: Grain = Grain.MONTH,
    fiscal_start: int = 1,
    survey: str = "csat",
) -> Table:
    """Share of the two best of five answers, per period and over all (the row without dates). A ratio, 0 to 1.

        rate = |score >= 4| / |score in 1..5|

    low and high are the Wilson interval at 0.95. Answers off the scale and empty ones are not counted. `survey`
    is the name of the survey in the data, in any case. Source: SCIENCE 5.5 (top two boxes of five).

    >>> import dangol
    >>> from datetime import date
    >>> world = dangol.world({"answers": [dict(answer_id=n, person_id=n, survey="csat", score=score,
    ...     answered_on=date(2025, 1, 7), answered_at=date(2025, 1, 7)) for n, score in enumerate([5, 4, 2, 5])]})
    >>> row = world.metric("csat").records()[-1]
    >>> row["rate"], round(row["low"], 3), round(row["high"], 3), row["answer_count"]
    (0.75, 0.301, 0.954, 4)
    """
    counts = per_period(
        answers, survey, (1, 5), period, grain, fiscal_start, as_of, satisfied_count=_.score >= 4
    )  # fmt: skip
    n = counts.answer_count.nullif(0).cast("float64")
    low, high = wilson(counts.satisfied_count.cast("float64"), n)
    return counts.mutate(
        rate=share(counts.satisfied_count, counts.answer_count), low=low, high=high,
        reason=ibis.ifelse(counts.answer_count == 0, TOO_FEW, ibis.null("string")),
    )  # fmt: skip
