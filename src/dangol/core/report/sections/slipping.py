"""When do people start slipping? The chance that somebody silent comes back, day by day of silence."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Chart, Line, Mark, both, lines
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Basis, Contribution, Figure, Section, Sentence, Table
from dangol.core.report.series import rate_axis
from dangol.core.schema.reasons import ALREADY_LOW

QUESTION: Final = Said(
    "After how many silent days is a customer slipping away?", "며칠 동안 소식이 없으면 멀어지는 것입니까?"
)
OPENING: Final = Said(
    "They start slipping on day {day}: from then on a silent customer is more likely to stay away than to return.",
    "{day}일째부터 멀어지기 시작합니다. 그때부터는 돌아올 가능성보다 돌아오지 않을 가능성이 큽니다.",
)
FINDING: Final = Said(
    "From day {slipping} of silence most do not return; from day {suggested} only one in four does",
    "{slipping}일 동안 조용하면 대부분 돌아오지 않고, {suggested}일부터는 넷 중 하나만 돌아옵니다",
)
FINDING_SLIPPING: Final = Said(
    "From day {slipping} of silence most do not return", "{slipping}일 동안 조용하면 대부분 돌아오지 않습니다"
)
FINDING_RETURN: Final = Said(
    "However long they are silent, more return than stay away", "오래 조용해도 돌아오는 고객이 더 많습니다"
)
OPENING_LOW: Final = Said(
    "Even right after {what}, only {rate} come back within {days}.",
    "{what} 직후에도 {days} 안에 돌아오는 고객은 {rate}뿐입니다.",
)
FINDING_LOW: Final = Said(
    "Even right after {what}, only {rate} come back within {days}{later}",
    "{what} 직후에도 {days} 안에 돌아오는 고객은 {rate}뿐입니다{later}",
)
LATER: Final = Said(
    "; from day {suggested} of silence one in four does", ". {suggested}일부터는 넷 중 하나만 돌아옵니다"
)
PURCHASE: Final = Said("a purchase", "구매")
USE: Final = Said("a day of use", "이용")
PERCENTILES: Final = Said(
    "Of the gaps that ended, half lasted at most {median} days and four in five at most {p80}.",
    "돌아온 고객의 공백은 절반이 {median}일 이하, 다섯 가운데 넷이 {p80}일 이하였습니다.",
)
HORIZON: Final = Said("Return means within {n} days.", "복귀는 {n}일 안에 돌아오는 것을 뜻합니다.")
SHOWN_DAYS: Final = (0, 7, 14, 30, 45, 60, 90, 120, 150, 180, 240, 300, 365)


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    (window,) = evidence.rows("inactivity_window")
    curve = [row for row in evidence.rows("return_curve") if row["return_rate"] is not None]
    if len(curve) < 2:
        return None
    gaps = say(Said("{n} gaps of {people}", "{people}의 공백 {n}건"), n=say.count(window["gap_count"] + window["open_gap_count"]),
               people=say.customers(window["person_count"]))  # fmt: skip
    horizon = HORIZON.format(n=window["horizon_days"])
    basis = evidence.basis(
        "return_curve", evidence.everything(evidence.world.activity_noun or "events"), gaps, horizon
    )
    start = curve[0]["return_rate"]
    section = Section(
        name="slipping",
        question=say(QUESTION),
        finding=_finding(evidence, window, start),
        basis=basis,
        sentences=_percentiles(evidence, window),
        charts=(_chart(evidence, curve, window),),
        tables=(_table(evidence, curve),),
    )
    figure = (
        _low_figure(evidence, basis, start, window) if _is_low(window) else _figure(evidence, window, gaps)
    )
    return Contribution(section, _opening(evidence, window, start), (figure,) if evidence.is_shop else ())


def _is_low(window: Row) -> bool:
    """Whether most stay away from the first day of silence on, so that there is no day of slipping."""
    return window["slipping_reason"] == ALREADY_LOW  # type: ignore[no-any-return]


def _low(evidence: Evidence, window: Row, start: float) -> dict[str, str]:
    """The words for one whose return curve starts below one half."""
    say = evidence.say
    what = PURCHASE if evidence.world.activity_noun == "orders" else USE
    return {"what": say(what), "rate": say.percent(start), "days": say.days(window["horizon_days"])}


def _finding(evidence: Evidence, window: Row, start: float) -> str:
    slipping, suggested = window["slipping_days"], window["suggested_days"]
    if _is_low(window):
        later = "" if suggested is None else evidence.say(LATER, suggested=suggested)
        return evidence.say(FINDING_LOW, later=later, **_low(evidence, window, start))
    if slipping is None:
        return evidence.say(FINDING_RETURN)
    if suggested is None:
        return evidence.say(FINDING_SLIPPING, slipping=slipping)
    return evidence.say(FINDING, slipping=slipping, suggested=suggested)


def _percentiles(evidence: Evidence, window: Row) -> tuple[str, ...]:
    if window["median_days"] is None or window["p80_days"] is None:
        return ()
    return (evidence.say(PERCENTILES, median=window["median_days"], p80=window["p80_days"]),)


def _opening(evidence: Evidence, window: Row, start: float) -> tuple[Sentence, ...]:
    day, rank = window["slipping_days"], 3 if evidence.is_shop else 4
    if _is_low(window):
        words = _low(evidence, window, start)
        return (Sentence(evidence.say(OPENING_LOW, **words), "slipping", (words["rate"],), rank=rank),)
    if day is None:
        return ()
    return (Sentence(evidence.say(OPENING, day=day), "slipping", (str(day),), rank=rank),)


def _low_figure(evidence: Evidence, basis: Basis, start: float, window: Row) -> Figure:
    say = evidence.say
    label = say(Said("Back within {days}", "{days} 안 복귀"), days=say.days(window["horizon_days"]))
    return Figure("return_rate", label, start, say.percent(start), basis)


def _figure(evidence: Evidence, window: Row, gaps: str) -> Figure:
    say, day = evidence.say, window["slipping_days"]
    basis = evidence.basis("inactivity_window", evidence.everything(), gaps)
    label = say(Said("Slipping from day", "멀어지기 시작하는 날"))
    shown = say.not_yet(window["slipping_reason"]) if day is None else say(Said("day {n}", "{n}일째"), n=day)
    return Figure("slipping_days", label, day, shown, basis)


def _chart(evidence: Evidence, curve: list[Row], window: Row) -> Chart:
    say = evidence.say
    last = curve[-1]["inactive_days"]
    points = [(float(row["inactive_days"]), row["return_rate"]) for row in curve]
    rate = dict(points)
    axis = rate_axis([y for _, y in points], say, zero=True)
    ticks = [(float(day), say.days(day)) for day in (0, 30, 60, 90, 120, 180, 240, 300, 365) if day <= last]
    marks = []
    for day, words in (
        (window["slipping_days"], Said("day {n}: half return", "{n}일: 절반만 복귀")),
        (window["suggested_days"], Said("day {n}: one in four", "{n}일: 넷 중 하나")),
    ):
        if day is not None and float(day) in rate:
            marks.append(Mark(float(day), say(words, n=day), rate[float(day)]))
    title = say(Said("Chance to come back, by days of silence so far", "조용한 날수에 따라 돌아올 가능성"))
    return both(
        "slipping", title, title,
        lambda width: lines(width, [Line(points)], x_ticks=ticks, y_ticks=axis.ticks, x_range=(0, float(last)),
                            y_range=axis.range, marks=tuple(marks)),
    )  # fmt: skip


def _table(evidence: Evidence, curve: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Silent for", "조용한 날수"), Said("Gaps watched", "관찰한 공백"), Said("Return", "복귀 비율"),
        Said("Gap lasts longer", "더 길어지는 비율"), Said("95% interval", "95% 구간"),
    )  # fmt: skip
    rows = tuple(
        (
            say.days(row["inactive_days"]), say.count(row["at_risk_count"]), say.percent(row["return_rate"]),
            say.percent(row["away_rate"]),
            f"{say.percent(row['low'])} – {say.percent(row['high'])}" if row["low"] is not None else "–",
        )
        for row in curve
        if row["inactive_days"] in SHOWN_DAYS
    )  # fmt: skip
    return Table(tuple(map(say, heads)), rows)


SLIPPING: Final = Part("slipping", QUESTION, ("return_curve", "inactivity_window"), _write)
