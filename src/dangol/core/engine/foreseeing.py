"""What does a world give to those who foresee? Features of a day, what came of it, and both together to learn from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import ibis
import numpy as np
import numpy.typing as npt

from dangol.core.calendar import Period
from dangol.core.engine.engine import Engine, compiled
from dangol.core.errors import DataError, RequestError
from dangol.core.features.events import MOST_NAMES
from dangol.core.features.known import OLDER, Cut, known_schema, known_tables
from dangol.core.features.labels import (
    Horizon,
    Policy,
    activity_of,
    ends_of,
    outcomes_by_contract,
    outcomes_by_silence,
    spans_of,
    there_of,
)
from dangol.core.features.matrix import FeatureMatrix, alike
from dangol.core.features.outcomes import Outcomes, renewals
from dangol.core.features.snapshot import FEATURES, described, event_names, parts_of, sums_of
from dangol.core.language import Said
from dangol.core.predict.labelled import Labelled
from dangol.core.schema import NOUNS

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from dangol.core.engine.world import World

MOST_WORDS: Final = 50
"""Words of a categorical feature; the rarer ones count as unknown."""
STEP_DAYS: Final = 28
"""Days between two snapshots: whole weeks, so that each begins on the same weekday."""
_AT_RISK: Final = ibis.table(
    {"person_id": "int64", "tenure_days": "int64", "return_count": "int64"}, name="known_at_risk"
)
_SUMS: Final = "known_sums"
_THERE: Final = "select person_id, tenure_days, return_count as tenure_return_count from known_at_risk"


def policy_of(world: World) -> Policy:
    """What makes a customer in this world; a DataError where nothing does."""
    by = world.customers_by
    if by is None:
        raise DataError(
            Said("Customers at risk were asked for.", "이탈 위험이 있는 고객을 요청하셨습니다."),
            Said(
                f"The data holds {', '.join(sorted(world.nouns))}, and none of it says who is a customer when.",
                f"{', '.join(sorted(world.nouns))}만 있어 누가 언제 고객인지 알 수 없습니다.",
            ),
            Said("Add orders, events or subscriptions.", "주문, 이벤트, 구독 데이터를 더해 주십시오."),
        )
    return Policy(by, world.settings.gone_after_days)


def features(
    world: World, as_of: date | None = None, *, events: Sequence[str] | None = None
) -> FeatureMatrix:
    """Everything known of each customer at risk on the morning of a day, by default the world's.

    `events` are the names to tell apart; by default the most frequent of the 90 days before.
    A RequestError for a day after the world's.
    """
    day = _checked(world, as_of or world.as_of)
    names = tuple(events if events is not None else _event_names(world, day))[:MOST_NAMES]
    _define_known(world, day)
    asked = _questions(tuple(sorted(world.nouns)), names, world.engine.dialect)
    with world.engine.kept(_SUMS, asked.sums) if asked.sums else nullcontext():
        return _matrix(world.engine, day, asked.parts, names)


def outcomes(world: World, as_of: date, horizon_days: int, gap_days: int = 0) -> Outcomes:
    """What came of each customer at risk on the morning of a day; a RequestError while it is not known yet."""
    horizon = _horizon(world, as_of, horizon_days, gap_days)
    _define_known(world, as_of)
    expression = _outcomes(world, horizon).order_by("person_id")
    found = world.engine.columns(compiled(expression, world.engine.dialect))
    left_on = found["left_on"].astype("datetime64[D]")
    since_on = np.datetime64(as_of) - found["tenure_days"].astype("timedelta64[D]")
    span = Period(horizon.starts_on, horizon.ends_on)
    due = (
        renewals(since_on, left_on, span)
        if policy_of(world).is_contractual
        else np.zeros(len(left_on), np.int64)
    )
    return Outcomes(
        as_of, horizon_days, gap_days, found["person_id"].astype(np.int64), found["has_left"].astype(np.bool_),
        found["is_involuntary"].astype(np.bool_), left_on, due,
    )  # fmt: skip


def training(
    world: World, horizon_days: int, gap_days: int = 0, snapshots: int | Sequence[date] = 6
) -> tuple[Labelled, ...]:
    """Features of several days and what came of them, the oldest first.

    `snapshots` are the days, or how many of them, four weeks apart, back from the last day whose horizon is over.
    Days on which nobody was at risk are left out. All have the same columns: the events told apart are those
    that are frequent as of the world's day.
    """
    last = world.as_of - timedelta(days=horizon_days + gap_days)
    days = _days(last, snapshots)
    names = _event_names(world, world.as_of)
    found = []
    for day in days:
        if day <= world.period().start:
            continue
        came = outcomes(world, day, horizon_days, gap_days)
        matrix = features(world, day, events=names) if len(came) else None
        if matrix is not None:
            found.append((matrix, came))
    matrices = alike([matrix for matrix, _ in found])
    return tuple(
        _labelled(matrix, came, _held_out(world, came.as_of))
        for matrix, (_, came) in zip(matrices, found, strict=True)
    )


def _days(last: date, snapshots: int | Sequence[date]) -> list[date]:
    if isinstance(snapshots, int):
        return [last - timedelta(days=STEP_DAYS * back) for back in range(snapshots - 1, -1, -1)]
    return sorted(snapshots)


def _labelled(matrix: FeatureMatrix, came: Outcomes, held_out: npt.NDArray[np.int64] | None) -> Labelled:
    """The customers of a snapshot who were still there after the gap."""
    kept = np.isin(matrix.person_ids, came.person_ids, assume_unique=True)
    rest = matrix if kept.all() else matrix.take(kept)
    return Labelled(
        rest,
        came.has_left,
        came.is_involuntary,
        None if held_out is None else np.isin(rest.person_ids, held_out),
    )


def _held_out(world: World, day: date) -> npt.NDArray[np.int64] | None:
    """The people of any global holdout on a day; None where exposures are not kept."""
    if "exposures" not in world.nouns:
        return None
    exposures = Cut(day, world.settings.time_zone).known("exposures", NOUNS["exposures"].table())
    arm = exposures.arm.lower().replace("_", " ").replace("-", " ")
    people = exposures.filter(arm.isin(["holdout", "held out"])).select("person_id").distinct()
    found = world.engine.columns(compiled(people, world.engine.dialect))
    return found["person_id"].astype(np.int64)


def _event_names(world: World, day: date) -> tuple[str, ...]:
    if "events" not in world.nouns:
        return ()
    names = event_names(_nouns(world), day, world.settings.time_zone).limit(MOST_NAMES)
    return tuple(world.ask(names).column("name"))


def _define_known(world: World, day: date) -> None:
    """Views of what was known on a day, and of who was at risk on it.

    The question on top of them is then the same for every day, and compiled once: that takes longer than
    asking it of a small business.
    """
    engine, cut = world.engine, Cut(day, world.settings.time_zone)
    for name, table in known_tables(_nouns(world), cut).items():
        engine.define(f"known_{name}", compiled(table, engine.dialect))
    spans = spans_of(_known_nouns(world.nouns), policy_of(world))
    engine.define("known_spans", compiled(spans, engine.dialect))
    there = there_of(ibis.table(spans.schema(), name="known_spans"), cut)
    engine.define("known_at_risk", compiled(there.select(*_AT_RISK.columns), engine.dialect))


def _outcomes(world: World, horizon: Horizon) -> Table:
    nouns, policy = _nouns(world), policy_of(world)
    if not policy.is_contractual:
        return outcomes_by_silence(activity_of(nouns, policy), _AT_RISK, horizon)
    ends = ends_of(nouns["subscriptions"])
    world.engine.define("known_ends", compiled(ends, world.engine.dialect))
    return outcomes_by_contract(ibis.table(ends.schema(), name="known_ends"), _AT_RISK, horizon)


def _known_nouns(names: Collection[str]) -> dict[str, Table]:
    every = (*names, OLDER) if "events" in names else names
    return {name: ibis.table(known_schema(name), name=f"known_{name}") for name in every}


@dataclass(frozen=True, slots=True)
class _Questions:
    """The SQL of the one pass over the events (None without them), and of each part of the features over it."""

    sums: str | None
    parts: tuple[tuple[str, frozenset[str]], ...]
    """With the columns of the part that are 0 for somebody without a row."""


@lru_cache(maxsize=64)
def _questions(nouns: tuple[str, ...], names: tuple[str, ...], dialect: str) -> _Questions:
    """All questions over the views of a day."""
    known = _known_nouns(nouns)
    sums = sums_of(known, names)
    kept = None if sums is None else ibis.table(sums.schema(), name=_SUMS)
    parts = parts_of(known, _AT_RISK, kept, names)
    return _Questions(
        None if sums is None else compiled(sums, dialect),
        tuple((compiled(part, dialect), frozenset(zero)) for part, zero in parts),
    )


def _nouns(world: World) -> dict[str, Table]:
    return {name: NOUNS[name].table() for name in sorted(world.nouns)}


def _matrix(
    engine: Engine, day: date, questions: Iterable[tuple[str, frozenset[str]]], names: tuple[str, ...]
) -> FeatureMatrix:
    """The parts side by side, by person. Put together here: as one query, it would hold everything twice."""
    there = engine.columns(_THERE)
    order = np.argsort(there["person_id"])
    ids = there["person_id"][order].astype(np.int64)
    columns = {name: there[name][order] for name in there if name != "person_id"}
    for sql, zero in questions:
        part = engine.columns(sql)
        place, has_row = _places(part.pop("person_id"), ids)
        for name in list(part):
            columns[name] = _aligned(part.pop(name), place, has_row, missing=0.0 if name in zero else np.nan)
    meant = {name: described(name, names) for name in columns}
    values = np.empty((len(ids), len(columns)), order="F")
    categories = {}
    for number, name in enumerate(list(columns)):
        column = columns.pop(name)
        if meant[name].unit == "category":
            column, categories[name] = _coded(column)
        values[:, number] = column
    return FeatureMatrix(
        ids, tuple(each.name for each in meant.values()), values, day, categories,
        {each.name: each for each in meant.values() if each.name not in FEATURES},
    )  # fmt: skip


def _places(
    people: npt.NDArray[Any], ids: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Where each of the ids stands among the people of a part, and whether it does."""
    if not len(people):
        return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=np.bool_)
    order = np.argsort(people)
    place = order[np.minimum(np.searchsorted(people, ids, sorter=order), len(people) - 1)]
    return place, people[place] == ids


