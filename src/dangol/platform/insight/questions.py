"""What is asked? A metric with its settings, of whom, for whose eyes: written so that equal questions are equal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangol.core.calendar import Period
from dangol.core.engine.parameters import value_of
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.core.rules import rule, text_of
from dangol.platform.insight.exploring import EXPLORE, RETURNS, exploration
from dangol.platform.kernel.access.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Question:
    """A metric's settings as texts, the rule that narrows it, and the units that the viewer may see."""

    metric: str
    given: tuple[tuple[str, str], ...] = ()
    segment: str = ""
    units: tuple[int, ...] | None = None

    @property
    def digest(self) -> str:
        """The same for equal questions, and for no others."""
        told = json.dumps([self.metric, self.given, self.segment, self.units], ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()[:40]

    def values(self) -> dict[str, Any]:
        """The settings as what the metric takes."""
        if self.metric == EXPLORE:
            return {}
        parameters = find(self.metric).parameters
        return {name: value_of(name, parameters[name].annotation, text) for name, text in self.given}


def asked(viewer: Viewer, metric: str, *, segment: str = "", **given: Any) -> Question:
    """The question, its names and values checked; errors say what would work.

    Settings are values or texts (`period="2026-01-01..2026-02-01"`); `None` leaves one out.
    """
    texts = {name: _spelled(value) for name, value in given.items() if value is not None and value != ""}
    if metric == EXPLORE:
        exploration(texts)
    else:
        _check_settings(metric, texts)
    units = None if viewer.units is None else tuple(sorted(viewer.units))
    return Question(metric, tuple(sorted(texts.items())), _one_line(segment), units)


def _check_settings(metric: str, texts: Mapping[str, str]) -> None:
    parameters = find(metric).parameters
    for name, text in texts.items():
        if name not in parameters:
            raise UnknownNameError(Said(f"setting of {metric}", f"지표 {metric}의 설정"), name, parameters)
        value_of(name, parameters[name].annotation, text)


def returns_of(metric: str) -> Mapping[str, str]:
    """The type of each column of an answer."""
    return RETURNS if metric == EXPLORE else find(metric).returns


def _spelled(value: Any) -> str:
    """A value as it is written on the command line and in addresses."""
    if isinstance(value, Period):
        return f"{value.start.isoformat()}..{value.end.isoformat()}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return ",".join(map(_spelled, value))
    return str(getattr(value, "value", value)).strip()


def _one_line(segment: str) -> str:
    return text_of(rule(segment)) if segment.strip() else ""


def told(question: Question) -> dict[str, Any]:
    """The question as columns of its row."""
    return {
        "metric": question.metric,
        "given": dict(question.given),
        "segment": question.segment,
        "units": None if question.units is None else list(question.units),
    }


def of_row(metric: str, given: Mapping[str, str], segment: str, units: list[int] | None) -> Question:
    """The question that a row holds."""
    return Question(metric, tuple(sorted(given.items())), segment, None if units is None else tuple(units))
