"""Which boards are there, what is pinned to them, and who may change them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.insight.exploring import EXPLORE, exploration
from dangol.platform.insight.models import Board, Pin
from dangol.platform.insight.naming import check_span, named
from dangol.platform.insight.questions import asked
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer

BOARD: Final = Said("board", "보드")
PIN: Final = Said("pin", "고정한 숫자")
MOST_PINS: Final = 40


@dataclass(frozen=True, slots=True)
class PinView:
    """A pinned number: the address of its page, as parts."""

    id: int
    title: str
    metric: str
    given: Mapping[str, Any]
    span: str
    segment: str


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board, and whether the viewer may change it."""

    id: int
    name: str
    owner: str
    is_shared: bool
    is_own: bool
    may_edit: bool
    pin_count: int
    pins: tuple[PinView, ...] = ()


def visible_to(viewer: Viewer) -> QuerySet[Board]:
    """The boards that a viewer sees: shared ones and their own."""
    mine = Q(owner_id=viewer.user_id, owner__isnull=False)
    return Board.objects.filter(Q(is_shared=True) | mine, deleted_at__isnull=True)


def boards(viewer: Viewer) -> list[BoardView]:
    """Every board of the viewer by name, their own first."""
    rows = visible_to(viewer).select_related("owner").annotate(pin_count=Count("pins")).order_by("name", "pk")
    shown = [_shown(viewer, each, each.pin_count) for each in rows]
    return sorted(shown, key=lambda each: not each.is_own)


def board(viewer: Viewer, number: int) -> BoardView:
    """One board with its pins in order; a NotThereError where the viewer sees none of that number."""
    found = visible_to(viewer).select_related("owner").filter(pk=number).first()
    if found is None:
        raise NotThereError(BOARD, number)
    pins = tuple(map(_pin, found.pins.order_by("order", "pk")))
    return _shown(viewer, found, len(pins), pins)


def editable(viewer: Viewer) -> list[BoardView]:
    """The boards to which the viewer may pin."""
    return [each for each in boards(viewer) if each.may_edit]


def pinned(viewer: Viewer, number: int) -> PinView:
    """One pin of a board that the viewer sees."""
    found = Pin.objects.filter(pk=number, board__in=visible_to(viewer)).first()
    if found is None:
        raise NotThereError(PIN, number)
    return _pin(found)


def is_own(viewer: Viewer, row: Board) -> bool:
    """Whether it is the viewer's; a board without an owner is nobody's."""
    return row.owner_id is not None and row.owner_id == viewer.user_id


def make_board(viewer: Viewer, name: str, *, is_shared: bool = True) -> int:
    """A new board; its id. Boards for everybody, and those of keys, need the right to edit what all see."""
    if is_shared or viewer.user_id is None:
        check_may(viewer, "edit_insight")
    made = Board.objects.create(
        name=named(name), owner_id=viewer.user_id, is_shared=is_shared, made_at=clock.now()
    )
    audit.record(viewer, "board made", f"board {made.pk}", name=made.name)
    return made.pk


def rename_board(viewer: Viewer, number: int, name: str, *, is_shared: bool) -> None:
    """Another name, or another circle of readers."""
    found = _mine(viewer, number)
    if is_shared and not found.is_shared:
        check_may(viewer, "edit_insight")
    Board.objects.filter(pk=found.pk).update(name=named(name), is_shared=is_shared)
    audit.record(viewer, "board changed", f"board {number}", name=name, is_shared=is_shared)


def delete_board(viewer: Viewer, number: int) -> None:
    """The board is gone from every list; `restore_board` brings it back."""
    found = _mine(viewer, number)
    Board.objects.filter(pk=found.pk).update(deleted_at=clock.now())
    audit.record(viewer, "board deleted", f"board {number}", name=found.name)


