"""What are customers still worth, and how wrong was such a forecast the last time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from dangol.core.language import Said
from dangol.core.predict.card import Card, CardTable, Cell
from dangol.core.predict.card import Figure as CardFigure
from dangol.core.report.charts import Chart
from dangol.core.report.charts.chart import both
from dangol.core.report.charts.lines import Line, lines
from dangol.core.report.foresight_found import Found
from dangol.core.report.foresight_trust import PASSED
from dangol.core.report.foresight_words import worth_within
from dangol.core.report.model import Basis, Figure, Section, Table
from dangol.core.report.series import Months, count_axis
from dangol.core.report.voice import MONTHS, Voice

QUESTION: Final = Said("What are they still worth?", "고객의 남은 가치는 얼마입니까?")
LEAST_MONTHS: Final = 3


def value_section(found: Found, say: Voice) -> Section | None:
    """The card of the values; None where none was fitted."""
    card = found.value
    if card is None:
        return None
    months = card.table("months")
    chart = _tracked(months, say) if months and len(months.rows) >= LEAST_MONTHS else None
    tables = [_checks(card, say)]
    tables += [_plain(each, say) for each in card.tables if each.name in ("by_repeats", "retention")]
    return Section(
        "value", say(QUESTION), _finding(found, card, say), _basis(card, say), sentences=(say(card.verdict),),
        figures=tuple(_figure(each, say) for each in card.figures if each.name in _SHOWN and card.is_usable),
        charts=(chart,) if chart else (), tables=tuple(tables), notes=tuple(_notes(card, say)),
    )  # fmt: skip


def _finding(found: Found, card: Card, say: Voice) -> str:
    total = card.figure("expected_amount")
    if not card.is_usable:
        return say(
            Said(
                "The values are not shown: they failed their test",
                "검증을 통과하지 못해 가치를 보여 드리지 않습니다",
            )
        )
    if total is None or total.value is None:
        counted = card.figure("expected_purchases")
        words = Said("{n} purchases are expected {ahead}", "{ahead} 구매 {n}회가 예상됩니다")
        return say(
            words,
            n=say.count(counted.value if counted and counted.value else 0),
            ahead=worth_within(found, say),
        )
    words = Said("{money} is expected of {all} {ahead}", "{all}에게서 {ahead} {money}의 가치가 예상됩니다")
    shown = {"money": say.money(total.value), "all": say.customers(card.customer_count)}
    return say(words, ahead=worth_within(found, say), **shown)


def _basis(card: Card, say: Voice) -> Basis:
    name = {"sbg": "sBG", "bg_nbd": "BG/NBD", "mbg_nbd": "MBG/NBD", "pareto_nbd": "Pareto/NBD"}[card.chosen]
    if card.chosen == "sbg":
        words = Said(
            "{name}: those likely to leave leave first, so that whoever stays is likelier to stay on. Discounted by "
            "{rate} a year, times a margin of {margin}, at most five years ahead.",
            "{name}: 떠날 고객이 먼저 떠나므로 오래 남은 고객일수록 더 남습니다. 연 {rate} 할인, 마진 {margin}, "
            "최대 5년까지만 봅니다.",
        )
    else:
        words = Said(
            "{name}: how often each customer buys and whether they still do, times what they spend (Gamma-Gamma). "
            "Discounted by {rate} a year, times a margin of {margin}, at most five years ahead.",
            "{name}: 고객마다의 구매 빈도와 아직 고객일 확률에 구매 금액(Gamma-Gamma)을 곱했습니다. 연 {rate} 할인, "
            "마진 {margin}, 최대 5년까지만 봅니다.",
        )
    rate, margin = (say.percent(card.facts[each], 0) for each in ("yearly_discount", "margin"))
    period = f"{say.day(card.period[0])} – {say.day(card.period[1])}" if card.period else ""
    return Basis(say(words, name=name, rate=rate, margin=margin), period, say.customers(card.customer_count))


def _figure(figure: CardFigure, say: Voice) -> Figure:
    value, interval = figure.value, ""
    if value is None:
        shown = say.not_yet(say(figure.reason) if figure.reason else None)
    else:
        shown = _shown(figure, value, say)
    if figure.low is not None and figure.high is not None:
        words = Said("{low} to {high}, 95% interval", "95% 구간 {low}~{high}")
        interval = say(words, low=_shown(figure, figure.low, say), high=_shown(figure, figure.high, say))
    return Figure(
        figure.name, say(figure.said), value, shown, Basis(say(_SHOWN[figure.name]), "", ""), interval
    )


def _shown(figure: CardFigure, value: float, say: Voice) -> str:
    if figure.unit == "money":
        return say.money(value)
    if figure.name in ("bias", "amount_bias"):
        return f"{'+' if value > 0 else ''}{say.percent(value, 0)}"
    return say.percent(value, 0) if figure.unit == "rate" else say.count(value)


def _tracked(months: CardTable, say: Voice) -> Chart:
    """Repeat purchases of each month: what the model says for those customers, and what there were."""
    starts = [date.fromisoformat(str(row[0])) for row in months.rows]
    expected = [(float(n), float(row[1] or 0)) for n, row in enumerate(months.rows)]
    actual = [(float(n), float(row[2] or 0)) for n, row in enumerate(months.rows)]
    along = Months(starts, say)
    axis = count_axis([y for _, y in (*expected, *actual)], say)
    series = [Line(expected, colour="grey"), Line(actual, say(Said("actual", "실제")))]
    title = say(
        Said("Repeat purchases a month, and what the model says of them", "달마다의 재구매와 모형의 값")
    )
    return both(
        "months", title, title,
        lambda width: lines(width, series, x_ticks=along.ticks, y_ticks=axis.ticks, x_range=along.range, y_range=axis.range),
    )  # fmt: skip


def _checks(card: Card, say: Voice) -> Table:
    heads = (Said("Check", "점검"), Said("Result", "결과"))
    rows = tuple((say(check.said), say(PASSED[check.passed])) for check in card.checks)
    return Table(tuple(map(say, heads)), rows, words=2)


def _plain(table: CardTable, say: Voice) -> Table:
    return Table(
        tuple(map(say, table.headings)), tuple(tuple(_cell(cell, say) for cell in row) for row in table.rows)
    )


def _cell(cell: Cell, say: Voice) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return say.decimal(cell, 2)
    return say.count(cell) if isinstance(cell, int) else cell


def _notes(card: Card, say: Voice) -> Iterator[str]:
    if card.table("months") is None:
        return
    yield say(_GREY)
    season = card.facts.get("season")
    if season is None:
        words = Said(
            "Less than every month of a year is known, so that no season is weighed in.",
            "한 해의 모든 달을 알 수 없어 계절을 반영하지 않았습니다.",
        )
        yield say(words)
        return
    month = season.index(max(season)) + 1
    words = Said(
        "The months to come are weighed by how much was bought in them before, most of all {month}.",
        "앞으로의 달은 지난 그 달의 구매량에 따라 가중했고, {month}의 비중이 가장 큽니다.",
    )
    yield say(words, month=say(Said(MONTHS[month - 1], f"{month}월")))


_GREY: Final = Said(
    "Grey: what the model says of the same customers, knowing no season.",
    "회색: 계절을 모르는 모형이 같은 고객에 대해 말하는 값입니다.",
)
_SHOWN: Final = {
    "expected_amount": Said(
        "The sum over all customers; the interval is that of the sum, as far as the model is right.",
        "모든 고객의 합입니다. 구간은 모형이 맞다고 볼 때 합계의 구간입니다.",
    ),
    "bias": Said(
        "What would have been said before the last weeks, over what came in them, less 1: 0% is neither too much nor too little.",
        "마지막 기간 이전에 예측했을 값을 실제로 나누고 1을 뺀 값입니다. 0%면 치우치지 않은 것입니다.",
    ),
    "amount_bias": Said("The same for money.", "금액에 대한 같은 값입니다."),
    "coverage": Said(
        "Customers whose money in the last weeks lay inside the interval stated before; four in five are meant to.",
        "마지막 기간의 실제 금액이 미리 말한 구간 안에 든 고객의 비율입니다. 다섯 명에 네 명이 들도록 만든 구간입니다.",
    ),
}
