"""Which people stand behind a number? Every number on a page opens the list of those it counts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.rollups.lifecycle import states_on
from dangol.core.rollups.rfm import rfm_of_people
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
    known = group(name)
    missing = [each for each in known.needs if each not in tables]
    if missing:
        raise _unanswerable(known, missing)
    taken = tuple(inspect.signature(known.people).parameters)[2:]
    for each in given:
        if each not in taken:
            raise UnknownNameError(Said(f"setting of {name}", f"{name} 묶음의 설정"), each, taken)
    try:
        found = known.people(tables, period, **given)
    except (ValueError, OverflowError) as error:
        raise _unreadable(known, given) from error
    return found.select("person_id").distinct()


def group(name: str) -> Group:
    """One group by its name; an error that names the nearest ones when there is none."""
    if name not in GROUPS:
        raise UnknownNameError(Said("group of people", "고객 묶음"), name, GROUPS)
    return GROUPS[name]


def _unanswerable(known: Group, missing: list[str]) -> RequestError:
    return RequestError(
        Said(f"{known.title.en} were asked for.", f"‘{known.title.ko}’ 목록을 요청하셨습니다."),
        Said(
            f"There is no data of {', '.join(missing)} yet.", f"아직 {', '.join(missing)} 데이터가 없습니다."
        ),
        Said("Bring it under Data.", "데이터 화면에서 가져오십시오."),
    )


def _unreadable(known: Group, given: Mapping[str, str]) -> RequestError:
    shown = ", ".join(f"{name}={value}" for name, value in given.items())
    return RequestError(
        Said(f"{known.title.en} with {shown} were asked for.", f"{shown} 조건의 ‘{known.title.ko}’ 목록을 요청하셨습니다."),
        Said("One of the values is no number or day.", "값 가운데 숫자나 날짜가 아닌 것이 있습니다."),
        Said("Open the list from the number itself.", "숫자를 눌러 목록을 여십시오."),
    )  # fmt: skip


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


@_group("end", Said("Customers at the end", "기간 끝의 고객"), "stays")
def at_end(tables: Tables, period: Period) -> Table:
    """Who was a customer when the period ended."""
    return _there(tables["stays"], period.end)


@_group(
    "left", Said("Customers at the start who were gone at the end", "시작에 있다가 끝에 없는 고객"), "stays"
)
def left(tables: Tables, period: Period) -> Table:
    """Who was a customer at the start and is none at the end."""
    end = _there(tables["stays"], period.end)
    return at_start(tables, period).select("person_id").distinct().anti_join(end, "person_id")


@_group("joined", Said("Customers who joined", "들어온 고객"), "stays")
def joined(tables: Tables, period: Period) -> Table:
    """Who was no customer at the start and began a stay inside the period."""
    return new(tables, period).anti_join(at_start(tables, period), "person_id")


@_group("first", Said("Customers who came for the first time", "처음 온 고객"), "stays")
def first(tables: Tables, period: Period) -> Table:
    """Whose first stay began inside the period."""
    firsts = tables["stays"].group_by("person_id").agg(first_on=_.started_on.min())
    return firsts.filter(_inside(firsts.first_on, period))


@_group("returned", Said("Customers who came back", "다시 온 고객"), "stays")
def returned(tables: Tables, period: Period) -> Table:
    """Who began a stay inside the period that was not their first."""
    return new(tables, period).anti_join(first(tables, period), "person_id")


@_group("buyers", Said("Buyers", "구매자"), "orders")
def buyers(tables: Tables, period: Period, days: str = "1") -> Table:
    """Who bought inside the period, on `days` days or more."""
    bought = tables["orders"].filter(
        ~tables["orders"].is_return, _inside(tables["orders"].ordered_on, period)
    )
    each = bought.group_by("person_id").agg(day_count=_.ordered_on.nunique())
    return each.filter(each.day_count >= int(days))


@_group("state", Said("People in one state of life", "한 생애 주기 상태의 고객"), "activity")
def in_state(
    tables: Tables, period: Period, state: str = "current", window: str = "30", windows: str = "2"
) -> Table:
    """Who is in a state at the end of the period, as `lifecycle_states` counts."""
    people = states_on(tables["activity"], period.end, int(window), int(windows))
    return people.filter(people.state == state)


@_group("rfm", Said("People of one RFM segment", "한 RFM 고객군"), "orders")
def in_rfm(tables: Tables, period: Period, segment: str = "champions") -> Table:
    """Who is in an RFM segment at the end of the period."""
    people = rfm_of_people(tables["orders"], period.end)
    return people.filter(people.segment == segment)


@_group("paying", Said("Paying customers", "결제 중인 고객"), "subscriptions")
def paying(tables: Tables, period: Period) -> Table:
    """Whose subscription brings money just before the period ends."""
    rows = tables["subscriptions"]
    brings = (rows.mrr_amount > 0) & ~rows.status.isin(("trial", "paused"))
    return _there(rows.filter(brings), period.end)


@_group("answered", Said("People who answered", "응답한 고객"), "answers")
def answered(tables: Tables, period: Period, survey: str = "nps", low: str = "0", high: str = "10") -> Table:
    """Who gave a score from `low` to `high` inside the period."""
    rows = tables["answers"]
    return rows.filter(
        _inside(rows.answered_on, period),
        rows.survey.lower() == survey.lower(),
        rows.score.between(float(low), float(high)),
    )
