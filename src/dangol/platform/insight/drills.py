"""Which people does this cell count? From a row of an answer to the group behind its figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dangol.core.calendar import Period
from dangol.platform.insight.answering import present_day, world_of
from dangol.platform.insight.behind import people_behind
from dangol.platform.insight.questions import Question
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Behind:
    """A group of `behind`, the days it is asked of, and what else it is told."""

    group: str
    period: Period
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """The settings of the question that a row answers."""

    period: Period | None
    given: Mapping[str, str]


Drill = Callable[[Row, Asked], Behind | None]


def _of_row(group: str, **told: str) -> Drill:
    """The group over the days of the row; `told` are settings taken from columns of the row."""

    def drill(row: Row, asked: Asked) -> Behind | None:
        if row.get("starts_on") is None or row.get("ends_on") is None:
            return None
        given = tuple((name, str(row[column])) for name, column in told.items())
        return Behind(group, Period(row["starts_on"], row["ends_on"]), given)

    return drill


def _set(drill: Drill, **given: str) -> Drill:
    """The same with fixed settings."""

    def with_more(row: Row, asked: Asked) -> Behind | None:
        found = drill(row, asked)
        return found and Behind(found.group, found.period, (*found.given, *given.items()))

    return with_more


def _of_question(group: str, **told: str) -> Drill:
    """The group over the days that were asked for."""

    def drill(row: Row, asked: Asked) -> Behind | None:
        if asked.period is None:
            return None
        return Behind(group, asked.period, tuple((name, str(row[column])) for name, column in told.items()))

    return drill


def _now(group: str, told: Mapping[str, str], settings: Mapping[str, tuple[str, str]]) -> Drill:
    """The group at the present day: `told` from columns, `settings` from the question with their defaults."""

    def drill(row: Row, asked: Asked) -> Behind | None:
        end = date.fromisoformat(asked.given["as_of"]) if "as_of" in asked.given else present_day()
        given = [(name, str(row[column])) for name, column in told.items()]
        given += [(name, asked.given.get(setting, usual)) for name, (setting, usual) in settings.items()]
        return Behind(group, Period(end - timedelta(days=1), end), tuple(given))

    return drill


def _cohort(group: str) -> Drill:
    """A cohort, or those of it who came back in the bucket of the row."""

    def drill(row: Row, asked: Asked) -> Behind | None:
        start, zero = row.get("cohort_on"), row.get("cohort_ends_on")
        if row.get("segment") is not None or start is None or zero is None:
            return None
        given = () if group == "cohort" else (("start", str(row["starts_on"])), ("end", str(row["ends_on"])))
        return Behind(group, Period(start, zero), given)

    return drill


def _window(row: Row, asked: Asked) -> Behind | None:
    end = row["day"] + timedelta(days=1)
    days = int(asked.given.get("window_days", "28"))
    return Behind("active", Period(end - timedelta(days=days), end))


def _that_day(row: Row, asked: Asked) -> Behind | None:
    return Behind("active", Period(row["day"], row["day"] + timedelta(days=1)))


def _hole(row: Row, asked: Asked) -> Behind | None:
    return _set(_of_question("hole", hole="hole"), by=asked.given.get("by", "tenure"))(row, asked)


def _survey(low: str, high: str, usual: str) -> Drill:
    def drill(row: Row, asked: Asked) -> Behind | None:
        over = _of_row("answered") if row.get("starts_on") else _of_question("answered")
        return _set(over, survey=asked.given.get("survey", usual), low=low, high=high)(row, asked)

    return drill


_SILENT: Final = _now("past_usual", {}, {"times": ("times", "3")})
DRILLS: Final[dict[str, dict[str, Drill]]] = {
    "customer_retention_rate": {
        "start_count": _of_row("start"), "kept_count": _of_row("kept"), "rate": _of_row("kept"),
        "new_count": _of_row("joined"), "end_count": _of_row("end"),
    },
    "customer_churn_rate": {"start_count": _of_row("start"), "lost_count": _of_row("left"), "rate": _of_row("left")},
    "leaky_bucket": {"returned_count": _of_row("returned"), "new_count": _of_row("first"), "lost_count": _of_row("lost")},
    "leak_holes": {"lost_count": _hole, "share_rate": _hole},
    "churn_by_reason": {"lost_count": _set(_of_row("hole", hole="cause"), by="reason")},
    "avoidable_churn": {"start_count": _of_row("start"), "lost_count": _of_row("lost")},
    "active_users": {"active_count": _window, "daily_count": _that_day},
    "cohort_retention": {"cohort_count": _cohort("cohort"), "retained_count": _cohort("cohort_kept"), "rate": _cohort("cohort_kept")},
    "lifecycle_states": {
        "people_count": _now("state", {"state": "state"}, {"window": ("window_days", "30"), "windows": ("at_risk_windows", "2")}),
    },
    "rfm": {"people_count": _now("rfm", {"segment": "segment"}, {})},
    "value_at_risk": {"overdue_count": _SILENT, "amount": _SILENT, "customer_count": _now("end", {}, {})},
    "repeat_purchase_rate": {
        "buyer_count": _of_row("buyers"), "repeat_count": _set(_of_row("buyers"), days="2"),
        "rate": _set(_of_row("buyers"), days="2"),
    },
    "purchase_frequency": {"buyer_count": _of_row("buyers")},
    "mrr": {"customer_count": _of_row("paying")},
    "nps": {
        "answer_count": _survey("0", "10", "nps"), "promoter_count": _survey("9", "10", "nps"),
        "passive_count": _survey("7", "8", "nps"), "detractor_count": _survey("0", "6", "nps"),
    },
    "csat": {"answer_count": _survey("1", "5", "csat")},
    "ces": {"answer_count": _survey("1", "7", "ces")},
}  # fmt: skip
"""By metric and column. A figure without a drill counts something else than people, or people of several kinds."""


def prepared(metric: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what their drills need besides: where a cohort's own period ends."""
    if metric != "cohort_retention":
        return rows
    ends = {row["cohort_on"]: row["ends_on"] for row in rows if row["bucket"] == 0}
    return [row | {"cohort_ends_on": ends.get(row["cohort_on"])} for row in rows]


def behind(question: Question, column: str, row: Row) -> Behind | None:
    """The people whom a cell counts; None where it counts no people."""
    drill = DRILLS.get(question.metric, {}).get(column)
    if drill is None or not row.get(column):
        return None
    given = dict(question.given)
    period = question.values().get("period")
    return drill(row, Asked(period, given))


def people_of(viewer: Viewer, found: Behind, segment: str = "") -> list[int]:
    """The numbers of the people in a group, ascending, of those whom the viewer may see."""
    check_may(viewer, "see_people")
    units = None if viewer.units is None else tuple(sorted(viewer.units))
    question = Question("", (), segment, units)
    with world_of(question, max(present_day(), found.period.end)) as world:
        people = people_behind(found.group, world.tables(), found.period, **dict(found.given))
        return sorted(int(each) for each in world.ask(people).column("person_id"))
