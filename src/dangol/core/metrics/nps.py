"""Net Promoter Score: how many more would recommend us than would warn against us?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.scores import per_period
from dangol.core.schema.reasons import TOO_FEW
from dangol.core.stats.net_score import adjusted_net_score, net_score


@metric(
    title=Said("Net Promoter Score (NPS)", "순추천지수 (NPS)"),
    says=Said(
        "Of the answers from 0 to 10, the share of 9 and 10 less the share of 0 to 6, from -100 to 100.",
        "0~10점 응답에서 9~10점의 비율에서 0~6점의 비율을 뺀 값으로, -100에서 100 사이입니다.",
    ),
    unit="score",
    better="up",
    seeds=("M-07",),
    returns={
        "starts_on": "date", "ends_on": "date", "promoter_count": "int64", "passive_count": "int64",
        "detractor_count": "int64", "answer_count": "int64", "score": "float64", "low": "float64",
        "high": "float64", "adjusted_score": "float64", "adjusted_low": "float64",
        "adjusted_high": "float64", "reason": "string",
    },
)  # fmt: skip
def nps(
    answers: Table,
    period: Period,
    as_of: date,
    grain: Grain = Grain.MONTH,
    fiscal_start: int = 1,
    survey: str = "nps",
) -> Table:
    """Promoters less detractors, per period and over all of it (the row without dates). -100 to 100.

        score = 100 (p - d),  SE = 100 sqrt((p + d - (p - d)^2) / n)

    Promoters answer 9 or 10, detractors 0 to 6; answers outside 0..10 and empty ones are not counted. low and
    high are the 0.95 interval of the score; the adjusted ones add 3/4 promoter, 3/4 detractor and 3/2 neutral
    answers and cover better in small samples. A period that still runs shows the answers so far.
    `survey` is the name of the survey in the data, in any case. Source: SCIENCE 5.5; Rocks 2016.

    >>> import dangol
    >>> from datetime import date
    >>> scores = [10] * 19 + [8] * 13 + [3] * 4
    >>> world = dangol.world({"answers": [dict(answer_id=n, person_id=n, survey="nps", score=score,
    ...     answered_on=date(2025, 1, 7), answered_at=date(2025, 1, 7)) for n, score in enumerate(scores)]})
    >>> row = world.metric("nps").records()[-1]
    >>> [round(row[name], 1) for name in ("score", "low", "high", "adjusted_score", "adjusted_low", "adjusted_high")]
    [41.7, 19.4, 63.9, 38.5, 16.7, 60.2]
    """
    counts = per_period(
        answers, survey, (0, 10), period, grain, fiscal_start, as_of,
        promoter_count=_.score >= 9, passive_count=(_.score > 6) & (_.score < 9), detractor_count=_.score <= 6,
    )  # fmt: skip
    promoters, detractors = counts.promoter_count.cast("float64"), counts.detractor_count.cast("float64")
    n = counts.answer_count.nullif(0).cast("float64")
    score, low, high = net_score(promoters, detractors, n)
    adjusted = adjusted_net_score(promoters, detractors, n)
    return counts.mutate(
        score=score, low=low, high=high,
        adjusted_score=adjusted[0], adjusted_low=adjusted[1], adjusted_high=adjusted[2],
        reason=ibis.ifelse(counts.answer_count == 0, TOO_FEW, ibis.null("string")),
    )  # fmt: skip
