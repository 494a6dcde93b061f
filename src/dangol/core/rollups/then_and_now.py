"""Of the money of those who paid then, how much is there now? Two moments, compared customer by customer.

    kept money = then + expansion - contraction - pause - churn        over those with money then

The ledger is laid over itself, shifted by the distance of the two moments: at each change, what a customer
pays now and what they paid then are both known, and so is what each sum changes by.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.calendar import spans
from dangol.core.rollups.movements import where_known
from dangol.core.rollups.periods import share
from dangol.core.rollups.recurring import Windows, is_finished
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import BEFORE_HISTORY, EMPTY_DENOMINATOR, MIXED_CURRENCIES, UNFINISHED

PARTS: Final = ("then", "expansion", "contraction", "pause", "churn", "now")
RETENTION: Final[Mapping[str, str]] = {
    "currency": "string", "base_on": "date", "ends_on": "date", "is_finished": "boolean",
    **{f"{part}_amount": MONEY for part in PARTS},
    "then_count": "int64", "kept_count": "int64",
    "net_rate": "float64", "gross_rate": "float64", "customer_rate": "float64", "reason": "string",
}  # fmt: skip


def then_and_now(ledger: Table, known: Table, windows: Windows, as_of: date, months: int) -> Table:
    """One row a month, with the columns of RETENTION: its end against the moment `months` months before.

    `ledger` holds changes by calendar month; `known` is the row of `recurring.facts` for the same data.
    Rates: net = now / then, gross = sum of min(now, then) / then, customer = kept customers / customers then.
    """
    every = spans(windows.periods)
    by_bucket = _by_bucket(_laid_over(ledger, months))
    so_far = every.left_join(by_bucket, by_bucket.moved_in <= every.bucket)
    names = [*(f"{part}_amount" for part in PARTS), "then_count", "kept_count"]
    stock = so_far.group_by("ends_on").agg(**{name: _total(so_far, name) for name in names})
    dated = stock.cross_join(known).mutate(
        base_on=(_.ends_on.cast("timestamp") - ibis.interval(months=months)).cast("date"),
        is_finished=is_finished(_.ends_on, as_of),
    )
    return _with_rates(dated)


def _laid_over(ledger: Table, months: int) -> Table:
    """Each customer's change of `now` (with pauses) and of `was` at each month."""
    nothing = ibis.literal(0).cast(MONEY)
    now = ledger.select("payer", "bucket", "held", "paused", now=_.amount, was=nothing)
    was = ledger.select(
        "payer",
        bucket=_.bucket + months,
        held=ibis.literal(0).cast("int64"),
        paused=-_.paused,
        now=nothing,
        was=_.amount,
    )
    summed = now.union(was).group_by("payer", "bucket")
    money = {name: _[name].sum().cast(MONEY) for name in ("paused", "now", "was")}
    return summed.agg(held=_.held.sum().cast("int64"), **money)


def _by_bucket(laid: Table) -> Table:
    """How the sums over all customers change in each month."""
    so_far = ibis.window(group_by="payer", order_by="bucket", rows=(None, 0))
    columns = {"now": MONEY, "was": MONEY, "paused": MONEY, "held": "int64"}
    after = {f"{name}_after": laid[name].sum().over(so_far).cast(dtype) for name, dtype in columns.items()}
    reached = laid.mutate(**after)
    reached = reached.mutate(**{f"{n}_before": reached[f"{n}_after"] - reached[n] for n in columns})
    ends, starts = _parts(reached, "after"), _parts(reached, "before")
    return reached.group_by(moved_in=reached.bucket).agg(**{n: (ends[n] - starts[n]).sum() for n in ends})


def _parts(rows: Table, side: str) -> dict[str, Expr]:
    """The parts of one customer's money at one side of a change; all 0 for who had none then."""
    nothing = ibis.literal(0).cast(MONEY)
    now, was = rows[f"now_{side}"], rows[f"was_{side}"]
    stays = (was > 0) & (now > 0)
    gone = (was > 0) & (now <= 0)
    is_held = rows[f"held_{side}"] > 0
    less = ibis.ifelse(stays, ibis.greatest((was - now).cast(MONEY), nothing), nothing)
    part_paused = ibis.least(less, ibis.greatest(rows[f"paused_{side}"], nothing))
    parts = {
        "then": ibis.ifelse(was > 0, was, nothing),
        "expansion": ibis.ifelse(stays, ibis.greatest((now - was).cast(MONEY), nothing), nothing),
        "contraction": (less - part_paused).cast(MONEY),
        "pause": ibis.ifelse(gone & is_held, was, part_paused),
        "churn": ibis.ifelse(gone & ~is_held, was, nothing),
        "now": ibis.ifelse(stays, now, nothing),
    }
    counts = {"then_count": (was > 0).cast("int64"), "kept_count": stays.cast("int64")}
    return {f"{name}_amount": value for name, value in parts.items()} | counts


def _total(so_far: Table, name: str) -> Expr:
    dtype = MONEY if name.endswith("_amount") else "int64"
    return so_far[name].sum().cast(dtype).fill_null(ibis.literal(0).cast(dtype))


def _with_rates(dated: Table) -> Table:
    none = ibis.null(MONEY)
    amounts = {f"{p}_amount": ibis.ifelse(dated.is_mixed, none, dated[f"{p}_amount"]) for p in PARTS}
    is_early = dated.first_on.notnull() & (dated.base_on <= dated.first_on)
    why = ibis.cases(
        (dated.is_mixed, MIXED_CURRENCIES),
        (~dated.is_finished, UNFINISHED),
        (is_early, BEFORE_HISTORY),
        (dated.then_amount == 0, EMPTY_DENOMINATOR),
        else_=ibis.null("string"),
    )
    explained = dated.mutate(**amounts, reason=why)
    rated = explained.mutate(
        net_rate=where_known(share(_.now_amount, _.then_amount)),
        gross_rate=where_known(share(_.now_amount - _.expansion_amount, _.then_amount)),
        customer_rate=where_known(share(_.kept_count, _.then_count)),
    )
    return rated.select(*RETENTION).order_by("ends_on")
