"""What should be looked at first? Tables as charts and one page, in English and Korean."""

from dangol.core.report.charts import Chart, chart_png, chart_svg
from dangol.core.report.report import Report, make_report

__all__ = ["Chart", "Report", "chart_png", "chart_svg", "make_report"]
