"""What is a metric? A pure function from tables to a table, with its words, unit and schema."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from ibis.expr.types import Table

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said

Unit = Literal["ratio", "count", "money", "days", "score", "table"]
Better = Literal["up", "down", "none"]


@dataclass(frozen=True)
class Metric:
    """A registered metric. `needs` are its table arguments, `parameters` the other ones.

    `uses` are tables that it takes when they are there (annotated `Table | None`): a rollup that answers
    faster, or people for a segment.

    `returns` is the output schema (Ibis type by column), checked whenever the metric is built.
    """

    name: str
    function: Callable[..., Table]
    title: Said
    says: Said
    unit: Unit
    better: Better
    seeds: tuple[str, ...]
    returns: Mapping[str, str]
    needs: tuple[str, ...] = field(init=False)
    uses: tuple[str, ...] = field(init=False)
    parameters: Mapping[str, inspect.Parameter] = field(init=False)

    def __post_init__(self) -> None:
        hints = typing.get_type_hints(self.function)
        arguments = inspect.signature(self.function).parameters
        needs = tuple(name for name in arguments if hints[name] is Table)
        uses = tuple(name for name in arguments if hints[name] == (Table | None))
        rest = {n: p.replace(annotation=hints[n]) for n, p in arguments.items() if n not in needs + uses}
        object.__setattr__(self, "needs", needs)
        object.__setattr__(self, "uses", uses)
        object.__setattr__(self, "parameters", rest)

    @property
    def doc(self) -> str:
        """The docstring: formula, unit, source and the worked example."""
        return inspect.getdoc(self.function) or ""

    def build(self, tables: Mapping[str, Table], **parameters: Any) -> Table:
        """The metric as an expression over the tables it needs; a RequestError when one is missing."""
        missing = [name for name in self.needs if name not in tables]
        if missing:
            raise RequestError(
                Said(f"The metric {self.name} was asked for.", f"지표 {self.name}을(를) 요청하셨습니다."),
                Said(
                    f"It needs {' and '.join(missing)}; the data has {', '.join(sorted(tables)) or 'nothing'}.",
                    f"이 지표에는 {', '.join(missing)} 데이터가 필요합니다. 지금 있는 것: {', '.join(sorted(tables)) or '없음'}.",
                ),
                Said(
                    "Add a file that holds it, or list what the data can answer: dangol metric list.",
                    "해당 파일을 더하거나, 가능한 지표를 확인하십시오: dangol metric list.",
                ),
            )
        unknown = set(parameters) - set(self.parameters)
        if unknown:
            raise UnknownNameError(f"setting of {self.name}", min(unknown), self.parameters)
        given = {name: tables[name] for name in (*self.needs, *self.uses) if name in tables}
        return self.checked(self.function(**given, **parameters))

    def checked(self, expression: Table) -> Table:
        """The expression, when its schema is the declared one; an AssertionError with both when it is not."""
        actual = {name: str(dtype.copy(nullable=True)) for name, dtype in expression.schema().items()}
        if actual != dict(self.returns):
            raise AssertionError(f"{self.name} declares {dict(self.returns)} and gives {actual}")
        return expression


_REGISTRY: dict[str, Metric] = {}


def metric(
    *, title: Said, says: Said, unit: Unit, better: Better, seeds: tuple[str, ...], returns: Mapping[str, str]
) -> Callable[[Callable[..., Table]], Callable[..., Table]]:
    """Register a function of this package as a metric under its own name."""

    def register(function: Callable[..., Table]) -> Callable[..., Table]:
        name = function.__name__
        _REGISTRY[name] = Metric(name, function, title, says, unit, better, seeds, dict(returns))
        return function

    return register


@cache
def catalogue() -> Mapping[str, Metric]:
    """Every metric by name: each module of this package is imported, and what it registers exists."""
    package = importlib.import_module("dangol.core.metrics")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return dict(sorted(_REGISTRY.items()))


def find(name: str) -> Metric:
    """One metric by name; an error that names the nearest ones when there is none."""
    known = catalogue()
    if name not in known:
        raise UnknownNameError(Said("metric", "지표"), name, known)
    return known[name]
