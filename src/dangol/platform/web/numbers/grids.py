"""How are cohorts, ranks, flows and bridges drawn? Pictures of a metric that do not run along time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, HeatCell, Stack, Stream, both, bucket, columns, heat, ranked
from dangol.core.report.sections.movements import GAINS, LOSSES, NAMES
from dangol.core.report.series import Months, count_axis
from dangol.core.report.voice import Voice
from dangol.core.rollups.lifecycle import CURRENT, NEW, REACTIVATED, RESURRECTED
from dangol.platform.web.numbers.cells import shown
from dangol.platform.web.numbers.scales import interval, is_monthly, is_over, named_days, say_of, short_day
from dangol.platform.web.numbers.shapes import Shape
from dangol.platform.web.numbers.words import code_title, column_title
from dangol.platform.web.templatetags.figures import voice

Row = Mapping[str, Any]
MOST_ROWS: Final = 14
MOST_BARS: Final = 12
MOST_COLUMNS: Final = 13
ACTIVE: Final = (NEW, CURRENT, REACTIVATED, RESURRECTED)


def heat_of(
    metric: str,
    shape: Shape,
    rows: Sequence[Row],
    title: str,
    other: Sequence[Row],
    other_name: str,
    today: date,
) -> Chart | None:
    """Cohorts down, ages across; what is not over yet is hatched."""
    say, own = say_of(rows), [row for row in rows if row.get("segment") is None] or list(rows)
    cohorts = sorted({row["cohort_on"] for row in own})[-MOST_ROWS:]
    first = 1 if shape.x == "bucket" and metric != "cohort_revenue" else 0
    ages = sorted({row[shape.x] for row in own if row[shape.x] >= first})[:MOST_COLUMNS]
    if not cohorts or not ages:
        return None
    cells, size = [], {}
    for row in own:
        size[row["cohort_on"]] = row["cohort_count"]
        if row["cohort_on"] in cohorts and row[shape.x] in ages:
            rate = row[shape.y]
            word = "" if rate is None else f"{float(rate) * 100:.0f}"
            cells.append(
                HeatCell(
                    cohorts.index(row["cohort_on"]), ages.index(row[shape.x]), rate, word, rate is not None
                )
            )
    top = max((cell.rate or 0 for cell in cells), default=0) or 1.0
    names = [f"{_cohort(day, own, say)}  {say.count(size[day])}" for day in cohorts]
    heads = [_age(shape, age, own) for age in ages]
    narrow = list(range(len(ages)))[:: max(1, -(-len(ages) // 6))]
    return both(
        metric, title, title,
        lambda width: heat(width, cells, rows=names, columns=heads, top=top, narrow_columns=narrow),
    )  # fmt: skip


def _cohort(day: date, rows: Sequence[Row], say: Voice) -> str:
    return say.short_month(day) if day.day == 1 else short_day(day, say)


def _age(shape: Shape, age: int, rows: Sequence[Row]) -> str:
    if shape.x == "bucket":
        return str(age)
    row = next(each for each in rows if each[shape.x] == age)
    if row["to_day"] is None:
        return f"{row['from_day']}+"
    return str(row["from_day"]) if row["from_day"] == row["to_day"] else f"{row['from_day']}–{row['to_day']}"


def ranked_of(
    metric: str,
    shape: Shape,
    rows: Sequence[Row],
    title: str,
    other: Sequence[Row],
    other_name: str,
    today: date,
) -> Chart | None:
    """The largest first, or in the order that the names have."""
    known = (
        _summed(shape, rows) if shape.x == "cause" else [row for row in rows if row.get(shape.y) is not None]
    )
    if not known:
        return None
    is_ordered = shape.x in ("within_days", "tenure_year", "name", "feature_count", "state")
    top = known if is_ordered else sorted(known, key=lambda row: -float(row[shape.y]))
    bars = [
        Bar(_label(shape, row), shown(metric, shape.y, row[shape.y], row), float(row[shape.y]), colour="accent" if n == 0 or is_ordered else "grey", whisker=interval(shape, row))
        for n, row in enumerate(top[:MOST_BARS])
    ]  # fmt: skip
    words = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return both(metric, title, words, lambda width: ranked(width, bars))


def _summed(shape: Shape, rows: Sequence[Row]) -> list[Row]:
    """Rows of several periods as one a name."""
    total: dict[str, int] = defaultdict(int)
    for row in rows:
        total[row[shape.x]] += row[shape.y] or 0
    return [{shape.x: name, shape.y: size} for name, size in total.items() if size]


def _label(shape: Shape, row: Row) -> str:
    name = row.get(shape.x)
    if isinstance(name, str) or name is None:
        return voice()(code_title(shape.x, name)) if name else voice()(Said("Everybody", "전체"))
    words = {
        "within_days": Said("within {n} days", "{n}일 안"),
        "tenure_year": Said("year {n}", "{n}년차"),
        "feature_count": Said("{n} features", "기능 {n}개"),
    }
    return voice()(words.get(shape.x, Said("{n}", "{n} ")), n=name).strip()


def flows_of(
    metric: str,
    shape: Shape,
    rows: Sequence[Row],
    title: str,
    other: Sequence[Row],
    other_name: str,
    today: date,
) -> Chart | None:
    """Into the active ones and out of them over the last finished period."""
    last = max((row["starts_on"] for row in rows if is_over(row, today)), default=None)
    period = [row for row in rows if row["starts_on"] == last]
    into = _moves(
        period,
        lambda row: row["from_state"] not in ACTIVE and row["to_state"] in ACTIVE,
        "from_state",
        "accent",
    )
    out = _moves(
        period, lambda row: row["from_state"] in ACTIVE and row["to_state"] not in ACTIVE, "to_state", "bad"
    )
    stock = sum(row["people_count"] for row in period if row["to_state"] in ACTIVE)
    if not (into or out):
        return None
    say = voice()
    words = "; ".join(f"{each.label}: {each.shown}" for each in [*into, *out])
    return both(
        metric, title, words,
        lambda width: bucket(width, into, out, stock=say.count(stock), stock_label=say(Said("active", "활동 고객"))),
    )  # fmt: skip


def _moves(rows: Sequence[Row], is_one: Any, column: str, colour: str) -> list[Stream]:
    total: dict[str, int] = defaultdict(int)
    for row in rows:
        if is_one(row):
            total[row[column]] += row["people_count"]
    sign = "+" if colour == "accent" else "−"
    return [
        Stream(size, voice()(code_title(column, name)), f"{sign}{voice().count(size)}", colour)
        for name, size in sorted(total.items(), key=lambda pair: -pair[1])
    ]


def bridge_of(
    metric: str,
    shape: Shape,
    rows: Sequence[Row],
    title: str,
    other: Sequence[Row],
    other_name: str,
    today: date,
) -> Chart | None:
    """From the first amount to the last, by what moved it."""
    over = [row for row in rows if row["is_finished"] and row["start_amount"] is not None]
    if not over:
        return None
    say = say_of(rows)
    level = over[0]["start_amount"]
    bars = [Bar(say(NAMES["start"]), say.money(level), float(level), colour="grey")]
    for name in (*GAINS, *LOSSES):
        amount = sum(row[f"{name}_amount"] or 0 for row in over)
        if amount:
            signed = amount if name in GAINS else -amount
            words = say.money(signed) if signed < 0 else f"+{say.money(signed)}"
            bars.append(
                Bar(
                    say(NAMES[name]),
                    words,
                    float(level + signed),
                    float(level),
                    "accent" if name in GAINS else "bad",
                )
            )
            level += signed
    bars.append(Bar(say(NAMES["end"]), say.money(level), float(level), colour="grey"))
    told = ", ".join(f"{bar.label} {bar.shown}" for bar in bars)
    return both(metric, title, told, lambda width: ranked(width, bars, bridge=True))


def bucket_of(
    metric: str,
    shape: Shape,
    rows: Sequence[Row],
    title: str,
    other: Sequence[Row],
    other_name: str,
    today: date,
) -> Chart | None:
    """In and out, period by period."""
    say = say_of(rows)
    new, back, lost = (
        [float(row[f"{name}_count"] or 0) for row in rows] for name in ("new", "returned", "lost")
    )
    stacks = [
        Stack(new, say(column_title("new_count")), "accent"), Stack(back, say(column_title("returned_count")), "heat-3"),
        Stack([-each for each in lost], say(column_title("lost_count")), "grey"),
    ]  # fmt: skip
    axis = count_axis([*(a + b for a, b in zip(new, back, strict=True)), *(-each for each in lost)], say)
    unfinished = frozenset(n for n, row in enumerate(rows) if not is_over(row, today))
    named = (
        Months([row["starts_on"] for row in rows], say).ticks
        if is_monthly(rows, "starts_on")
        else named_days(rows, "starts_on", say)
    )
    return both(
        metric, title, title,
        lambda width: columns(width, stacks, x_ticks=named, y_ticks=axis.ticks, y_range=axis.range, unfinished=unfinished),
    )  # fmt: skip
