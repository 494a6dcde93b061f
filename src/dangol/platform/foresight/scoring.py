"""Who is at risk today? Everybody is scored, what changed is told, and what was foreseen is held against what came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.engine import World
from dangol.core.errors import DangolError
from dangol.core.features.matrix import FeatureMatrix
from dangol.platform.foresight import healthy, matured, registry, rule, telling, warning, writing
from dangol.platform.foresight.models import ModelVersion, Run
from dangol.platform.foresight.objections import objectors
from dangol.platform.foresight.training import horizon_of
from dangol.platform.foresight.views import BANDS
from dangol.platform.foresight.worth import Worth, worth_of
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.people.models import Person
from dangol.platform.people.models.person import LISTED
from dangol.platform.people.queries import world_for

MOST_MOVED: Final = 9
MOST_EXPLAINED: Final = 200_000
"""Everybody at medium or high risk has reasons; of the others so many, those with the most to lose first."""
Numbers = npt.NDArray[np.float64]
_NAMES: Final = {rank: name for name, rank in BANDS.items()}


@dataclass(frozen=True, eq=False)
class Foreseen:
    """What is foreseen of each row of a matrix; `p` is NaN where a rule is used."""

    p: Numbers
    ranks: npt.NDArray[np.int64]
    reasons: dict[int, list[dict[str, Any]]]
    """By position."""
    version: ModelVersion | None
    drift: tuple[tuple[Any, ...], ...] = ()
    """How far customers have moved since the model learned: (what, PSI, reading), the most moved first."""


def score(run: Run) -> dict[str, Any]:
    """Score everybody at risk; counts of what was done."""
    with closing(world_for(SYSTEM)) as world:
        run.as_of = world.as_of
        try:
            told = _scored(world, run)
        except DangolError as error:  # nothing in the data says who is a customer
            reason = {"en": error.in_("en"), "ko": error.in_("ko")}
            return {"count": 0, "reason": reason, "gone": telling.tell_gone(run.pk)}
        told["came"] = matured.compared(world)
        told["warnings"] = warning.looked(world, clock.now())
        return told


def _scored(world: World, run: Run) -> dict[str, Any]:
    everybody = world.features()
    matrix, left_out = _listed(everybody)
    version = registry.in_use(ModelVersion.Kind.CHURN)
    worth = worth_of(world, matrix)
    found = _by_model(version, matrix, worth) if version else _by_rule(world, matrix)
    moment = clock.now()
    writing.write(_rows(matrix, found, worth, run, moment))
    points = writing.note_points(run.pk, world.as_of)
    writing.reopen_entries()
    gone = telling.tell_gone(run.pk)
    horizon = version.horizon_days if version else horizon_of(world)
    return {
        "count": len(matrix), "objected": left_out, "points": points, "gone": gone, "told": telling.tell_changes(),
        "horizon_days": horizon, "bands": {name: int((found.ranks == rank).sum()) for rank, name in _NAMES.items()},
        "version": version.pk if version else None,
        "health": healthy.scored(world, everybody, run),
        "drift": [list(row) for row in found.drift], **matured.expectation(found.p),
    }  # fmt: skip


def _listed(matrix: FeatureMatrix) -> tuple[FeatureMatrix, int]:
    """Without those who objected to profiling, and without those whom no list shows; how many objected."""
    listed = np.fromiter(
        Person.objects.filter(LISTED).values_list("pk", flat=True).iterator(), dtype=np.int64
    )
    is_listed = np.isin(matrix.person_ids, listed)
    no = np.isin(matrix.person_ids, np.fromiter(objectors(), dtype=np.int64))
    return matrix.take(is_listed & ~no), int((is_listed & no).sum())


def _by_model(version: ModelVersion, matrix: FeatureMatrix, worth: Worth) -> Foreseen:
    from dangol.core.predict.churn import churn_model_of

    model = churn_model_of(version.text)
    p = model.score(matrix)
    ranks = np.array([BANDS[band] for band in model.bands(p)], dtype=np.int64)
    chosen = _explained(ranks, np.nan_to_num(worth.at_stake(p)))
    told = model.reasons(matrix.take(chosen), most=3)
    reasons = {int(at): [reason.to_plain() for reason in each] for at, each in zip(chosen, told, strict=True)}
    return Foreseen(p, ranks, reasons, version, model.drift(matrix).rows[:MOST_MOVED])


def _explained(ranks: npt.NDArray[np.int64], stake: Numbers) -> npt.NDArray[np.int64]:
    """The positions of those whose reasons are kept."""
    order = np.lexsort((-stake, -ranks))
    most = max(MOST_EXPLAINED, int((ranks >= BANDS["medium"]).sum()))
    return np.sort(order[:most]).astype(np.int64)


def _by_rule(world: World, matrix: FeatureMatrix) -> Foreseen:
    silent = rule.silent_days(matrix)
    ranks = rule.bands(silent, world.settings.gone_after_days)
    return Foreseen(np.full(len(matrix), np.nan), ranks, dict(enumerate(rule.reasons(silent))), None)


def _rows(
    matrix: FeatureMatrix, found: Foreseen, worth: Worth, run: Run, moment: datetime
) -> Iterator[Sequence[Any]]:
    """The rows of the table, in the order of its columns."""
    version = found.version.pk if found.version else None
    stake, spread = worth.at_stake(found.p), worth.spread(found.p)
    columns = (found.p, worth.amount, worth.low, worth.high, stake, spread)
    known = zip(*(_plain(each) for each in columns), strict=True)
    people, ranks = matrix.person_ids.tolist(), found.ranks.tolist()
    for at, (person, rank, (p, amount, low, high, money, variance)) in enumerate(
        zip(people, ranks, known, strict=True)
    ):
        yield (
            person, p, _NAMES[rank], rank, found.reasons.get(at, []), amount, low, high, money, variance, version, run.pk,
            run.as_of, moment,
        )  # fmt: skip


def _plain(numbers: Numbers) -> list[float | None]:
    """The numbers as Python has them, None for what is not known: only NaN is not itself."""
    return [None if number != number else number for number in numbers.tolist()]
