"""MRR movements: what did recurring revenue gain and lose each month, and through what?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.movements import AMOUNTS, COUNTS, movements
from dangol.core.rollups.recurring import Per, months_of
from dangol.core.rollups.vendor_profiles import profile_named
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import MIXED_CURRENCIES, UNFINISHED


@metric(
    title=Said("MRR movements", "MRR 변동"),
    says=Said(
        "How monthly recurring revenue got from the start of each month to its end: new, reactivated, resumed and"
        " expanded against contracted, paused and churned.",
        "월 반복 매출이 월초에서 월말까지 어떻게 달라졌는지를 보여 줍니다. 신규, 재활성, 재개, 확장과 축소, 일시정지,"
        " 이탈로 나눕니다.",
    ),
    unit="money",
    better="none",
    seeds=("W-16", "W-15", "M-05"),
    returns={
        "profile": "string", "currency": "string", "starts_on": "date", "ends_on": "date", "is_finished": "boolean",
        **dict.fromkeys(AMOUNTS, MONEY), **dict.fromkeys(COUNTS, "int64"), "reason": "string",
    },
)  # fmt: skip
def mrr_movements(
    subscriptions: Table,
    period: Period,
    as_of: date,
    profile: str = "playbook",
    currency: str | None = None,
    per: Per = "person",
) -> Table:
    """The bridge of monthly recurring revenue, one row a calendar month. Money a month; losses are positive.

        end = start + new + reactivation + resume + expansion - contraction - pause - churn

    `new` has never paid before; who had left and pays again is `reactivation`; who was on hold and pays again
    is `resume`. A customer whose MRR falls to 0 while a row of theirs is paused is `pause`, not `churn`; of
    somebody with several subscriptions the part put on hold is `pause` and the rest `contraction`. The same
    bridge holds for the counts of customers, without expansion and contraction, since a part put on hold
    takes no customer away. `profile` names the vendor whose
    rules are used (rollups.vendor_profiles); `currency` keeps one currency, since amounts in several are not
    added; `per` counts persons or paying accounts. A month that is not over is marked, its amounts so far.
    Source: SCIENCE 5.2; seeds W-15, W-16, M-05.

    ChartMogul's case: four yearly Gold ($500 each) come as 166.67 of new business; two monthly Silver are an
    expansion of 60, and their end a contraction; the end of Gold is churn; three monthly Gold reactivate 150.

    >>> import dangol
    >>> from datetime import date
    >>> terms = [("gold", date(2025, 1, 6), date(2026, 1, 6), "166.67"), ("silver", date(2025, 1, 9),
    ...          date(2025, 1, 23), "60"), ("again", date(2026, 3, 2), None, "150")]
    >>> world = dangol.world({"subscriptions": [dict(person_id="Syn", subscription_id=s, started_on=start,
    ...     ended_on=end, mrr_amount=mrr) for s, start, end, mrr in terms]}, as_of=date(2026, 4, 1))
    >>> rows = world.metric("mrr_movements", profile="chartmogul").records()
    >>> [str(rows[0][name + "_amount"]) for name in ("new", "expansion", "contraction", "churn", "end")]
    ['166.6700', '60.0000', '60.0000', '0.0000', '166.6700']
    >>> str(rows[12]["churn_amount"]), str(rows[14]["reactivation_amount"])
    ('166.6700', '150.0000')
    """
    bridge = movements(
        subscriptions, profile_named(profile), months_of(period), as_of, currency=currency, per=per
    )
    why = ibis.cases((_.is_mixed, MIXED_CURRENCIES), (~_.is_finished, UNFINISHED), else_=ibis.null("string"))
    return bridge.select(
        "profile", "currency", "starts_on", "ends_on", "is_finished", *AMOUNTS, *COUNTS, reason=why
    ).order_by("starts_on")
