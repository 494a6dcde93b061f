"""How does a model's card stand on a page? Its figures, tables and checks in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dangol.core.features.snapshot import FEATURES
from dangol.core.language import Language, Said
from dangol.core.predict.card import Card, CardTable, Cell, Check, Contender, Figure
from dangol.core.predict.predictor import NAMES
from dangol.core.report.voice import Voice
from dangol.platform.web.charts import Figures, Picture
from dangol.platform.web.pages.foresight.pictures import reliability

HEADLINE: Final = ("auc", "lift_10", "ece", "realised", "expected_amount", "bias", "coverage")
"""The figures that stand first, where a card has them."""
COMPARED: Final = ("auc", "lift_10", "ece", "brier", "empc", "log_likelihood", "bias")
"""By which the contenders are held beside each other."""
RATES: Final[Mapping[str, frozenset[int]]] = {
    "reliability": frozenset({1, 2}), "slices": frozenset({5, 6}), "retention": frozenset({1}),
}  # fmt: skip
"""Columns of tables whose numbers are shares."""
INTERVAL: Final = Said("{low} to {high}, 95% interval", "95% 구간 {low}~{high}")
WAY: Final = Said("Way of predicting", "예측 방법")
MOVED: Final = Said(
    "How far customers had moved by the last scoring", "마지막으로 점수를 매길 때까지 고객이 달라진 정도"
)
MOVED_HEADS: Final = (Said("What", "항목"), Said("PSI", "안정성 지수 (PSI)"), Said("Reading", "해석"))
_WORDS: Final = {
    "score": Said("the score itself", "점수 자체"),
    "steady": Said("as before", "그대로"),
    "moving": Said("moving", "움직이는 중"),
    "moved": Said("moved", "달라짐"),
}
"""Codes in the cells of tables."""
MOST_ROWS: Final = 10
_WHOLE: Final = 1000
_MOST_FACTS: Final = 200


@dataclass(frozen=True, slots=True)
class FigureShown:
    """A figure in words; empty where it is not known, with its reason."""

    label: str
    value: str
    interval: str
    reason: Said | None


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table of the card with its title."""

    title: str
    figures: Figures
    whole: Figures | None
    """All rows, where there are more than stand on the page at once."""


@dataclass(frozen=True, slots=True)
class CardShown:
    """Everything of a card that its page shows."""

    headline: Sequence[FigureShown]
    figures: Sequence[FigureShown]
    reliability: Picture | None
    contest: Figures | None
    tables: Sequence[TableShown]
    checks: Sequence[Check]
    chosen: str
    period: str
    seed: int
    facts: Sequence[tuple[str, str]]


def card_shown(
    card: Card, language: Language, currency: str, drift: Sequence[Sequence[Cell]] = ()
) -> CardShown:
    """A card in the reader's language, with how far customers have moved since."""
    voice = Voice(language, currency)
    headline = [found for name in HEADLINE if (found := card.figure(name)) is not None]
    return CardShown(
        [_figure(each, voice) for each in headline[:4]],
        [_figure(each, voice) for each in card.figures],
        _reliability(card, language),
        _contest(card, voice),
        [_table(each, voice) for each in (*card.tables, *_moved(drift)) if each.name != "reliability"],
        card.checks,
        _way(card.chosen, voice),
        f"{voice.day(card.period[0])} – {voice.day(card.period[1])}" if card.period else "–",
        card.seed,
        [(name, _fact(value)) for name, value in sorted(card.facts.items()) if _is_short(value)],
    )


def _moved(drift: Sequence[Sequence[Cell]]) -> tuple[CardTable, ...]:
    rows = tuple(map(tuple, drift))
    return (CardTable("moved", MOVED, MOVED_HEADS, rows),) if rows else ()


def _figure(figure: Figure, voice: Voice) -> FigureShown:
    value = "" if figure.value is None else _number(figure.value, figure.unit, voice)
    is_known = figure.low is not None and figure.high is not None
    ends = [_number(end, figure.unit, voice) for end in (figure.low, figure.high) if end is not None]
    return FigureShown(
        voice(figure.said), value, voice(INTERVAL, low=ends[0], high=ends[1]) if is_known else "", figure.reason
    )  # fmt: skip


def _number(value: float, unit: str, voice: Voice) -> str:
    if unit == "rate":
        return voice.percent(value)
    if unit == "money":
        return voice.money(value)
    if unit == "days":
        return voice.days(value)
    if unit == "count":
        return voice.count(value)
    return f"{voice.decimal(value, 2)}×" if unit == "ratio" else _plain(value, voice)


def _plain(value: float, voice: Voice) -> str:
    """A number without a unit, with as many decimals as its size asks for."""
    if value == int(value) or abs(value) >= _WHOLE:
        return voice.count(value)
    return voice.decimal(value, 4 if abs(value) < 0.1 else 3)


def _reliability(card: Card, language: Language) -> Picture | None:
    table = card.table("reliability")
    rows = table.rows if table else ()
    pairs = [(float(row[1]), float(row[2])) for row in rows if row[1] is not None and row[2] is not None]
    error = card.figure("ece")
    return reliability(pairs, language, error.value if error else None)


def _contest(card: Card, voice: Voice) -> Figures | None:
    """The model and the other ways, each with the figures that they share."""
    if not card.baselines:
        return None
    own = Contender(card.chosen, NAMES.get(card.chosen, Said(card.chosen, card.chosen)), card.figures)
    every = [own, *card.baselines]
    names = [name for name in COMPARED if any(_of(each, name) is not None for each in every)]
    heads = [voice(found.said) for name in names if (found := _first(every, name)) is not None]
    rows = [[voice(each.said), *(_cell_of(_of(each, name), voice) for name in names)] for each in every]
    return Figures([voice(WAY), *heads], rows)


def _of(contender: Contender, name: str) -> Figure | None:
    return next((each for each in contender.figures if each.name == name and each.value is not None), None)


def _first(contenders: Sequence[Contender], name: str) -> Figure | None:
    return next((found for each in contenders if (found := _of(each, name)) is not None), None)


def _cell_of(figure: Figure | None, voice: Voice) -> str:
    return "–" if figure is None or figure.value is None else _number(figure.value, figure.unit, voice)


def _table(table: CardTable, voice: Voice) -> TableShown:
    rates = RATES.get(table.name, frozenset())
    rows = [[_cell(cell, at in rates, voice) for at, cell in enumerate(row)] for row in table.rows]
    heads = [voice(each) for each in table.headings]
    whole = Figures(heads, rows) if len(rows) > MOST_ROWS else None
    return TableShown(voice(table.said), Figures(heads, rows[:MOST_ROWS]), whole)


def _cell(cell: Cell, is_rate: bool, voice: Voice) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        meant = _WORDS.get(cell) or (FEATURES[cell].said if cell in FEATURES else None)
        return voice(meant) if meant else cell
    return voice.percent(cell) if is_rate else _plain(float(cell), voice)


def _way(chosen: str, voice: Voice) -> str:
    return voice(NAMES[chosen]) if chosen in NAMES else chosen


def _is_short(value: Any) -> bool:
    return isinstance(value, str | int | float | bool | dict) and len(_fact(value)) <= _MOST_FACTS


def _fact(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return str(value)
