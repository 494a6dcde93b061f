"""Which picture shows a metric? Chosen by its shape: lines with their intervals, cohorts, flows, bridges, ranks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from dangol.core.report.charts import Chart, Line, both, lines
from dangol.core.report.series import Months
from dangol.core.report.voice import ticks
from dangol.platform.web.numbers.cells import shown
from dangol.platform.web.numbers.grids import bridge_of, bucket_of, flows_of, heat_of, ranked_of
from dangol.platform.web.numbers.scales import axis_of, interval, is_monthly, is_over, named_days, say_of
from dangol.platform.web.numbers.shapes import Shape, shape_of
from dangol.platform.web.numbers.words import code_title, column_title
from dangol.platform.web.templatetags.figures import voice

Row = Mapping[str, Any]
MOST_POINTS: Final = 400


def chart_of(
    metric: str,
    rows: Sequence[Row],
    title: str,
    other: Sequence[Row] = (),
    other_name: str = "",
    *,
    today: date,
) -> Chart | None:
    """The picture of an answer, with that of another one in grey; None where one number is all there is."""
    shape = shape_of(metric)
    drawn = _DRAWERS.get(shape.kind)
    if drawn is None or not rows:
        return None
    return drawn(metric, shape, rows, title, other, other_name, today)


def _series(
    metric: str,
    shape: Shape,
    rows: Sequence[Row],
    title: str,
    other: Sequence[Row],
    other_name: str,
    today: date,
) -> Chart | None:
    dated = [row for row in rows if row.get(shape.x) is not None and row.get(shape.y) is not None][
        -MOST_POINTS:
    ]
    over = [row for row in dated if is_over(row, today)]
    if len(dated) < 2 or not over:
        return None
    say = say_of(rows)
    points = [(float(n), float(row[shape.y])) for n, row in enumerate(over)]
    tail = [(float(n), float(row[shape.y])) for n, row in enumerate(dated) if n >= len(over)]
    held = [(float(n), interval(shape, row)) for n, row in enumerate(over)]
    band = [(n, *ends) for n, ends in held if ends]
    values = [y for _, y in points + tail] + [end for _, *ends in band for end in ends]
    series = [*_beside(shape, dated, values), *_earlier(shape, dated, other, other_name, values)]
    series.append(
        Line(points, shown(metric, shape.y, over[-1][shape.y], over[-1]), band=band, unfinished=tail)
    )
    axis = axis_of(metric, shape.y, values, say)
    along = Months(
        [row[shape.x] for row in dated],
        say,
        [row["ends_on"] for row in dated] if shape.x == "ends_on" else [],
    )
    x_ticks = along.ticks if is_monthly(dated, shape.x) else named_days(dated, shape.x, say)
    return both(
        metric, title, title,
        lambda width: lines(width, series, x_ticks=x_ticks, y_ticks=axis.ticks, x_range=along.range, y_range=axis.range),
    )  # fmt: skip


def _beside(shape: Shape, rows: Sequence[Row], values: list[float]) -> list[Line]:
    found = []
    for name in shape.also:
        points = [(float(n), float(row[name])) for n, row in enumerate(rows) if row.get(name) is not None]
        values.extend(y for _, y in points)
        found.append(Line(points, voice()(column_title(name)), "grey", below=True))
    return found


def _earlier(
    shape: Shape, rows: Sequence[Row], other: Sequence[Row], name: str, values: list[float]
) -> list[Line]:
    """The other answer, laid under this one from its first point on."""
    known = [row for row in other if row.get(shape.x) is not None][: len(rows)]
    points = [(float(n), float(row[shape.y])) for n, row in enumerate(known) if row.get(shape.y) is not None]
    values.extend(y for _, y in points)
    return [Line(points, name, "grey", below=True)] if len(points) > 1 else []


def _curve(
    metric: str,
    shape: Shape,
    rows: Sequence[Row],
    title: str,
    other: Sequence[Row],
    other_name: str,
    today: date,
) -> Chart | None:
    say = say_of(rows)
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get(shape.y) is not None:
            grouped[str(row.get(shape.by) or "") if shape.by else ""].append(row)
    drawn = sorted(grouped.items(), key=lambda pair: -len(pair[1]))[:4]
    if not drawn or max(len(each) for _, each in drawn) < 2:
        return None
    series = [_aged(metric, shape, name, each, n) for n, (name, each) in enumerate(drawn)]
    if other and len(drawn) == 1:
        known = [row for row in other if row.get(shape.y) is not None]
        series.insert(
            0,
            Line(
                [(float(row[shape.x]), float(row[shape.y])) for row in known], other_name, "grey", below=True
            ),
        )
    values = [y for line in series for _, y in line.points] + [
        v for line in series for _, *ends in line.band for v in ends
    ]
    axis = axis_of(metric, shape.y, values, say)
    last = max(x for line in series for x, _ in line.points)
    named = [(t, say.count(t)) for t in ticks(0, last, 6)]
    return both(
        metric, title, title,
        lambda width: lines(width, series, x_ticks=named, y_ticks=axis.ticks, x_range=(0.0, last or 1.0), y_range=axis.range),
    )  # fmt: skip


_COLOURS: Final = ("accent", "grey", "bad", "heat-3")


def _aged(metric: str, shape: Shape, name: str, rows: list[Row], place: int) -> Line:
    points = [(float(row[shape.x]), float(row[shape.y])) for row in rows]
    held = [(float(row[shape.x]), interval(shape, row)) for row in rows] if place == 0 and not name else []
    last = shown(metric, shape.y, rows[-1][shape.y], rows[-1])
    label = f"{voice()(code_title(shape.by, name))} {last}" if name else last
    return Line(
        points, label, _COLOURS[place], band=[(x, *ends) for x, ends in held if ends], below=place % 2 == 1
    )


_DRAWERS: Final = {
    "series": _series, "curve": _curve, "heat": heat_of, "ranked": ranked_of, "flows": flows_of, "bridge": bridge_of,
    "bucket": bucket_of,
}  # fmt: skip
