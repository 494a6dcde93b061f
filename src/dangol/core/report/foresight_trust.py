"""How far can the chances be trusted? What was expected and what came, beside plain rules, and every check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dangol.core.language import Said
from dangol.core.predict.card import Card, Contender
from dangol.core.predict.card import Figure as CardFigure
from dangol.core.predict.predictor import NAMES
from dangol.core.report.charts import Chart
from dangol.core.report.charts.chart import both
from dangol.core.report.charts.lines import Line, lines
from dangol.core.report.foresight_found import Found
from dangol.core.report.model import Basis, Figure, Section, Table
from dangol.core.report.series import rate_axis
from dangol.core.report.voice import Voice

QUESTION: Final = Said("How far can these chances be trusted?", "이 확률을 얼마나 믿을 수 있습니까?")
COMPARED: Final = ("auc", "lift_10", "ece", "brier", "empc")
HEADLINE: Final = ("auc", "lift_10", "ece")
PASSED: Final = {
    True: Said("passed", "통과"),
    False: Said("failed", "통과하지 못함"),
    None: Said("not checked", "확인하지 못함"),
}


def trust_section(found: Found, say: Voice) -> Section | None:
    """The card of the model of chances; None where none was fitted."""
    card = found.churn
    if card is None:
        return None
    chart = _reliability(card, say)
    return Section(
        "trust", say(QUESTION), _finding(found, card, say), _basis(card, say), sentences=(_verdict(card, say),),
        figures=tuple(_figure(each, card, say) for each in card.figures if each.name in HEADLINE),
        charts=(chart,) if chart else (), tables=(_checks(card, say), _rivals(card, say)),
    )  # fmt: skip


def _finding(found: Found, card: Card, say: Voice) -> str:
    if found.by_rule is not None or not card.is_usable:
        return say(Said("The model is not used; a rule is", "모형 대신 규칙을 사용합니다"))
    name = say(NAMES[card.chosen])
    lift = card.figure("lift_10")
    if lift is None or lift.value is None:
        return say(Said("In use: {name}", "사용 중: {name}"), name=name)
    words = Said(
        "The first tenth of the list holds {lift} times as many leavers as chance would",
        "목록의 상위 10%에는 무작위로 고를 때보다 떠날 고객이 {lift}배 많습니다",
    )
    return say(words, lift=say.decimal(lift.value))


def _verdict(card: Card, say: Voice) -> str:
    """The verdict; of a model that failed only the first reason, as every check stands in the table."""
    failed = [check for check in card.checks if check.passed is False and check.name != "slices"]
    if card.is_usable or not failed:
        return say(card.verdict)
    first = next((check for check in failed if check.name.startswith("leak_")), failed[0])
    return say(Said("Not used. {why}", "사용하지 않습니다. {why}"), why=say(first.said))


def _basis(card: Card, say: Voice) -> Basis:
    words = Said(
        "Judged on customers that the model had not seen; chances are brought in line with what came.",
        "모형이 보지 못한 고객으로 평가했고, 확률은 실제로 일어난 비율에 맞추었습니다.",
    )
    period = f"{say.day(card.period[0])} – {say.day(card.period[1])}" if card.period else ""
    left = "" if card.left_count is None else say(
        Said(", of whom {n} left", ", 그중 떠난 고객 {n}명"), n=say.count(card.left_count)
    )  # fmt: skip
    return Basis(say(words), period, say.customers(card.customer_count) + left)


def _figure(figure: CardFigure, card: Card, say: Voice) -> Figure:
    value = figure.value
    if value is None:
        shown = say.not_yet(say(figure.reason) if figure.reason else None)
    else:
        shown = _shown(figure, value, say)
    interval = ""
    if figure.low is not None and figure.high is not None:
        words = Said("{low} to {high}, 95% interval", "95% 구간 {low}~{high}")
        interval = say(words, low=_shown(figure, figure.low, say), high=_shown(figure, figure.high, say))
    return Figure(
        figure.name, say(figure.said), value, shown, Basis(say(MEANINGS[figure.name]), "", ""), interval
    )


def _shown(figure: CardFigure, value: float, say: Voice) -> str:
    if figure.unit == "rate":
        return say.percent(value)
    return say.decimal(value, 1 if figure.unit == "ratio" else 3)


def _reliability(card: Card, say: Voice) -> Chart | None:
    """Expected against realised, by tenths of the customers; on the dotted line both are the same."""
    table = card.table("reliability")
    rows = [] if table is None else [(float(r[1] or 0), float(r[2] or 0)) for r in table.rows]
    if len(rows) < 3:
        return None
    points = sorted(rows)
    top = max(max(pair) for pair in points)
    title = say(Said("What was expected, and what came", "예상한 비율과 실제 비율"))
    axis = rate_axis([0.0, top], say, zero=True)
    whole = (0.0, min(axis.range[1], 1.0))
    shown = [tick for tick in axis.ticks if tick[0] <= whole[1]]
    here, even = say(Said("what came", "실제")), say(Said("as expected", "예상대로"))
    series = [
        Line([(0.0, 0.0)], even, "grey", unfinished=[(whole[1], whole[1])]),
        Line(points, here, below=points[-1][1] < points[-1][0]),
    ]
    words = Said(
        "{title}. By tenths of the customers: {pairs}.",
        "{title}. 고객을 열로 나누어 본 예상과 실제: {pairs}.",
    )
    pairs = ", ".join(f"{say.percent(a, 0)} → {say.percent(b, 0)}" for a, b in points)
    return both(
        "reliability", title, say(words, title=title, pairs=pairs),
        lambda width: lines(width, series, x_ticks=shown, y_ticks=shown, x_range=whole, y_range=whole),
    )  # fmt: skip


def _checks(card: Card, say: Voice) -> Table:
    heads = (Said("Check", "점검"), Said("Result", "결과"))
    rows = tuple((say(check.said), say(PASSED[check.passed])) for check in card.checks)
    return Table(tuple(map(say, heads)), rows, words=2)


def _rivals(card: Card, say: Voice) -> Table:
    own = Contender(card.chosen, NAMES[card.chosen], card.figures)
    known = {figure.name: figure for figure in card.figures}
    names = [name for name in COMPARED if name in known]
    heads = (say(Said("On the same customers", "같은 고객에서")), *(say(known[name].said) for name in names))
    return Table(heads, tuple(_row(each, names, say) for each in (own, *card.baselines)))


def _row(contender: Contender, names: Sequence[str], say: Voice) -> tuple[str, ...]:
    figures = {figure.name: figure for figure in contender.figures}
    cells = []
    for name in names:
        figure = figures.get(name)
        known = figure is not None and figure.value is not None
        cells.append(
            _shown(figure, figure.value, say) if known and figure and figure.value is not None else "–"
        )
    return (say(contender.said), *cells)


MEANINGS: Final = {
    "auc": Said(
        "Of a customer who left and one who stayed, how often the one who left was given the higher chance. "
        "0.5 is no better than a coin, 1 is never wrong.",
        "떠난 고객과 남은 고객을 한 명씩 골랐을 때, 떠난 쪽에 더 높은 확률을 준 비율입니다. 0.5는 동전 던지기, 1은 늘 맞음입니다.",
    ),
    "lift_10": Said(
        "Leavers among the tenth with the highest chances, over those among any tenth.",
        "확률이 가장 높은 10%에서 떠난 비율을 전체에서 떠난 비율로 나눈 값입니다.",
    ),
    "ece": Said(
        "How far the chances lie from the share that left, on the mean of ten equal groups.",
        "고객을 열 집단으로 나누어 본 확률과 실제 비율의 평균 차이입니다.",
    ),
}
