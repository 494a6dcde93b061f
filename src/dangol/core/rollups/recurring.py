"""How did recurring revenue change? The ledger of MRR changes, which every metric of recurring money reads.

    changes: payer, step int64, bucket int64, amount decimal(18, 4), paused decimal(18, 4), held int64

One row is one customer's change in one step (a month, or a day): `amount` is the change of what is paid a
month and `paused` of what is on hold; `held` is the change of the number of paused rows. A subscription adds its amount where it starts and takes it away where it ends, so
the work grows with the subscriptions and not with the months they last. Changes add up: the ledgers of two
disjoint sets of rows, joined by `merged`, are the ledger of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, IntegerValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.calendar import Grain, Period, bucket_index, next_start
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rollups.vendor_profiles import Profile
from dangol.core.schema.noun import MONEY

Per = Literal["person", "account"]


@dataclass(frozen=True, slots=True)
class Windows:
    """Consecutive periods, numbered 0, 1, ... from the first: calendar months, or runs of `days` days."""

    periods: list[Period]
    days: int | None = None

    def index(self, day: Expr) -> IntegerValue:
        """The number of the window that holds a day; negative before the first."""
        origin = self.periods[0].start
        if self.days is None:
            return bucket_index(day, origin, Grain.MONTH)
        return (bucket_index(day, origin, Grain.DAY) / self.days).floor().cast("int64")


def months_of(period: Period) -> Windows:
    """The calendar months that touch a period."""
    return Windows(period.buckets(Grain.MONTH))


def trailing(period: Period, days: int) -> Windows:
    """The windows of `days` days that fit into a period, counted back from its end; at least one."""
    count = max(period.days // days, 1)
    ends = [period.end - timedelta(days=days * back) for back in range(count - 1, -1, -1)]
    return Windows([Period(end - timedelta(days=days), end) for end in ends], days)


def last_months(as_of: date, count: int) -> Windows:
    """The last `count` whole calendar months before `as_of`."""
    end = as_of.replace(day=1)
    return months_of(Period(next_start(end, Grain.MONTH, -count), end))


def changes(
    subscriptions: Table, profile: Profile, windows: Windows, as_of: date, per: Per = "person"
) -> Table:
    """The ledger of subscriptions. `payer` is person_id, or with per="account" the account that pays.

    A row in status trial, or that pays nothing, is no revenue; a paused row pays 0 and is held.
    """
    held = _held(subscriptions, profile, as_of, per)
    starts = _side(held, held.started_on, profile, windows, starts=True)
    ends = _side(held.filter(_.ended_on.notnull()), _.ended_on, profile, windows, starts=False)
    return _summed(starts.union(ends))


def merged(one: Table, other: Table) -> Table:
    """The ledger of the rows of both."""
    return _summed(one.union(other))


def levels(ledger: Table) -> Table:
    """The ledger with `before` and `after` (MRR), `held_before` and `held_after`, and `change_number`."""
    so_far = ibis.window(group_by="payer", order_by="step", rows=(None, 0))
    reached = ledger.mutate(
        after=_.amount.sum().over(so_far).cast(MONEY),
        held_after=_.held.sum().over(so_far).cast("int64"),
        # Number 1 is the first payment, for a level is never below 0; 0 is nothing paid yet.
        change_number=_.amount.nullif(0).count().over(so_far),
    )
    return reached.mutate(before=_.after - _.amount, held_before=_.held_after - _.held)


def facts(subscriptions: Table, currency: str | None) -> Table:
    """One row: `currency` (null where none is stated), `is_mixed`, `first_on` (first day in the data)."""
    known = subscriptions.aggregate(
        lowest=_.currency.min(), highest=_.currency.max(), first_on=_.started_on.min()
    )
    is_mixed = (_.lowest != _.highest).fill_null(ibis.literal(value=False))
    stated = ibis.ifelse(is_mixed, ibis.null("string"), _.lowest)
    return known.select(
        "first_on", is_mixed=is_mixed, currency=stated if currency is None else ibis.literal(currency)
    )


def in_currency(rows: Table, currency: str | None) -> Table:
    """The rows in one currency; all of them when none is named."""
    return rows if currency is None else rows.filter(_.currency == currency)


def _held(subscriptions: Table, profile: Profile, as_of: date, per: Per) -> Table:
    is_paused = _.status == "paused"
    counted = subscriptions.filter(is_paused | ((_.mrr_amount > 0) & (_.status != "trial")))
    if profile.past_due_days is not None:
        counted = _with_grace(counted, profile.past_due_days, as_of)
    nothing = ibis.literal(0).cast(MONEY)
    return counted.select(
        "started_on",
        "ended_on",
        payer=_payer(counted, per),
        amount=ibis.ifelse(is_paused, nothing, _.mrr_amount),
        paused=ibis.ifelse(is_paused, _.mrr_amount.fill_null(nothing), nothing),
        held=is_paused.cast("int64"),
    )


def _payer(subscriptions: Table, per: Per) -> Expr:
    if per == "person":
        return subscriptions.person_id
    if per == "account":
        return subscriptions.account_id.fill_null(subscriptions.person_id.cast("string"))
    raise RequestError(
        Said(f"Recurring revenue per {per!r} was asked for.", f"{per!r} 단위의 반복 매출을 요청하셨습니다."),
        Said("It is counted per person or per account.", "고객이나 거래처 단위로 셉니다."),
        Said("Write per='person' or per='account'.", "per='person'이나 per='account'라고 쓰십시오."),
    )


def _with_grace(subscriptions: Table, days: int, as_of: date) -> Table:
    """A past-due row ends after `days` days, once that day has come."""
    given_up = (_.started_on.cast("timestamp") + ibis.interval(days=days)).cast("date")
    is_over = (_.status == "past_due") & (given_up < ibis.literal(as_of))
    is_over = is_over & (_.ended_on.isnull() | (_.ended_on > given_up))
    return subscriptions.mutate(ended_on=ibis.ifelse(is_over, given_up, _.ended_on))


def _side(held: Table, day: Expr, profile: Profile, windows: Windows, *, starts: bool) -> Table:
    bucket = windows.index(day)
    days = Windows(windows.periods, 1)
    return held.select(
        "payer",
        step=days.index(day) if profile.counts_every_day else bucket,
        bucket=bucket,
        **{name: held[name] if starts else -held[name] for name in ("amount", "paused", "held")},
    )


def _summed(ledger: Table) -> Table:
    return ledger.group_by("payer", "step", "bucket").agg(
        amount=_.amount.sum().cast(MONEY),
        paused=_.paused.sum().cast(MONEY),
        held=_.held.sum().cast("int64"),
    )


def is_finished(ends_on: Expr, as_of: date) -> BooleanValue:
    """Whether a window is over as of a day."""
    return ends_on <= ibis.literal(as_of)
