"""Whose money is it? Revenue of first-time buyers against those who had bought before, month by month."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report import words
from dangol.core.report.charts import Chart, Stack, both, columns
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Basis, Contribution, Figure, Section, Table
from dangol.core.report.series import Months, money_axis

QUESTION: Final = Said(
    "Does the money come from new buyers or from those you had?",
    "매출은 신규 고객과 기존 고객 중 어디에서 옵니까?",
)
FINDING: Final = Said(
    "{share} of the money of the last {n} months came from people who had bought before",
    "최근 {n}개월 매출의 {share}는 전에도 구매한 고객에게서 나왔습니다",
)
RATIO: Final = Said(
    "In {month} somebody who had bought before spent {ratio} times as much as a first-time buyer ({interval}).",
    "{month}에는 기존 고객 한 명이 신규 고객보다 {ratio}배를 썼습니다({interval}).",
)
DETAIL: Final = Said(
    "The share is existing / (new + existing) revenue.", "비중은 기존 고객 매출을 전체 매출로 나눈 값입니다."
)
MONTHS = 18


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = [row for row in evidence.rows("new_and_existing_spend") if row["new_amount"] is not None][-MONTHS:]
    done = evidence.finished(rows)[-12:]
    whole = sum(row["new_amount"] + row["existing_amount"] for row in done)
    if not done or whole <= 0:
        return None
    share = float(sum(row["existing_amount"] for row in done) / whole)
    shown = say.percent(share)
    period = say.period(done[0]["starts_on"], done[-1]["ends_on"])
    basis = Basis(evidence.definition("new_and_existing_spend", DETAIL), period, say.money(whole))
    label = say(Said("Revenue from existing customers", "기존 고객 매출 비중"))
    section = Section(
        name="spend",
        question=say(QUESTION),
        finding=say(FINDING, share=shown, n=len(done)),
        basis=basis,
        sentences=(*_same(evidence), *_ratio(evidence, done[-1])),
        charts=(_chart(evidence, rows),) if len(rows) > 1 else (),
        tables=(_table(evidence, rows),),
        notes=(say(words.HATCHED),) if len(rows) > 1 and rows[-1]["ends_on"] > evidence.as_of else (),
    )
    figures = (*_kept(evidence), Figure("existing_spend", label, share, shown, basis))
    return Contribution(section, headline=figures if evidence.is_shop else ())


def _year_on_year(evidence: Evidence) -> Row | None:
    """What the buyers of the year before last spent since; None while the data is younger than two years."""
    rows = evidence.rows("same_customer_revenue")
    known = [row for row in rows if row["is_finished"] and row["rate"] is not None]
    return known[-1] if known else None


def _kept(evidence: Evidence) -> tuple[Figure, ...]:
    row, say = _year_on_year(evidence), evidence.say
    if row is None:
        return ()
    period = say(Said("12 months to {day}", "{day}까지 12개월"), day=say.last_day(row["ends_on"]))
    basis = evidence.basis("same_customer_revenue", period, say.customers(row["then_count"]))
    label = say(Said("Same-customer revenue", "동일 고객 매출"))
    return (Figure("same_customer_revenue", label, row["rate"], say.percent(row["rate"]), basis),)


def _same(evidence: Evidence) -> tuple[str, ...]:
    row, say = _year_on_year(evidence), evidence.say
    if row is None:
        return ()
    words = Said(
        "The {n} of the year before spent {rate} of that again in the last twelve months; {kept} of them came back.",
        "그 전해의 {n}은 최근 열두 달에 당시 금액의 {rate}를 다시 썼고, 그 가운데 {kept}가 돌아왔습니다.",
    )
    shown = {"rate": say.percent(row["rate"]), "kept": say.percent(row["customer_rate"])}
    return (say(words, n=say.customers(row["then_count"]), **shown),)


def _ratio(evidence: Evidence, row: Row) -> tuple[str, ...]:
    if row["ratio"] is None:
        return ()
    say = evidence.say
    between = Said("95% interval {low} to {high}", "95% 구간 {low}~{high}")
    interval = say(between, low=say.decimal(row["ratio_low"], 2), high=say.decimal(row["ratio_high"], 2))
    return (
        say(RATIO, month=say.month(row["starts_on"]), ratio=say.decimal(row["ratio"], 2), interval=interval),
    )


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    existing = [max(float(row["existing_amount"]), 0.0) for row in rows]
    new = [max(float(row["new_amount"]), 0.0) for row in rows]
    axis = money_axis([a + b for a, b in zip(existing, new, strict=True)], say)
    stacks = [
        Stack(existing, say(Said("Existing", "기존")), "accent"),
        Stack(new, say(Said("New", "신규")), "heat-2"),
    ]
    unfinished = frozenset(n for n, row in enumerate(rows) if row["ends_on"] > evidence.as_of)
    months = Months([row["starts_on"] for row in rows], say)
    title = say(Said("Revenue by month, new and existing customers", "월별 신규·기존 고객 매출"))
    return both(
        "spend", title, title,
        lambda width: columns(width, stacks, x_ticks=months.ticks, y_ticks=axis.ticks, y_range=axis.range,
                              unfinished=unfinished),
    )  # fmt: skip


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Month", "월"), Said("New buyers", "신규 구매자"), Said("Their money", "신규 매출"),
        Said("Existing buyers", "기존 구매자"), Said("Their money", "기존 매출"), Said("Existing / new, each", "1인당 배수"),
    )  # fmt: skip
    cells = tuple(
        (
            say.month(row["starts_on"]), say.count(row["new_count"]), say.money(row["new_amount"]),
            say.count(row["existing_count"]), say.money(row["existing_amount"]),
            say.decimal(row["ratio"], 2) if row["ratio"] is not None else say.not_yet(row["reason"]),
        )
        for row in rows
    )  # fmt: skip
    return Table(tuple(map(say, heads)), cells)


SPEND: Final = Part("spend", QUESTION, ("new_and_existing_spend", "same_customer_revenue"), _write)
