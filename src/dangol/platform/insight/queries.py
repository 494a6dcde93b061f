"""What do the numbers say now? Stored answers, and what can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import ibis

from dangol.core.engine import World
from dangol.core.language import Said
from dangol.core.metrics import catalogue, find
from dangol.core.metrics.metric import Metric
from dangol.core.schema import NOUNS
from dangol.platform.insight.answering import answered, present_day, restored, world_of
from dangol.platform.insight.models import StoredAnswer
from dangol.platform.insight.questions import Question, asked, returns_of, told
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.queries import position
from dangol.platform.people.queries import changed_at

LATELY: Final = timedelta(days=40)
NOTED: Final = timedelta(minutes=1)
"""That a page was read is noted at most so often."""


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer and what it rests on."""

    question: Question
    rows: list[dict[str, Any]]
    failure: Said | None
    as_of: date
    position: int
    computed_at: datetime
    is_fresh: bool
    """Whether everything that has arrived is in it; otherwise it is being counted again."""

    @property
    def metric(self) -> Metric:
        """What was asked for."""
        return find(self.question.metric)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in order."""
        return tuple(returns_of(self.question.metric))


def answer(viewer: Viewer, metric: str, *, segment: str = "", **given: Any) -> AnswerView:
    """The stored answer, counted now when there is none yet; an older one says `is_fresh` False."""
    return answer_to(asked(viewer, metric, segment=segment, **given))


def answer_to(question: Question) -> AnswerView:
    """The same for a question that is already made."""
    stored = StoredAnswer.objects.filter(pk=question.digest).first()
    if stored is None or stored.computed_at is None:
        since = known_now()
        with world_of(question, present_day()) as world:
            return shown(question, store(question, world, since))
    if stored.wanted_at < clock.now() - NOTED:
        StoredAnswer.objects.filter(pk=question.digest).update(wanted_at=clock.now())
    return shown(question, stored)


@dataclass(frozen=True, slots=True)
class Known:
    """How far the log was, and when, before a world was opened: no answer of that world holds more."""

    position: int
    moment: datetime


def known_now() -> Known:
    """To be asked before a world is opened: what arrives meanwhile is counted next time."""
    return Known(position(), clock.now())


def store(question: Question, world: World, since: Known) -> StoredAnswer:
    """Count the answer and keep it, with what was known when its world was opened."""
    found = answered(question, world)
    values = {
        "as_of": world.as_of,
        "position": since.position,
        "rows": found.rows,
        "failure": found.failure,
        "seconds": found.seconds,
        "computed_at": since.moment,
    }
    stored, _ = StoredAnswer.objects.update_or_create(
        pk=question.digest,
        defaults=values,
        create_defaults=values | told(question) | {"wanted_at": clock.now()},
    )
    return stored


def shown(question: Question, stored: StoredAnswer) -> AnswerView:
    """A stored row as what pages read."""
    if stored.as_of is None or stored.computed_at is None:
        raise ValueError(f"The answer {stored.pk} has not been counted yet.")
    failure = stored.failure
    return AnswerView(
        question=question,
        rows=restored(question.metric, stored.rows),
        failure=Said(failure["en"], failure["ko"]) if failure else None,
        as_of=stored.as_of,
        position=stored.position,
        computed_at=stored.computed_at,
        is_fresh=stored.position >= position()
        and stored.as_of == present_day()
        and stored.computed_at >= (changed_at() or stored.computed_at),
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """A metric of the catalogue, and what is missing before it can be answered here."""

    metric: Metric
    missing: tuple[str, ...]


def offers(viewer: Viewer) -> list[Offer]:
    """Every metric in alphabetical order."""
    there = _there(_units(viewer), position(), present_day())
    return [
        Offer(each, tuple(need for need in each.needs if need not in there)) for each in catalogue().values()
    ]


@lru_cache(maxsize=32)
def _there(units: tuple[int, ...] | None, position: int, as_of: date) -> frozenset[str]:
    """The tables that metrics may use; the same until something arrives."""
    with world_of(Question("", units=units), as_of) as world:
        return frozenset(world.tables())


def last_days(viewer: Viewer) -> dict[str, date | None]:
    """The last day of each table that has any rows; None where it lies more than forty days back."""
    return dict(_last_days(_units(viewer), position(), present_day()))


@lru_cache(maxsize=8)
def _last_days(units: tuple[int, ...] | None, position: int, as_of: date) -> dict[str, date | None]:
    since = as_of - LATELY
    with world_of(Question("", units=units), as_of) as world:
        found = {}
        for name in sorted(world.nouns):
            table, happened = NOUNS[name].table(), NOUNS[name].happened
            if happened is not None:
                late = table.filter(table[happened] >= ibis.literal(since))
                (found[name],) = world.ask(late.aggregate(last=late[happened].max())).column("last")
        return found


def _units(viewer: Viewer) -> tuple[int, ...] | None:
    return None if viewer.units is None else tuple(sorted(viewer.units))


def latest(rows: list[dict[str, Any]], column: str) -> Mapping[str, Any] | None:
    """The last row whose figure is known: the present value of a series."""
    return next((row for row in reversed(rows) if row.get(column) is not None), None)
