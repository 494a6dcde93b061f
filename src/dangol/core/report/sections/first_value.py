"""How fast do new customers get something out of it? Days until they are active again, those not there yet counted."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Chart, Line, both, lines
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Table
from dangol.core.report.series import rate_axis

QUESTION: Final = Said(
    "How fast do new customers come back a second time?", "새 고객은 얼마나 빨리 다시 옵니까?"
)
FINDING: Final = Said(
    "Half of new customers are active again by day {day}", "새 고객의 절반은 {day}일째까지 다시 활동합니다"
)
FINDING_LATER: Final = Said(
    "Fewer than half of new customers have come back so far",
    "다시 활동한 새 고객은 아직 절반이 되지 않습니다",
)
SHARES: Final = Said(
    "By day 7 it is {week}, by day 30 {month}.", "7일째까지 {week}, 30일째까지 {month}입니다."
)
SHOWN_DAYS: Final = (1, 2, 3, 7, 14, 30, 60, 90)
UNTIL = 90


def _write(evidence: Evidence) -> Contribution | None:
    if evidence.is_shop:  # the second purchase is told by the repeat rate
        return None
    say = evidence.say
    row = next(iter(evidence.rows("time_to_value")), None)
    curve = [r for r in evidence.rows("time_to_value_curve") if r["days"] <= UNTIL]
    if row is None or not row["person_count"] or len(curve) < 2:
        return None
    n = say.customers(row["person_count"])
    section = Section(
        name="first_value",
        question=say(QUESTION),
        finding=say(FINDING_LATER) if row["median_days"] is None else say(FINDING, day=row["median_days"]),
        basis=evidence.basis("time_to_value", evidence.everything(), n),
        sentences=_shares(evidence, row),
        charts=(_chart(evidence, curve),),
        tables=(_table(evidence, curve),),
    )
    return Contribution(section)


def _shares(evidence: Evidence, row: Row) -> tuple[str, ...]:
    week, month = row["within_7_rate"], row["within_30_rate"]
    if week is None or month is None:
        return ()
    return (evidence.say(SHARES, week=evidence.say.percent(week, 0), month=evidence.say.percent(month, 0)),)


def _chart(evidence: Evidence, curve: list[Row]) -> Chart:
    say = evidence.say
    points = [(float(row["days"]), row["activated_rate"]) for row in curve]
    band = [(float(r["days"]), r["low"], r["high"]) for r in curve if r["low"] is not None]
    axis = rate_axis([y for _, y in points], say, zero=True)
    ticks = [(float(day), say.days(day)) for day in (0, 7, 14, 30, 60, 90)]
    title = say(Said("Share of new customers active again, by day", "일차별로 다시 활동한 새 고객의 비율"))
    last = points[-1][1]
    series = [Line(points, say.percent(last, 0), band=band, below=True)]
    return both(
        "first_value", title, title,
        lambda width: lines(width, series, x_ticks=ticks, y_ticks=axis.ticks, x_range=(0, float(UNTIL)),
                            y_range=axis.range),
    )  # fmt: skip


def _table(evidence: Evidence, curve: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("By day", "일차"),
        Said("Watched", "관찰 인원"),
        Said("Active again", "다시 활동"),
        Said("95% interval", "95% 구간"),
    )
    reached: dict[int, Row] = {}
    for row in curve:
        for day in SHOWN_DAYS:
            if row["days"] <= day:
                reached[day] = row
    rows = tuple(
        (
            say.days(day), say.count(row["at_risk_count"]), say.percent(row["activated_rate"]),
            f"{say.percent(row['low'])} – {say.percent(row['high'])}" if row["low"] is not None else "–",
        )
        for day, row in sorted(reached.items())
    )  # fmt: skip
    return Table(tuple(map(say, heads)), rows)


FIRST_VALUE: Final = Part("first_value", QUESTION, ("time_to_value", "time_to_value_curve"), _write)
