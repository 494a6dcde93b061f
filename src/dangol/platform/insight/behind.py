"""Which people stand behind a number? Every number on a page opens the list of those it counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.rollups.silence import silences
from dangol.core.rollups.stays import tenure_class
from dangol.core.schema.causes import UNKNOWN

Tables = Mapping[str, Table]


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people: what it is called, and who is in it (a table of person_id)."""

    name: str
    title: Said
    needs: tuple[str, ...]
    people: Callable[..., Table]


GROUPS: Final[dict[str, Group]] = {}


def _group(name: str, title: Said, *needs: str) -> Callable[[Callable[..., Table]], Callable[..., Table]]:
    def registered(people: Callable[..., Table]) -> Callable[..., Table]:
        GROUPS[name] = Group(name, title, needs, people)
        return people

    return registered


def people_behind(name: str, tables: Tables, period: Period, **given: str) -> Table:
    """A table of person_id, each once."""
    if name not in GROUPS:
        raise UnknownNameError(Said("group of people", "고객 묶음"), name, GROUPS)
    found = GROUPS[name].people(tables, period, **given)
    return found.select("person_id").distinct()


def _inside(day: Any, period: Period) -> Any:
    return day.notnull() & (day >= ibis.literal(period.start)) & (day < ibis.literal(period.end))


def _there(stays: Table, day: date) -> Table:
    """Whose stay has begun before a day and has not ended before it."""
    at = ibis.literal(day)
    return stays.filter((stays.started_on < at) & (stays.ended_on.isnull() | (stays.ended_on >= at)))


@_group("start", Said("Customers at the start", "기간 시작의 고객"), "stays")
def at_start(tables: Tables, period: Period) -> Table:
    """Who was a customer just before the period began."""
    return _there(tables["stays"], period.start)


@_group("kept", Said("Customers kept", "유지한 고객"), "stays")
def kept(tables: Tables, period: Period) -> Table:
    """Who was a customer at the start and still is at the end."""
    end = _there(tables["stays"], period.end)
    return at_start(tables, period).select("person_id").distinct().semi_join(end, "person_id")


@_group("lost", Said("Customers lost", "떠난 고객"), "stays")
def lost(tables: Tables, period: Period) -> Table:
    """Whose stay ended inside the period."""
    return tables["stays"].filter(_inside(tables["stays"].ended_on, period))


@_group("new", Said("New customers", "새 고객"), "stays")
def new(tables: Tables, period: Period) -> Table:
    """Whose stay began inside the period."""
    return tables["stays"].filter(_inside(tables["stays"].started_on, period))


@_group("hole", Said("Customers lost through one hole", "한 구멍으로 떠난 고객"), "stays", "people")
def hole(tables: Tables, period: Period, by: str = "tenure", hole: str = "month_1") -> Table:
    """Who left inside the period through one hole, divided as `leak_holes` divides."""
    ended = lost(tables, period).inner_join(tables["people"].select("person_id", "channel"), "person_id")
    named = {
        "tenure": tenure_class(ended), "reason": ended.cause, "plan": ended.plan, "channel": ended.channel,
    }  # fmt: skip
    if by not in named:
        raise UnknownNameError(Said("hole", "구멍 기준"), by, named)
    return ended.filter(named[by].fill_null(UNKNOWN) == hole)


@_group("active", Said("Active people", "활동한 고객"), "activity")
def active(tables: Tables, period: Period) -> Table:
    """Who did anything that counts as activity inside the period."""
    return tables["activity"].filter(_inside(tables["activity"].active_on, period))


@_group("cohort", Said("A cohort", "한 집단"), "activity")
def cohort(tables: Tables, period: Period) -> Table:
    """Whose first activity lies inside the period."""
    firsts = tables["activity"].group_by("person_id").agg(first_on=_.active_on.min())
    return firsts.filter(_inside(firsts.first_on, period))


@_group("cohort_kept", Said("A cohort's people who came back", "집단에서 돌아온 고객"), "activity")
def cohort_kept(tables: Tables, period: Period, start: str = "", end: str = "") -> Table:
    """Whose first activity lies inside the period, and who were active from `start` to before `end`."""
    then = Period(date.fromisoformat(start), date.fromisoformat(end))
    return cohort(tables, period).semi_join(active(tables, then), "person_id")


@_group("overdue", Said("Customers past their usual interval", "평소 주기를 넘긴 고객"), "orders")
def overdue(tables: Tables, period: Period, days: str = "30") -> Table:
    """Buyers with two purchases or more whose last one lies more than `days` before the period's end,
    and who bought inside the period.
    """
    bought = tables["orders"].filter(~tables["orders"].is_return)
    each = bought.group_by("person_id").agg(last=_.ordered_on.max(), times=_.ordered_on.nunique())
    line = ibis.literal(period.end - timedelta(days=int(days)))
    return each.filter((each.times >= 2) & (each.last < line) & _inside(each.last, period))


@_group(
    "past_usual",
    Said("Customers silent for longer than usual", "평소보다 오래 조용한 고객"),
    "activity",
    "stays",
)
def past_usual(tables: Tables, period: Period, times: str = "3") -> Table:
    """Who is a customer at the end of the period, and silent for more than `times` their own usual interval."""
    each = silences(tables["activity"], tables["stays"], period.end, float(times))
    return each.filter(each.is_overdue)
