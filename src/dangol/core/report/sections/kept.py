"""How many customers were kept? The retention rate of the last finished month, and how it has moved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Chart, Line, both, lines
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Figure, Section, Sentence, Table
from dangol.core.report.series import Months, rate_axis
from dangol.core.stats.proportion import Proportion

QUESTION: Final = Said(
    "How many customers do you keep from month to month?", "고객을 매달 얼마나 지키고 있습니까?"
)
OPENING: Final = Said(
    "You kept {rate} of the {start} you had at the start of {month}.",
    "{month} 초의 {start} 가운데 {rate}를 지켰습니다.",
)
OPENING_NONE: Final = Said(
    "None of the {start} you had at the start of {month} was left at its end.",
    "{month} 초의 {start}은 그달 말까지 모두 떠났습니다.",
)
OPENING_GONE: Final = Said(
    "Every customer had left by {day}. In {month}, the last month that kept anybody, {rate} of {start} stayed.",
    "{day}까지 모든 고객이 떠났습니다. 마지막으로 고객이 남은 {month}에는 {start} 가운데 {rate}가 남았습니다.",
)
FINDING_GONE: Final = Said(
    "Every customer had left by {day}; in {month}, the last month that kept anybody, {rate} stayed",
    "{day}까지 모든 고객이 떠났습니다. 마지막으로 고객이 남은 {month}에는 {rate}가 남았습니다",
)
ALL_ENDED: Final = Said(
    "Every subscription in the data has an end. If some still run, leave their end empty in the file.",
    "데이터의 모든 구독에 종료일이 있습니다. 아직 이용 중인 구독이 있다면 파일에서 종료일을 비워 두십시오.",
)
FINDING: Final = Said(
    "{rate} of customers stayed in {month}; {change}",
    "{month}에는 고객의 {rate}가 남았습니다. {change}",
)


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = [row for row in evidence.rows("customer_retention_rate") if row["start_count"]]
    rows = [row for row in rows if row["starts_on"] >= _first_day(evidence)]
    known = [row for row in rows if row["rate"] is not None]
    if not known:
        return None
    is_gone = _everybody_has_left(evidence)
    last = next((row for row in reversed(known) if row["kept_count"]), known[-1]) if is_gone else known[-1]
    known = known[: known.index(last) + 1]
    month = say.month(last["starts_on"])
    rate = say.percent(last["rate"])
    start = say.customers(last["start_count"])
    basis = evidence.basis("customer_retention_rate", month, start, evidence.who_counts)
    figure = Figure(
        "customer_retention_rate", say(Said("Customers kept", "고객 유지율")), last["rate"], rate, basis, _against(known, evidence)
    )  # fmt: skip
    section = Section(
        name="kept",
        question=say(QUESTION),
        finding=_finding(known, evidence, is_gone=is_gone),
        basis=basis,
        sentences=(say(ALL_ENDED),) if is_gone and not evidence.is_shop else (),
        charts=(_chart(known, evidence),) if len(known) > 1 else (),
        tables=(_table(rows, evidence),),
    )
    opening = Sentence(
        _opening(evidence, last, is_gone=is_gone),
        "kept",
        (rate, start),
        rank=5 if evidence.is_shop else 1,
    )
    return Contribution(section, (opening,), (figure,))


def _everybody_has_left(evidence: Evidence) -> bool:
    """Whether nobody is a customer any more on the day of the report."""
    tenures = evidence.world.tables()["tenures"]
    stays = tenures.ended_on.isnull() | (tenures.ended_on >= evidence.as_of)
    (row,) = evidence.world.ask(tenures.aggregate(here_count=stays.cast("int64").sum()))
    return not row["here_count"]


def _opening(evidence: Evidence, row: Row, *, is_gone: bool) -> str:
    say = evidence.say
    text = OPENING if row["kept_count"] else OPENING_NONE
    return say(
        OPENING_GONE if is_gone and row["kept_count"] else text,
        rate=say.percent(row["rate"]), start=say.customers(row["start_count"]),
        month=say.month(row["starts_on"]), day=_last_day(evidence),
    )  # fmt: skip


def _finding(known: list[Row], evidence: Evidence, *, is_gone: bool) -> str:
    say, last = evidence.say, known[-1]
    return say(
        FINDING_GONE if is_gone else FINDING,
        rate=say.percent(last["rate"]), month=say.month(last["starts_on"]),
        change=_usual(known, evidence), day=_last_day(evidence),
    )  # fmt: skip


def _last_day(evidence: Evidence) -> str:
    return evidence.say.day(evidence.as_of - timedelta(days=1))


def _first_day(evidence: Evidence) -> date:
    """In a shop nobody can have left before the days of inactivity have passed for the first time."""
    days = evidence.world.settings.gone_after_days if evidence.is_shop else 0
    return evidence.world.period().start + timedelta(days=days)


def _against(known: list[Row], evidence: Evidence) -> str:
    if len(known) < 2:
        return ""
    say, before = evidence.say, known[-2]
    return say.points(known[-1]["rate"] - before["rate"], say.month(before["starts_on"]))


def _usual(known: list[Row], evidence: Evidence) -> str:
    """The mean of the months before, weighted by customers: what this month is held against."""
    before = known[-13:-1]
    if not before:
        return evidence.say(Said("it is the first finished month.", "처음으로 끝난 달입니다."))
    share = sum(row["kept_count"] for row in before) / sum(row["start_count"] for row in before)
    return evidence.say(
        Said(
            "over the {n} months before it was {rate} a month.",
            "그 전 {n}개월에는 매달 평균 {rate}가 남았습니다.",
        ),
        n=len(before),
        rate=evidence.say.percent(share),
    )


def _chart(known: list[Row], evidence: Evidence) -> Chart:
    say = evidence.say
    months = Months([row["starts_on"] for row in known], say)
    points = [(float(n), row["rate"]) for n, row in enumerate(known)]
    band = [(float(n), *_interval(row)) for n, row in enumerate(known)]
    axis = rate_axis([rate for _, *ends in band for rate in ends], say)
    label = say.percent(known[-1]["rate"])
    title = say(
        Said("Customers kept, month by month, with the 95% interval", "매달 지킨 고객의 비율과 95% 구간")
    )
    return both(
        "kept", title, title,
        lambda width: lines(
            width, [Line(points, label, band=band)], x_ticks=months.ticks, y_ticks=axis.ticks,
            x_range=months.range, y_range=axis.range,
        ),
    )  # fmt: skip


def _interval(row: Row) -> tuple[float, float]:
    """Wilson's interval of the rate: wide where few customers stand behind it."""
    interval = Proportion(row["kept_count"], row["start_count"]).interval()
    return (interval.low, interval.high) if interval else (row["rate"], row["rate"])


def _table(rows: list[Row], evidence: Evidence) -> Table:
    say = evidence.say
    heads = (
        Said("Month", "월"), Said("At the start", "시작 고객"), Said("New", "신규"), Said("Kept", "유지"),
        Said("At the end", "끝 고객"), Said("Kept, share", "유지율"), Said("(E − N) / S", "(E − N) / S "),
    )  # fmt: skip
    cells = tuple(
        (
            say.month(row["starts_on"]), *(say.count(row[c]) for c in ("start_count", "new_count", "kept_count", "end_count")),
            *(say.percent(row[c]) if row[c] is not None else say.not_yet(row["reason"]) for c in ("rate", "formula_rate")),
        )
        for row in rows
    )  # fmt: skip
    return Table(tuple(say(head) for head in heads), cells)


KEPT: Final = Part("kept", QUESTION, ("customer_retention_rate",), _write)
