"""How recently, how often and for how much did each person buy, and which segment does that make?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.language import Said
from dangol.core.rollups.presence import days_between
from dangol.core.rollups.purchases import purchases
from dangol.core.rollups.stays import MIXED, money_of
from dangol.core.schema.noun import MONEY

CHAMPIONS, LOYAL, PROMISING = "champions", "loyal", "promising"
NEEDS_ATTENTION, CANNOT_LOSE, AT_RISK, HIBERNATING = (
    "needs_attention",
    "cannot_lose",
    "at_risk",
    "hibernating",
)

SEGMENTS: dict[str, Said] = {
    CHAMPIONS: Said("Champions: bought lately, often and for much", "최우수 고객: 최근에, 자주, 많이 구매"),
    LOYAL: Said("Loyal: buy often and still come", "충성 고객: 꾸준히 자주 구매"),
    PROMISING: Said(
        "Promising: bought lately, not yet often", "유망 고객: 최근에 구매했으나 아직 횟수가 적음"
    ),
    NEEDS_ATTENTION: Said("Need attention: slipping, with little so far", "관심 필요: 뜸해지기 시작"),
    CANNOT_LOSE: Said(
        "Cannot lose: were among the best, long away", "놓칠 수 없는 고객: 많이 사던 분이 오래 오지 않음"
    ),
    AT_RISK: Said("At risk: bought repeatedly, long away", "이탈 위험: 여러 번 사던 분이 오래 오지 않음"),
    HIBERNATING: Said("Hibernating: bought little, long away", "휴면: 적게 구매한 뒤 오래 오지 않음"),
}

_SCORES = 5


def rfm_of_people(orders: Table, as_of: date) -> Table:
    """Every buyer with the three measures, their scores 1 to 5 and the segment.

    person_id, last_on date, recency_days int64 (from the last purchase day to the last day known),
    day_count int64 (purchase days), amount decimal(18, 4) (returns taken off; null where currencies are
    mixed or no amount is recorded), currency string, recency_score, frequency_score, monetary_score int64, segment string.

        score = 1 + floor(5 * people who are worse / people)

    Equal values get equal scores, so the answer depends neither on the order of the rows nor on the engine.
    Where the amount is null money has no order: the frequency score stands for it.
    """
    people = _measured(orders, as_of)
    size = people.count().over(ibis.window())
    scored = people.mutate(
        recency_score=_score(_.last_on, size),
        frequency_score=_score(_.day_count, size),
        money_score=_score(_.total.fill_null(ibis.literal(0).cast(MONEY)), size),
    )
    is_known = scored.amount.notnull()
    named = scored.mutate(monetary_score=ibis.ifelse(is_known, _.money_score, ibis.null("int64")))
    strength = named.frequency_score + ibis.coalesce(named.monetary_score, named.frequency_score)
    return named.select(
        "person_id", "last_on", "recency_days", "day_count", "amount", "currency", "recency_score",
        "frequency_score", "monetary_score", segment=segment_of(named.recency_score, strength),
    )  # fmt: skip


def segment_of(recency: Expr, strength: Expr) -> StringValue:
    """The segment of a recency score (1 to 5) and the sum of frequency and monetary score (2 to 10)."""
    return ibis.cases(
        ((recency >= 4) & (strength >= 8), CHAMPIONS),
        ((recency >= 3) & (strength >= 6), LOYAL),
        (recency >= 4, PROMISING),
        (recency == 3, NEEDS_ATTENTION),
        (strength >= 8, CANNOT_LOSE),
        (strength >= 5, AT_RISK),
        else_=HIBERNATING,
    )


def _measured(orders: Table, as_of: date) -> Table:
    """Per buyer: last_on, recency_days, day_count, total, and the amount and currency where there is one."""
    end = ibis.literal(as_of)
    past = orders.filter(orders.ordered_on < end)
    days = purchases(past).group_by("person_id").agg(last_on=_.bought_on.max(), day_count=_.count())
    money = past.group_by("person_id").agg(
        total=_.amount.sum().cast(MONEY), low=_.currency.min(), high=_.currency.max()
    )
    people = days.inner_join(money, "person_id")
    everybody = ibis.window()
    people = people.mutate(low=_.low.min().over(everybody), high=_.high.max().over(everybody))
    return people.select(
        "person_id", "last_on", "day_count", "total",
        recency_days=days_between(end, people.last_on) - 1,
        amount=money_of(people.total, people.low, people.high),
        currency=ibis.ifelse(people.low == people.high, people.low, ibis.null("string")).nullif(MIXED),
    )  # fmt: skip


def _score(value: Expr, size: Expr) -> Expr:
    """1 to 5: in which fifth of everybody a value lies, lowest first; ties get the lower fifth together."""
    worse = ibis.rank().over(ibis.window(order_by=value))
    return 1 + (worse * _SCORES / size).floor().cast("int64")
