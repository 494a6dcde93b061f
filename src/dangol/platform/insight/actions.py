"""Who pins, watches and owns which number? The verbs of this room."""

from __future__ import annotations

from collections.abc import Mapping

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.insight.boards import (
    delete_board,
    make_board,
    move_pin,
    order_pins,
    pin,
    rename_board,
    restore_board,
    unpin,
)
from dangol.platform.insight.models import Figure, HoleOwner, Watch
from dangol.platform.insight.naming import check_column, check_span, named
from dangol.platform.insight.questions import asked
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.queries import user_of
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.seeing import check_whole


def watch(
    viewer: Viewer, name: str, metric: str, column: str, side: str, line: float, *,
    span: str = "last_month", segment: str = "", given: Mapping[str, str] | None = None, owner: int | None = None,
) -> int:  # fmt: skip
    """Watch a number: its owner is told when it crosses the line. The watch's id."""
    _check_may_watch(viewer)
    check_column(metric, column)
    check_span(span)
    asked(viewer, metric, segment=segment, **(given or {}))
    if side not in Watch.Side.values:
        raise UnknownNameError(Said("side of the line", "기준선의 방향"), side, Watch.Side.values)
    check_number(line)
    _check_user(owner)
    made = Watch.objects.create(
        name=named(name), metric=metric, column=column, side=side, line=line, span=span, segment=segment,
        given=dict(given or {}), owner_id=owner or viewer.user_id,
    )  # fmt: skip
    audit.record(viewer, "watch made", f"watch {made.pk}", metric=metric, column=column, side=side, line=line)
    return made.pk


def stop_watching(viewer: Viewer, watch_id: int) -> None:
    """The number is watched no more."""
    _check_may_watch(viewer)
    if not Watch.objects.filter(pk=watch_id).delete()[0]:
        raise NotThereError(Said("watch", "감시"), watch_id)
    audit.record(viewer, "watch ended", f"watch {watch_id}")


def _check_may_watch(viewer: Viewer) -> None:
    """What is watched is the whole business, and so is the figure in the notice: nobody of a unit asks for one."""
    check_may(viewer, "edit_insight")
    check_whole(viewer, "edit_insight")


def place_figure(
    viewer: Viewer, title: str, metric: str, *, column: str, parent: int | None = None, span: str = "last_month",
    owner: int | None = None, target: float | None = None, note: str = "",
) -> int:  # fmt: skip
    """A figure of the KPI tree under another one (or at the top); its id."""
    check_may(viewer, "edit_insight")
    check_column(metric, column)
    check_span(span)
    if parent is not None and not Figure.objects.filter(pk=parent).exists():
        raise NotThereError(Said("figure", "지표 항목"), parent)
    check_number(target)
    _check_user(owner)
    order = Figure.objects.filter(parent_id=parent).count()
    made = Figure.objects.create(
        parent_id=parent, title=named(title), metric=metric, column=column, span=span, owner_id=owner,
        target=target, note=note, order=order,
    )  # fmt: skip
    audit.record(viewer, "figure placed", f"figure {made.pk}", title=made.title, metric=metric)
    return made.pk


def change_figure(
    viewer: Viewer, figure: int, *, owner: int | None, target: float | None, note: str = ""
) -> None:
    """Another owner, target or note."""
    check_may(viewer, "edit_insight")
    check_number(target)
    _check_user(owner)
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
        _check_user(owner)
        HoleOwner.objects.update_or_create(
            divided_by=divided_by, hole=hole, defaults={"owner_id": owner, "note": note}
        )
    audit.record(viewer, "hole owned", f"{divided_by} {hole}", owner=owner)


def check_number(value: float | None) -> None:
    """An error for what is no number that can be compared."""
    if value is not None and not abs(value) < 1e15:
        raise RequestError(
            Said(f"{value} was given as a line.", f"기준값으로 {value}을(를) 주셨습니다."),
            Said("No figure can be held against it.", "비교할 수 없는 값입니다."),
            Said("Give a number, such as 0.15.", "0.15와 같은 숫자를 주십시오."),
        )


def _check_user(user_id: int | None) -> None:
    if user_id is not None and user_of(user_id) is None:
        raise NotThereError(Said("person of the team", "팀원"), user_id)


__all__ = [
    "change_figure", "delete_board", "make_board", "move_pin", "order_pins", "own_hole", "pin", "place_figure",
    "remove_figure", "rename_board", "restore_board", "stop_watching", "unpin", "watch",
]  # fmt: skip
