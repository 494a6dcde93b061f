"""What did a change move that could not be drawn by lot? Weaker designs, said to be weaker (SCIENCE, M-13)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from dangol.core.engine import World
from dangol.core.errors import DangolError, RequestError
from dangol.core.language import Said
from dangol.core.rules import rule as read_rule
from dangol.core.stats.discontinuity import regression_discontinuity
from dangol.core.stats.panel import difference_in_differences
from dangol.platform.audiences.ruling import member_ids
from dangol.platform.experiments.measuring import Roster, measured
from dangol.platform.experiments.models import Change
from dangol.platform.experiments.outcomes import OUTCOMES
from dangol.platform.experiments.seeing import eyes_of
from dangol.platform.kernel import clock
from dangol.platform.log.queries import position
from dangol.platform.people.queries import world_for

PERIODS: Final = 4
"""Into so many periods the time before, and the time after, is divided."""
REACH: Final = 180
"""Days on each side of a cut-off within which people must have joined."""
Told = dict[str, Any]
Estimate = Callable[[World, Change, str], Told]


def keep(row: Change) -> None:
    """Estimate a change and keep what was found, or why nothing was."""
    at, now = position(), clock.now()
    found: dict[str, Any] = {"told": [], "failure": None}
    try:
        with closing(world_for(eyes_of(row.unit_id))) as world:
            found["told"] = [_METHODS[row.method](world, row, name) for name in row.outcomes]
    except DangolError as error:
        found["failure"] = {"en": error.in_("en"), "ko": error.in_("ko")}
    Change.objects.filter(pk=row.pk).update(position=at, computed_at=now, **found)


def _differences(world: World, row: Change, outcome: str) -> Told:
    """Those it was for against the others, before and after."""
    length = max(row.days // PERIODS, 1)
    until = row.changed_on + timedelta(days=length * PERIODS)
    if until > world.as_of:
        raise _too_early(row, until)
    treated = set(member_ids(world, read_rule(row.rule)))
    everybody = _customers_at(world, row.changed_on - timedelta(days=length * PERIODS))
    starts = [row.changed_on + timedelta(days=length * n) for n in range(-PERIODS, PERIODS)]
    panel = np.column_stack([_period(world, everybody, start, length, outcome) for start in starts])
    is_treated = np.array([each in treated for each in everybody], dtype=np.bool_)
    found = difference_in_differences(panel, is_treated, PERIODS) if len(everybody) else None
    if found is None:
        raise _too_few(row)
    interval = found.effect.difference
    return _plain(
        row, outcome, interval, found.effect.p_value,
        treated_count=found.treated_count, other_count=found.other_count, moved_alike=found.moved_alike,
        means=[_mean(panel, is_treated), _mean(panel, ~is_treated)], starts=[each.isoformat() for each in starts],
        length=length,
    )  # fmt: skip


def _mean(panel: Any, rows: Any) -> list[float | None]:
    return [float(each) for each in panel[rows].mean(axis=0)] if rows.any() else [None] * panel.shape[1]


def _customers_at(world: World, day: date) -> list[int]:
    """Who was known before the comparison begins: later arrivals have no before."""
    people = world.tables()["people"]
    found = (
        world.ask(people.filter(people.joined_on < day).select("person_id"))
        if "people" in world.nouns
        else None
    )
    return sorted(int(each) for each in found.column("person_id")) if found else []


def _period(world: World, people: Sequence[int], start: date, length: int, outcome: str) -> Any:
    arms = ["all"] * len(people)
    return measured(world, Roster(people, people, arms, [start] * len(people)), [outcome], length)[outcome]


def _cutoff(world: World, row: Change, outcome: str) -> Told:
    """Those who joined just before the change against those who joined just after."""
    joined = _joined_near(world, row)
    people = [person for person, _ in joined]
    roster = Roster(people, people, ["all"] * len(people), [day for _, day in joined])
    found = measured(world, roster, [outcome], row.days)
    starts = dict(joined)
    running = np.array([float((starts[int(each)] - row.changed_on).days) for each in found["unit_id"]])
    values, base = np.asarray(found[outcome], dtype=float), np.asarray(found[f"{outcome}_base"], dtype=float)
    if not np.isnan(base).all():
        values = np.divide(values, base, out=np.full(len(values), np.nan), where=base > 0)
    known = ~np.isnan(values)
    jump = regression_discontinuity(running[known], values[known], 0.0) if known.sum() > 2 else None
    if jump is None:
        raise _too_few(row)
    return _plain(
        row, outcome, jump.jump, jump.p_value, treated_count=jump.above_count, other_count=jump.below_count,
        bandwidth=jump.bandwidth, is_crowded=jump.is_crowded,
        half=jump.half and jump.half._asdict(), double=jump.double and jump.double._asdict(),
    )  # fmt: skip


def _joined_near(world: World, row: Change) -> list[tuple[int, date]]:
    if "people" not in world.nouns:
        return []
    people, near = world.tables()["people"], timedelta(days=REACH)
    found = world.ask(
        people.filter((people.joined_on >= row.changed_on - near) & (people.joined_on < row.changed_on + near))
        .select("person_id", "joined_on")
    )  # fmt: skip
    return sorted((int(person), day) for person, day in found.rows)


_METHODS: Final[dict[str, Estimate]] = {"did": _differences, "rd": _cutoff}


def _plain(row: Change, outcome: str, interval: Any, p_value: float | None, **more: Any) -> Told:
    """An estimate as plain values, with its ruling: proven good or bad, or not told apart from nothing."""
    is_apart = interval is not None and not interval.low <= 0 <= interval.high
    is_good = is_apart and (interval.value > 0) == (OUTCOMES[outcome].measured.better == "up")
    ruling = ("better" if is_good else "worse") if is_apart else "no_difference"
    told = {"outcome": outcome, "method": row.method, "ruling": ruling, "p_value": p_value, **more}
    return told | {"effect": interval.value, "low": interval.low, "high": interval.high}


def _too_early(row: Change, until: date) -> RequestError:
    return _refused(
        row, Said(f"The time after it is over on {until}.", f"변경 이후 기간이 {until}에 끝납니다."),
        Said("Look again then.", "그 뒤에 다시 보십시오."),
    )  # fmt: skip


def _too_few(row: Change) -> RequestError:
    return _refused(
        row, Said("Too few customers are known on both sides of it.", "변경 전후로 알려진 고객이 너무 적습니다."),
        Said("Compare more days, or a wider audience.", "더 긴 기간이나 더 넓은 고객 그룹으로 비교하십시오."),
    )  # fmt: skip


def _refused(row: Change, wrong: Said, would_work: Said) -> RequestError:
    return RequestError(
        Said(
            f"The effect of {row.name!r} was to be estimated.", f"{row.name!r}의 효과를 추정하려고 했습니다."
        ),
        wrong,
        would_work,
    )
