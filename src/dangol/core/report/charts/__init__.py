"""How is a finding drawn? Vega-Lite specifications, each for a wide page and for a phone."""

from dangol.core.report.charts.bucket import Stream, bucket
from dangol.core.report.charts.chart import Chart, both, chart_png, chart_svg, draw_ahead
from dangol.core.report.charts.columns import Stack, columns
from dangol.core.report.charts.heat import HeatCell, heat
from dangol.core.report.charts.intervals import Span, intervals
from dangol.core.report.charts.lines import Line, Mark, lines
from dangol.core.report.charts.ranked import Bar, ranked

__all__ = [
    "Bar", "Chart", "HeatCell", "Line", "Mark", "Span", "Stack", "Stream",
    "both", "bucket", "chart_png", "chart_svg", "columns", "draw_ahead", "heat", "intervals", "lines", "ranked",
]  # fmt: skip
