"""What do the numbers say? Every metric of the catalogue over REST, with period, segment and definition."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from dangol.core.engine.parameters import written
from dangol.core.metrics import find
from dangol.core.metrics.metric import Metric
from dangol.platform.insight import queries
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.spans import span_period
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.viewing import language_of

router = Router()
SETTINGS = {"span", "segment"}


class Described(Schema):
    """One metric: its words, settings and columns."""

    metric: str
    title: str
    says: str
    unit: str
    better: str = Field(description="up, down or none")
    needs: list[str]
    settings: dict[str, str] = Field(description="How each setting is written")
    columns: dict[str, str] = Field(description="Type by column")
    missing: list[str] = Field(description="Tables that are not there yet; empty: it can be asked")


class Answered(Schema):
    """The answer, and what it rests on."""

    metric: str
    settings: dict[str, str]
    segment: str
    as_of: date = Field(description="First day that is not known yet")
    computed_at: datetime
    is_fresh: bool = Field(description="false: something has arrived since; it is being counted again")
    failure: str | None = Field(description="Why it cannot be answered")
    rows: list[dict[str, Any]]


@router.get("", response=list[Described], summary="Every metric")
@needs("see_numbers")
def metrics(request: HttpRequest) -> Any:
    """The catalogue, and what is missing before each can be answered."""
    return [_described(request, each.metric, each.missing) for each in queries.offers(caller(request))]


@router.get("{metric}/", response=Answered, summary="One metric's numbers")
@needs("see_numbers")
def metric(
    request: HttpRequest,
    metric: str,
    span: Annotated[str, Query(max_length=40, description="A moving period, such as last_12_months")] = "",
    segment: Annotated[str, Query(max_length=4_000, description="A rule: of these people only")] = "",
) -> Any:
    """Further query parameters are the metric's own settings, such as `period=2026-01-01..2026-02-01`, `grain=week`."""
    given = {name: str(value) for name, value in request.GET.items() if name not in SETTINGS}
    if span and "period" in find(metric).parameters:
        period = span_period(span, present_day())
        given |= {"period": f"{period.start}..{period.end}"}
    found = queries.answer(caller(request), metric, segment=segment, **given)
    return {
        "metric": metric,
        "settings": dict(found.question.given),
        "segment": found.question.segment,
        "as_of": found.as_of,
        "computed_at": found.computed_at,
        "is_fresh": found.is_fresh,
        "failure": found.failure and found.failure.in_(language_of(request)),
        "rows": found.rows,
    }


def _described(request: HttpRequest, each: Metric, missing: tuple[str, ...]) -> dict[str, Any]:
    language = language_of(request)
    return {
        "metric": each.name,
        "title": each.title.in_(language),
        "says": each.says.in_(language),
        "unit": each.unit,
        "better": each.better,
        "needs": list(each.needs),
        "settings": {name: written(p.annotation) for name, p in each.parameters.items()},
        "columns": dict(each.returns),
        "missing": list(missing),
    }
