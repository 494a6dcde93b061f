"""Which terms held from when to when? What was said of subscriptions, one change at a time, as periods.

    changes: subscription_id string, person_id int64, account_id string, kind string, plan string,
             mrr_amount decimal(18, 4), currency string, status string, reason string, is_converted boolean,
             changed_at timestamp, changed_on date, position int64, ends_on date, received_at timestamp

`kind` is the name of an event, such as `Subscription Started`. The order in which changes are given does not
matter: those that came late stand where they belong. What a change leaves out goes on as it was.

A trial, a pause and a time of unpaid invoices are periods of their own. A notice of cancellation changes nothing
until the day that it names; a subscription that goes on after it has withdrawn it. Of several changes on one day
the last one holds.
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.schema import NOUNS
from dangol.core.schema.noun import MONEY, PERSON_ID

CHANGES: Final = {
    "subscription_id": "string",
    "person_id": PERSON_ID,
    "account_id": "string",
    "kind": "string",
    "plan": "string",
    "mrr_amount": MONEY,
    "currency": "string",
    "status": "string",
    "reason": "string",
    "is_converted": "boolean",
    "changed_at": "timestamp",
    "changed_on": "date",
    "position": "int64",
    "ends_on": "date",
    "received_at": "timestamp",
}

STARTED: Final = "Subscription Started"
CHANGED: Final = "Subscription Changed"
PAUSED: Final = "Subscription Paused"
RESUMED: Final = "Subscription Resumed"
CANCELLED: Final = "Subscription Cancelled"
ENDED: Final = "Subscription Ended"
TRIAL_STARTED: Final = "Trial Started"
TRIAL_ENDED: Final = "Trial Ended"
PAID: Final = "Invoice Paid"
FAILED: Final = "Invoice Failed"
KINDS: Final = (STARTED, CHANGED, PAUSED, RESUMED, CANCELLED, ENDED, TRIAL_STARTED, TRIAL_ENDED, PAID, FAILED)

_OVER: Final = "over"
_CARRIED: Final = ("person_id", "account_id", "plan", "mrr_amount", "currency")


def subscription_periods(changes: Table) -> Table:
    """The rows of the noun `subscriptions` that the changes amount to.

    >>> from dangol.core.engine.duck import DuckDB
    >>> from dangol.core.engine.engine import compiled
    >>> duck = DuckDB()
    >>> types = {"string": "text", "int64": "bigint"}
    >>> _ = duck.execute(f"create table told ({', '.join(f'{n} {types.get(t, t)}' for n, t in CHANGES.items())})")
    >>> for day, kind in ((9, PAUSED), (1, STARTED), (20, ENDED), (15, RESUMED)):
    ...     _ = duck.execute(
    ...         "insert into told by name select 's' as subscription_id, 1 as person_id, "
    ...         f"'{kind}' as kind, {day} as position, 10 as mrr_amount, "
    ...         f"date '2026-03-{day:02d}' as changed_on, timestamp '2026-03-{day:02d}' as changed_at"
    ...     )
    >>> periods = compiled(subscription_periods(ibis.table(CHANGES, name="told")), "duckdb")
    >>> sql = f"select started_on, ended_on, status from ({periods}) order by started_on"
    >>> for row in duck.run(sql).rows:
    ...     print(*row)
    2026-03-01 2026-03-09 active
    2026-03-09 2026-03-15 paused
    2026-03-15 2026-03-20 active
    """
    steps = _changed_only(_with_standing(_with_terms(changes)))
    in_order = _order()
    lasting = steps.mutate(
        next_on=_.changed_on.lead().over(in_order),
        next_standing=_.standing.lead().over(in_order),
        next_reason=_.reason.lead().over(in_order),
    ).filter(_.standing != _OVER)
    planned = _with_notice(lasting, changes)
    dtypes = NOUNS["subscriptions"].dtypes
    rows = planned.mutate(
        started_on=_.changed_on,
        ended_on=ibis.coalesce(_.next_on, _.notice_on),
        status=_.standing,
        mrr_amount=_.mrr_amount.fill_null(ibis.literal(0).cast(MONEY)).cast(MONEY),
        ended_because=ibis.cases(
            (_.next_standing == _OVER, ibis.coalesce(_.next_reason, _.notice_reason)),
            (_.next_on.isnull() & _.notice_on.notnull(), _.notice_reason),
            else_=ibis.null("string"),
        ),
    )
    return rows.filter(_.ended_on.isnull() | (_.ended_on > _.started_on)).select(*dtypes)


def _order(*, backwards: bool = False) -> Expr:
    keys = [ibis.desc(name) if backwards else name for name in ("changed_at", "position")]
    return ibis.window(group_by="subscription_id", order_by=keys)


def _so_far() -> Expr:
    return ibis.cumulative_window(group_by="subscription_id", order_by=["changed_at", "position"])


def _with_terms(changes: Table) -> Table:
    """Every change but notices, each with what it leaves out as it was before."""
    steps = changes.filter(_.kind != CANCELLED)
    counted = steps.mutate(**{f"n_{name}": steps[name].count().over(_so_far()) for name in _CARRIED})
    carried = {
        name: counted[name].max().over(ibis.window(group_by=["subscription_id", f"n_{name}"]))
        for name in _CARRIED
    }
    return counted.mutate(**carried).drop(*(f"n_{name}" for name in _CARRIED))


def _with_standing(steps: Table) -> Table:
    """`standing`: trial, active, paused, past_due, or over. Unpaid invoices matter only to what is active."""
    is_end = (_.kind == ENDED) | (
        (_.kind == TRIAL_ENDED) & ~_.is_converted.fill_null(ibis.literal(value=False))
    )
    told = ibis.cases(
        (is_end, _OVER),
        (_.kind == TRIAL_STARTED, "trial"),
        (_.kind == PAUSED, "paused"),
        (_.kind.isin([STARTED, RESUMED, TRIAL_ENDED]), "active"),
        ((_.kind == CHANGED) & _.status.notnull(), "active"),
        else_=ibis.null("string"),
    )
    paying = ibis.cases(
        ((_.kind == FAILED) | ((_.kind == CHANGED) & (_.status == "past_due")), "past_due"),
        ((_.kind == PAID) | _.kind.isin([STARTED, RESUMED]) | _.status.notnull(), "active"),
        else_=ibis.null("string"),
    )
    marked = steps.mutate(told=told, paying=paying)
    counted = marked.mutate(
        n_told=marked.told.count().over(_so_far()), n_paying=marked.paying.count().over(_so_far())
    )
    known = counted.mutate(
        base=counted.told.max().over(ibis.window(group_by=["subscription_id", "n_told"])),
        paid=counted.paying.max().over(ibis.window(group_by=["subscription_id", "n_paying"])),
    )
    is_known = known.base.notnull() | (known.kind == CHANGED)
    base: StringValue = known.base.fill_null("active")
    standing = ibis.ifelse((base == "active") & (known.paid == "past_due"), "past_due", base)
    return (
        known.filter(is_known)
        .mutate(standing=standing)
        .drop("told", "paying", "n_told", "n_paying", "base", "paid")
    )


def _changed_only(steps: Table) -> Table:
    """The last step of each day, without those that changed nothing."""
    last = ibis.row_number().over(
        ibis.window(
            group_by=["subscription_id", "changed_on"],
            order_by=[ibis.desc("changed_at"), ibis.desc("position")],
        )
    )
    daily = steps.mutate(n=last).filter(_.n == 0).drop("n")
    terms = ("plan", "mrr_amount", "currency", "account_id", "person_id", "standing")
    before = daily.mutate(
        **{f"was_{name}": daily[name].lag().over(_order()) for name in terms},
        number=ibis.row_number().over(_order()),
    )
    is_same = [before[name].identical_to(before[f"was_{name}"]) for name in terms]
    is_still_over = (before.standing == _OVER) & (before.was_standing == _OVER)
    same = is_same[0]
    for each in is_same[1:]:
        same = same & each
    return before.filter(
        (before.number == 0) | ~(same | is_still_over.fill_null(ibis.literal(value=False)))
    ).drop("number", *(f"was_{name}" for name in terms))


def _with_notice(lasting: Table, changes: Table) -> Table:
    """`notice_on` and `notice_reason`: of the last notice, given while these terms held, to end on a day."""
    notices = changes.filter(_.kind == CANCELLED)
    said = notices.select(
        notice_of=notices.subscription_id,
        noticed_at=notices.changed_at,
        noticed_position=notices.position,
        noticed_until=notices.ends_on,
        noticed_reason=notices.reason,
    )
    spans = lasting.mutate(
        until_at=ibis.coalesce(_.next_on.cast("timestamp"), ibis.literal("9999-01-01").cast("timestamp"))
    )
    joined = spans.left_join(
        said,
        (spans.subscription_id == said.notice_of)
        & (said.noticed_at >= spans.changed_at)
        & ((said.noticed_at < spans.until_at) | spans.next_on.isnull() | (spans.next_standing == _OVER)),
    )
    latest = ibis.row_number().over(
        ibis.window(
            group_by=["subscription_id", "changed_on"],
            order_by=[ibis.desc("noticed_at"), ibis.desc("noticed_position")],
        )
    )
    return (
        joined.mutate(n=latest, notice_on=joined.noticed_until, notice_reason=joined.noticed_reason)
        .filter(_.n == 0)
        .drop(
            "n", "notice_of", "noticed_at", "noticed_position", "noticed_until", "noticed_reason", "until_at"
        )
    )
