"""How do risk over time and a model's reliability look? Drawn in the colours of the page, the table behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from dangol.core.language import Language, Said
from dangol.core.report.charts import Chart, Line, both, lines
from dangol.core.report.voice import Voice
from dangol.platform.foresight.views import BAND_NAMES, PointView
from dangol.platform.web.charts import Figures, Picture, picture
from dangol.platform.web.templatetags.figures import short_day

_TICKS: Final = 5
_HIGHEST: Final = Said("chance to leave, from 0 to {top}", "떠날 확률, 0부터 {top}까지")
_RISEN: Final = Said(
    "From {first} to {last}: the chance to leave since {day}", "{first}에서 {last}까지: {day}부터의 떠날 확률"
)
_TABLE: Final = (Said("Day", "날짜"), Said("Chance to leave", "떠날 확률"), Said("Risk", "위험"))
_RELIABLE: Final = Said("Of 100 who were given a chance, so many left", "확률을 받은 고객과 실제로 떠난 고객")
_OFF_BY: Final = Said(
    "What was said and what came differ by {error} on average",
    "말한 확률과 실제는 평균 {error} 차이가 납니다",
)
_RELIABLE_UNDER: Final = Said(
    "Ten groups of equal size, from the lowest chance to the highest; on the line, what was said came true",
    "확률이 낮은 쪽부터 같은 크기의 열 그룹. 대각선 위에 있을수록 말한 대로 된 것입니다",
)
_EQUAL: Final = Said("as said", "말한 대로")
_RELIABLE_TABLE: Final = (Said("Said", "예측"), Said("Came", "실제"))


def over_time(points: Sequence[PointView], language: Language) -> Picture | None:
    """The chance to leave over time; None where there are not two points with one."""
    known = [(each.day, each.value, each.band) for each in points if each.value is not None]
    if len(known) < 2:
        return None
    voice, start = Voice(language), known[0][0]
    drawn = [(float((day - start).days), value) for day, value, _ in known]
    top = _top(max(value for _, value in drawn))
    last = drawn[-1]
    line = Line(drawn, voice.percent(last[1]))
    ends = (0.0, max(last[0], 1.0))
    title = voice(_RISEN, first=voice.percent(drawn[0][1]), last=voice.percent(last[1]), day=voice.day(start))
    x_ticks = [
        (day, short_day(start + timedelta(days=int(day)))) for day in _spread(ends[1], min(_TICKS, len(drawn)))
    ]  # fmt: skip
    chart = both(
        "risk", title, title,
        lambda width: lines(
            width, [line], x_ticks=x_ticks, y_ticks=_shares(top, voice), x_range=ends, y_range=(0.0, top)
        ),
    )  # fmt: skip
    rows = [(voice.day(day), voice.percent(value), voice(BAND_NAMES[band])) for day, value, band in known]
    return picture(
        chart,
        Figures([voice(each) for each in _TABLE], rows[::-1]),
        voice(_HIGHEST, top=voice.percent(top, 0)),
    )


def reliability(
    pairs: Sequence[tuple[float, float]], language: Language, error: float | None = None
) -> Picture | None:
    """What was said against what came, in groups (said, came), and how far they are apart on average; None without two groups."""
    if len(pairs) < 2:
        return None
    voice = Voice(language)
    top = _top(max(max(pair) for pair in pairs))
    drawn = sorted(pairs)
    straight = Line([(0.0, 0.0), (top, top)], voice(_EQUAL), "grey")
    axis = _shares(top, voice)
    title = voice(_RELIABLE) if error is None else voice(_OFF_BY, error=voice.percent(error))
    chart: Chart = both(
        "reliability", title, voice(_RELIABLE_UNDER),
        lambda width: lines(
            width, [straight, Line(drawn)], x_ticks=axis, y_ticks=axis, x_range=(0.0, top), y_range=(0.0, top)
        ),
    )  # fmt: skip
    rows = [(voice.percent(said), voice.percent(came)) for said, came in drawn]
    return picture(chart, Figures([voice(each) for each in _RELIABLE_TABLE], rows), voice(_RELIABLE_UNDER))


def _top(value: float) -> float:
    """The upper end of an axis of shares: the next tenth."""
    return min(1.0, max(0.1, (int(value * 10 + 0.999)) / 10))


def _shares(top: float, voice: Voice) -> list[tuple[float, str]]:
    step = 0.05 if top <= 0.2 else 0.1 if top <= 0.5 else 0.25 if top >= 1 else 0.2
    count = int(top / step + 1e-9)
    return [(round(step * n, 4), voice.percent(step * n, 0)) for n in range(count + 1)]


def _spread(end: float, count: int) -> list[float]:
    """So many days from the first to the last, each a whole one and none twice."""
    if count < 2:
        return [0.0]
    return sorted({float(round(end * n / (count - 1))) for n in range(count)})
