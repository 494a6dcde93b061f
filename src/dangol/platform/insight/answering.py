"""How is a question answered and kept? Asked of the world once, stored as plain JSON, read many times."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from dangol.core.engine import World
from dangol.core.engine.answer import Answer
from dangol.core.engine.engine import compiled
from dangol.core.engine.restricted import restricted
from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.rules import Moment, members_only, rule
from dangol.core.schema import NOUNS
from dangol.platform.insight.exploring import EXPLORE, answer_rows
from dangol.platform.insight.questions import Question, returns_of
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.people.queries import world_for

MOST_ROWS: Final = 20_000
"""More rows than this are no answer for a page; the rest is in a download."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of asking: rows, or the sentence that says why there are none."""

    rows: list[list[Any]]
    failure: dict[str, str] | None
    seconds: float


def present_day() -> date:
    """The first day that is not known yet: tomorrow, in the zone of the business."""
    return clock.today(business().time_zone) + timedelta(days=1)


@contextmanager
def world_of(question: Question, as_of: date) -> Iterator[World]:
    """The world that a question is put to: of its units, and of its segment where it has one."""
    units = None if question.units is None else frozenset(question.units)
    with closing(world_for(Viewer("insight", Role.OWNER, units), as_of)) as whole:
        if not question.segment:
            yield whole
            return
        with closing(restricted(whole, members_sql(whole, question.segment))) as some:
            yield some


def members_sql(world: World, segment: str) -> str:
    """The query for the people of a rule, in the words of the world's engine."""
    tables = {name: NOUNS[name].table() for name in world.nouns}
    moment = Moment.of_day(world.as_of, world.settings.time_zone)
    return compiled(members_only(rule(segment), tables, moment), world.engine.dialect)


def answered(question: Question, world: World) -> Answered:
    """Ask the world; a question that cannot be answered gives its sentence."""
    began = time.perf_counter()
    try:
        rows = [list(map(kept, row)) for row in _asked(question, world).rows]
        return Answered(rows[:MOST_ROWS], None, time.perf_counter() - began)
    except DangolError as error:
        failure = {"en": error.in_("en"), "ko": error.in_("ko")}
    except (OverflowError, ArithmeticError, ValueError):
        failure = {language: OUT_OF_BOUNDS.in_(language) for language in ("en", "ko")}
    return Answered([], failure, time.perf_counter() - began)


OUT_OF_BOUNDS: Final = Said(
    "One of the settings is too large or too small to count with.", "설정값 가운데 셀 수 없을 만큼 크거나 작은 것이 있습니다."
)  # fmt: skip


def _asked(question: Question, world: World) -> Answer:
    if question.metric == EXPLORE:
        return world.ask(answer_rows(dict(question.given), world.tables(), world.as_of))
    return world.metric(question.metric, **question.values())


def kept(value: Any) -> Any:
    """A value of an answer as JSON keeps it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def restored(metric: str, rows: list[list[Any]]) -> list[dict[str, Any]]:
    """The rows as they were answered: decimals, dates and moments again, one dict a row."""
    returns = returns_of(metric)
    readers = [_READERS.get(dtype.partition("(")[0]) for dtype in returns.values()]
    names = tuple(returns)
    return [
        {
            name: reader(value) if reader and value is not None else value
            for name, reader, value in zip(names, readers, row, strict=True)
        }
        for row in rows
    ]


_READERS: Final[dict[str, Any]] = {
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
}
