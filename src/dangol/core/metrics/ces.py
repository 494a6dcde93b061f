"""Customer effort score (CES): was it easy? By the mean of 1 to 7, and by the share of 5 and more."""

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
from dangol.core.stats.mean import mean_interval
from dangol.core.stats.proportion import wilson


@metric(
    title=Said("Customer effort score (CES)", "고객 노력 지수 (CES)"),
    says=Said(
        "How far people agree, from 1 to 7, that it was made easy: the mean, and the share of 5 to 7.",
        "'쉽게 해결되었다'에 1~7점으로 동의한 정도의 평균과, 5~7점 응답의 비율입니다.",
    ),
    unit="score",
    better="up",
    seeds=("M-07",),
    returns={
        "starts_on": "date", "ends_on": "date", "answer_count": "int64", "mean_score": "float64",
        "mean_low": "float64", "mean_high": "float64", "easy_count": "int64", "easy_rate": "float64",
        "easy_low": "float64", "easy_high": "float64", "reason": "string",
    },
)  # fmt: skip
def ces(
    answers: Table,
    period: Period,
    as_of: date,
    grain: Grain = Grain.MONTH,
    fiscal_start: int = 1,
    survey: str = "ces",
) -> Table:
    """Two definitions side by side, per period and over all of it (the row without dates).

        mean_score = mean of the answers, 1 to 7            (CES 2.0 as the mean)
        easy_rate  = |score >= 5| / |score in 1..7|         (CES 2.0 as a share; a ratio, 0 to 1)

    The mean has Student's interval at 0.95 (null below two answers), the share Wilson's. Answers off the
    scale and empty ones are not counted. `survey` is the survey's name in the data, in any case.
    Source: SCIENCE 5.5.

    >>> import dangol
    >>> from datetime import date
    >>> world = dangol.world({"answers": [dict(answer_id=n, person_id=n, survey="ces", score=score,
    ...     answered_on=date(2025, 1, 7), answered_at=date(2025, 1, 7)) for n, score in enumerate([7, 6, 3, 5])]})
    >>> row = world.metric("ces").records()[-1]
    >>> row["mean_score"], row["easy_rate"], row["answer_count"]
    (5.25, 0.75, 4)
    """
    # Scores are summed as a decimal, so that both engines add them to the same last digit.
    score = _.score.cast("decimal(18, 4)")
    counts = per_period(
        answers, survey, (1, 7), period, grain, fiscal_start, as_of, easy_count=_.score >= 5,
        total=score, total_sq=score * score,
    )  # fmt: skip
    n = counts.answer_count.cast("float64")
    total, total_sq = counts.total.cast("float64"), counts.total_sq.cast("float64")
    low, high = mean_interval(ibis.ifelse(n > 1, n, ibis.null("float64")), total, total_sq)
    easy_low, easy_high = wilson(counts.easy_count.cast("float64"), n.nullif(0))
    return counts.select(
        "starts_on", "ends_on", "answer_count", mean_score=share(counts.total, counts.answer_count),
        mean_low=low, mean_high=high, easy_count=counts.easy_count,
        easy_rate=share(counts.easy_count, counts.answer_count), easy_low=easy_low, easy_high=easy_high,
        reason=ibis.ifelse(counts.answer_count == 0, TOO_FEW, ibis.null("string")),
    )  # fmt: skip
