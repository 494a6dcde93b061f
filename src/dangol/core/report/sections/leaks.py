"""Where is the biggest hole? What came in, what ran out and through which hole, in customers and in money."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Chart, Stream, both, bucket
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Sentence, Suggestion, Table
from dangol.core.rollups.stays import TENURE_CLASSES
from dangol.core.schema.causes import CAUSES, UNKNOWN

QUESTION: Final = Said("Where does the bucket leak?", "버킷은 어디에서 새고 있습니까?")
OPENING: Final = Said(
    "{share} of the {lost} leavings of the last twelve months came {when}.",
    "최근 열두 달의 이탈 {lost}건 가운데 {share}는 {when} 떠난 경우입니다.",
)
OPENING_SHORT: Final = Said(
    "{share} of the {lost} lost so far left {when}.",
    "지금까지 떠난 {lost} 가운데 {share}는 {when} 떠났습니다.",
)
FINDING: Final = Said(
    "The biggest hole: {lost} left {when}{money}",
    "가장 큰 구멍: {lost}명이 {when} 떠났습니다{money}",
)
MONEY: Final = Said(", and {amount} a month went with them", ". 함께 빠져나간 금액은 매달 {amount}입니다")
FLOWS: Final = Said(
    "{inflow} came in and {outflow} left. For every ten who came, {ratio} left.",
    "{inflow}이 들어오고 {outflow}이 떠났습니다. 들어온 열 명마다 {ratio}명이 떠난 셈입니다.",
)
WHEN: Final = {
    "first_day": Said("after a single day", "하루만 오고"),
    "month_1": Said("within their first month", "첫 달 안에"),
    "months_2_3": Said("in their second or third month", "2~3개월째에"),
    "months_4_12": Said("between their fourth and twelfth month", "4~12개월째에"),
    "later": Said("after their first year", "1년이 지난 뒤에"),
}
ADVICE: Final = {
    "first_day": Said("Win the second visit", "두 번째 방문을 만드십시오"),
    "month_1": Said("Mend the first month", "첫 달의 경험부터 고치십시오"),
    "months_2_3": Said("Mend months two and three", "2~3개월째의 경험을 고치십시오"),
    "months_4_12": Said(
        "Mend the first year after the third month", "석 달이 지난 뒤 첫해의 경험을 고치십시오"
    ),
    "later": Said("Look after those who have been here over a year", "1년이 넘은 고객을 살피십시오"),
}
AGES: Final = {
    "first_day": (1, 1),
    "month_1": (1, 1),
    "months_2_3": (2, 3),
    "months_4_12": (4, 12),
    "later": (13, 13),
}
"""In which month of their stay, first to last, customers fall into each hole."""
WIDTHS: Final = Said(
    "Streams are to one scale; the bucket is not.",
    "물줄기의 굵기는 서로 같은 비례이고, 버킷의 크기는 비례하지 않습니다.",
)


def _write(evidence: Evidence) -> Contribution | None:
    flows = evidence.rows("leaky_bucket", period=evidence.year)
    early = evidence.rows("leak_holes", period=evidence.year)
    if not early:
        return None
    reasons = evidence.rows("leak_holes", period=evidence.year, by="reason")
    say, biggest = evidence.say, early[0]
    when = say(WHEN[biggest["hole"]])
    lost = sum(row["lost_count"] for row in early)
    basis = evidence.basis("leak_holes", evidence.year_in_words, _lost(evidence, lost), evidence.who_counts)
    section = Section(
        name="leaks",
        question=say(QUESTION),
        finding=say(FINDING, lost=say.count(biggest["lost_count"]), when=when, money=_money(evidence, biggest)),
        basis=basis,
        sentences=(_flows(evidence, flows),),
        charts=(_chart(evidence, flows, early, reasons),),
        tables=(_by_month(evidence, flows), _holes(evidence, early), *([_holes(evidence, reasons)] if _told(reasons) else [])),
        notes=(say(WIDTHS),),
    )  # fmt: skip
    share, shown = say.percent(biggest["share_rate"], 0), say.count(lost)
    text = OPENING if evidence.year.days > 300 else OPENING_SHORT
    opening = Sentence(say(text, share=share, lost=shown, when=when), "leaks", (share, shown), rank=2)
    return Contribution(section, (opening,), suggestions=(_advice(evidence, biggest, flows, lost),))


def _lost(evidence: Evidence, lost: int) -> str:
    return evidence.say(Said("{n} leavings", "이탈 {n}건"), n=evidence.say.count(lost))


def _told(reasons: list[Row]) -> bool:
    """Whether at least two in five leavings have a cause recorded."""
    known = sum(row["share_rate"] or 0 for row in reasons if row["hole"] != UNKNOWN)
    return known >= 0.4


def _money(evidence: Evidence, hole: Row) -> str:
    if hole["lost_amount"] is None or hole["lost_amount"] <= 0:
        return ""
    return evidence.say(MONEY, amount=evidence.say.money(hole["lost_amount"]))


def _flows(evidence: Evidence, flows: list[Row]) -> str:
    say = evidence.say
    came = sum(row["new_count"] + row["returned_count"] for row in flows)
    left = sum(row["lost_count"] for row in flows)
    ratio = say.decimal(10 * left / came) if came else "–"
    return say(FLOWS, inflow=say.customers(came), outflow=say.customers(left), ratio=ratio)


def _chart(evidence: Evidence, flows: list[Row], early: list[Row], reasons: list[Row]) -> Chart:
    say = evidence.say
    new, back = (sum(row[f"{kind}_count"] for row in flows) for kind in ("new", "returned"))
    inflow = [Stream(new, say(Said("New", "신규")), f"+{say.count(new)}", "accent")]
    if back:
        inflow.append(Stream(back, say(Said("Came back", "다시 옴")), f"+{say.count(back)}", "heat-3"))
    outflow = _out(evidence, reasons if _told(reasons) else early)
    stock = say.count(flows[-1]["end_count"])
    label = say(Said("customers now", "지금 고객"))
    title = say(Said("The bucket over {period}", "{period} 동안의 버킷"), period=evidence.year_in_words)
    words = [f"{s.label} {s.shown}" for s in (*inflow, *outflow)]
    return both(
        "bucket", title, f"{title}: {', '.join(words)}. {label}: {stock}.",
        lambda width: bucket(width, inflow, outflow, stock=stock, stock_label=label),
    )  # fmt: skip


def _out(evidence: Evidence, holes: list[Row]) -> list[Stream]:
    """The largest five holes, the biggest in the colour of loss; what is not recorded is pale and last."""
    say = evidence.say
    known = [row for row in holes if row["hole"] != UNKNOWN]
    streams = [
        Stream(
            row["lost_count"], _hole_name(evidence, row["hole"]),
            f"−{say.count(row['lost_count'])} · {say.percent(row['share_rate'], 0)}", "bad" if n == 0 else "grey",
        )
        for n, row in enumerate(known[:5])
    ]  # fmt: skip
    rest = sum(row["lost_count"] for row in (*known[5:], *(r for r in holes if r["hole"] == UNKNOWN)))
    if rest:
        name = Said("Other or not recorded", "그 밖 또는 기록 없음")
        streams.append(Stream(rest, say(name), f"−{say.count(rest)}", "pale"))
    return streams


def _hole_name(evidence: Evidence, code: str) -> str:
    if code in TENURE_CLASSES:
        return evidence.say(TENURE_CLASSES[code][1])
    return evidence.say(CAUSES[code].said) if code in CAUSES else code


def _advice(evidence: Evidence, hole: Row, flows: list[Row], lost: int) -> Suggestion:
    say = evidence.say
    why = Said(
        "{n} of {lost} leavings ({share}) happened {when}{money}.",
        "이탈 {lost}건 가운데 {n}건({share})이 {when} 떠난 경우입니다{money}.",
    )
    return Suggestion(
        say(ADVICE[hole["hole"]]),
        say(why, n=say.count(hole["lost_count"]), lost=say.count(lost), share=say.percent(hole["share_rate"], 0),
            when=say(WHEN[hole["hole"]]), money=_money(evidence, hole)),
        _who(evidence, hole["hole"], flows),
        "leaks",
        float(hole["lost_count"]),
        "second_purchase" if hole["hole"] == "first_day" else "hole",
    )  # fmt: skip


def _who(evidence: Evidence, hole: str, flows: list[Row]) -> str:
    """Those who are now at the age at which most left: who came so many months ago."""
    say = evidence.say
    first, last = AGES[hole]
    came = flows[-last:] if first == 1 else flows[-last : 1 - first]
    if hole == "later" or not came:
        return say(Said("Who: customers of more than a year.", "대상: 1년 넘게 이용한 고객."))
    words = Said(
        "Who: those still here of the {n} who came in {period}.",
        "대상: {period}에 새로 온 {n} 가운데 남아 있는 고객.",
    )
    period = say.period(came[0]["starts_on"], came[-1]["ends_on"])
    if not any(row["new_count"] for row in came):
        nobody = Said(
            "Who: those who come next; nobody new came in {period}.",
            "대상: 다음에 올 고객. {period}에 새로 온 고객은 없습니다.",
        )
        return say(nobody, period=period)
    return say(words, n=say.customers(sum(row["new_count"] for row in came)), period=period)


def _by_month(evidence: Evidence, flows: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Month", "월"), Said("At the start", "시작 고객"), Said("New", "신규"), Said("Came back", "다시 옴"),
        Said("Left", "떠남"), Said("At the end", "끝 고객"), Said("Leak", "이탈 비율"),
    )  # fmt: skip
    counts = ("start_count", "new_count", "returned_count", "lost_count", "end_count")
    rows = tuple(
        (
            say.month(row["starts_on"]),
            *(say.count(row[name]) for name in counts),
            say.percent(row["leak_rate"]) if row["leak_rate"] is not None else say.not_yet(row["reason"]),
        )
        for row in flows
    )
    return Table(tuple(map(say, heads)), rows)


def _holes(evidence: Evidence, holes: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Hole", "구멍"),
        Said("Left", "떠난 고객"),
        Said("Share", "비중"),
        Said("Money a month", "월 금액"),
    )
    rows = tuple(
        (
            _hole_name(evidence, row["hole"]), say.count(row["lost_count"]), say.percent(row["share_rate"]),
            say.money(row["lost_amount"]) if row["lost_amount"] is not None else say.not_yet(row["reason"]),
        )
        for row in holes
    )  # fmt: skip
    return Table(tuple(map(say, heads)), rows)


LEAKS: Final = Part("leaks", QUESTION, ("leaky_bucket", "leak_holes"), _write)
