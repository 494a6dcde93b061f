"""What is a customer worth, and how much may it cost to keep one? Variants side by side, each with its assumption."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Table

QUESTION: Final = Said("What is a customer worth?", "고객 한 명의 가치는 얼마입니까?")
FINDING: Final = Said(
    "A customer is worth {value}; keeping one may cost up to {most}",
    "고객 한 명의 가치는 {value}, 한 명을 지키는 데 쓸 수 있는 금액은 최대 {most}입니다",
)
NAMES: Final = {
    "arpa_over_churn": Said("Revenue a customer over churn", "고객당 매출 ÷ 이탈률"),
    "profitwell": Said("Over the last month’s churn", "지난달 이탈률 기준"),
    "observed_survival": Said("As long as customers were seen to stay", "관찰된 유지 기간 기준"),
    "historic": Said("Paid so far, mean of everyone", "지금까지 낸 금액의 평균"),
}
FIRST: Final = ("observed_survival", "arpa_over_churn", "historic")
MARGIN: Final = Said(
    "Values are revenue: multiply by your margin before you spend.",
    "금액은 매출 기준입니다. 지출을 정하기 전에 마진을 곱하십시오.",
)


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    name = "historic_lifetime_value" if evidence.is_shop else "lifetime_value"
    rows = [row for row in evidence.rows(name) if row["mean_amount"] is not None]
    if not rows:
        return None
    rows.sort(key=lambda row: FIRST.index(_variant(row)) if _variant(row) in FIRST else 9)
    best = rows[0]
    nouns = ("orders",) if evidence.is_shop else ("subscriptions",)
    section = Section(
        name="value",
        question=say(QUESTION),
        finding=say(FINDING, value=say.money(best["mean_amount"]), most=say.money(best["max_spend_amount"])),
        basis=evidence.basis(name, evidence.everything(*nouns), say.customers(best["customer_count"])),
        charts=(_chart(evidence, rows),),
        tables=(_table(evidence, rows),),
        notes=(say(MARGIN),),
    )
    return Contribution(section)


def _variant(row: Row) -> str:
    return str(row.get("variant", "historic"))


def _name(evidence: Evidence, row: Row) -> str:
    known = NAMES.get(_variant(row))
    return evidence.say(known) if known else _variant(row)


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    bars = [
        Bar(
            _name(evidence, row), say.money(row["mean_amount"]), float(row["mean_amount"]),
            colour="accent" if n == 0 else "grey",
            whisker=(row["low_amount"], row["high_amount"]) if None not in (row["low_amount"], row["high_amount"]) else None,
        )
        for n, row in enumerate(rows)
    ]  # fmt: skip
    title = say(Said("Value of one customer, with its 95% interval", "고객 한 명의 가치와 95% 구간"))
    return both(
        "value", title, "; ".join(f"{b.label}: {b.shown}" for b in bars), lambda width: ranked(width, bars)
    )


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Variant", "계산 방식"), Said("Assumes", "가정"), Said("Value", "가치"), Said("95% interval", "95% 구간"),
        Said("Most to spend", "최대 지출"),
    )  # fmt: skip
    cells = tuple(
        (
            _name(evidence, row),
            str(row["assumes_ko" if say.language == "ko" else "assumes_en"]),
            say.money(row["mean_amount"]),
            f"{say.money(row['low_amount'])} – {say.money(row['high_amount'])}" if row["low_amount"] is not None else "–",
            say.money(row["max_spend_amount"]),
        )
        for row in rows
    )  # fmt: skip
    return Table(tuple(map(say, heads)), cells, words=2)


VALUE: Final = Part("value", QUESTION, ("lifetime_value", "historic_lifetime_value"), _write)
