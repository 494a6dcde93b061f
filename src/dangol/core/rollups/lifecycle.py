"""In which state of its life is each customer: new, current, at risk, dormant, reactivated, resurrected?

Time is cut into windows. A person who was active in a window is, in it,

    new           active for the first time
    current       active in the window before as well
    reactivated   back after 1 to `at_risk_windows` windows without activity: was at risk
    resurrected   back after more windows than that: was dormant

and one who was not active in it, but in an earlier one,

    at_risk       away for up to `at_risk_windows` windows
    dormant       away for longer

So everybody who was ever active is in exactly one state. Source: SCIENCE 5.3 (the growth model of
Duolingo), 5.4.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import IntegerColumn, StringValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rollups.periods import Buckets

NEW, CURRENT, AT_RISK, DORMANT = "new", "current", "at_risk", "dormant"
REACTIVATED, RESURRECTED = "reactivated", "resurrected"

STATES: dict[str, Said] = {
    NEW: Said("New", "신규"),
    CURRENT: Said("Current", "이용 중"),
    REACTIVATED: Said("Reactivated", "재활성"),
    RESURRECTED: Said("Resurrected", "부활"),
    AT_RISK: Said("At risk", "이탈 위험"),
    DORMANT: Said("Dormant", "휴면"),
}

OUTSIDE = "outside"
"""Where new people come from in the flows."""

_MOST_WINDOWS = 50
_NEVER = 1_000_000
"""A bucket number beyond every calendar: there is no next activity."""


def checked_windows(at_risk_windows: int, window_days: int = 1) -> None:
    """A RequestError unless both are whole numbers that make sense."""
    if not (1 <= at_risk_windows <= _MOST_WINDOWS and window_days >= 1):
        raise RequestError(
            Said("Lifecycle states were asked for.", "생애 주기 상태를 요청하셨습니다."),
            Said(
                f"Windows of {window_days} days, {at_risk_windows} of them at risk, cannot be told apart.",
                f"{window_days}일 구간과 이탈 위험 {at_risk_windows}구간으로는 상태를 나눌 수 없습니다.",
            ),
            Said(
                f"Give at least one day and 1 to {_MOST_WINDOWS} windows.",
                f"1일 이상, 1~{_MOST_WINDOWS}구간으로 지정해 주십시오.",
            ),
        )


def states_on(activity: Table, as_of: date, window_days: int, at_risk_windows: int) -> Table:
    """Everybody's state just before `as_of`, over windows of days counted back from it: person_id, state.

    One pass over the activity: each person's windows as the bits of a number, the latest window first.
    """
    checked_windows(at_risk_windows, window_days)
    past = activity.filter(_.active_on < ibis.literal(as_of))
    days_ago = ibis.literal(as_of).delta(past.active_on, unit="day").cast("int64") - 1
    ago = (days_ago / window_days).floor().cast("int64")
    capped = ibis.least(ago, ibis.literal(at_risk_windows + 2).cast("int64"))
    one = ibis.literal(1).cast("int64")
    people = past.group_by("person_id").agg(mask=(one << capped).bit_or())
    return people.select("person_id", state=_state_of_mask(people.mask, at_risk_windows))


def _state_of_mask(mask: IntegerColumn, at_risk_windows: int) -> StringValue:
    """The state that the bits tell: bit 0 is the latest window; one bit stands for all the old ones."""
    was_lately = (mask & (2 ** (at_risk_windows + 1) - 2)) != 0
    back_from_risk = (mask & (2 ** (at_risk_windows + 2) - 4)) != 0
    return ibis.cases(
        (mask == 1, NEW),
        (((mask & 1) != 0) & ((mask & 2) != 0), CURRENT),
        (((mask & 1) != 0) & back_from_risk, REACTIVATED),
        ((mask & 1) != 0, RESURRECTED),
        (was_lately, AT_RISK),
        else_=DORMANT,
    )


def spells(activity: Table, buckets: Buckets, at_risk_windows: int) -> Table:
    """How many people were active in a bucket in some state and next in another bucket.

    bucket int64 (negative before the first), state string (in that bucket), next_bucket int64 (of the
    next activity; a number beyond every calendar where there is none), people_count int64. From these few
    rows every state in between follows.
    """
    past = activity.filter(_.active_on < ibis.literal(buckets.end))
    active = past.select("person_id", bucket=buckets.signed_index(_.active_on)).distinct()
    in_order = ibis.window(group_by="person_id", order_by="bucket")
    never = ibis.literal(_NEVER).cast("int64")
    around = active.mutate(
        previous=_.bucket.lag(default=-never).over(in_order),
        next_bucket=_.bucket.lead(default=never).over(in_order),
    )
    named = around.mutate(
        state=ibis.ifelse(
            _.previous == -never,
            ibis.literal(NEW),
            comeback(around.bucket - around.previous, at_risk_windows),
        )
    )
    return named.group_by("bucket", "state", "next_bucket").agg(people_count=_.count())


def comeback(step: Expr, at_risk_windows: int) -> StringValue:
    """The state on being active again `step` windows after the last activity; 1 is the very next one."""
    return ibis.cases(
        (step == 1, CURRENT), (step <= at_risk_windows + 1, REACTIVATED), else_=ibis.literal(RESURRECTED)
    )


def absence(step: Expr, at_risk_windows: int) -> StringValue:
    """The state of who has been without activity for `step` windows, 1 or more."""
    return ibis.ifelse(step <= at_risk_windows, ibis.literal(AT_RISK), ibis.literal(DORMANT))
