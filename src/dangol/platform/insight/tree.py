"""Which figures matter, what feeds them, who owns them, and what do they rest on? The tree from the top figure down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.platform.insight.figures import Reading, headline_column, read
from dangol.platform.insight.models import Figure
from dangol.platform.kernel.access.viewer import Viewer

DERIVED: Final[Mapping[str, tuple[str, ...]]] = {
    "activity": ("events", "orders"), "tenures": ("subscriptions", "orders"), "stays": ("subscriptions", "orders"),
    "person_day": ("events", "orders"), "person_state": ("events", "orders"), "active_days": ("events", "orders"),
}  # fmt: skip
"""Tables that are made of others."""


@dataclass(frozen=True, slots=True)
class FigureView:
    """One figure with those that feed it."""

    id: int
    title: str
    metric: str
    column: str
    span: str
    owner_id: int | None
    owner: str
    target: float | None
    note: str
    reading: Reading | None
    failure: Said | None
    state: str
    """better, worse, or unknown against the target; none without a target."""
    tables: tuple[str, ...]
    children: tuple[FigureView, ...]


def tree(viewer: Viewer) -> tuple[FigureView, ...]:
    """The figures at the top, each with what feeds it."""
    rows = list(Figure.objects.select_related("owner").order_by("order", "pk"))
    under: dict[int | None, list[Figure]] = {}
    for row in rows:
        under.setdefault(row.parent_id, []).append(row)
    return tuple(_shown(viewer, each, under) for each in under.get(None, ()))


def _shown(viewer: Viewer, row: Figure, under: Mapping[int | None, list[Figure]]) -> FigureView:
    reading, failure = _read(viewer, row)
    return FigureView(
        row.pk, row.title, row.metric, row.column, row.span, row.owner_id,
        (row.owner.name or row.owner.email) if row.owner else "", row.target, row.note, reading, failure,
        _state(row, reading), tables_of(row.metric), tuple(_shown(viewer, each, under) for each in under.get(row.pk, ())),
    )  # fmt: skip


def _read(viewer: Viewer, row: Figure) -> tuple[Reading | None, Said | None]:
    try:
        found = read(viewer, row.metric, span=row.span, column=row.column, **row.given)
    except DangolError as error:
        return None, Said(error.in_("en"), error.in_("ko"))
    return found, found.answer.failure


def _state(row: Figure, reading: Reading | None) -> str:
    if row.target is None:
        return "none"
    if reading is None or reading.value is None:
        return "unknown"
    return "better" if is_reached(row.metric, float(reading.value), row.target) else "worse"


def is_reached(metric: str, value: float, target: float) -> bool:
    """Whether a figure is on the good side of its target; on it is good.

    >>> is_reached("customer_retention_rate", 0.9, 0.85), is_reached("customer_churn_rate", 0.1, 0.05)
    (True, False)
    """
    return value <= target if find(metric).better == "down" else value >= target


def tables_of(metric: str) -> tuple[str, ...]:
    """The tables that a metric rests on, those that others are made of included."""
    found: list[str] = []
    for need in (*find(metric).needs, *find(metric).uses):
        found += DERIVED.get(need, (need,))
    return tuple(dict.fromkeys(found))


__all__ = ["FigureView", "headline_column", "is_reached", "tables_of", "tree"]
