"""How does an answer of the explorer look? As lines along time or as ranks, with a title that says what is drawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from dangol.core.language import Said
from dangol.core.report.charts import Bar, Chart, Line, Stack, both, columns, lines, ranked
from dangol.core.report.series import Axis, Months, count_axis, money_axis, rate_axis
from dangol.core.schema import NOUNS
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.exploring import EXPLORE, MEASURES, SOURCES, Exploration, exploration
from dangol.platform.insight.queries import AnswerView, answer
from dangol.platform.insight.spans import span_period
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.web.charts import Figures, Picture, picture
from dangol.platform.web.numbers.scales import named_days
from dangol.platform.web.numbers.words import CHOICES
from dangol.platform.web.templatetags.figures import number, percent, voice

COLOURS: Final = ("accent", "grey", "bad", "heat-3", "pale")
NOTHING: Final = Said("not said", "값 없음")


def answer_of(viewer: Viewer, given: Mapping[str, Any], span: str, segment: str) -> AnswerView:
    """The stored answer to a view of the explorer; a moving period takes the place of fixed days."""
    told = {name: str(value) for name, value in given.items()}
    if span:
        period = span_period(span, present_day())
        told["period"] = f"{period.start}..{period.end}"
    return answer(viewer, EXPLORE, segment=segment, **told)


def asked_of(found: AnswerView) -> Exploration:
    """The question that an answer answers."""
    return exploration(dict(found.question.given))


def title(asked: Exploration) -> Said:
    """What is drawn, in words."""
    noun = NOUNS[asked.source.noun].title
    what = asked.only or ""
    measure = MEASURES[asked.measure]
    of = NOUNS[asked.source.noun][asked.of].means if asked.of else None
    if asked.measure == "rate" and asked.source.shares:
        of = asked.source.shares[asked.of]
    by, split = division(asked.by), division(asked.split) if asked.split else None
    en = f"{what or noun.en}: {measure.en}{f' {of.en.lower()}' if of else ''}, by {by.en}{f' and {split.en}' if split else ''}"
    ko = f"{what or noun.ko}: {f'{of.ko} ' if of else ''}{measure.ko}, {by.ko}별{f' {split.ko}별' if split else ''}"
    return Said(en, ko)


def division(name: str) -> Said:
    """What rows are divided by, in words."""
    if name.startswith("property:"):
        key = name.removeprefix("property:")
        return Said(key, key)
    words = {
        "name": Said("event name", "이벤트 이름"), "account_id": Said("account", "거래처"),
        "currency": Said("currency", "통화"), "status": Said("status", "상태"),
        "ended_because": Said("reason of the end", "해지 사유"), "topic": Said("topic", "주제"),
        "priority": Said("priority", "우선순위"), "survey": Said("survey", "설문"), "campaign": Said("campaign", "캠페인"),
    }  # fmt: skip
    return words.get(name) or CHOICES.get(name, Said(name, name))


def picture_of(found: AnswerView) -> Picture | None:
    """The drawing and the table behind it; None where there is nothing to draw."""
    if not found.rows:
        return None
    asked = asked_of(found)
    chart = _over_time(asked, found) if asked.is_over_time else _ranked(asked, found)
    return picture(chart, figures(found)) if chart else None


def figures(found: AnswerView) -> Figures:
    """The rows as words."""
    asked, say = asked_of(found), voice()
    first = say(division(asked.by))
    heads = [
        first,
        *([say(division(asked.split))] if asked.split else []),
        say(MEASURES[asked.measure]),
        say(Said("Rows", "행")),
    ]
    rows = []
    for row in found.rows:
        name = say.period(row["starts_on"], row["ends_on"]) if row["starts_on"] else _name(row["name"])
        split = [_name(row["split"])] if asked.split else []
        rows.append([name, *split, shown(asked, row["value"]), number(row["row_count"])])
    return Figures(heads, rows)


def shown(asked: Exploration, value: float | None) -> str:
    """A value in the unit of the measure."""
    if value is None:
        return "–"
    if asked.measure == "rate":
        return percent(value)
    if asked.of in ("amount", "mrr_amount"):
        return voice(business().currency).money(value)
    return number(value, 0 if asked.measure in ("count", "people") or abs(value) >= 1000 else 1)


def _axis(asked: Exploration, values: list[float]) -> Axis:
    say = voice(business().currency)
    if asked.measure == "rate":
        return rate_axis(values, say, zero=True)
    return money_axis(values, say) if asked.of in ("amount", "mrr_amount") else count_axis(values, say)


def _over_time(asked: Exploration, found: AnswerView) -> Chart | None:
    """Columns where something is counted or added up, lines for everything else."""
    starts = sorted({row["starts_on"] for row in found.rows})
    named = _by_name(asked, found, {day: n for n, day in enumerate(starts)})
    if not named:
        return None
    words, say = voice()(title(asked)), voice()
    axis = _axis(asked, [y for points in named.values() for _, y in points])
    is_monthly = asked.by == "month"
    x_ticks = (
        Months(starts, say).ticks if is_monthly else named_days([{"day": day} for day in starts], "day", say)
    )
    if not asked.split and len(starts) <= 60 and asked.measure in ("count", "people", "sum"):
        ends = {row["starts_on"]: row["ends_on"] for row in found.rows}
        open_ = frozenset(n for n, day in enumerate(starts) if ends[day] > present_day())
        known = dict(named[""])
        stacks = [Stack([known.get(float(n), 0.0) for n in range(len(starts))])]
        return both(
            EXPLORE, words, words,
            lambda width: columns(width, stacks, x_ticks=x_ticks, y_ticks=axis.ticks, y_range=axis.range, unfinished=open_),
        )  # fmt: skip
    ordered = sorted(named.items(), key=lambda pair: -pair[1][-1][1])
    series = [
        Line(points, name, COLOURS[n % 5], below=n % 2 == 1) for n, (name, points) in enumerate(ordered)
    ]
    reach = (0.0, max(float(len(starts) - 1), 1.0))
    return both(
        EXPLORE, words, words,
        lambda width: lines(width, series, x_ticks=x_ticks, y_ticks=axis.ticks, x_range=reach, y_range=axis.range),
    )  # fmt: skip


def _by_name(
    asked: Exploration, found: AnswerView, at: Mapping[Any, int]
) -> dict[str, list[tuple[float, float]]]:
    """The points of each line by its name."""
    named: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in found.rows:
        if row["value"] is not None:
            name = _name(row["split"]) if asked.split else ""
            named[name].append((float(at[row["starts_on"]]), row["value"]))
    return named


def _ranked(asked: Exploration, found: AnswerView) -> Chart | None:
    rows = sorted((row for row in found.rows if row["value"] is not None), key=lambda row: -row["value"])[:15]
    if not rows:
        return None
    bars = [
        Bar(
            _name(row["name"]),
            shown(asked, row["value"]),
            row["value"],
            colour="accent" if n == 0 else "grey",
        )
        for n, row in enumerate(rows)
    ]
    words = voice()(title(asked))
    return both(
        EXPLORE,
        words,
        "; ".join(f"{bar.label}: {bar.shown}" for bar in bars),
        lambda width: ranked(width, bars),
    )


def _name(name: str | None) -> str:
    return name or voice()(NOTHING)


def tables() -> list[tuple[str, Said]]:
    """The tables that can be explored, for a choice."""
    return [(name, NOUNS[name].title) for name in SOURCES]
