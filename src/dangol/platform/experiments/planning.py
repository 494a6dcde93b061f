"""Can it be proven here, and how long does that take? Said while the experiment is designed, from what happened before."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np

from dangol.core.engine import World
from dangol.core.errors import DangolError
from dangol.core.experiments.power import (
    RunTime,
    run_time,
    sample_size,
    sample_size_of_mean,
    smallest_effect,
)
from dangol.core.language import Said
from dangol.core.rules import rule as read_rule
from dangol.platform.audiences.ruling import member_ids
from dangol.platform.experiments.actions.designing import whom
from dangol.platform.experiments.measuring import values_of
from dangol.platform.experiments.outcomes import OUTCOMES
from dangol.platform.experiments.wishes import Wish, checked
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.queries import world_for

RECENT: Final = timedelta(days=28)
LONG: Final = 26
"""Weeks beyond which a small business is told what else it could do."""
STAYING: Final = frozenset({"kept", "ndr", "grr", "monthly_revenue"})
"""What only customers can do: their past is that of those who were customers then."""
ADVICE: Final[tuple[Said, ...]] = (
    Said("Try something bolder: twice the effect needs a quarter of the customers.", "더 과감한 것을 시험하십시오. 효과가 두 배면 필요한 고객은 4분의 1입니다."),
    Said("Judge by something that happens sooner or more often, such as active days instead of staying.", "더 빨리, 더 자주 일어나는 지표로 판단하십시오. 예: 유지 대신 이용 일수."),
    Said("Run the same idea several times and read it out as one experiment.", "같은 시도를 여러 번 하고 하나의 실험으로 판독하십시오."),
    Said("Take everybody in, half and half: unequal arms need more customers.", "모든 고객을 절반씩 나누십시오. 비율이 다르면 고객이 더 필요합니다."),
    Said("Otherwise decide by judgement and write the change into the change log, which is weaker and says so.", "그래도 어렵다면 판단으로 결정하고 변경 기록에 남기십시오. 근거가 더 약하다는 점이 함께 표시됩니다."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known before the start. `error` says what is missing; the rest is then None."""

    error: Said | None = None
    outcome: str = ""
    units_now: int = 0
    units_a_week: float = 0.0
    usual: float | None = None
    """The outcome of such customers in the last horizon that is over."""
    deviation: float | None = None
    run: RunTime | None = None
    detectable: float | None = None
    """The smallest effect that those who are there now would show."""
    smallest: float | None = None
    advice: tuple[Said, ...] = ()


def plan(viewer: Viewer, wish: Wish) -> Plan:
    """Baseline, size and run time of an experiment that is not written down yet; never raises for a wrong design."""
    try:
        checked(wish)
        _, rule = whom(wish)
        with closing(world_for(viewer)) as world:
            return _planned(world, wish, rule)
    except DangolError as error:
        return Plan(error=Said(error.in_("en"), error.in_("ko")))


def _planned(world: World, wish: Wish, rule: Any) -> Plan:
    members = _members(world, rule)
    now, a_week = len(members), _new_members(world, members) / (RECENT.days / 7)
    values = _past(world, wish, members)
    if len(values) < 2:
        return Plan(outcome=wish.outcome, units_now=now, units_a_week=a_week, advice=ADVICE)
    usual, variance = float(values.mean()), float(values.var(ddof=1))
    control = wish.arms[0][1] / (wish.arms[0][1] + wish.arms[1][1])
    told = {
        "outcome": wish.outcome,
        "units_now": now,
        "units_a_week": a_week,
        "usual": usual,
        "deviation": variance**0.5,
    }
    can_see = smallest_effect(now, variance, control_share=control) if now > 1 and variance else None
    if not wish.smallest or not variance:
        return Plan(**told, detectable=can_see)
    size = _size(wish, usual, variance, control)
    later = a_week if wish.enrols != "start" else 0.0
    run = run_time(size, later, units_now=now if wish.enrols != "code" else 0, horizon_days=wish.horizon_days)
    is_long = run.weeks is None or run.weeks > LONG
    return Plan(**told, run=run, detectable=can_see, smallest=wish.smallest, advice=ADVICE if is_long else ())


def _size(wish: Wish, usual: float, variance: float, control: float) -> Any:
    """By shares where both lie between 0 and 1, else by the variance of the past."""
    smallest = wish.smallest or 0.0
    is_share = OUTCOMES[wish.outcome].measured.kind == "share"
    if is_share and 0 < usual < 1 and 0 < usual + smallest < 1:
        return sample_size(usual, usual + smallest, control_share=control)
    return sample_size_of_mean(smallest, variance, control_share=control)


def _members(world: World, rule: Any) -> list[int]:
    if rule is None:
        people = world.tables()["people"]
        return sorted(int(each) for each in world.ask(people.select("person_id")).column("person_id"))
    return sorted(member_ids(world, read_rule(rule)))


def _new_members(world: World, members: Sequence[int]) -> int:
    """Those of the members who joined in the last four weeks: how fast such customers come."""
    people = world.tables()["people"]
    recent = people.filter(people.joined_on >= world.as_of - RECENT).select("person_id")
    return len({int(each) for each in world.ask(recent).column("person_id")} & set(members))


def _past(world: World, wish: Wish, members: Sequence[int]) -> Any:
    """The outcome of such customers in the last horizon that is over."""
    start = world.as_of - timedelta(days=wish.horizon_days)
    who = _customers_at(world, start) if wish.outcome in STAYING else list(members)
    if not who:
        return np.array([])
    found = values_of(world, who, [start] * len(who), wish.outcome, wish.horizon_days)
    values = found["value"]
    if "base" in found and np.nansum(found["base"]):
        # A ratio of sums is spread by its linearised values (Deng, Knoblich & Lu 2018).
        ratio = np.nansum(values) / np.nansum(found["base"])
        values = ratio + (values - ratio * found["base"]) / np.nanmean(found["base"])
    return values[~np.isnan(values)]


def _customers_at(world: World, day: date) -> list[int]:
    tenures = world.tables().get("tenures")
    if tenures is None:
        return []
    was_there = (tenures.started_on < day) & (tenures.ended_on.isnull() | (tenures.ended_on >= day))
    return sorted(
        {int(each) for each in world.ask(tenures.filter(was_there).select("person_id")).column("person_id")}
    )
