"""How did recurring revenue move? The bridge from the start of the year to its end."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Figure, Section, Table

QUESTION: Final = Said("What moved recurring revenue?", "반복 매출은 무엇으로 움직였습니까?")
FINDING: Final = Said(
    "MRR went from {start} to {end}: {gained} came in and {lost} went out",
    "MRR은 {start}에서 {end}가 되었습니다. {gained}이 늘고 {lost}이 줄었습니다",
)
NAMES: Final = {
    "start": Said("At the start", "시작"),
    "new": Said("New", "신규"),
    "reactivation": Said("Came back", "재활성"),
    "resume": Said("Resumed after a pause", "일시정지 후 재개"),
    "expansion": Said("Paid more", "확장"),
    "contraction": Said("Paid less", "축소"),
    "pause": Said("Paused", "일시정지"),
    "churn": Said("Left", "이탈"),
    "end": Said("At the end", "끝"),
}
GAINS: Final = ("new", "reactivation", "resume", "expansion")
LOSSES: Final = ("contraction", "pause", "churn")


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = [r for r in evidence.rows("mrr_movements") if r["is_finished"]][-12:]
    if not rows or any(row["start_amount"] is None or row["end_amount"] is None for row in rows):
        return None
    start, end = rows[0]["start_amount"], rows[-1]["end_amount"]
    if not any((start, end, *(_total(rows, name) for name in GAINS))):
        return None
    period = say.period(rows[0]["starts_on"], rows[-1]["ends_on"])
    profile = say(Said("Profile: {name}.", "계산 기준: {name}."), name=rows[-1]["profile"])
    basis = evidence.basis("mrr_movements", period, _paying(evidence, rows[-1]), Said(profile, profile))
    section = Section(
        name="movements",
        question=say(QUESTION),
        finding=say(
            FINDING, start=say.money(start), end=say.money(end),
            gained=say.money(sum(_total(rows, name) for name in GAINS)),
            lost=say.money(sum(_total(rows, name) for name in LOSSES)),
        ),
        basis=basis,
        charts=(_chart(evidence, rows),),
        tables=(_table(evidence, rows),),
    )  # fmt: skip
    figure = Figure(
        "mrr", say(Said("MRR", "월 반복 매출(MRR)")), end, say.money(end), basis, _against(evidence, rows)
    )
    return Contribution(section, headline=(figure,))


def _total(rows: list[Row], name: str) -> Decimal:
    return sum((row[f"{name}_amount"] for row in rows), Decimal(0))


def _paying(evidence: Evidence, last: Row) -> str:
    return evidence.say(
        Said("{n} paying customers", "유료 고객 {n}명"), n=evidence.say.count(last["end_count"])
    )


def _against(evidence: Evidence, rows: list[Row]) -> str:
    say, start, end = evidence.say, rows[0]["start_amount"], rows[-1]["end_amount"]
    if not start:
        return ""
    change = end / start - 1
    return say(
        Said("{sign}{rate} in {n} months", "{n}개월 동안 {sign}{rate}"),
        sign="+" if change >= 0 else "−", rate=say.percent(abs(change)), n=len(rows),
    )  # fmt: skip


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    level = rows[0]["start_amount"]
    bars = [Bar(say(NAMES["start"]), say.money(level), float(level), colour="grey")]
    for name in (*GAINS, *LOSSES):
        amount = _total(rows, name)
        if not amount:
            continue
        signed = amount if name in GAINS else -amount
        shown = say.money(signed) if signed < 0 else f"+{say.money(signed)}"
        colour = "accent" if name in GAINS else "bad"
        bars.append(Bar(say(NAMES[name]), shown, float(level + signed), float(level), colour))
        level += signed
    bars.append(Bar(say(NAMES["end"]), say.money(level), float(level), colour="grey"))
    words = ", ".join(f"{bar.label} {bar.shown}" for bar in bars)
    title = say(Said("From the first to the last month", "첫 달부터 마지막 달까지"))
    return both("movements", title, words, lambda width: ranked(width, bars, bridge=True))


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    cells = tuple(
        (say.month(row["starts_on"]), *(say.money(row[f"{name}_amount"]) for name in NAMES)) for row in rows
    )
    return Table((say(Said("Month", "월")), *(say(name) for name in NAMES.values())), cells)


MOVEMENTS: Final = Part("movements", QUESTION, ("mrr_movements",), _write)
