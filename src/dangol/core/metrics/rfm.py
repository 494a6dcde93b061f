"""RFM: who buys recently, often and for much, and who has stopped?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import share
from dangol.core.rollups.rfm import SEGMENTS, rfm_of_people
from dangol.core.rollups.stays import why_no_money
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import EMPTY_DENOMINATOR


@metric(
    title=Said("RFM segments", "RFM 고객군"),
    says=Said(
        "Buyers by how recently, how often and for how much they bought, from champions to hibernating.",
        "구매 고객을 최근성, 빈도, 금액에 따라 최우수 고객부터 휴면 고객까지 나눕니다.",
    ),
    unit="table",
    better="none",
    seeds=("E-35",),
    returns={
        "segment": "string", "people_count": "int64", "share_rate": "float64",
        "amount": "decimal(18, 4)", "amount_share_rate": "float64", "currency": "string",
        "mean_recency_days": "float64", "mean_day_count": "float64", "mean_amount": "float64",
        "reason": "string", "amount_reason": "string",
    },
)  # fmt: skip
def rfm(orders: Table, as_of: date) -> Table:
    """Every segment with its people, their money and means; each buyer is in exactly one.

        recency   last purchase day        frequency   purchase days        monetary   money, less returns
        score = 1 + floor(5 * people who are worse / people), 1 to 5; equal values get equal scores

        with R the recency score and S = frequency score + monetary score
        champions        R >= 4, S >= 8        promising    R >= 4, S < 6      cannot_lose  R <= 2, S >= 8
        loyal            R >= 3, S >= 6        needs_attention  R = 3, S < 6   at_risk      R <= 2, 5 <= S < 8
                                                                               hibernating  R <= 2, S < 5

    The scores are relative: they divide the buyers there are. Everybody's scores: `rfm_of_people` in
    `rollups.rfm`. Source: seeds E-35.

    >>> import dangol
    >>> from datetime import date
    >>> days = [(n, date(2025, 1, 1 + n + k)) for n in range(10) for k in range(n + 1)]
    >>> world = dangol.world({"orders": [dict(person_id=who, ordered_on=day, amount=10) for who, day in days]})
    >>> for row in world.metric("rfm"):
    ...     if row["people_count"]:
    ...         print(row["segment"], row["people_count"], int(row["amount"]), row["mean_day_count"])
    champions 4 340 8.5
    loyal 2 110 5.5
    hibernating 4 100 2.5
    """
    counts = rfm_of_people(orders, as_of).group_by("segment").agg(
        people_count=_.count(), total=_.amount.sum().cast(MONEY), currency=_.currency.min(),
        mean_recency_days=_.recency_days.mean(), mean_day_count=_.day_count.mean(),
    )  # fmt: skip
    rows = [ibis.struct({"place": number, "segment": code}) for number, code in enumerate(SEGMENTS)]
    every = ibis.array(rows).unnest().name("row").as_table().unpack("row")
    filled = every.left_join(counts, "segment").drop("segment_right")
    everybody = ibis.window()
    money = orders.filter(_.ordered_on < ibis.literal(as_of)).agg(low=_.currency.min(), high=_.currency.max())
    filled = filled.cross_join(money)
    why = ibis.ifelse(
        filled.people_count > 0, why_no_money(filled.total, filled.low, filled.high), ibis.null("string")
    )
    whole = filled.mutate(
        people_count=_.people_count.fill_null(0),
        amount=ibis.ifelse(why.notnull(), ibis.null(MONEY), _.total.fill_null(0).cast(MONEY)),
        all_people=_.people_count.sum().over(everybody).fill_null(0),
        all_amount=_.total.sum().over(everybody).cast("float64"),
        amount_reason=why,
    )
    return whole.select(
        "place", "segment", "people_count", share_rate=share(_.people_count, _.all_people),
        amount=_.amount, amount_share_rate=share(_.amount, _.all_amount), currency=_.currency,
        mean_recency_days=_.mean_recency_days, mean_day_count=_.mean_day_count,
        mean_amount=share(_.amount, _.people_count),
        reason=ibis.ifelse(_.people_count == 0, EMPTY_DENOMINATOR, ibis.null("string")),
        amount_reason=_.amount_reason,
    ).order_by("place").drop("place")  # fmt: skip
