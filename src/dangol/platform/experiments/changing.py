"""What did a change move that could not be drawn by lot? Weaker designs, said to be weaker (SCIENCE, M-13)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from dangol.core.engine import World
from dangol.core.errors import DangolError, RequestError
from dangol.core.experiments.observational import Weaker, at_cutoff, before_and_after
from dangol.core.language import Said
from dangol.core.rules import rule as read_rule
from dangol.platform.audiences.ruling import member_ids
from dangol.platform.experiments.measuring import values_of
from dangol.platform.experiments.models import Change
from dangol.platform.experiments.outcomes import measured_of
from dangol.platform.experiments.seeing import eyes_of, why
from dangol.platform.kernel import clock
from dangol.platform.log.queries import position
from dangol.platform.people.queries import world_for

PERIODS: Final = 4
"""Into so many periods the time before, and the time after, is divided."""
REACH: Final = 180
"""Days on each side of a cut-off within which people must have joined."""
FEWEST: Final = 20
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
        found["failure"] = why(error)
    Change.objects.filter(pk=row.pk).update(position=at, computed_at=now, **found)


def _differences(world: World, row: Change, outcome: str) -> Told:
    """Those it was for against the others, before and after."""
    length = max(row.days // PERIODS, 1)
    until = row.changed_on + timedelta(days=length * PERIODS)
    if until > world.as_of:
        raise _too_early(row, until)
    treated = set(member_ids(world, read_rule(row.rule)))
    everybody = _customers_at(world, row.changed_on - timedelta(days=length * PERIODS))
    if not everybody:
        raise _nobody(row)
    starts = [row.changed_on + timedelta(days=length * n) for n in range(-PERIODS, PERIODS)]
    periods = [
        values_of(world, everybody, [each] * len(everybody), outcome, length)["value"] for each in starts
    ]
    panel = np.column_stack(periods)
    is_treated = np.array([each in treated for each in everybody], dtype=np.bool_)
    found = before_and_after(measured_of(outcome), panel, is_treated, PERIODS)
    means = [_mean(panel, is_treated), _mean(panel, ~is_treated)]
    counts = {"treated_count": int(is_treated.sum()), "other_count": int((~is_treated).sum())}
    return _plain(
        found, outcome, **counts, means=means, starts=[each.isoformat() for each in starts], length=length
    )


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


def _cutoff(world: World, row: Change, outcome: str) -> Told:
    """Those who joined just before the change against those who joined just after."""
    joined = dict(_joined_near(world, row))
    if not joined:
        raise _nobody(row)
    told = values_of(world, list(joined), list(joined.values()), outcome, row.days)
    running = np.array([float((joined[int(each)] - row.changed_on).days) for each in told["unit_id"]])
    values = told["value"]
    if "base" in told:
        values = np.divide(values, told["base"], out=np.full(len(values), np.nan), where=told["base"] > 0)
    known = ~np.isnan(values)
    if known.sum() < FEWEST:
        raise _nobody(row)
    found = at_cutoff(measured_of(outcome), running[known], values[known], 0.0)
    after = running[known] >= 0
    return _plain(found, outcome, treated_count=int(after.sum()), other_count=int((~after).sum()))


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


def _plain(found: Weaker, outcome: str, **more: Any) -> Told:
    """An estimate as plain values, with its ruling: apart from nothing, for good or bad, or not."""
    ends = found.difference
    is_good = (ends.value > 0) == (found.outcome.better == "up")
    ruling = "no_difference" if ends.low <= 0 <= ends.high else "better" if is_good else "worse"
    notes = [{"en": each.en, "ko": each.ko} for each in found.notes]
    told = {"outcome": outcome, "ruling": ruling, "effect": ends.value, "low": ends.low, "high": ends.high}
    said = {"en": found.said.en, "ko": found.said.ko}
    return told | {"holds": found.holds, "n": found.n, "said": said, "notes": notes, **more}


def _too_early(row: Change, until: date) -> RequestError:
    return _refused(
        row, Said(f"The time after it is over on {until}.", f"변경 이후 기간이 {until}에 끝납니다."),
        Said("Look again then.", "그 뒤에 다시 보십시오."),
    )  # fmt: skip


def _nobody(row: Change) -> RequestError:
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
