"""How do a million scores get into the tables? In statements of many rows, none of which holds the database for long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Abs

from dangol.platform.foresight.models import Closing, RiskPoint, Score
from dangol.platform.kernel import clock
from dangol.platform.people.writing import adapted

AT_ONCE: Final = 5_000
SCORES_AT_ONCE: Final = 20_000
"""Their indexes are touched all over by every portion: fewer ones write less. Each holds the database for a second."""
COLUMNS: Final = (
    "person_id", "value", "band", "band_rank", "reasons", "worth", "worth_low", "worth_high", "at_stake", "spread",
    "model_id", "run_id", "as_of", "scored_at",
)  # fmt: skip
_FIRST: Final = {"told_band": "", "point_band": ""}
"""What a new row begins with, besides."""
MOVED: Final = 0.02
"""A probability that moved less gives no new point of the line."""
WEEK: Final = timedelta(days=7)
RETURNS_AFTER: Final = timedelta(days=60)
"""A closed entry comes back to the list after so long."""

_UPSERT: Final = (
    f"insert into foresight_score ({', '.join((*COLUMNS, *_FIRST))}) "
    f"values ({', '.join(['%s'] * (len(COLUMNS) + len(_FIRST)))}) on conflict (person_id) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
)


def write(rows: Iterator[Sequence[Any]]) -> int:
    """Insert or replace scores, values in the order of COLUMNS; how many. Owners and closings stay."""
    count = 0
    blank = list(_FIRST.values())
    for part in _cut(rows):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_UPSERT, [[*map(adapted, row), *blank] for row in part])
        count += len(part)
    return count


def note_points(run_id: int, day: date) -> int:
    """A point for everybody whose risk moved since the last one, once a week, or whose band changed; how many."""
    moved = Q(point_on=None) | ~Q(band=F("point_band"))
    by_value = Q(point_on__lte=day - WEEK, gap__gte=MOVED)
    rows = Score.objects.filter(run_id=run_id).annotate(gap=Abs(F("value") - F("point_value")))
    due = rows.filter(moved | by_value)
    count, last = 0, 0
    while part := list(due.filter(pk__gt=last).order_by("pk").values_list("pk", "value", "band")[:AT_ONCE]):
        last = part[-1][0]
        points = [RiskPoint(person_id=pk, day=day, value=value, band=band) for pk, value, band in part]
        with transaction.atomic():
            RiskPoint.objects.bulk_create(
                points,
                update_conflicts=True,
                unique_fields=["person_id", "day"],
                update_fields=["value", "band"],
            )
            own = Score.objects.filter(pk__in=[pk for pk, _, _ in part])
            own.update(point_value=F("value"), point_band=F("band"), point_on=day)
        count += len(part)
    return count


def reopen_entries() -> int:
    """Closed entries come back when the band has risen since, or after two months; how many."""
    now = clock.now()
    risen = Q(band_rank=3, closing__band__in=("medium", "low")) | Q(band_rank=2, closing__band="low")
    back = Score.objects.filter(Q(closing__closed_at__lt=now - RETURNS_AFTER) | risen)
    numbers = list(back.values_list("pk", "closing_id"))
    for start in range(0, len(numbers), AT_ONCE):
        part = numbers[start : start + AT_ONCE]
        Closing.objects.filter(pk__in=[closing for _, closing in part]).update(reopened_at=now)
        Score.objects.filter(pk__in=[pk for pk, _ in part]).update(closing=None)
    return len(numbers)


def _cut(rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    part: list[Sequence[Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == SCORES_AT_ONCE:
            yield part
            part = []
    if part:
        yield part
