"""What became of each unit? Retention, money, voices and support load over the horizon behind its own start.

    a table of units: unit_id, arm, start_on, NAME, NAME_base (of a ratio), NAME_before

The horizon is [start, start + days), and `before` the same number over [start - days, start), which no treatment
can have moved. What is a state (customer or not, recurring revenue) is that at start + days, and at the start. A unit
is counted once its horizon is over; an account's people are summed up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.experiments.design import Unit
from dangol.core.experiments.exposure import UNIT, members_of
from dangol.core.experiments.readout import Measured
from dangol.core.experiments.summarise import Judged
from dangol.core.language import Said
from dangol.core.rollups.periods import days_after

Tables = Mapping[str, Table]
MONTH_DAYS: Final = 365.25 / 12
_ONE: Final = ibis.literal(1).cast("float64")
_NONE: Final = ibis.literal(0).cast("float64")
"""As numbers with a fraction on every engine; a bare 0.0 is a decimal on some."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing to judge by. `count` gives unit_id, value, and base or before, for the units that have any of it.

    Units without a row count as `absent`: 0 of what was counted, unknown (None) of what was asked of them.
    """

    measured: Measured
    needs: tuple[str, ...]
    count: Callable[[Tables, Table, int], Table]
    absent: float | None = 0.0
    has_before: bool = True

    @property
    def judged(self) -> Judged:
        """The columns that `units_of` gives it."""
        name = self.measured.name
        base = f"{name}_base" if self.measured.kind == "ratio" else None
        return Judged(self.measured, name, base, (f"{name}_before",) if self.has_before else ())


def outcome(name: str) -> Outcome:
    """An outcome by name; an UnknownNameError otherwise."""
    if name not in OUTCOMES:
        raise UnknownNameError(Said("outcome", "결과"), name, OUTCOMES)
    return OUTCOMES[name]


def units_of(
    tables: Tables,
    assigned: Table,
    outcomes: Sequence[str],
    *,
    horizon_days: int,
    as_of: date,
    unit: Unit = "person",
) -> Table:
    """One row for each unit of `assigned` (see `exposure.assigned`) whose horizon is over before `as_of`.

    Units in several arms are left out. A RequestError when the data lacks what an outcome needs.
    """
    is_over = days_after(assigned.start_on, horizon_days) <= ibis.literal(as_of)
    units = assigned.filter(is_over & ~assigned.is_conflict).drop("is_conflict")
    members = members_of(units, people=tables.get("people"), unit=unit)
    for name in outcomes:
        found = outcome(name)
        _check_has(tables, found)
        counted = found.count(tables, members, horizon_days)
        units = _with(units, counted, found)
    return units


def waiting(assigned: Table, *, horizon_days: int, as_of: date) -> Table:
    """One row: `waiting_count` units whose horizon is not over, `excluded_count` that were in several arms."""
    is_waiting = days_after(assigned.start_on, horizon_days) > ibis.literal(as_of)
    one, none = ibis.literal(1).cast("int64"), ibis.literal(0).cast("int64")
    return assigned.aggregate(
        waiting_count=ibis.ifelse(is_waiting & ~assigned.is_conflict, one, none).sum().fill_null(0),
        excluded_count=ibis.ifelse(assigned.is_conflict, one, none).sum().fill_null(0),
    )


def _check_has(tables: Tables, found: Outcome) -> None:
    missing = [need for need in found.needs if need not in tables]
    if not missing:
        return
    said = found.measured.said
    raise RequestError(
        Said(f"“{said.en}” was to be judged by.", f"“{said.ko}”(으)로 판정하려고 했습니다."),
        Said(f"The data holds no {', '.join(missing)}.", f"데이터에 {', '.join(missing)}이(가) 없습니다."),
        Said("Add them, or choose another outcome.", "데이터를 더하거나 다른 결과를 고르십시오."),
    )


def _with(units: Table, counted: Table, found: Outcome) -> Table:
    name = found.measured.name
    have = [column for column in ("value", "base", "before") if column in counted.columns]
    counted = counted.select(
        counted_id=_.unit_id, **{f"counted_{column}": counted[column] for column in have}
    )
    both = units.left_join(counted, units.unit_id == counted.counted_id)
    columns = {
        name if column == "value" else f"{name}_{column}": both[f"counted_{column}"] for column in have
    }
    if found.absent is not None:
        columns = {column: each.fill_null(found.absent) for column, each in columns.items()}
    return both.select(*units.columns, **columns)


def _summed(members: Table, rows: Table, days: int) -> Table:
    """Sums over `rows` (person_id, happened_on, amount) in the horizon, and over as many days before the start."""
    both = members.inner_join(rows, "person_id")
    first, last = days_after(both.start_on, -days), days_after(both.start_on, days)
    both = both.filter((both.happened_on >= first) & (both.happened_on < last))
    is_before, none = both.happened_on < both.start_on, _NONE
    return both.group_by(UNIT).agg(
        value=ibis.ifelse(is_before, none, both.amount).sum(),
        before=ibis.ifelse(is_before, both.amount, none).sum(),
    )


def _standing(members: Table, spans: Table, days: int) -> Table:
    """Sums of `amount` over spans (person_id, started_on, ended_on, amount) that hold then (value) and at the start."""
    both = members.inner_join(spans, "person_id")
    none = _NONE
    then = ibis.ifelse(_holds(both, days_after(both.start_on, days)), both.amount, none)
    now = ibis.ifelse(_holds(both, both.start_on), both.amount, none)
    least = ibis.least(then.sum(), now.sum())
    return both.group_by(UNIT).agg(value=then.sum(), base=now.sum(), before=now.sum(), kept=least)


def _holds(spans: Table, day: Expr) -> Expr:
    return (spans.started_on < day) & (spans.ended_on.isnull() | (spans.ended_on >= day))


def _kept(tables: Tables, members: Table, days: int) -> Table:
    """Whether anybody of the unit is a customer at the end; before: for how many days they have been at the start."""
    both = members.inner_join(tables["tenures"].select("person_id", "started_on", "ended_on"), "person_id")
    one, none = _ONE, _NONE
    age = both.start_on.delta(both.started_on, unit="day").cast("float64")
    return both.group_by(UNIT).agg(
        value=ibis.ifelse(_holds(both, days_after(both.start_on, days)), one, none).max(),
        before=ibis.ifelse(age > 0, age, none).max(),
    )


def _paying(tables: Tables) -> Table:
    """Terms that pay: what recurs a month, from when to when."""
    terms = tables["subscriptions"]
    paid = terms.filter((terms.mrr_amount > 0) & ~terms.status.isin(["trial", "paused"]))
    return paid.select("person_id", "started_on", "ended_on", amount=paid.mrr_amount.cast("float64"))


def _bought(tables: Tables) -> Table:
    orders = tables["orders"]
    return orders.select("person_id", happened_on=orders.ordered_on, amount=orders.amount.cast("float64"))


def _once(table: Table, day: str) -> Table:
    return table.select("person_id", happened_on=table[day], amount=_ONE)


def _purchases(tables: Tables) -> Table:
    return _once(tables["orders"].filter(~tables["orders"].is_return), "ordered_on")


def _again(tables: Tables, members: Table, days: int) -> Table:
    """Whether the unit bought at all in the horizon; before: how often it had."""
    counted = _summed(members, _purchases(tables), days)
    return counted.mutate(value=ibis.ifelse(counted.value > 0, _ONE, _NONE))


def _recurring(tables: Tables, members: Table, days: int) -> Table:
    return _standing(members, _paying(tables), days).drop("kept", "base")


def _net(tables: Tables, members: Table, days: int) -> Table:
    """What those who paid at the start pay at the end, over what they paid; nobody else counts."""
    found = _standing(members, _paying(tables), days).filter(_.base > 0)
    return found.drop("kept", "before")


def _gross(tables: Tables, members: Table, days: int) -> Table:
    found = _standing(members, _paying(tables), days).filter(_.base > 0)
    return found.select(UNIT, "base", value=_.kept)


def _value(tables: Tables, members: Table, days: int) -> Table:
    """Orders and paid subscription days, in money."""
    parts = []
    if "orders" in tables:
        parts.append(_summed(members, _bought(tables), days))
    if "subscriptions" in tables:
        parts.append(_paid_days(members, _paying(tables), days))
    whole = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
    return whole.group_by(UNIT).agg(value=_.value.sum(), before=_.before.sum())


def _paid_days(members: Table, terms: Table, days: int) -> Table:
    both = members.inner_join(terms, "person_id")
    first, last = days_after(both.start_on, -days), days_after(both.start_on, days)
    daily = both.amount / MONTH_DAYS
    return both.group_by(UNIT).agg(
        value=(daily * _overlap(both, both.start_on, last)).sum(),
        before=(daily * _overlap(both, first, both.start_on)).sum(),
    )


def _overlap(spans: Table, first: Expr, last: Expr) -> Expr:
    """Days that a span has in [first, last)."""
    end = ibis.least(spans.ended_on.fill_null(ibis.literal(date(9999, 1, 1))), last)
    inside = end.delta(ibis.greatest(spans.started_on, first), unit="day").cast("float64")
    return ibis.greatest(inside, _NONE)


def _answered(survey: str, score: Callable[[Expr], Expr]) -> Callable[[Tables, Table, int], Table]:
    """The mean of what a unit's people answered in the horizon; unknown of those who did not."""

    def count(tables: Tables, members: Table, days: int) -> Table:
        answers = tables["answers"]
        given = answers.filter((answers.survey.lower() == survey) & answers.score.notnull())
        rows = given.select("person_id", happened_on=given.answered_on, amount=score(given.score))
        both = members.inner_join(rows, "person_id")
        inside = both.filter(
            (both.happened_on >= both.start_on) & (both.happened_on < days_after(both.start_on, days))
        )
        return inside.group_by(UNIT).agg(value=_.amount.mean())

    return count


