"""What was each stay of a customer worth, how did it end, and how early in life?

    stays: person_id int64, started_on date, ended_on date or null, last_on date (the last purchase day, or
    the day a subscription ended; null while it runs), start_amount and end_amount decimal(18, 4) (a
    month, when the stay began and when it ended), currency string, cause string (a code of
    schema.causes; null while it lasts or where causes are not kept), plan string (when it ended).

One row a tenure. Money of a subscription is its MRR on the first and last day; money of a shop's customer
is what the person spent a month while staying, the same for both.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.language import Said
from dangol.core.rollups.periods import Buckets
from dangol.core.rollups.tenures import held, tenures_of_orders, tenures_of_subscriptions
from dangol.core.schema.causes import UNKNOWN, cause_of
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import MIXED_CURRENCIES, NOT_RECORDED

DAYS_A_MONTH = 30.4375

MIXED = "mixed"
"""Stands for a currency where the rows behind an amount have several."""

TENURE_CLASSES: dict[str, tuple[int | None, Said]] = {
    "first_day": (0, Said("After the first day only", "첫날 이후 다시 오지 않음")),
    "month_1": (31, Said("In the first month", "첫 달 안에")),
    "months_2_3": (92, Said("In months 2 to 3", "2~3개월째에")),
    "months_4_12": (366, Said("In months 4 to 12", "4~12개월째에")),
    "later": (None, Said("After the first year", "1년이 지난 뒤에")),
}
"""How long a stay lasted until its last day: at most so many days."""


def stays_of_subscriptions(subscriptions: Table) -> Table:
    """The stays of subscribers: MRR of the rows that begin and that end each tenure, and the cause recorded.

    Where several rows end on the last day, cause and plan are those of the row that paid most, among the rows
    with a recorded cause where there are any.
    """
    tenures = tenures_of_subscriptions(subscriptions)
    rows = held(subscriptions)
    begun = rows.group_by("person_id", "started_on").agg(start_amount=_.mrr_amount.sum(), **_currencies())
    joined = tenures.left_join(begun, ["person_id", "started_on"]).select(
        tenures, begun.start_amount, currency=begun.currency
    )
    ends = _last_rows(rows)
    return joined.left_join(ends, ["person_id", "ended_on"]).select(
        joined.person_id,
        joined.started_on,
        joined.ended_on,
        last_on=joined.ended_on,
        start_amount=joined.start_amount.cast(MONEY),
        end_amount=ends.end_amount.cast(MONEY),
        currency=_one_currency(joined.currency, ends.end_currency),
        cause=ibis.ifelse(joined.ended_on.notnull(), ends.cause.fill_null(UNKNOWN), ibis.null("string")),
        plan=ends.plan,
    )


def stays_of_orders(orders: Table, inactivity_days: int, as_of: date) -> Table:
    """The stays of a shop's customers: money is what they spent, returns taken off, a month of staying.

    A stay shorter than a month counts as one month; causes are not kept for purchases.
    """
    tenures = tenures_of_orders(orders, inactivity_days, as_of)
    far = ibis.literal(date(9999, 1, 1))
    reach = tenures.mutate(until_on=_.ended_on.fill_null(far))
    inside = (
        (reach.person_id == orders.person_id)
        & (orders.ordered_on >= reach.started_on)
        & (orders.ordered_on < reach.until_on)
    )
    spent = reach.inner_join(orders, inside).select(
        reach.person_id, reach.started_on, reach.ended_on, orders.amount, orders.currency,
        bought_on=ibis.ifelse(orders.is_return, ibis.null("date"), orders.ordered_on),
    )  # fmt: skip
    stays = spent.group_by("person_id", "started_on", "ended_on").agg(
        total=_.amount.sum(), last_on=_.bought_on.max(), **_currencies()
    )
    until = stays.ended_on.fill_null(ibis.literal(as_of))
    days = until.delta(stays.started_on, unit="day").cast("float64")
    months = ibis.greatest(days / DAYS_A_MONTH, ibis.literal(1.0))
    a_month = (stays.total.cast("float64") / months).round(4).cast(MONEY)
    return stays.select(
        "person_id", "started_on", "ended_on", "last_on", start_amount=a_month, end_amount=a_month,
        currency=_.currency, cause=ibis.null("string"), plan=ibis.null("string"),
    )  # fmt: skip


def tenure_class(stays: Table) -> StringValue:
    """How early in its life a stay ended: a code of `TENURE_CLASSES`."""
    days = stays.last_on.delta(stays.started_on, unit="day")
    limits = [(days <= limit, code) for code, (limit, _said) in TENURE_CLASSES.items() if limit is not None]
    return ibis.cases(*limits, else_="later")


def _last_rows(rows: Table) -> Table:
    """person_id, ended_on, end_amount, end_currency, cause, plan: what ended for a person on a day."""
    over = rows.filter(_.ended_on.notnull()).mutate(
        cause=cause_of(_.ended_because), plan=_.plan.fill_null("")
    )
    by_weight = ibis.window(
        group_by=["person_id", "ended_on"],
        order_by=[(over.cause == UNKNOWN).cast("int64"), over.mrr_amount.desc(), over.cause, over.plan],
    )
    everything = ibis.window(group_by=["person_id", "ended_on"])
    ranked = over.mutate(
        place=ibis.row_number().over(by_weight),
        end_amount=_.mrr_amount.sum().over(everything),
        low=_.currency.min().over(everything),
        high=_.currency.max().over(everything),
    )
    return ranked.filter(_.place == 0).select(
        "person_id", "ended_on", "end_amount", "cause", plan=_.plan.nullif(""),
        end_currency=_one_currency(_.low, _.high),
    )  # fmt: skip


def _currencies() -> dict[str, Expr]:
    return {"currency": _one_currency(_.currency.min(), _.currency.max())}


def _one_currency(one: Expr, other: Expr) -> Expr:
    """The currency where both agree; `mixed` where they do not; the other where one is missing."""
    return ibis.cases(
        (other.isnull() | (one == other), one), (one.isnull(), other), else_=ibis.literal(MIXED)
    )


def money_of(amount: Expr, low: Expr, high: Expr) -> Expr:
    """An amount that is null where the currencies behind it, from `low` to `high`, are not one."""
    return ibis.ifelse(_is_one(low, high), amount.cast(MONEY), ibis.null(MONEY))


def why_no_money(amount: Expr, low: Expr, high: Expr) -> Expr:
    """Why `money_of` is null: several currencies, or no amount recorded; null where it is known."""
    return ibis.cases(
        (~_is_one(low, high), MIXED_CURRENCIES), (amount.isnull(), NOT_RECORDED), else_=ibis.null("string")
    )


def _is_one(low: Expr, high: Expr) -> Expr:
    return (low.isnull() | (low == high)) & (low.isnull() | (low != MIXED))


def leavings(stays: Table, buckets: Buckets, **by: Expr) -> Table:
    """Stays that ended in each bucket, and by more columns: lost_count int64, lost_amount decimal or null.

    The amount is null where the currencies behind it are several; low and high are the first and last of
    their codes (null where none was recorded: such rows are taken to be in the currency of the others).
    """
    ended = stays.filter(
        stays.ended_on.notnull()
        & (stays.ended_on >= ibis.literal(buckets.periods[0].start))
        & (stays.ended_on < ibis.literal(buckets.end))
    )
    ended = ended.mutate(bucket=buckets.index(_.ended_on), **by)
    counts = ended.group_by("bucket", *by).agg(
        lost_count=_.count(), amount=_.end_amount.sum(), low=_.currency.min(), high=_.currency.max()
    )
    return counts.mutate(lost_amount=money_of(_.amount, _.low, _.high)).drop("amount")


def joinings(stays: Table, buckets: Buckets) -> Table:
    """Stays that began in each bucket: new_count, returned_count (not the first), inflow_amount, low, high."""
    first = stays.group_by("person_id").agg(first_on=_.started_on.min())
    begun = stays.filter(
        (stays.started_on >= ibis.literal(buckets.periods[0].start))
        & (stays.started_on < ibis.literal(buckets.end))
    )
    begun = begun.inner_join(first, "person_id").mutate(bucket=buckets.index(_.started_on))
    is_new = (_.started_on == _.first_on).cast("int64")
    counts = begun.group_by("bucket").agg(
        new_count=is_new.sum(),
        returned_count=(1 - is_new).sum(),
        amount=_.start_amount.sum(),
        low=_.currency.min(),
        high=_.currency.max(),
    )
    return counts.mutate(inflow_amount=money_of(_.amount, _.low, _.high)).drop("amount")