def _aligned(
    column: npt.NDArray[Any], place: npt.NDArray[np.int64], has_row: npt.NDArray[np.bool_], missing: float
) -> npt.NDArray[Any]:
    is_word = column.dtype.kind == "O"
    none: Any = None if is_word else missing
    if not len(column):
        return np.full(len(place), none, dtype=object if is_word else np.float64)
    return np.where(has_row, column[place], none)


def _coded(words: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float64], tuple[str, ...]]:
    """The position of each word among the most frequent ones, in the order of the alphabet; NaN for others."""
    counted: dict[str, int] = {}
    for word in words:
        if word is not None:
            counted[word] = counted.get(word, 0) + 1
    most = sorted(counted, key=lambda word: (-counted[word], word))[:MOST_WORDS]
    kept = tuple(sorted(most))
    places: dict[str | None, float] = {word: float(place) for place, word in enumerate(kept)}
    return np.array([places.get(word, np.nan) for word in words], dtype=np.float64), kept


def _checked(world: World, day: date) -> date:
    if day > world.as_of:
        raise RequestError(
            Said(f"What is known on {day} was asked for.", f"{day}에 알려진 내용을 요청하셨습니다."),
            Said(f"This world is as of {world.as_of}.", f"이 데이터의 기준일은 {world.as_of}입니다."),
            Said(f"Ask for {world.as_of} or an earlier day.", f"{world.as_of}이나 그 이전 날짜를 주십시오."),
        )
    return day


