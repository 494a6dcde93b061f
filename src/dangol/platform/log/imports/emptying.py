"""How does an installation become empty again, so that a simulated business gives way to a real one?

Workers rest meanwhile. Positions go on counting and tables of the lake keep their versions, so that whatever
another process remembers of either is seen to be old.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Collection
from typing import Final

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import audit, cursors, resting
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.models import Business, Setback
from dangol.platform.kernel.queries import business
from dangol.platform.log import delta, lake, segments
from dangol.platform.log.identities import links_changed
from dangol.platform.log.models import Source
from dangol.platform.log.sequencer import POSITION

PATIENCE: Final = 120.0
KEPT: Final = frozenset({Source._meta.db_table})
"""Sources keep their keys: a client that was set up goes on working."""


def empty(viewer: Viewer, rooms: Collection[str]) -> None:
    """Take away everything that the log holds, and everything of these rooms (by their labels).

    Only of a simulated business, and only by an owner; people who work here, their keys and the audit trail stay.
    """
    check_may(viewer, "own")
    if not business().is_demo:
        raise RequestError(
            Said("The data was to be taken away.", "데이터를 비우려고 했습니다."),
            Said("This is no simulated business.", "모의 사업이 아닙니다."),
            Said(
                "Real data is only erased person by person.", "실제 데이터는 고객별로만 삭제할 수 있습니다."
            ),
        )
    with resting.everybody(PATIENCE, threading.Event().wait):
        _empty_lake()
        with transaction.atomic():
            _empty_tables(["log", *rooms])
            links_changed()
            Setback.objects.all().delete()
            Business.objects.update(is_demo=False, name="", set_up_at=None)
            audit.record(viewer, "demo.emptied", "everything")
        _drop_files()


def _empty_tables(labels: Collection[str]) -> None:
    """Every table of these rooms, those of the search index and the like included."""
    own = {model._meta.db_table for label in labels for model in apps.get_app_config(label).get_models()}
    every = set(connection.introspection.table_names())
    beside = {name for name in every if name.split("_")[0] in labels and not _is_shadow(name, every)}
    tables = sorted((own | beside) & every - KEPT)
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables):
            cursor.execute(statement)


def _is_shadow(name: str, every: Collection[str]) -> bool:
    """A table that SQLite's full-text search keeps for itself."""
    whole, _, part = name.rpartition("_")
    return part in ("data", "idx", "content", "docsize", "config") and whole in every


def _empty_lake() -> None:
    position = cursors.position(POSITION)
    for path in sorted(environment().lake_folder.glob("*/_delta_log")):
        table = path.parent.name
        change = delta.Change(removed=[delta.removal(each) for each in delta.files_of(table)])
        if change:
            is_ahead = position > lake.snapshot(table).position
            delta.commit(table, _columns(table), change, position if is_ahead else None)
            delta.vacuum(table, hours=0)


def _columns(table: str) -> dict[str, str]:
    """The columns of a table of the lake, by DuckDB's types."""
    from dangol.platform.log.days import COLUMNS, TABLE
    from dangol.platform.log.projections import FACT, columns_of

    if table == TABLE:
        return dict(COLUMNS)
    return dict(FACT) if table.startswith("facts_") else columns_of(table)


def _drop_files() -> None:
    shutil.rmtree(segments.folder(), ignore_errors=True)
    shutil.rmtree(environment().lake_folder / "people", ignore_errors=True)
    shutil.rmtree(environment().data_folder / "imports", ignore_errors=True)
