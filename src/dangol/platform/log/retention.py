"""How long are raw events kept? Older ones go, month by month; what was added up from them stays.

Orders, subscriptions and the other typed rows are the business's records and stay too.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from dangol.core.engine.duck import DuckDB
from dangol.platform.kernel import clock
from dangol.platform.kernel.queries import business
from dangol.platform.log import delta
from dangol.platform.log.compaction import by_month
from dangol.platform.log.duck import working_engine
from dangol.platform.log.models import Retention
from dangol.platform.log.projections import columns_of
from dangol.platform.log.sealer import rewritten
from dangol.platform.log.turns import go_on, lake_turn


def keep(months: int | None, source_id: int | None = None) -> None:
    """Keep raw events of a source (or of all) for so many whole months; None: for ever."""
    with transaction.atomic():
        Retention.objects.filter(source=source_id).delete()
        if months is not None:
            Retention.objects.create(source_id=source_id, months=months)


def kept() -> dict[int | None, int]:
    """For how many months events are kept, by source; None stands for all sources."""
    return dict(Retention.objects.values_list("source_id", "months"))


def apply() -> int:
    """Let go of the events that are too old; how many there were."""
    told = kept()
    if not told:
        return 0
    today = clock.today(business().time_zone)
    before = sum(each.row_count for each in delta.files_of("events"))
    with lake_turn():
        if None in told:
            _drop_months(_first_kept(today, told[None]))
        for source_id, months in told.items():
            if source_id is not None:
                _drop_source(working_engine(), source_id, _first_kept(today, months))
                go_on()
    return before - sum(each.row_count for each in delta.files_of("events"))


def _first_kept(today: date, months: int) -> str:
    """The first month that is kept, as the lake writes months."""
    number = today.year * 12 + today.month - 1 - months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _drop_months(first: str) -> None:
    old = [each for each in delta.files_of("events") if each.month < first]
    if old:
        change = delta.Change([], [delta.removal(each) for each in old])
        delta.commit("events", columns_of("events"), change)


def _drop_source(engine: DuckDB, source_id: int, first: str) -> None:
    months = by_month(delta.files_of("events"))
    old = [each for month, files in months.items() if month < first for each in files]
    change = rewritten(engine, "events", columns_of("events"), old, f"source_id = {source_id}")
    if change:
        delta.commit("events", columns_of("events"), change)
