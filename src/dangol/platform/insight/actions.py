"""Who pins, watches and owns which number? The verbs of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.platform.insight.models import Board, Figure, HoleOwner, Pin, Watch
from dangol.platform.insight.questions import asked
from dangol.platform.insight.spans import SPANS
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer


def boards_of(viewer: Viewer) -> QuerySet[Board]:
    """The boards that a viewer sees: shared ones and their own."""
    return Board.objects.filter(Q(is_shared=True) | Q(owner_id=viewer.user_id, owner__isnull=False))


def is_own(viewer: Viewer, board: Board) -> bool:
    """Whether it is the viewer's; a board without an owner is nobody's."""
    return board.owner_id is not None and board.owner_id == viewer.user_id


def _mine(viewer: Viewer, board: int) -> Board:
    found = boards_of(viewer).filter(pk=board).first()
    if found is None or not (is_own(viewer, found) or viewer.may("edit_insight")):
        raise NotThereError(Said("board", "보드"), board)
    return found


def make_board(viewer: Viewer, name: str, *, is_shared: bool = True) -> int:
    """A new board; its id."""
    board = Board.objects.create(
        name=_named(name), owner_id=viewer.user_id, is_shared=is_shared, made_at=clock.now()
    )
    audit.record(viewer, "board made", f"board {board.pk}", name=board.name)
    return board.pk


def rename_board(viewer: Viewer, board: int, name: str, *, is_shared: bool) -> None:
    """Another name, or another circle of readers."""
    found = _mine(viewer, board)
    Board.objects.filter(pk=found.pk).update(name=_named(name), is_shared=is_shared)


def delete_board(viewer: Viewer, board: int) -> None:
    """The board and its pins are gone; the numbers stay."""
    found = _mine(viewer, board)
    audit.record(viewer, "board deleted", f"board {found.pk}", name=found.name)
    found.delete()


def pin(
    viewer: Viewer, board: int, metric: str, given: Mapping[str, str], *, span: str, segment: str, title: str
) -> int:
    """Pin a number to a board; its settings are checked first. The pin's id."""
    found = _mine(viewer, board)
    _check_span(span)
    asked(viewer, metric, segment=segment, **{k: v for k, v in given.items() if not (span and k == "period")})
    last = found.pins.aggregate(last=Max("order"))["last"]
    return Pin.objects.create(
        board=found,
        metric=metric,
        given=dict(given),
        span=span,
        segment=segment,
        title=title.strip()[:160],
        order=(last if last is not None else -1) + 1,
    ).pk


def unpin(viewer: Viewer, pin_id: int) -> None:
    """Take a number off its board."""
    found = Pin.objects.filter(pk=pin_id).first()
    if found is None:
        raise NotThereError(Said("pin", "고정한 숫자"), pin_id)
    _mine(viewer, found.board_id)
    found.delete()


def order_pins(viewer: Viewer, board: int, pins: Sequence[int]) -> None:
    """Bring the pins of a board into this order; those not named follow."""
    found = _mine(viewer, board)
    known = {each.pk: each for each in found.pins.all()}
    rest = [number for number in known if number not in pins]
    with transaction.atomic():
        for place, number in enumerate([number for number in pins if number in known] + rest):
            Pin.objects.filter(pk=number).update(order=place)


def watch(
    viewer: Viewer, name: str, metric: str, column: str, side: str, line: float, *,
    span: str = "last_month", segment: str = "", given: Mapping[str, str] | None = None, owner: int | None = None,
) -> int:  # fmt: skip
    """Watch a number: its owner is told when it crosses the line. The watch's id."""
    check_may(viewer, "edit_insight")
    _check_column(metric, column)
    _check_span(span)
    asked(viewer, metric, segment=segment, **(given or {}))
    if side not in Watch.Side.values:
        raise UnknownNameError(Said("side of the line", "기준선의 방향"), side, Watch.Side.values)
    made = Watch.objects.create(
        name=_named(name), metric=metric, column=column, side=side, line=line, span=span, segment=segment,
        given=dict(given or {}), owner_id=owner or viewer.user_id,
    )  # fmt: skip
    audit.record(viewer, "watch made", f"watch {made.pk}", metric=metric, column=column, side=side, line=line)
    return made.pk


def stop_watching(viewer: Viewer, watch_id: int) -> None:
    """The number is watched no more."""
    check_may(viewer, "edit_insight")
    if not Watch.objects.filter(pk=watch_id).delete()[0]:
        raise NotThereError(Said("watch", "감시"), watch_id)
    audit.record(viewer, "watch ended", f"watch {watch_id}")


def place_figure(
    viewer: Viewer, title: str, metric: str, *, column: str, parent: int | None = None, span: str = "last_month",
    owner: int | None = None, target: float | None = None, note: str = "",
) -> int:  # fmt: skip
    """A figure of the KPI tree under another one (or at the top); its id."""
    check_may(viewer, "edit_insight")
    _check_column(metric, column)
    _check_span(span)
    if parent is not None and not Figure.objects.filter(pk=parent).exists():
        raise NotThereError(Said("figure", "지표 항목"), parent)
    order = Figure.objects.filter(parent_id=parent).count()
    made = Figure.objects.create(
        parent_id=parent, title=_named(title), metric=metric, column=column, span=span, owner_id=owner,
        target=target, note=note, order=order,
    )  # fmt: skip
    audit.record(viewer, "figure placed", f"figure {made.pk}", title=made.title, metric=metric)
    return made.pk


def change_figure(
    viewer: Viewer, figure: int, *, owner: int | None, target: float | None, note: str = ""
) -> None:
    """Another owner, target or note."""
    check_may(viewer, "edit_insight")
    if not Figure.objects.filter(pk=figure).update(owner_id=owner, target=target, note=note):
        raise NotThereError(Said("figure", "지표 항목"), figure)
    audit.record(viewer, "figure changed", f"figure {figure}", owner=owner, target=target)


def remove_figure(viewer: Viewer, figure: int) -> None:
    """The figure and all below it leave the tree."""
    check_may(viewer, "edit_insight")
    if not Figure.objects.filter(pk=figure).delete()[0]:
        raise NotThereError(Said("figure", "지표 항목"), figure)
    audit.record(viewer, "figure removed", f"figure {figure}")


def own_hole(viewer: Viewer, divided_by: str, hole: str, owner: int | None, note: str = "") -> None:
    """Somebody looks after a hole of the bucket; None: nobody any more."""
    check_may(viewer, "edit_insight")
    if owner is None:
        HoleOwner.objects.filter(divided_by=divided_by, hole=hole).delete()
    else:
        HoleOwner.objects.update_or_create(
            divided_by=divided_by, hole=hole, defaults={"owner_id": owner, "note": note}
        )
    audit.record(viewer, "hole owned", f"{divided_by} {hole}", owner=owner)


def _named(name: str) -> str:
    if not name.strip():
        raise RequestError(
            Said("Something without a name was to be kept.", "이름이 없는 것을 저장하려고 했습니다."),
            Said("Nobody could find it again.", "나중에 찾을 수 없습니다."),
            Said("Give it a name.", "이름을 적어 주십시오."),
        )
    return name.strip()[:120]


def _check_column(metric: str, column: str) -> None:
    if column not in find(metric).returns:
        raise UnknownNameError(
            Said(f"column of {metric}", f"지표 {metric}의 열"), column, find(metric).returns
        )


def _check_span(span: str) -> None:
    if span and span not in SPANS:
        raise UnknownNameError(Said("period", "기간"), span, SPANS)
