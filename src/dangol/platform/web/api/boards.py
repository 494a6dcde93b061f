"""Which numbers does somebody want before them? Boards and what is pinned to them, over REST."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from dangol.platform.insight import boards
from dangol.platform.web.api.doors import caller, needs
from dangol.platform.web.api.paging import Id

router = Router()


class Pin(Schema):
    """One pinned number: the address of its page, as parts."""

    pin_id: int
    title: str
    metric: str = Field(description="`explore` for a view of the explorer")
    given: dict[str, Any]
    span: str = Field(description="A moving period, such as last_12_months; empty where `given` says it")
    segment: str = Field(description="A rule: of these people only")


class Board(Schema):
    """A board; of a list without its pins."""

    board_id: int
    name: str
    owner: str
    is_shared: bool
    may_edit: bool
    pin_count: int
    pins: list[Pin] = Field(default_factory=list)


class NewBoard(Schema):
    """A board's name and circle."""

    name: str = Field(min_length=1, max_length=120)
    is_shared: bool = Field(default=False, description="Everybody sees it")


class NewPin(Schema):
    """A number to be pinned."""

    metric: str = Field(max_length=80)
    given: dict[str, str] = Field(default_factory=dict)
    span: str = Field("", max_length=40)
    segment: str = Field("", max_length=4_000)
    title: str = Field("", max_length=160)


class Order(Schema):
    """The pins in their new order; those not named follow."""

    pins: list[int] = Field(max_length=100)


@router.get("", response=list[Board], summary="The boards")
@needs("see_numbers")
def every(request: HttpRequest) -> Any:
    """Shared ones and the caller's own."""
    return [_told(each) for each in boards.boards(caller(request))]


@router.post("", response={201: Board}, summary="Make a board")
@needs("see_numbers")
def create(request: HttpRequest, given: NewBoard) -> Any:
    """A board for everybody needs the right to edit what all see."""
    viewer = caller(request)
    made = boards.make_board(viewer, given.name, is_shared=given.is_shared)
    return Status(201, _told(boards.board(viewer, made)))


@router.get("{board_id}/", response=Board, summary="One board with its pins")
@needs("see_numbers")
def one(request: HttpRequest, board_id: Id) -> Any:
    """In their order."""
    return _told(boards.board(caller(request), board_id))


@router.put("{board_id}/", response=Board, summary="Rename or share a board")
@needs("see_numbers")
def change(request: HttpRequest, board_id: Id, given: NewBoard) -> Any:
    """Its owner may, and whoever edits what all see."""
    viewer = caller(request)
    boards.rename_board(viewer, board_id, given.name, is_shared=given.is_shared)
    return _told(boards.board(viewer, board_id)) if given.is_shared else _own(viewer, board_id)


@router.delete("{board_id}/", response={204: None}, summary="Delete a board")
@needs("see_numbers")
def delete(request: HttpRequest, board_id: Id) -> Any:
    """It can be restored for thirty days."""
    boards.delete_board(caller(request), board_id)
    return Status(204, None)


@router.post("{board_id}/restore/", response=Board, summary="Bring a deleted board back")
@needs("see_numbers")
def restore(request: HttpRequest, board_id: Id) -> Any:
    """Within thirty days."""
    boards.restore_board(caller(request), board_id)
    return _told(boards.board(caller(request), board_id))


@router.post("{board_id}/pins/", response={201: Board}, summary="Pin a number")
@needs("see_numbers")
def pin(request: HttpRequest, board_id: Id, given: NewPin) -> Any:
    """Its settings are checked first."""
    viewer = caller(request)
    boards.pin(
        viewer, board_id, given.metric, given.given, span=given.span, segment=given.segment, title=given.title
    )
    return Status(201, _told(boards.board(viewer, board_id)))


@router.put("{board_id}/order/", response=Board, summary="Order the pins")
@needs("see_numbers")
def order(request: HttpRequest, board_id: Id, given: Order) -> Any:
    """Numbers of other boards are passed over."""
    boards.order_pins(caller(request), board_id, given.pins)
    return _told(boards.board(caller(request), board_id))


@router.delete("pins/{pin_id}/", response={204: None}, summary="Take a number off its board")
@needs("see_numbers")
def unpin(request: HttpRequest, pin_id: Id) -> Any:
    """The number itself stays."""
    boards.unpin(caller(request), pin_id)
    return Status(204, None)


def _own(viewer: Any, board_id: int) -> dict[str, Any]:
    """A board as it is now; one that was just made private by somebody else's hand is out of their sight."""
    seen = {each.id for each in boards.boards(viewer)}
    if board_id in seen:
        return _told(boards.board(viewer, board_id))
    return {
        "board_id": board_id,
        "name": "",
        "owner": "",
        "is_shared": False,
        "may_edit": False,
        "pin_count": 0,
    }


def _told(each: boards.BoardView) -> dict[str, Any]:
    names = ("name", "owner", "is_shared", "may_edit", "pin_count")
    pins = [
        {"pin_id": p.id, **{n: getattr(p, n) for n in ("title", "metric", "given", "span", "segment")}}
        for p in each.pins
    ]
    return {"board_id": each.id, "pins": pins, **{n: getattr(each, n) for n in names}}
