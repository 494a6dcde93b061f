"""Which figures matter, what feeds them, and who answers for each? The KPI tree over REST."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.insight import actions
from dangol.platform.insight.figures import headline_column
from dangol.platform.insight.tree import FigureView, tree
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id

router = Router()


class Figure(Schema):
    """One figure with those that feed it."""

    figure_id: int
    title: str
    metric: str
    column: str
    span: str
    owner_id: int | None
    target: float | None
    note: str
    value: Any = Field(description="null: not known yet")
    change: float | None = Field(description="Against the period before: points of a rate, else relative")
    state: str = Field(description="better, worse or unknown against the target; none without one")
    tables: list[str] = Field(description="What it rests on")
    children: list[Figure]


class NewFigure(Schema):
    """A figure to be placed."""

    title: str = Field(min_length=1, max_length=120)
    metric: str = Field(max_length=80)
    column: str = Field("", max_length=60, description="Empty: the column that speaks for the metric")
    parent_id: int | None = Field(None, ge=1, lt=2**63)
    span: str = Field("", max_length=40)
    owner_id: int | None = Field(None, ge=1, lt=2**63)
    target: float | None = None
    note: str = Field("", max_length=2_000)


class Owned(Schema):
    """Who answers for a figure, and where it should be."""

    owner_id: int | None = Field(None, ge=1, lt=2**63)
    target: float | None = None
    note: str = Field("", max_length=2_000)


class Made(Schema):
    """The number of what was made."""

    figure_id: int


@router.get("", response=list[Figure], summary="The KPI tree")
@needs("see_numbers")
def every(request: HttpRequest) -> Any:
    """From the top figures down."""
    return [_told(each) for each in tree(caller(request))]


@router.post("", response={201: Made}, summary="Place a figure")
@needs("edit_insight")
def create(request: HttpRequest, given: NewFigure) -> Any:
    """Under another one, or at the top."""
    made = actions.place_figure(
        caller(request), given.title, given.metric, column=given.column or headline_column(given.metric),
        parent=given.parent_id, span=given.span, owner=given.owner_id, target=given.target, note=given.note,
    )  # fmt: skip
    return Status(201, {"figure_id": made})


@router.put("{figure_id}/", response={204: None}, summary="Another owner or target")
@needs("edit_insight")
def change(request: HttpRequest, figure_id: Id, given: Owned) -> Any:
    """Owner, target and note are set as given."""
    actions.change_figure(
        caller(request), figure_id, owner=given.owner_id, target=given.target, note=given.note
    )
    return Status(204, None)


@router.delete("{figure_id}/", response={204: None}, summary="Take a figure off the tree")
@needs("edit_insight")
def delete(request: HttpRequest, figure_id: Id) -> Any:
    """With all that feeds it."""
    actions.remove_figure(caller(request), figure_id)
    return Status(204, None)


def _told(each: FigureView) -> dict[str, Any]:
    names = ("title", "metric", "column", "span", "owner_id", "target", "note", "state", "tables")
    reading = each.reading
    return {
        "figure_id": each.id,
        "value": reading.value if reading else None,
        "change": reading.change if reading else None,
        "children": [_told(child) for child in each.children],
        **{name: getattr(each, name) for name in names},
    }
