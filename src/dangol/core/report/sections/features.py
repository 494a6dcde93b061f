"""Which features are used, and by whom that stays? Adoption of each, and how it goes along with staying."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Section, Table

QUESTION: Final = Said(
    "Which features are used, and do their users stay?", "어떤 기능을 쓰며, 그 기능을 쓰는 고객은 남습니까?"
)
FINDING: Final = Said(
    "Most used: “{feature}”, by {rate} of active people",
    "가장 많이 쓰는 기능은 ‘{feature}’로, 활동 고객의 {rate}가 씁니다",
)
GOES_ALONG: Final = Said(
    "Those who used “{feature}” early stayed {gap} points more often ({low} to {high}). That goes along with staying; "
    "only an experiment can say that it makes them stay.",
    "‘{feature}’을(를) 일찍 쓴 고객은 {gap}%p 더 많이 남았습니다({low}~{high}). 함께 나타난 차이이며, 그 기능 때문에 "
    "남았는지는 실험으로만 알 수 있습니다.",
)
MOST = 8


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = [
        row
        for row in evidence.rows("feature_adoption", period=evidence.year)
        if row["adoption_rate"] is not None
    ]
    if len(rows) < 2:
        return None
    first = rows[0]
    n = say(Said("{n} active people", "활동 고객 {n}명"), n=say.count(first["active_count"]))
    section = Section(
        name="features",
        question=say(QUESTION),
        finding=say(FINDING, feature=first["feature"], rate=say.percent(first["adoption_rate"], 0)),
        basis=evidence.basis("feature_adoption", evidence.year_in_words, n),
        sentences=_goes_along(evidence, rows),
        charts=(_chart(evidence, rows[:MOST]),),
        tables=(_table(evidence, rows),),
    )
    return Contribution(section)


def _goes_along(evidence: Evidence, rows: list[Row]) -> tuple[str, ...]:
    """The feature with the largest gap that is surely above 0."""
    sure = [row for row in rows if row["gap_low"] is not None and row["gap_low"] > 0]
    if not sure:
        return ()
    best, say = max(sure, key=lambda row: row["kept_gap"]), evidence.say
    gap, low, high = (say.decimal(best[name] * 100) for name in ("kept_gap", "gap_low", "gap_high"))
    return (say(GOES_ALONG, feature=best["feature"], gap=gap, low=low, high=high),)


def _chart(evidence: Evidence, rows: list[Row]) -> Chart:
    say = evidence.say
    bars = [
        Bar(
            row["feature"],
            f"{say.percent(row['adoption_rate'], 0)} · {say.count(row['user_count'])}",
            row["adoption_rate"],
            colour="accent" if n == 0 else "grey",
        )
        for n, row in enumerate(rows)
    ]
    title = say(Said("Share of active people who use it", "활동 고객 가운데 쓰는 비율"))
    return both(
        "features", title, "; ".join(f"{b.label}: {b.shown}" for b in bars), lambda width: ranked(width, bars)
    )


def _table(evidence: Evidence, rows: list[Row]) -> Table:
    say = evidence.say
    heads = (
        Said("Feature", "기능"), Said("Users", "사용자"), Said("Adoption", "채택률"), Said("Uses each", "1인당 사용"),
        Said("Early users kept", "일찍 쓴 고객 유지"), Said("Others kept", "그 밖의 고객 유지"),
    )  # fmt: skip
    cells = tuple(
        (
            row["feature"], say.count(row["user_count"]), say.percent(row["adoption_rate"]), say.decimal(row["mean_uses"]),
            *(say.percent(row[name]) if row[name] is not None else say.not_yet(row["reason"])
              for name in ("early_kept_rate", "other_kept_rate")),
        )
        for row in rows
    )  # fmt: skip
    return Table(tuple(map(say, heads)), cells)


FEATURES: Final = Part("features", QUESTION, ("feature_adoption",), _write)
