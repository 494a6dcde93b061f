"""How much of the money is kept? Net and gross dollar retention against a year, or what there is of one."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Chart, Line, both, lines
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Figure, Section, Sentence, Table
from dangol.core.report.series import Months, rate_axis

QUESTION: Final = Said(
    "Do the customers you have pay more or less than before?", "기존 고객이 내는 돈은 늘고 있습니까?"
)
OPENING: Final = Said(
    "The customers of {before} now pay {rate} of what they paid then.",
    "{before}의 고객들은 지금 그때의 {rate}를 내고 있습니다.",
)
FINDING: Final = Said(
    "Of every 100 paid {before}, {kept} stayed; with upgrades it is {net}",
    "{before}에 내던 100 가운데 {kept}이 남았고, 늘어난 금액까지 더하면 {net}입니다",
)
OPENING_NOTHING: Final = Said(
    "The customers of {before} pay nothing any more.", "{before}의 고객들은 이제 아무것도 내지 않습니다."
)
FINDING_NOTHING: Final = Said(
    "Nothing is left of what was paid {before}", "{before}에 내던 금액은 하나도 남지 않았습니다"
)
AGO: Final = {
    12: Said("a year ago", "1년 전"),
    3: Said("three months ago", "석 달 전"),
    1: Said("a month ago", "한 달 전"),
}


def _write(evidence: Evidence) -> Contribution | None:
    months, net = _longest(evidence)
    if not net:
        return None
    gross = {row["ends_on"]: row for row in evidence.rows("gross_dollar_retention", months=months)}
    last, say = net[-1], evidence.say
    low = gross[last["ends_on"]]
    period = _period(evidence, last)
    paying = say.customers(last["then_count"])
    basis = evidence.basis("net_dollar_retention", period, paying)
    before, rate = say(AGO[months]), say.percent(last["rate"])
    section = Section(
        name="revenue",
        question=say(QUESTION),
        finding=say(FINDING if last["rate"] else FINDING_NOTHING, before=before, kept=say.decimal(low["rate"] * 100), net=say.decimal(last["rate"] * 100)),
        basis=basis,
        sentences=(_parts(evidence, last),),
        charts=(_chart(evidence, net, gross),) if len(net) > 1 else (),
        tables=(_table(evidence, net, gross),),
    )  # fmt: skip
    figures = (
        Figure("net_dollar_retention", "NDR", last["rate"], rate, basis, _against(evidence, net)),
        Figure("gross_dollar_retention", "GRR", low["rate"], say.percent(low["rate"]),
               evidence.basis("gross_dollar_retention", period, paying)),
    )  # fmt: skip
    opening = Sentence(
        say(OPENING if last["rate"] else OPENING_NOTHING, before=before, rate=rate),
        "revenue",
        (rate,),
        rank=3,
    )
    return Contribution(section, (opening,), figures)


def _longest(evidence: Evidence) -> tuple[int, list[Row]]:
    """The longest look back that the data can answer, and its known months."""
    for months in AGO:
        rows = evidence.rows("net_dollar_retention", months=months)
        known = [row for row in rows if row["is_finished"] and row["rate"] is not None]
        if known:
            return months, known
    return 1, []


def _period(evidence: Evidence, row: Row) -> str:
    say = evidence.say
    return say(
        Said("{now} against {then}", "{then} 대비 {now}"),
        now=say.last_day(row["ends_on"]), then=say.last_day(row["base_on"]),
    )  # fmt: skip


def _parts(evidence: Evidence, row: Row) -> str:
    say = evidence.say
    words = Said(
        "They paid {then} a month then. Since: {expansion} of upgrades, {contraction} of downgrades, {churn} of cancellations{pause}.",
        "그때는 매달 {then}을 냈습니다. 그 뒤 상향 {expansion}, 하향 {contraction}, 해지 {churn}{pause}이 있었습니다.",
    )
    paused = Said(", {n} on pause", ", 일시정지 {n}")
    return say(
        words,
        then=say.money(row["then_amount"]),
        expansion=say.money(row["expansion_amount"]),
        contraction=say.money(row["contraction_amount"]),
        churn=say.money(row["churn_amount"]),
        pause=say(paused, n=say.money(row["pause_amount"])) if row["pause_amount"] else "",
    )


def _against(evidence: Evidence, net: list[Row]) -> str:
    if len(net) < 2:
        return ""
    say = evidence.say
    return say.points(net[-1]["rate"] - net[-2]["rate"], say.last_day(net[-2]["ends_on"]))


def _chart(evidence: Evidence, net: list[Row], gross: dict[object, Row]) -> Chart:
    say = evidence.say
    months = Months([row["base_on"] for row in net], say, [row["ends_on"] for row in net])
    lower = [gross[row["ends_on"]]["rate"] for row in net]
    upper = [row["rate"] for row in net]
    axis = rate_axis([*lower, *upper], say)
    low, high = say.percent(lower[-1]), say.percent(upper[-1])
    series = [
        Line(list(enumerate(lower)), "" if low == high else f"GRR {low}", "grey", below=True),
        Line(list(enumerate(upper)), f"NDR = GRR {high}" if low == high else f"NDR {high}", "accent"),
    ]
    title = say(Said("Net and gross dollar retention, month by month", "월별 순·총 매출 유지율"))
    return both(
        "revenue", title, title,
        lambda width: lines(width, series, x_ticks=months.ticks, y_ticks=axis.ticks, x_range=months.range,
                            y_range=axis.range),
    )  # fmt: skip


def _table(evidence: Evidence, net: list[Row], gross: dict[object, Row]) -> Table:
    say = evidence.say
    heads = (
        Said("At the end of", "기준 시점"), Said("Paid then", "그때 금액"), Said("Paid now", "지금 금액"),
        Said("NDR", "NDR "), Said("GRR", "GRR "), Said("Customers kept", "고객 유지율"),
    )  # fmt: skip
    rows = tuple(
        (
            say.last_day(row["ends_on"]), say.money(row["then_amount"]), say.money(row["now_amount"]),
            say.percent(row["rate"]), say.percent(gross[row["ends_on"]]["rate"]), say.percent(row["customer_rate"]),
        )
        for row in net
    )  # fmt: skip
    return Table(tuple(say(head).strip() for head in heads), rows)


REVENUE: Final = Part("revenue", QUESTION, ("net_dollar_retention", "gross_dollar_retention"), _write)
