"""Why do they leave, and could it have been avoided? Causes as recorded, with the money that went with them."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Suggestion, Table
from dangol.core.schema.causes import CAUSES, KINDS, UNKNOWN

QUESTION: Final = Said(
    "Why do customers leave, and could it have been avoided?", "고객은 왜 떠나며, 막을 수 있었습니까?"
)
FINDING: Final = Said(
    "{share} of those who said why left for a cause that can be avoided; first of all: {cause}",
    "사유를 남긴 고객의 {share}는 막을 수 있는 이유로 떠났습니다. 가장 큰 사유: {cause}",
)
ADVICE: Final = {
    "price": Said("Talk about value before price is the reason", "가격이 이유가 되기 전에 가치를 알리십시오"),
    "onboarding_failed": Said("Help new customers get started", "새 고객이 자리 잡도록 도우십시오"),
    "payment_failure": Said(
        "Retry failed payments and ask for a new card", "실패한 결제를 다시 시도하고 카드 변경을 안내하십시오"
    ),
    "missing_feature": Said("Look at which feature they missed", "어떤 기능이 부족했는지 살펴보십시오"),
    "poor_support": Said("Read the tickets of those who left", "떠난 고객의 문의를 읽어 보십시오"),
    "competitor": Said("Ask where they went, and why", "어디로, 왜 옮겼는지 물어보십시오"),
    "other": Said("Read the other reasons they gave", "그 밖의 사유를 읽어 보십시오"),
}
LEAST_TOLD = 5


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = evidence.rows("leak_holes", period=evidence.year, by="reason")
    told = [row for row in rows if row["hole"] != UNKNOWN]
    said, lost = sum(row["lost_count"] for row in told), sum(row["lost_count"] for row in rows)
    if said < LEAST_TOLD:
        return None
    avoidable = sum(row["lost_count"] for row in told if CAUSES[row["hole"]].kind == "avoidable")
    n = say(
        Said("{said} of {lost} leavings with a reason", "이탈 {lost}건 중 사유 {said}건"),
        said=say.count(said),
        lost=say.count(lost),
    )
    section = Section(
        name="reasons",
        question=say(QUESTION),
        finding=say(FINDING, share=say.percent(avoidable / said, 0), cause=say(CAUSES[told[0]["hole"]].said)),
        basis=evidence.basis("churn_by_reason", evidence.year_in_words, n, evidence.who_counts),
        charts=(_chart(evidence, rows),),
        tables=(_table(evidence, rows),),
    )  # fmt: skip
    return Contribution(section, suggestions=tuple(_advice(evidence, told, lost)))


def _colour(row: Row) -> str:
    kind = CAUSES[row["hole"]].kind
    return {"avoidable": "accent", "involuntary": "heat-3", "natural": "grey"}.get(kind, "pale")


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    bars = [
        Bar(
            f"{say(CAUSES[row['hole']].said)} · {say(KINDS[CAUSES[row['hole']].kind])}"
            if row["hole"] != UNKNOWN else say(CAUSES[UNKNOWN].said),
            f"{say.count(row['lost_count'])} · {say.percent(row['share_rate'], 0)}", row["lost_count"], colour=_colour(row),
        )
        for row in sorted(rows, key=lambda row: row["hole"] == UNKNOWN)
    ]  # fmt: skip
    title = say(Said("Leavings by cause", "사유별 이탈"))
    words = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return both("reasons", title, words, lambda width: ranked(width, bars))


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Cause", "사유"), Said("Kind", "구분"), Said("Left", "떠난 고객"), Said("Share", "비중"),
        Said("Money a month", "월 금액"),
    )  # fmt: skip
    cells = tuple(
        (
            say(CAUSES[row["hole"]].said), say(KINDS[CAUSES[row["hole"]].kind]), say.count(row["lost_count"]),
            say.percent(row["share_rate"]),
            say.money(row["lost_amount"]) if row["lost_amount"] is not None else say.not_yet(row["reason"]),
        )
        for row in rows
    )  # fmt: skip
    return Table(tuple(map(say, heads)), cells, words=2)


def _advice(evidence: Evidence, told: list[Row], lost: int) -> list[Suggestion]:
    say = evidence.say
    curable = [row for row in told if row["hole"] in ADVICE]
    if not curable:
        return []
    row = curable[0]
    why = Said(
        "“{cause}” was the reason for {n} of {lost} leavings{money}.",
        "이탈 {lost}건 가운데 {n}건의 사유가 ‘{cause}’입니다{money}.",
    )
    money = Said(", {amount} a month", ". 매달 {amount}입니다")
    amount = row["lost_amount"]
    who = Said(
        "Who: the {n} who left for it, and those like them today.",
        "대상: 이 사유로 떠난 {n}과, 지금 비슷한 상황의 고객.",
    )
    return [
        Suggestion(
            say(ADVICE[row["hole"]]),
            say(why, cause=say(CAUSES[row["hole"]].said), n=say.count(row["lost_count"]), lost=say.count(lost),
                money=say(money, amount=say.money(amount)) if amount else ""),
            say(who, n=say.customers(row["lost_count"])),
            "reasons",
            row["lost_count"] * 0.9,
            "cause",
        )
    ]  # fmt: skip


REASONS: Final = Part("reasons", QUESTION, ("leak_holes", "churn_by_reason"), _write)
