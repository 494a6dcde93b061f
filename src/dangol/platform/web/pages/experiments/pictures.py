"""What does an effect look like? A line for its interval, a dot for its size, and where nothing would have changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dangol.core.experiments.wording import difference_said
from dangol.core.language import Said
from dangol.core.report.charts import Chart, Line, Mark, Span, both, intervals, lines
from dangol.core.report.voice import ticks
from dangol.platform.web.charts import Figures, Picture, picture
from dangol.platform.web.pages.experiments.words import Compared, rows_of
from dangol.platform.web.viewing import spoken

HEADS: Final = (
    Said("Arm", "실험군"),
    Said("Control", "대조군"),
    Said("With it", "적용"),
    Said("Difference", "차이"),
    Said("Interval", "구간"),
    Said("p", "p"),
)


def effects_picture(
    name: str, title: str, found: Sequence[Compared], names: Sequence[str], under: str = ""
) -> Picture:
    """The effects of one outcome, each with its interval; `names` label the rows."""
    spans = [_span(each, label) for each, label in zip(found, names, strict=True)]
    measured = found[0].measured
    reach = [end for span in spans for end in (span.low, span.high, 0.0)]
    axis = [
        (tick, spoken(difference_said(measured, tick)) if tick else "0")
        for tick in ticks(min(reach), max(reach), 4)
    ]
    says = " ".join(
        f"{span.label}: {each.difference} ({each.interval})." for span, each in zip(spans, found, strict=True)
    )
    chart = both(name, title, f"{title}. {says}", lambda width: intervals(width, spans, axis))
    table = [(label, *rest) for label, (_, *rest) in zip(names, rows_of(found), strict=True)]
    return picture(chart, Figures([spoken(each) for each in HEADS], table), under)


def _span(each: Compared, label: str) -> Span:
    colour = ("accent" if each.is_good else "bad") if each.is_proven else "grey"
    return Span(label, each.difference, each.value, each.low, each.high, colour)


def panel_picture(name: str, title: str, told: dict[str, Any], shown: Any, under: str) -> Picture | None:
    """Both groups before and after a change, as means a period; None where that was not followed."""
    if "means" not in told:
        return None
    treated, others = told["means"]
    days = [each[:10] for each in told["starts"]]
    half = len(days) // 2
    points = [
        [(float(n), value) for n, value in enumerate(group) if value is not None]
        for group in (treated, others)
    ]
    reach = [value for group in points for _, value in group] or [0.0]
    y_ticks = [(tick, shown(tick)) for tick in ticks(0.0, max(reach) or 1.0, 4)]
    names = [spoken(Said("those it was for", "적용한 고객")), spoken(Said("the others", "나머지"))]
    series = [Line(points[1], names[1], "grey", below=True), Line(points[0], names[0])]
    mark = (Mark(half - 0.5, spoken(Said("the change", "변경"))),)
    chart: Chart = both(
        name, title, title,
        lambda width: lines(
            width, series, x_ticks=[(float(n), days[n][5:]) for n in range(len(days))], y_ticks=y_ticks,
            x_range=(0.0, float(len(days) - 1)), y_range=(0.0, max(y_ticks[-1][0], *reach)), marks=mark,
        ),
    )  # fmt: skip
    heads = [spoken(Said("Period from", "기간 시작")), *names]
    rows = [
        (day, *(shown(group[n]) if group[n] is not None else "–" for group in (treated, others)))
        for n, day in enumerate(days)
    ]
    return picture(chart, Figures(heads, rows), under)
