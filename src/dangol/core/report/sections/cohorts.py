"""Which cohorts kept their people? A heat map of who came back, month after month since the first one."""

from __future__ import annotations

from typing import Final

from dangol.core.calendar import Grain, Period
from dangol.core.language import Said
from dangol.core.report import words
from dangol.core.report.charts import Chart, HeatCell, both, heat
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Table

ACTIVE: Final = {
    "orders": Said("bought again", "다시 구매했습니다"),
    "events": Said("were active again", "다시 활동했습니다"),
}
QUESTION: Final = Said("Do those who come later stay longer?", "나중에 온 고객이 더 오래 남습니까?")
FINDING: Final = Said(
    "{rate} {again} one month after their first; after {late} months {late_rate} did",
    "첫 달 다음 달에는 {rate}가, {late}개월 뒤에는 {late_rate}가 {again}",
)
FINDING_SHORT: Final = Said(
    "{rate} {again} one month after their first", "첫 달 다음 달에는 {rate}가 {again}"
)
BEST: Final = Said(
    "The best cohort a month later is {best} ({best_rate}), the weakest {worst} ({worst_rate}).",
    "한 달 뒤가 가장 좋은 코호트는 {best}({best_rate}), 가장 약한 코호트는 {worst}({worst_rate})입니다.",
)
ROWS, COLUMNS = 13, 12


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = evidence.rows("cohort_retention", period=_cohorts(evidence), grain=Grain.MONTH)
    curve = {r["bucket"]: r for r in evidence.rows("cohort_retention_curve", grain=Grain.MONTH)}
    rows = [row for row in rows if row["bucket"] <= COLUMNS]
    first = curve.get(1)
    if first is None or first["rate"] is None:
        return None
    n = say.customers(first["eligible_count"])
    basis = evidence.basis("cohort_retention", evidence.everything(*_nouns(evidence)), n, _detail(evidence))
    section = Section(
        name="cohorts",
        question=say(QUESTION),
        finding=_finding(evidence, curve),
        basis=basis,
        sentences=_extremes(evidence, rows),
        charts=(_chart(evidence, rows),),
        tables=(_table(evidence, rows), _average(evidence, curve)),
        notes=(say(words.HATCHED),),
    )
    return Contribution(section)


def _nouns(evidence: Evidence) -> tuple[str, ...]:
    noun = evidence.world.activity_noun
    return (noun,) if noun else ()


def _cohorts(evidence: Evidence) -> Period:
    """The newest cohorts that fit on a page."""
    whole = evidence.world.period(*_nouns(evidence))
    months = whole.buckets(Grain.MONTH)[-ROWS:]
    return Period(months[0].start, whole.end)


def _detail(evidence: Evidence) -> Said:
    months = Said("Calendar months.", "달력 월 기준입니다.")
    active = {
        "orders": Said(
            "Active is a purchase; returns are none.", "구매한 달을 활동한 달로 보며 반품은 세지 않습니다."
        ),
        "events": Said("Active is any event.", "이벤트가 하나라도 있으면 활동한 것으로 봅니다."),
    }[evidence.world.activity_noun or "events"]
    return Said(f"{months.en} {active.en}", f"{months.ko} {active.ko}")


def _finding(evidence: Evidence, curve: dict[int, Row]) -> str:
    say = evidence.say
    again = say(ACTIVE[evidence.world.activity_noun or "events"])
    known = [k for k, row in curve.items() if row["rate"] is not None and 3 <= k <= 12]
    rate = say.percent(curve[1]["rate"])
    if not known:
        return say(FINDING_SHORT, rate=rate, again=again)
    late = max(known)
    return say(FINDING, rate=rate, again=again, late=late, late_rate=say.percent(curve[late]["rate"]))


def _extremes(evidence: Evidence, rows: list[Row]) -> tuple[str, ...]:
    """Best and worst cohort of those with at least thirty people; nothing with fewer than three such."""
    say = evidence.say
    known = [r for r in rows if r["bucket"] == 1 and r["rate"] is not None and r["cohort_count"] >= 30]
    if len(known) < 3:
        return ()
    best, worst = max(known, key=lambda r: r["rate"]), min(known, key=lambda r: r["rate"])
    named = {
        "best": say.month(best["cohort_on"]), "best_rate": say.percent(best["rate"]),
        "worst": say.month(worst["cohort_on"]), "worst_rate": say.percent(worst["rate"]),
    }  # fmt: skip
    return (say(BEST, **named),)


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    cohorts = sorted({row["cohort_on"] for row in rows if row["bucket"] >= 1})
    size = {row["cohort_on"]: row["cohort_count"] for row in rows}
    last = max((row["bucket"] for row in rows), default=1)
    cells = [
        HeatCell(cohorts.index(row["cohort_on"]), row["bucket"] - 1, row["rate"], _shown(row), row["rate"] is not None)
        for row in rows
        if row["bucket"] >= 1
    ]  # fmt: skip
    top = max((cell.rate or 0 for cell in cells), default=0) or 1.0
    names = [f"{say.short_month(day)}  {say.count(size[day])}" for day in cohorts]
    heads = [str(n) for n in range(1, last + 1)]
    narrow = [n - 1 for n in (1, 2, 3, 6, 9, 12) if n <= last]
    title = say(
        Said(
            "Share active again, in % of the cohort, by months since the first",
            "첫 달 이후 개월 수별로 다시 활동한 비율(코호트 대비 %)",
        )
    )
    return both(
        "cohorts", title, title,
        lambda width: heat(width, cells, rows=names, columns=heads, top=top, narrow_columns=narrow),
    )  # fmt: skip


def _shown(row: Row) -> str:
    return "" if row["rate"] is None else f"{row['rate'] * 100:.0f}"


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    last = max((row["bucket"] for row in rows), default=0)
    by_cohort: dict[object, dict[int, Row]] = {}
    for row in rows:
        by_cohort.setdefault(row["cohort_on"], {})[row["bucket"]] = row
    lines = tuple(
        (
            say.month(next(iter(cells.values()))["cohort_on"]), say.count(next(iter(cells.values()))["cohort_count"]),
            *(_cell(evidence, cells.get(k)) for k in range(1, last + 1)),
        )
        for cells in by_cohort.values()
    )  # fmt: skip
    heads = (
        say(Said("First month", "첫 달")),
        say(Said("People", "인원")),
        *(str(k) for k in range(1, last + 1)),
    )
    return Table(heads, lines)


def _cell(evidence: Evidence, row: Row | None) -> str:
    if row is None:
        return ""
    if row["rate"] is None:
        so_far = row["share_so_far"]
        return "…" if so_far is None else f"… {evidence.say.percent(so_far)}"
    return evidence.say.percent(row["rate"])


def _average(evidence: Evidence, curve: dict[int, Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Months since the first", "첫 달 이후 개월"), Said("People who reached it", "도달한 인원"),
        Said("Active again", "다시 활동"), Said("Share", "비율"), Said("95% interval", "95% 구간"),
    )  # fmt: skip
    rows = tuple(
        (
            str(k), say.count(row["eligible_count"]), say.count(row["retained_count"]), say.percent(row["rate"]),
            f"{say.percent(row['low'])} – {say.percent(row['high'])}",
        )
        for k, row in sorted(curve.items())
        if row["rate"] is not None and 1 <= k <= 24
    )  # fmt: skip
    return Table(tuple(map(say, heads)), rows)


COHORTS: Final = Part("cohorts", QUESTION, ("cohort_retention", "cohort_retention_curve"), _write)
