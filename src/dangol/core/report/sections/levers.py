"""Which lever moves most? A little more acquisition, a little less churn, a little more price, side by side."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Table

QUESTION: Final = Said("What would help most over the next year?", "앞으로 한 해, 무엇이 가장 도움이 됩니까?")
FINDING: Final = Said(
    "One point less churn is worth {churn} in twelve months; one per cent more customers {acquisition}",
    "이탈률 1%p를 낮추면 열두 달에 {churn}, 신규 고객을 1% 늘리면 {acquisition}의 차이가 납니다",
)
NAMES: Final = {
    "churn": Said("One point less monthly churn", "월 이탈률 1%p 감소"),
    "price": Said("1% more price, if nobody leaves over it", "가격 1% 인상(아무도 떠나지 않을 때)"),
    "acquisition": Said("1% more new customers", "신규 고객 1% 증가"),
}


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = [
        r for r in evidence.rows("revenue_levers") if r["month"] == 12 and r["total_difference_amount"] is not None
    ]  # fmt: skip
    by_lever = {row["lever"]: row for row in rows if row["lever"] in NAMES}
    if set(by_lever) != set(NAMES):
        return None
    worth = {name: row["total_difference_amount"] for name, row in by_lever.items()}
    ahead = say(Said("next 12 months from {day}", "{day}부터 12개월"), day=say.day(evidence.as_of))
    n = say(Said("profile {name}", "계산 기준 {name}"), name=rows[0]["profile"])
    section = Section(
        name="levers",
        question=say(QUESTION),
        finding=say(FINDING, churn=say.money(worth["churn"]), acquisition=say.money(worth["acquisition"])),
        basis=evidence.basis("revenue_levers", ahead, n),
        charts=(_chart(evidence, worth),),
        tables=(_table(evidence, by_lever),),
    )
    return Contribution(section)


def _chart(evidence: Evidence, worth: dict[str, float]) -> Chart:
    say = evidence.say
    biggest = sorted(worth, key=lambda name: -worth[name])
    bars = [
        Bar(say(NAMES[name]), f"+{say.money(worth[name])}", max(worth[name], 0.0), colour="accent" if n == 0 else "grey")
        for n, name in enumerate(biggest)
    ]  # fmt: skip
    title = say(Said("Recurring revenue gained in twelve months", "열두 달 동안 더해지는 반복 매출"))
    words = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars)
    return both("levers", title, words, lambda width: ranked(width, bars))


def _table(evidence: Evidence, by_lever: dict[str, Row]) -> Table:
    say = evidence.say
    heads = (Said("Lever", "지렛대"), Said("MRR in month 12", "12개월 뒤 MRR"), Said("More in that month", "그 달의 차이"),
             Said("More in twelve months", "열두 달 합계"))  # fmt: skip
    cells = tuple(
        (say(NAMES[name]), say.money(row["mrr_amount"]), say.money(row["difference_amount"]),
         say.money(row["total_difference_amount"]))
        for name, row in by_lever.items()
    )  # fmt: skip
    return Table(tuple(map(say, heads)), cells)


LEVERS: Final = Part("levers", QUESTION, ("revenue_levers",), _write)
