"""What is in the data that no metric asks for? The explorer over REST."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from dangol.platform.insight.exploring import EXPLORE
from dangol.platform.insight.queries import answer
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.viewing import language_of

router = Router()


class Row(Schema):
    """One period or one name, and its value."""

    starts_on: date | None
    ends_on: date | None
    name: str | None
    split: str | None
    value: float | None
    row_count: int


class Explored(Schema):
    """The answer, and what it rests on."""

    settings: dict[str, str]
    segment: str
    as_of: date
    computed_at: datetime
    is_fresh: bool
    failure: str | None = Field(description="Why it cannot be answered")
    rows: list[Row]


@router.get("", response=Explored, summary="Any measure of any table")
@needs("see_numbers")
def explore(
    request: HttpRequest,
    table: Annotated[
        str, Query(max_length=40, description="events, orders, subscriptions, tickets, answers or messages")
    ] = "events",
    measure: Annotated[str, Query(max_length=40, description="count, people, sum, mean or rate")] = "count",
    of: Annotated[str, Query(max_length=40, description="What is summed, averaged or shared")] = "",
    by: Annotated[
        str, Query(max_length=100, description="day, week, month, a column, or property:NAME of events")
    ] = "month",
    split: Annotated[str, Query(max_length=100, description="A second division, along time only")] = "",
    only: Annotated[str, Query(max_length=200, description="Events of this name only")] = "",
    period: Annotated[str, Query(max_length=40, description="START..END; without it the last year")] = "",
    segment: Annotated[str, Query(max_length=4_000, description="A rule: of these people only")] = "",
) -> Any:
    """At most a thousand rows over at most ten years."""
    given = {
        "table": table,
        "measure": measure,
        "of": of,
        "by": by,
        "split": split,
        "only": only,
        "period": period,
    }
    found = answer(caller(request), EXPLORE, segment=segment, **given)
    return {
        "settings": dict(found.question.given),
        "segment": found.question.segment,
        "as_of": found.as_of,
        "computed_at": found.computed_at,
        "is_fresh": found.is_fresh,
        "failure": found.failure and found.failure.in_(language_of(request)),
        "rows": found.rows,
    }
