"""Do the tables fit the program? Missing, older, newer or right; and how they are brought up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from dangol.core.errors import DataError
from dangol.core.language import Said

State = Literal["missing", "older", "newer", "right"]
LOCK: Final = 7_236_104
"""Names the lock of PostgreSQL that lets one process at a time change the tables."""


def state() -> State:
    """How the tables of the database stand to this version of the program."""
    if "django_migrations" not in connection.introspection.table_names():
        return "missing"
    if unknown():
        return "newer"
    return "older" if pending() else "right"


def pending() -> list[str]:
    """The changes of tables that are still to be made."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def unknown() -> list[str]:
    """The changes of tables that a newer version of the program made."""
    executor = MigrationExecutor(connection)
    ours = set(executor.loader.disk_migrations) | set(executor.loader.replacements)
    apps = {app for app, _ in ours}
    made = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in made if app in apps and (app, name) not in ours)


def check() -> None:
    """A DataError when the tables do not fit this version."""
    found = state()
    if found == "newer":
        raise _newer(unknown()[-1])
    if found != "right":
        raise DataError(
            Said("The database was to be used.", "데이터베이스를 쓰려고 했습니다."),
            Said(f"Its tables are {found}.", "테이블이 없거나 이전 버전의 것입니다."),
            Said("Run: dangol migrate", "실행하십시오: dangol migrate"),
        )


def bring_up_to_date() -> int:
    """Make the changes that are still to be made, one process at a time; how many there were."""
    with _alone():
        if "django_migrations" in connection.introspection.table_names() and (newer := unknown()):
            raise _newer(newer[-1])
        count = len(pending())
        if count:
            call_command("migrate", verbosity=0, interactive=False)
    return count


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time, on PostgreSQL; SQLite lets one write at a time by itself."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _newer(name: str) -> DataError:
    return DataError(
        Said("The tables were to be brought up to date.", "테이블을 새 버전에 맞추려고 했습니다."),
        Said(
            f"A newer version of Dangol made them ({name}).",
            f"더 새로운 버전의 단골이 만든 테이블입니다({name}).",
        ),
        Said(
            "Run that version, or restore a backup that was made before it.",
            "그 버전을 실행하거나 그 전에 만든 백업을 복원하십시오.",
        ),
    )
