"""Who are the best, and which of them are slipping? Buyers by recency, frequency and money."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Suggestion, Table
from dangol.core.rollups.rfm import AT_RISK, CANNOT_LOSE, CHAMPIONS, LOYAL, SEGMENTS

QUESTION: Final = Said(
    "Who are your best customers, and which of them are slipping?",
    "가장 좋은 고객은 누구이며, 그중 누가 멀어지고 있습니까?",
)
FINDING: Final = Said(
    "{n} who used to buy well have stayed away; {share} of all money was theirs",
    "잘 사던 {n}이 오지 않고 있습니다. 전체 매출의 {share}가 이들의 것이었습니다",
)
FINDING_CALM: Final = Said(
    "{n} champions bring {share} of the money", "최우수 {n}이 매출의 {share}를 가져옵니다"
)
COLOURS: Final = {CHAMPIONS: "accent", LOYAL: "accent", CANNOT_LOSE: "bad", AT_RISK: "bad"}


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = [row for row in evidence.rows("rfm") if row["people_count"]]
    everybody = sum(row["people_count"] for row in rows)
    if everybody < 10:
        return None
    by_name = {row["segment"]: row for row in rows}
    day = say(Said("as of {day}", "{day} 기준"), day=say.day(evidence.as_of))
    section = Section(
        name="segments",
        question=say(QUESTION),
        finding=_finding(evidence, by_name),
        basis=evidence.basis("rfm", day, say.customers(everybody)),
        charts=(_chart(evidence, rows),),
        tables=(_table(evidence, rows),),
    )
    lost = by_name.get(CANNOT_LOSE)
    return Contribution(section, suggestions=(_advice(evidence, lost),) if lost else ())


def _finding(evidence: Evidence, by_name: dict[str, Row]) -> str:
    say = evidence.say
    slipping = [by_name[name] for name in (CANNOT_LOSE, AT_RISK) if name in by_name]
    share = sum(row["amount_share_rate"] or 0 for row in slipping)
    if slipping and share:
        count = sum(row["people_count"] for row in slipping)
        return say(FINDING, n=say.customers(count), share=say.percent(share))
    best = by_name.get(CHAMPIONS) or next(iter(by_name.values()))
    shown = say.percent(best["amount_share_rate"] or best["share_rate"])
    return say(FINDING_CALM, n=say.customers(best["people_count"]), share=shown)


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    bars = [
        Bar(
            say(SEGMENTS[row["segment"]]),
            f"{say.count(row['people_count'])}{_money(evidence, row)}",
            row["people_count"],
            colour=COLOURS.get(row["segment"], "grey"),
        )
        for row in rows
    ]
    title = say(Said("Buyers by segment, and their share of the money", "고객군별 인원과 매출 비중"))
    words = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return both("segments", title, words, lambda width: ranked(width, bars))


def _money(evidence: Evidence, row: Row) -> str:
    rate = row["amount_share_rate"]
    if rate is None:
        return ""
    return f" · {evidence.say(Said('{share} of money', '매출 {share}'), share=evidence.say.percent(rate, 0))}"


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Segment", "고객군"), Said("People", "인원"), Said("Share", "비중"), Said("Money", "매출"),
        Said("Mean days away", "평균 경과일"), Said("Mean purchase days", "평균 구매 일수"),
    )  # fmt: skip
    cells = tuple(
        (
            say(SEGMENTS[row["segment"]]), say.count(row["people_count"]), say.percent(row["share_rate"]),
            say.money(row["amount"]) if row["amount"] is not None else say.not_yet(row["amount_reason"]),
            say.count(row["mean_recency_days"] or 0), say.decimal(row["mean_day_count"] or 0),
        )
        for row in rows
    )  # fmt: skip
    return Table(tuple(map(say, heads)), cells)


def _advice(evidence: Evidence, row: Row) -> Suggestion:
    say = evidence.say
    what = Said(
        "Write to the best customers who stopped coming", "발길이 끊긴 우수 고객에게 먼저 연락하십시오"
    )
    why = Said(
        "{n} who bought often and for much have been away {days} on average{money}.",
        "자주, 많이 사던 {n}이 평균 {days} 동안 오지 않았습니다{money}.",
    )
    money = Said("; {amount} was theirs", ". 이들의 구매액은 {amount}입니다")
    who = Said("Who: the segment “cannot lose”, {n}.", "대상: ‘놓칠 수 없는 고객’에 속한 {n}.")
    people = say.customers(row["people_count"])
    amount = say(money, amount=say.money(row["amount"])) if row["amount"] else ""
    return Suggestion(
        say(what), say(why, n=people, days=say.days(row["mean_recency_days"] or 0), money=amount), say(who, n=people),
        "segments", row["people_count"] * 2.0, "best",
    )  # fmt: skip


SEGMENTS_PART: Final = Part("segments", QUESTION, ("rfm",), _write)
