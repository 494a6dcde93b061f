"""How good is a model, on what was it built, and may it be used? The card that stands beside every prediction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dangol.core.language import Said

Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One number about a model, with its 95 % interval where there is one; None with its `reason` when unknown.

    `unit` is how the value is written: number, rate (0 to 1), ratio, count, days, money.
    """

    name: str
    said: Said
    value: float | None
    low: float | None = None
    high: float | None = None
    unit: str = "number"
    reason: Said | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a model must pass before it is used; `passed` is None where it could not be checked."""

    name: str
    passed: bool | None
    said: Said


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of predicting that was tried on the same customers: the model itself, its challenger, or a plain rule."""

    name: str
    said: Said
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class CardTable:
    """A small table of a card: reliability, slices, drift. `rows` have a cell for each of `headings`."""

    name: str
    said: Said
    headings: tuple[Said, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What a model is, on what it stands, how it did on customers that it had not seen, and the verdict.

    `kind` is churn, value, uplift, health, ...; `chosen` names the contender in use; `period` is the first and
    the last day of the snapshots (None: the data has no time).
    """

    kind: str
    as_of: date | None
    horizon_days: int | None
    period: tuple[date, date] | None
    customer_count: int
    left_count: int | None
    figures: tuple[Figure, ...]
    baselines: tuple[Contender, ...]
    checks: tuple[Check, ...]
    is_usable: bool
    verdict: Said
    chosen: str
    seed: int
    tables: tuple[CardTable, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    """Whatever else is worth keeping, as JSON can hold it: features, settings, versions of the libraries."""

    def figure(self, name: str) -> Figure | None:
        """The figure of that name, if the card has it."""
        return next((each for each in self.figures if each.name == name), None)

    def table(self, name: str) -> CardTable | None:
        """The table of that name, if the card has it."""
        return next((each for each in self.tables if each.name == name), None)

    def to_plain(self) -> dict[str, Any]:
        """The card as JSON can hold it; `card_from_plain` reads it back."""
        return {
            "kind": self.kind,
            "as_of": _day(self.as_of),
            "horizon_days": self.horizon_days,
            "period": self.period and [_day(each) for each in self.period],
            "customer_count": self.customer_count,
            "left_count": self.left_count,
            "figures": [_plain_figure(each) for each in self.figures],
            "baselines": [_plain_contender(each) for each in self.baselines],
            "checks": [{"name": c.name, "passed": c.passed, "said": _plain(c.said)} for c in self.checks],
            "is_usable": self.is_usable,
            "verdict": _plain(self.verdict),
            "chosen": self.chosen,
            "seed": self.seed,
            "tables": [_plain_table(each) for each in self.tables],
            "facts": self.facts,
        }


def card_from_plain(plain: dict[str, Any]) -> Card:
    """What `Card.to_plain` wrote."""
    return Card(
        **{
            **plain,
            "as_of": _read_day(plain["as_of"]),
            "period": plain["period"] and tuple(date.fromisoformat(each) for each in plain["period"]),
            "figures": tuple(map(_read_figure, plain["figures"])),
            "baselines": tuple(map(_read_contender, plain["baselines"])),
            "checks": tuple(Check(c["name"], c["passed"], _read(c["said"])) for c in plain["checks"]),
            "verdict": _read(plain["verdict"]),
            "tables": tuple(map(_read_table, plain["tables"])),
        }
    )


def _plain(said: Said) -> dict[str, str]:
    return {"en": said.en, "ko": said.ko}


def _read(plain: dict[str, str]) -> Said:
    return Said(plain["en"], plain["ko"])


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _plain_figure(figure: Figure) -> dict[str, Any]:
    return {
        "name": figure.name,
        "said": _plain(figure.said),
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "unit": figure.unit,
        "reason": figure.reason and _plain(figure.reason),
    }


def _read_figure(plain: dict[str, Any]) -> Figure:
    reason = plain["reason"]
    return Figure(**{**plain, "said": _read(plain["said"]), "reason": _read(reason) if reason else None})


def _plain_contender(contender: Contender) -> dict[str, Any]:
    return {
        "name": contender.name,
        "said": _plain(contender.said),
        "figures": [_plain_figure(each) for each in contender.figures],
    }


def _read_contender(plain: dict[str, Any]) -> Contender:
    return Contender(plain["name"], _read(plain["said"]), tuple(map(_read_figure, plain["figures"])))


def _plain_table(table: CardTable) -> dict[str, Any]:
    return {
        "name": table.name,
        "said": _plain(table.said),
        "headings": [_plain(each) for each in table.headings],
        "rows": [list(row) for row in table.rows],
    }


def _read_table(plain: dict[str, Any]) -> CardTable:
    headings = tuple(_read(each) for each in plain["headings"])
    return CardTable(plain["name"], _read(plain["said"]), headings, tuple(map(tuple, plain["rows"])))
