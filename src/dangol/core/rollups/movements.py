"""Where did recurring revenue come from and go to? The bridge from the start of each window to its end.

end = start + new + reactivation + resume + expansion - contraction - pause - churn

new           pays for the first time            churn        paid, and pays nothing any more
reactivation  had left, and pays again           pause        paid, and is now on hold
resume        was on hold, and pays again
expansion     pays more than before              contraction  pays less than before
"""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.calendar import spans
from dangol.core.rollups.recurring import (
    Per,
    Windows,
    changes,
    facts,
    in_currency,
    is_finished,
    levels,
)
from dangol.core.rollups.vendor_profiles import Profile
from dangol.core.schema.noun import MONEY
from dangol.core.schema.reasons import EMPTY_DENOMINATOR, MIXED_CURRENCIES, UNFINISHED

GAINS: Final = ("new", "reactivation", "resume", "expansion")
LOSSES: Final = ("contraction", "pause", "churn")
MOVEMENTS: Final = GAINS + LOSSES
AMOUNTS: Final = tuple(f"{name}_amount" for name in ("start", *MOVEMENTS, "end"))
COUNTS: Final = tuple(f"{name}_count" for name in ("start", *MOVEMENTS, "end"))


def movements(
    subscriptions: Table,
    profile: Profile,
    windows: Windows,
    as_of: date,
    *,
    currency: str | None = None,
    per: Per = "person",
) -> Table:
    """One row a window: profile, currency, starts_on, ends_on, is_finished, is_mixed, first_on, amounts and counts.

    Amounts are decimal(18, 4) and positive, also the losses; they are null where currencies are mixed.
    Counts are of customers; a customer who moves on two days of one window counts in both movements.
    """
    rows = in_currency(subscriptions, currency)
    by_bucket = _by_bucket(levels(changes(rows, profile, windows, as_of, per)))
    every = spans(windows.periods)
    so_far = every.left_join(by_bucket, by_bucket.moved_in <= every.bucket)
    known = _bridge(so_far).cross_join(facts(rows, currency))
    return _shown(known, profile, as_of)


def rate_reason(table: Table, denominator: Expr) -> Expr:
    """Why a rate of a row of `movements` is not known; null where it is."""
    return ibis.cases(
        (table.is_mixed, MIXED_CURRENCIES),
        (~table.is_finished, UNFINISHED),
        (denominator == 0, EMPTY_DENOMINATOR),
        else_=ibis.null("string"),
    )


def where_known(value: Expr) -> Expr:
    """A rate, null on the rows that carry a reason."""
    return ibis.ifelse(_.reason.isnull(), value, ibis.null("float64"))


def _by_bucket(levelled: Table) -> Table:
    moved = _classified(levelled)
    kept = {f"{name}_amount": moved[name].sum() for name in MOVEMENTS}
    # Who puts a part on hold, or takes it up again, pays before and after: no customer comes or goes.
    whole = {"resume": moved.before == 0, "pause": moved.after == 0}
    is_moved = {name: (moved[name] > 0) & whole.get(name, True) for name in MOVEMENTS}
    counted = {f"{name}_count": is_moved[name].cast("int64").sum() for name in MOVEMENTS}
    stock = {
        "change_amount": moved.amount.sum(),
        "change_count": ((moved.after > 0).cast("int64") - (moved.before > 0).cast("int64")).sum(),
    }
    return moved.group_by(moved_in=moved.bucket).agg(**kept, **counted, **stock)


def _classified(rows: Table) -> Table:
    """Each movement's amount of each change of the ledger, 0 where it is none of that movement."""
    nothing = ibis.literal(0).cast(MONEY)
    comes, goes = (rows.before == 0) & (rows.after > 0), (rows.before > 0) & (rows.after == 0)
    is_new, returns = comes & (rows.change_number == 1), comes & (rows.change_number > 1)
    was_held = rows.held_before > 0
    stays = (rows.before > 0) & (rows.after > 0)
    more = ibis.ifelse(stays, ibis.greatest(rows.amount, nothing), nothing)
    less = ibis.ifelse(stays, ibis.greatest(-rows.amount, nothing), nothing)
    # Of someone with several subscriptions, some may be paused: what goes on hold is no downgrade.
    part_resumed = ibis.least(more, ibis.greatest(-rows.paused, nothing))
    part_paused = ibis.least(less, ibis.greatest(rows.paused, nothing))
    return rows.select(
        "bucket", "amount", "before", "after",
        new=ibis.ifelse(is_new, rows.after, nothing),
        reactivation=ibis.ifelse(returns & ~was_held, rows.after, nothing),
        resume=ibis.ifelse(returns & was_held, rows.after, part_resumed),
        expansion=more - part_resumed,
        contraction=less - part_paused,
        pause=ibis.ifelse(goes & (rows.held_after > 0), rows.before, part_paused),
        churn=ibis.ifelse(goes & (rows.held_after == 0), rows.before, nothing),
    )  # fmt: skip


def _bridge(so_far: Table) -> Table:
    """Sums of each window, with the stock before it and after it."""
    here = so_far.moved_in == so_far.bucket

    def total(name: str, when: Expr) -> Expr:
        dtype = MONEY if name.endswith("_amount") else "int64"
        nothing = ibis.literal(0).cast(dtype)
        return ibis.ifelse(when, so_far[name], nothing).sum().cast(dtype).fill_null(nothing)

    measures = [f"{name}_{kind}" for name in MOVEMENTS for kind in ("amount", "count")]
    sums = {name: total(name, here) for name in measures}
    starts = {
        f"start_{kind}": total(f"change_{kind}", so_far.moved_in < so_far.bucket)
        for kind in ("amount", "count")
    }
    ends = {
        f"end_{kind}": total(f"change_{kind}", so_far.moved_in <= so_far.bucket)
        for kind in ("amount", "count")
    }
    return so_far.group_by("starts_on", "ends_on").agg(**sums, **starts, **ends)


def _shown(known: Table, profile: Profile, as_of: date) -> Table:
    money = {
        f"{name}_amount": ibis.ifelse(known.is_mixed, ibis.null(MONEY), known[f"{name}_amount"])
        for name in ("start", *MOVEMENTS, "end")
    }
    return known.select(
        "currency", "starts_on", "ends_on", "is_mixed", "first_on", *COUNTS,
        profile=ibis.literal(profile.name),
        is_finished=is_finished(known.ends_on, as_of),
        **money,
    )  # fmt: skip
