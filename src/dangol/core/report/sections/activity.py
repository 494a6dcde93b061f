"""How alive is it from day to day? People active in the 28 days up to each day, and how often they come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.report.charts import Chart, Line, both, lines
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Figure, Section, Sentence, Table
from dangol.core.report.series import count_axis

QUESTION: Final = Said("Is the number of active customers growing?", "활동하는 고객이 늘고 있습니까?")
OPENING: Final = Said(
    "Active in the last 28 days: {n}{change}.", "최근 28일 동안 {n}이 활동했습니다{change}."
)
FINDING: Final = Said("{n} active in 28 days{change}", "28일 동안 활동한 고객은 {n}명입니다{change}")
STICKY: Final = Said(
    "On an average day {rate} of them come: about {days} of 28 days each.",
    "하루 평균 그 가운데 {rate}가 옵니다. 한 사람이 28일 가운데 약 {days}일 오는 셈입니다.",
)


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    start = max(evidence.world.period().start, evidence.as_of - timedelta(days=365))
    rows = evidence.rows("active_users", period=Period(start, evidence.as_of))
    if not rows or not rows[-1]["active_count"]:
        return None
    last = rows[-1]
    n, change = say.count(last["active_count"]), _change(evidence, rows)
    basis = evidence.basis("active_users", say.period(last["day"] - timedelta(days=27), last["day"] + timedelta(days=1)),
                           say.customers(last["active_count"]))  # fmt: skip
    figure = Figure(
        "active_users", say(Said("Active in 28 days", "28일 활동 고객")), last["active_count"], n, basis
    )
    section = Section(
        name="activity",
        question=say(QUESTION),
        finding=say(FINDING, n=n, change=change),
        basis=basis,
        sentences=_sticky(evidence, last),
        charts=(_chart(evidence, rows),) if len(rows) > 30 else (),
        tables=(_table(evidence, rows),),
    )
    opening = Sentence(
        say(OPENING, n=say.customers(last["active_count"]), change=change), "activity", (n,), rank=6
    )
    return Contribution(section, (opening,), (figure,))


def _change(evidence: Evidence, rows: list[Row]) -> str:
    if len(rows) < 120 or not rows[-92]["active_count"]:
        return ""
    say = evidence.say
    change = rows[-1]["active_count"] / rows[-92]["active_count"] - 1
    more = Said(", {rate} more than 91 days before", ". 91일 전보다 {rate} 많습니다")
    less = Said(", {rate} fewer than 91 days before", ". 91일 전보다 {rate} 적습니다")
    return say(more if change >= 0 else less, rate=say.percent(abs(change), 0))


def _sticky(evidence: Evidence, last: Row) -> tuple[str, ...]:
    rate = last["stickiness_rate"]
    if rate is None or evidence.world.activity_noun == "orders":
        return ()
    return (evidence.say(STICKY, rate=evidence.say.percent(rate), days=evidence.say.decimal(rate * 28)),)


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    step = 7
    weekly = rows[(len(rows) - 1) % step :: step]
    points = [(float(n), float(row["active_count"])) for n, row in enumerate(weekly)]
    axis = count_axis([y for _, y in points], say)
    ticks = _months([row["day"] for row in weekly], evidence)
    title = say(Said("People active in the 28 days up to each day", "각 날짜까지 28일 동안 활동한 사람"))
    label = say.count(weekly[-1]["active_count"])
    return both(
        "activity", title, title,
        lambda width: lines(width, [Line(points, label)], x_ticks=ticks, y_ticks=axis.ticks,
                            x_range=(0, len(points) - 1), y_range=axis.range),
    )  # fmt: skip


def _months(days: list[date], evidence: Evidence) -> list[tuple[float, str]]:
    firsts = [n for n in range(1, len(days)) if days[n].month != days[n - 1].month]
    step = max(1, -(-len(firsts) // 8))
    return [(float(n), evidence.say.short_month(days[n])) for n in firsts[::step]]


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Day", "날짜"), Said("That day", "그날"), Said("In 28 days", "28일 동안"), Said("New", "신규"),
        Said("Came back", "돌아옴"), Said("Fell away", "떠남"), Said("Stickiness", "고착도"),
    )  # fmt: skip
    weekly = rows[(len(rows) - 1) % 7 :: 7][-27:]
    cells = tuple(
        (
            say.day(row["day"]), *(say.count(row[f"{name}_count"]) for name in ("daily", "active", "new", "returned", "churned")),
            say.percent(row["stickiness_rate"]) if row["stickiness_rate"] is not None else say.not_yet(row["reason"]),
        )
        for row in weekly
    )  # fmt: skip
    return Table(tuple(map(say, heads)), cells)


ACTIVITY: Final = Part("activity", QUESTION, ("active_users",), _write)
