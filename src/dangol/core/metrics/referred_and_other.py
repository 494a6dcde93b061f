"""Do referred people become customers more often, and stay more often, than the others?"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.periods import days_after
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, UNFINISHED
from dangol.core.stats.proportion import wilson

REFERRAL_CHANNELS = ("referral", "referred", "friend", "invite", "추천", "지인", "친구", "초대")
"""Channels that mean somebody referred the person, in lower case."""

ALL = "all"
"""The stratum of everybody."""


@metric(
    title=Said("Referred people and others", "추천으로 온 고객과 그 밖의 고객"),
    says=Said(
        "The share of referred people who became customers and who stayed, beside that of the others, over all and by plan.",
        "추천으로 온 사람이 고객이 된 비율과 남은 비율을 다른 사람과, 전체와 요금제별로 비교합니다.",
    ),
    unit="table",
    better="none",
    seeds=("I-08", "I-50", "A-05"),
    returns={
        "stratum": "string", "is_referred": "boolean", "people_count": "int64", "customer_count": "int64",
        "conversion_rate": "float64", "conversion_low_rate": "float64", "conversion_high_rate": "float64",
        "watched_count": "int64", "kept_count": "int64", "kept_rate": "float64", "kept_low_rate": "float64",
        "kept_high_rate": "float64", "reason": "string", "kept_reason": "string",
    },
)  # fmt: skip
def referred_and_other(people: Table, stays: Table, as_of: date, after_days: int = 90) -> Table:
    """Conversion and retention of referred people and of the others, over all and within each plan.

        conversion_rate = customer_count / people_count               ever a customer
        kept_rate       = kept_count / watched_count                  a customer still (or again)
                          `after_days` after the first start, of those who started that long ago

    Referred is who has a referrer, or came by a channel that says so (referral, friend, 추천, ...). The
    intervals are Wilson's, 95 %. Who is referred is not drawn by lot: compare within a plan before
    believing a difference (stratum `all` mixes them). Source: seeds I-08.

    >>> import dangol
    >>> from datetime import date
    >>> people = [dict(person_id=n, channel="friend" if n < 10 else "ads") for n in range(50)]
    >>> started = [dict(person_id=n, started_on=date(2025, 1, 1), mrr_amount=10) for n in (*range(8), 20, 21)]
    >>> world = dangol.world({"people": people, "subscriptions": started}, as_of=date(2025, 6, 1))
    >>> for row in world.metric("referred_and_other"):
    ...     print(row["stratum"], row["is_referred"], row["conversion_rate"], row["kept_rate"])
    all False 0.05 1.0
    all True 0.8 1.0
    """
    if after_days < 1:
        raise RequestError(
            Said("Referred people and others were asked for.", "추천 고객 비교를 요청하셨습니다."),
            Said(
                f"Retention after {after_days} days says nothing.",
                f"{after_days}일 뒤의 유지율은 의미가 없습니다.",
            ),
            Said("Give at least one day, such as 90.", "90처럼 1일 이상으로 지정해 주십시오."),
        )
    everybody = people.left_join(_customers(stays, as_of, after_days), "person_id").select(
        plan=_.plan.fill_null(""),
        is_referred=_.referrer_id.notnull() | _.channel.fill_null("").lower().isin(REFERRAL_CHANNELS),
        is_customer=_.first_on.notnull().cast("int64"),
        is_watched=_.is_watched.fill_null(0),
        is_kept=_.is_kept.fill_null(0),
    )
    both = everybody.mutate(stratum=ibis.literal(ALL)).union(
        everybody.filter(_.plan != "").mutate(stratum=_.plan)
    )
    counts = both.group_by("stratum", "is_referred").agg(
        people_count=_.count(),
        customer_count=_.is_customer.sum(),
        watched_count=_.is_watched.sum(),
        kept_count=_.is_kept.sum(),
    )
    return _rated(counts).order_by((_.stratum != ALL).cast("int64"), "stratum", "is_referred")


def _customers(stays: Table, as_of: date, after_days: int) -> Table:
    """person_id, first_on, is_watched and is_kept (0 or 1) of everybody who was ever a customer."""
    first = stays.group_by("person_id").agg(first_on=_.started_on.min())
    later = first.mutate(check_on=days_after(first.first_on, after_days))
    all_stays = stays.inner_join(later, "person_id")
    is_in = (all_stays.started_on < all_stays.check_on) & (
        all_stays.ended_on.isnull() | (all_stays.ended_on >= all_stays.check_on)
    )
    is_watched = all_stays.check_on <= ibis.literal(as_of)
    return all_stays.group_by("person_id", "first_on").agg(
        is_watched=is_watched.cast("int64").max(), is_kept=(is_in & is_watched).cast("int64").max()
    )


def _rated(counts: Table) -> Table:
    converted, low, high = _share(counts.customer_count, counts.people_count)
    kept, kept_low, kept_high = _share(counts.kept_count, counts.watched_count)
    return counts.select(
        "stratum", "is_referred", "people_count", "customer_count", conversion_rate=converted,
        conversion_low_rate=low, conversion_high_rate=high, watched_count=counts.watched_count,
        kept_count=counts.kept_count, kept_rate=kept, kept_low_rate=kept_low, kept_high_rate=kept_high,
        reason=ibis.ifelse(counts.people_count == 0, EMPTY_DENOMINATOR, ibis.null("string")),
        kept_reason=ibis.cases(
            (counts.customer_count == 0, EMPTY_DENOMINATOR),
            (counts.watched_count == 0, UNFINISHED),
            else_=ibis.null("string"),
        ),
    )  # fmt: skip


def _share(part: Expr, whole: Expr) -> tuple[Expr, Expr, Expr]:
    some, n = part.cast("float64"), whole.cast("float64").nullif(0)
    return some / n, *wilson(some, n)