def restore_board(viewer: Viewer, number: int) -> None:
    """Undo a deletion."""
    found = Board.objects.filter(pk=number, deleted_at__isnull=False).first()
    seen = found is not None and (found.is_shared or is_own(viewer, found))
    if found is None or not seen or not _may_edit(viewer, found):
        raise NotThereError(BOARD, number)
    Board.objects.filter(pk=number).update(deleted_at=None)
    audit.record(viewer, "board restored", f"board {number}", name=found.name)


def pin(
    viewer: Viewer,
    board_id: int,
    metric: str,
    given: Mapping[str, str],
    *,
    span: str,
    segment: str,
    title: str,
) -> int:
    """Pin a number to a board; its settings are checked first. The pin's id."""
    found = _mine(viewer, board_id)
    check_span(span)
    if metric == EXPLORE:
        exploration(given)
    else:
        rest = {name: value for name, value in given.items() if not (span and name == "period")}
        asked(viewer, metric, segment=segment, **rest)
    if found.pins.count() >= MOST_PINS:
        raise _full(found.name)
    last = found.pins.aggregate(last=Max("order"))["last"]
    order = (last if last is not None else -1) + 1
    told = {"metric": metric, "given": dict(given), "span": span, "segment": segment.strip()}
    return Pin.objects.create(board=found, title=title.strip()[:160], order=order, **told).pk


def unpin(viewer: Viewer, pin_id: int) -> None:
    """Take a number off its board."""
    found = Pin.objects.filter(pk=pin_id).first()
    if found is None:
        raise NotThereError(PIN, pin_id)
    _mine(viewer, found.board_id)
    found.delete()


def order_pins(viewer: Viewer, board_id: int, pins: Sequence[int]) -> None:
    """Bring the pins of a board into this order; those not named follow."""
    found = _mine(viewer, board_id)
    known = list(found.pins.order_by("order", "pk").values_list("pk", flat=True))
    wanted = [number for number in dict.fromkeys(pins) if number in known]
    rest = [number for number in known if number not in wanted]
    with transaction.atomic():
        for place, number in enumerate(wanted + rest):
            Pin.objects.filter(pk=number).update(order=place)


def move_pin(viewer: Viewer, pin_id: int, by: int) -> int:
    """Move a pin so many places along its board; the board's id."""
    found = Pin.objects.filter(pk=pin_id).first()
    if found is None:
        raise NotThereError(PIN, pin_id)
    numbers = [each.id for each in board(viewer, found.board_id).pins]
    at = numbers.index(pin_id)
    numbers.insert(max(0, min(at + by, len(numbers) - 1)), numbers.pop(at))
    order_pins(viewer, found.board_id, numbers)
    return found.board_id


def _mine(viewer: Viewer, number: int) -> Board:
    found = visible_to(viewer).filter(pk=number).first()
    if found is None or not _may_edit(viewer, found):
        raise NotThereError(BOARD, number)
    return found


def _may_edit(viewer: Viewer, row: Board) -> bool:
    return is_own(viewer, row) or viewer.may("edit_insight")


def _shown(viewer: Viewer, row: Board, count: int, pins: tuple[PinView, ...] = ()) -> BoardView:
    owner = (row.owner.name or row.owner.email) if row.owner else ""
    return BoardView(
        row.pk, row.name, owner, row.is_shared, is_own(viewer, row), _may_edit(viewer, row), count, pins
    )


def _pin(row: Pin) -> PinView:
    return PinView(row.pk, row.title, row.metric, row.given, row.span, row.segment)


def _full(name: str) -> RequestError:
    return RequestError(
        Said(f"A number was to be pinned to {name}.", f"{name}에 숫자를 고정하려고 했습니다."),
        Said(f"A board holds {MOST_PINS} numbers at most.", f"보드에는 숫자를 {MOST_PINS}개까지 둘 수 있습니다."),
        Said("Take one off first, or make another board.", "하나를 떼어 내거나 다른 보드를 만들어 주십시오."),
    )  # fmt: skip
