"""What do customers say? Recommendation, satisfaction and effort, each with its interval and its answers."""

from __future__ import annotations

from typing import Final

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, both, ranked
from dangol.core.report.evidence import Evidence, Part, Row
from dangol.core.report.model import Contribution, Figure, Section, Sentence, Table

QUESTION: Final = Said("What do customers say?", "고객은 무엇이라고 말합니까?")
FINDING: Final = Said(
    "{promoters} of {n} would recommend you, {detractors} would rather not: NPS {score}",
    "{n}명 중 {promoters}명은 추천하고 {detractors}명은 추천하지 않습니다. NPS {score}",
)
FINDING_OTHER: Final = Said("{n} answers so far", "지금까지 응답 {n}건")
COLUMNS: Final = {
    "nps": ("score", "low", "high"),
    "csat": ("rate", "low", "high"),
    "ces": ("mean_score", "mean_low", "mean_high"),
}
OPENING: Final = Said("Asked whether they would recommend you, {n} answered: NPS {score}.", "추천 의향을 묻는 질문에 {n}이 답했습니다. NPS는 {score}입니다.")  # fmt: skip


def _write(evidence: Evidence) -> Contribution | None:
    say = evidence.say
    rows = {name: _overall(evidence, name) for name in ("nps", "csat", "ces")}
    known = {name: row for name, row in rows.items() if row and row["answer_count"]}
    if not known:
        return None
    figures = tuple(_figure(evidence, name, row) for name, row in known.items())
    nps = known.get("nps")
    n = say(
        Said("{n} answers", "응답 {n}건"), n=say.count(sum(row["answer_count"] for row in known.values()))
    )
    first = next(iter(known))
    section = Section(
        name="scores",
        question=say(QUESTION),
        finding=_finding(evidence, nps) if nps else say(FINDING_OTHER, n=n),
        basis=evidence.basis(first, evidence.everything("answers"), n),
        figures=figures,
        charts=(_chart(evidence, nps),) if nps else (),
        tables=(_table(figures, evidence),),
    )
    return Contribution(section, _opening(evidence, nps))


def _overall(evidence: Evidence, name: str) -> Row | None:
    """The row over the whole period, which is the one without dates; None without such a survey."""
    try:
        rows = evidence.rows(name)
    except RequestError:
        if name == "nps":
            raise
        return None
    return next((row for row in rows if row["starts_on"] is None), None)


def _score(evidence: Evidence, value: float) -> str:
    return ("+" if value > 0 else "") + evidence.say.decimal(value, 0)


def _finding(evidence: Evidence, row: Row) -> str:
    say = evidence.say
    if row["score"] is None:
        return say.not_yet(row["reason"])
    counts = {name: say.count(row[f"{name}_count"]) for name in ("promoter", "detractor", "answer")}
    return say(FINDING, promoters=counts["promoter"], detractors=counts["detractor"], n=counts["answer"],
               score=_score(evidence, row["score"]))  # fmt: skip


def _opening(evidence: Evidence, row: Row | None) -> tuple[Sentence, ...]:
    if row is None or row["score"] is None:
        return ()
    say, score = evidence.say, _score(evidence, row["score"])
    return (
        Sentence(say(OPENING, n=say.customers(row["answer_count"]), score=score), "scores", (score,), rank=8),
    )


def _figure(evidence: Evidence, name: str, row: Row) -> Figure:
    say = evidence.say
    n = say(Said("{n} answers", "응답 {n}건"), n=say.count(row["answer_count"]))
    basis = evidence.basis(name, evidence.everything("answers"), n)
    value, low, high = (row[column] for column in COLUMNS[name])
    if value is None:
        return Figure(name, name.upper(), None, say.not_yet(row["reason"]), basis)
    words = Said("{low} to {high}, 95% interval", "95% 구간 {low}~{high}")
    sure = "" if low is None else say(words, low=_said(evidence, name, low), high=_said(evidence, name, high))
    return Figure(name, name.upper(), value, _said(evidence, name, value), basis, sure)


def _said(evidence: Evidence, name: str, value: float) -> str:
    if name == "csat":
        return evidence.say.percent(value)
    return evidence.say.decimal(value) if name == "ces" else _score(evidence, value)


def _chart(evidence: Evidence, row: Row) -> Chart:
    say = evidence.say
    names = {
        "promoter": (Said("Would recommend: 9 or 10", "추천: 9~10점"), "accent"),
        "passive": (Said("Neither: 7 or 8", "중립: 7~8점"), "grey"),
        "detractor": (Said("Would not: 0 to 6", "비추천: 0~6점"), "bad"),
    }
    bars = [
        Bar(
            say(words),
            f"{say.count(row[f'{name}_count'])} · {say.percent(row[f'{name}_count'] / row['answer_count'], 0)}",
            row[f"{name}_count"],
            colour=colour,
        )
        for name, (words, colour) in names.items()
    ]
    title = say(Said("Answers to “would you recommend us”", "추천 의향 응답"))
    return both(
        "nps", title, "; ".join(f"{b.label}: {b.shown}" for b in bars), lambda width: ranked(width, bars)
    )


def _table(figures: tuple[Figure, ...], evidence: Evidence) -> Table:
    heads = (Said("Survey", "설문"), Said("Score", "점수"), Said("Interval", "구간"), Said("Answers", "응답"))
    rows = tuple((each.label, each.shown, each.change, each.basis.n) for each in figures)
    return Table(tuple(map(evidence.say, heads)), rows)


SCORES: Final = Part("scores", QUESTION, ("nps", "csat", "ces"), _write)