def _net_score(score: Expr) -> Expr:
    return ibis.cases((score >= 9, 100 * _ONE), (score <= 6, -100 * _ONE), else_=_NONE)


def _satisfied(score: Expr) -> Expr:
    return ibis.ifelse(score >= 4, _ONE, _NONE)


def _sum_of(rows: Callable[[Tables], Table]) -> Callable[[Tables, Table, int], Table]:
    return lambda tables, members, days: _summed(members, rows(tables), days)


def _tickets(tables: Tables) -> Table:
    return _once(tables["tickets"], "opened_on")


def _active(tables: Tables) -> Table:
    events = tables["events"]
    return _once(events.select("person_id", "occurred_on").distinct(), "occurred_on")


OUTCOMES: Final[Mapping[str, Outcome]] = {
    each.measured.name: each
    for each in (
        Outcome(Measured("kept", Said("customers kept", "고객 유지율"), "share"), ("tenures",), _kept),
        Outcome(
            Measured("ndr", Said("net revenue retention", "순매출유지율(NDR)"), "ratio", unit="%"),
            ("subscriptions",), _net, has_before=False,
        ),
        Outcome(
            Measured("grr", Said("gross revenue retention", "총매출유지율(GRR)"), "ratio", unit="%"),
            ("subscriptions",), _gross, has_before=False,
        ),
        Outcome(
            Measured("monthly_revenue", Said("monthly revenue a customer", "고객당 월 반복 매출")),
            ("subscriptions",), _recurring,
        ),
        Outcome(Measured("revenue", Said("revenue a customer", "고객당 매출")), ("orders",), _sum_of(_bought)),
        Outcome(Measured("value", Said("money a customer", "고객당 금액")), (), _value),
        Outcome(Measured("bought", Said("customers who bought again", "재구매율"), "share"), ("orders",), _again),
        Outcome(Measured("orders", Said("orders a customer", "고객당 주문 수")), ("orders",), _sum_of(_purchases)),
        Outcome(Measured("active_days", Said("active days", "이용 일수")), ("events",), _sum_of(_active)),
        Outcome(
            Measured("nps", Said("NPS", "순추천지수(NPS)")), ("answers",), _answered("nps", _net_score),
            absent=None, has_before=False,
        ),
        Outcome(
            Measured("csat", Said("satisfied answers", "만족 응답률")), ("answers",),
            _answered("csat", _satisfied), absent=None, has_before=False,
        ),
        Outcome(
            Measured("tickets", Said("requests for help", "문의 수"), better="down"), ("tickets",),
            _sum_of(_tickets),
        ),
    )
}  # fmt: skip
"""By name; the first that the data can answer is proposed."""