def _horizon(world: World, as_of: date, days: int, gap_days: int) -> Horizon:
    if days < 1 or gap_days < 0:
        raise RequestError(
            Said(
                f"A horizon of {days} days after a gap of {gap_days} days was asked for.",
                f"{gap_days}일 뒤부터 {days}일의 기간을 요청하셨습니다.",
            ),
            Said(
                "A horizon has at least one day, and a gap none or more.",
                "기간은 하루 이상, 간격은 0일 이상이어야 합니다.",
            ),
            Said("For example 30 and 0.", "예: 30일과 0일."),
        )
    horizon = Horizon(as_of, days, gap_days)
    if horizon.ends_on > world.as_of:
        latest = world.as_of - timedelta(days=days + gap_days)
        raise RequestError(
            Said(
                f"Who left in the {days} days after {horizon.starts_on} was asked for.",
                f"{horizon.starts_on}부터 {days}일 동안 떠난 고객을 요청하셨습니다.",
            ),
            Said(
                f"Those days are not over on {world.as_of}, the day of this world.",
                f"이 데이터의 기준일인 {world.as_of}에는 그 기간이 끝나지 않았습니다.",
            ),
            Said(
                f"Ask as of {latest} or earlier, or for fewer days.",
                f"{latest} 이전의 날짜나 더 짧은 기간을 쓰십시오.",
            ),
        )
    return horizon
