"""What does the page of one metric show? Sentence, figures, picture, table, definition and sources, from one answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.core.schema import NOUNS
from dangol.platform.audiences.queries import one
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.drills import behind, prepared
from dangol.platform.insight.queries import AnswerView
from dangol.platform.insight.spans import SPANS
from dangol.platform.insight.tree import tables_of
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.behind import people_href
from dangol.platform.web.charts import Picture, picture
from dangol.platform.web.numbers import asking, sentences
from dangol.platform.web.numbers.asking import Wish
from dangol.platform.web.numbers.cells import shown
from dangol.platform.web.numbers.pictures import chart_of
from dangol.platform.web.numbers.scales import interval, is_over
from dangol.platform.web.numbers.sentences import Linked, Row
from dangol.platform.web.numbers.shapes import shape_of
from dangol.platform.web.numbers.tables import table
from dangol.platform.web.numbers.words import code_title, column_title
from dangol.platform.web.templatetags.figures import voice


@dataclass(frozen=True, slots=True)
class Basis:
    """The figure with what it rests on: of how many, its interval, its period."""

    label: str
    value: str | None
    reason: str
    n: str
    interval: str
    period: str
    change: str
    is_better: bool | None
    href: str


def page(viewer: Viewer, wanted: Wish) -> dict[str, Any]:
    """What the template of one metric reads."""
    found, other = asking.answer_of(viewer, wanted), asking.other_answer(viewer, wanted)
    rows = prepared(wanted.metric, found.rows)
    links = links_of(viewer, found)
    row = sentences.headline(wanted.metric, rows, present_day())
    other_row = sentences.headline(wanted.metric, other.rows, present_day()) if other else None
    told: dict[str, Any] = {
        "answer": found,
        "metric": found.metric,
        "failure": found.failure,
        "row": row,
        "table": table(wanted.metric, rows, links) if rows else None,
        "picture": picture_of(wanted, found, other),
    }
    if row is not None:
        told["sentence"] = sentences.sentence(wanted.metric, row, wanted.period, links)
        told["compared"] = sentences.comparison(wanted.metric, row, other_row, base_words(viewer, wanted))
        told["basis"] = basis(viewer, wanted, found, row, other_row)
    told["unfinished"] = shape_of(wanted.metric).kind in ("heat", "bucket") and any(
        not is_over(each, present_day()) for each in rows
    )
    told["segment"] = segment_words(viewer, wanted.audience, wanted.rule)
    return told


def links_of(viewer: Viewer, found: AnswerView) -> Linked:
    """Figures as links to their people, for those who may see people."""

    def linked(row: Row, column: str, words: str) -> SafeString | str:
        group = behind(found.question, column, row) if viewer.may("see_people") else None
        if group is None:
            return words
        given = dict(group.given)
        if found.question.segment:
            given["segment"] = found.question.segment
        return format_html('<a href="{}">{}</a>', people_href(group.group, group.period, **given), words)

    return linked


def picture_of(wanted: Wish, found: AnswerView, other: AnswerView | None) -> Picture | None:
    """The drawing; what it is held against is in it."""
    title = voice()(find(wanted.metric).title)
    name = voice()(asking.AGAINST[wanted.against]) if other else ""
    chart = chart_of(wanted.metric, found.rows, title, other.rows if other else (), name, today=present_day())
    return picture(chart, under=under(wanted)) if chart else None


def under(wanted: Wish) -> str:
    """Period and segment in small letters."""
    say = voice()
    period = (
        say.period(wanted.period.start, wanted.period.end)
        if wanted.period
        else say(Said("to {day}", "{day}까지"), day=say.day(present_day() - timedelta(days=1)))
    )
    return " · ".join(part for part in (period, wanted.rule) if part)


def basis(viewer: Viewer, wanted: Wish, found: AnswerView, row: Row, other: Row | None) -> Basis:
    """The headline with its n and interval."""
    shape, say = shape_of(wanted.metric), voice()
    value = row.get(shape.y)
    ends = interval(shape, row) if value is not None else None
    spread = ""
    if ends:
        low, high = (shown(wanted.metric, shape.y, end, row) for end in ends)
        spread = say(Said("{low} to {high}, 95% interval", "95% 구간 {low}~{high}"), low=low, high=high)
    n = row.get(shape.of) if shape.of else None
    size = say(Said("n = {n}", "n = {n}"), n=say.count(n)) if n is not None else ""
    return Basis(
        say(column_title(shape.y)).strip(), None if value is None else shown(wanted.metric, shape.y, value, row), str(row.get("reason") or ""), size,
        spread, _of_what(wanted, row), "", sentences.is_better(wanted.metric, row, other), "",
    )  # fmt: skip


def _of_what(wanted: Wish, row: Row) -> str:
    """The days of a figure; of a rank, whose it is."""
    shape = shape_of(wanted.metric)
    if shape.kind == "ranked" and isinstance(row.get(shape.x), str):
        return voice()(code_title(shape.x, row[shape.x]))
    return sentences.period_words(row, wanted.period)


def base_words(viewer: Viewer, wanted: Wish) -> str:
    """What the comparison is made with, in words."""
    if wanted.against == "segment":
        return segment_words(viewer, wanted.than, wanted.than_rule) or voice()(Said("everybody", "전체"))
    base = asking.base_of(wanted)
    return voice().period(base.start, base.end) if base else ""


def segment_words(viewer: Viewer, audience: int | None, rule: str) -> str:
    """The name of the audience, or the rule."""
    found = one(viewer, audience) if audience is not None else None
    return found.name if found else rule


def meaning(metric: str) -> list[str]:
    """The definition in paragraphs: meaning, formula, reasons; without the worked example."""
    return [part for part in find(metric).doc.split(">>>")[0].strip().split("\n\n") if part.strip()]


def sources(metric: str) -> list[tuple[str, Said]]:
    """The tables that a metric rests on."""
    return [(name, NOUNS[name].title) for name in tables_of(metric) if name in NOUNS]


def span_words(span: str) -> Said:
    """What a moving period is called."""
    return SPANS[span][0] if span in SPANS else Said("own dates", "직접 정한 기간")
