"""Retention by rolling days: of those who began together, who was back on day 1, within a week, or ever after?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Grain, Period
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.cohorts import with_segment
from dangol.core.rollups.masks import unpivoted
from dangol.core.rollups.periods import Buckets, share
from dangol.core.schema.reasons import UNFINISHED
from dangol.core.stats.proportion import wilson

Bracket = tuple[int, int | None]
"""First and last day since the start, both in it; None as the last one means any later day (unbounded)."""

DAYS: tuple[Bracket, ...] = ((1, 1), (7, 7), (30, 30), (1, 7), (8, 30), (31, None))


@metric(
    title=Said("Retention by day ranges", "일차 구간별 유지율"),
    says=Said(
        "Of the people who began in a period, the share active again on given days since their own first day.",
        "같은 기간에 시작한 사람들 가운데 각자의 첫날로부터 정해진 일차에 다시 활동한 비율입니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("I-02",),
    returns={
        "cohort_on": "date", "segment": "string", "bracket": "int64", "from_day": "int64", "to_day": "int64",
        "cohort_count": "int64", "eligible_count": "int64", "retained_count": "int64", "rate": "float64",
        "low": "float64", "high": "float64", "reason": "string",
    },
)  # fmt: skip
def cohort_brackets(
    activity: Table, period: Period, as_of: date, grain: Grain = Grain.MONTH, fiscal_start: int = 1,
    brackets: Sequence[Bracket] = DAYS, segment: str | None = None, people: Table | None = None,
) -> Table:  # fmt: skip
    """People active in each range of days since their own first day, by cohort. A ratio, 0 to 1.

        rate = |active in days from..to| / |those who have reached the last of these days|

    A range (7, 7) is day 7 itself, (1, 7) the first week after the first day, (31, None) day 31 or any later
    one: on, bracket and unbounded retention with a rolling clock. Eligible are those who have lived through
    the range by `as_of` (for an unbounded one, its first day); retained are counted among them only. low and
    high are Wilson's at 0.95. Nobody eligible is null (reason unfinished). Source: SCIENCE 5.4.

    >>> import dangol
    >>> from datetime import date
    >>> world = dangol.world({"events": [dict(person_id="Ann", name="Opened", occurred_on=date(2025, 1, day),
    ...     occurred_at=date(2025, 1, day)) for day in (10, 11, 17)]}, as_of=date(2025, 1, 20))
    >>> brackets = [(1, 1), (3, 3), (7, 7), (3, None), (1, 3), (4, 6), (7, 9)]
    >>> [row["rate"] for row in world.metric("cohort_brackets", brackets=brackets)]
    [1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0]
    """
    brackets = _checked(brackets)
    buckets = Buckets.of(period, grain, fiscal_start, as_of)
    persons = with_segment(_persons(activity, as_of, brackets), people, segment)
    persons = persons.mutate(bucket=buckets.index(persons.first_on)).filter(_.bucket >= 0)
    counts: dict[str, ibis.Deferred] = {}
    for place in range(len(brackets)):
        counts[f"eligible{place}"] = _[f"is_eligible{place}"].sum()
        counts[f"retained{place}"] = (_[f"is_eligible{place}"] * _[f"is_back{place}"]).sum()
    wide = persons.group_by("bucket", "segment").agg(cohort_count=_.count(), **counts)
    rows = _rows(wide, len(brackets))
    dated = rows.join(buckets.table().select("bucket", cohort_on="starts_on"), "bucket")
    days = _bracket_table(brackets)
    low, high = wilson(dated.retained_count.cast("float64"), dated.eligible_count.nullif(0).cast("float64"))
    rated = dated.mutate(
        rate=share(dated.retained_count, dated.eligible_count), low=low, high=high,
        reason=ibis.ifelse(dated.eligible_count == 0, UNFINISHED, ibis.null("string")),
    )  # fmt: skip
    return rated.join(days, "bracket").select(
        "cohort_on", "segment", "bracket", "from_day", "to_day", "cohort_count", "eligible_count",
        "retained_count", "rate", "low", "high", "reason",
    ).order_by("segment", "cohort_on", "bracket")  # fmt: skip


def _checked(brackets: Sequence[Bracket]) -> Sequence[Bracket]:
    wrong = [b for b in brackets if b[0] < 0 or (b[1] is not None and b[1] < b[0])]
    if wrong or not brackets:
        raise RequestError(
            Said(f"Retention over the day ranges {list(brackets)} was asked for.", f"일차 구간 {list(brackets)}의 유지율을 요청하셨습니다."),
            Said("A range goes from a day, 0 or later, to the same or a later one.", "구간은 0 이상의 일차에서 같거나 더 늦은 일차까지입니다."),
            Said("Write for example [(1, 1), (1, 7), (8, None)].", "예: [(1, 1), (1, 7), (8, None)]"),
        )  # fmt: skip
    return brackets


def _persons(activity: Table, as_of: date, brackets: Sequence[Bracket]) -> Table:
    """One row a person: first_on, and for each range whether it is behind them and whether they were there."""
    first = activity.group_by("person_id").agg(first_on=_.active_on.min())
    aged = activity.select("person_id", "active_on").join(first, "person_id")
    aged = aged.mutate(age=aged.active_on.delta(aged.first_on, unit="day"))
    back = {
        f"is_back{place}": _is_in(aged.age, bracket).cast("int64").max()
        for place, bracket in enumerate(brackets)
    }
    persons = aged.group_by("person_id", "first_on").agg(**back)
    lived = ibis.literal(as_of).delta(persons.first_on, unit="day")
    ends = [start if end is None else end for start, end in brackets]
    return persons.mutate(**{f"is_eligible{p}": (lived > end).cast("int64") for p, end in enumerate(ends)})


def _is_in(age: ibis.Value, bracket: Bracket) -> ibis.Value:
    return age >= bracket[0] if bracket[1] is None else age.between(*bracket)


def _rows(wide: Table, count: int) -> Table:
    """One row a cohort and range, of one eligible and one retained column a range."""
    keys = ("bucket", "segment", "cohort_count")
    columns = [[f"{name}{place}" for place in range(count)] for name in ("eligible", "retained")]
    both = [
        unpivoted(wide, keys, names, index="bracket", value=value).mutate(
            is_eligible=ibis.literal(value == "e")
        )
        for names, value in zip(columns, ("e", "r"), strict=True)
    ]
    one, other = (
        t.select(*keys, "bracket", "is_eligible", n=t[v]) for t, v in zip(both, ("e", "r"), strict=True)
    )
    return ibis.union(one, other).group_by(*keys, "bracket").agg(
        eligible_count=_.n.sum(where=_.is_eligible), retained_count=_.n.sum(where=~_.is_eligible)
    )  # fmt: skip


def _bracket_table(brackets: Sequence[Bracket]) -> Table:
    rows = [{"bracket": n, "from_day": start, "to_day": end} for n, (start, end) in enumerate(brackets)]
    table = ibis.literal(rows, type="array<struct<bracket: int64, from_day: int64, to_day: int64>>")
    return table.unnest().name("range").as_table().unpack("range")
