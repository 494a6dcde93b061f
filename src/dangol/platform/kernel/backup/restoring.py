"""How does a backup come back, and is it whole? Unpacked beside, checked, and only then put in its place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.platform.kernel.backup.archive import unpacked

NAMES: Final = ("dangol.sqlite3", "lake", "files")
"""What must not lie in the folder that is restored into."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    folder: Path
    made_at: str
    version: str
    files: int
    rows: int
    has_secret: bool


def restore(archive: Path, ready: Callable[[], None]) -> Restored:
    """Bring a backup back into the data folder and database of the environment, both empty, and check it.

    `ready` makes Django ready, once the secret key of the backup is in its place. Digests, rows of every table and
    the audit trail have to be as they were; otherwise nothing is put in its place.
    """
    folder = _data_folder()
    _check_room(folder)
    folder.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".restore-", dir=folder))
    try:
        manifest = unpacked(archive, staged)
        _check_kind(manifest)
        if manifest["database"] == "sqlite":
            _check_rows(_counts_of_file(staged / "database" / "dangol.sqlite3"), manifest["rows"])
            _move(staged / "database" / "dangol.sqlite3", folder / "dangol.sqlite3")
        for name in ("lake", "files", "secret.key"):
            _move(staged / name, folder / name)
        ready()
        if manifest["database"] == "postgresql":
            _fill(staged / "database", manifest["rows"])
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    _check_record(manifest["audit_head"])
    rows = sum(manifest["rows"].values())
    files = len(manifest["digests"])
    return Restored(folder, manifest["made_at"], manifest["version"], files, rows, manifest["has_secret"])


def _data_folder() -> Path:
    """Where the environment puts data, told without making the secret key that the backup may bring."""
    return Path(os.environ.get("DANGOL_DATA", "").strip() or "./data").expanduser().resolve()


def _check_room(folder: Path) -> None:
    there = next((name for name in NAMES if (folder / name).exists()), None)
    if there is not None:
        raise DataError(
            Said(f"A backup was to be restored into {folder}.", f"백업을 {folder}에 복원하려고 했습니다."),
            Said(f"There is something already: {there}.", f"이미 데이터가 있습니다: {there}."),
            Said("Restore into an empty folder: --into FOLDER.", "빈 폴더에 복원하십시오: --into 폴더"),
        )


def _check_kind(manifest: dict[str, Any]) -> None:
    given = "postgresql" if os.environ.get("DATABASE_URL", "").strip() else "sqlite"
    if manifest["database"] != given:
        raise DataError(
            Said(f"A backup of {manifest['database']} was to be restored into {given}.",
                 f"{manifest['database']} 백업을 {given}에 복원하려고 했습니다."),
            Said("They keep their rows differently.", "두 데이터베이스의 저장 방식이 다릅니다."),
            Said("Set DATABASE_URL to an empty PostgreSQL database, or unset it for SQLite.",
                 "DATABASE_URL을 빈 PostgreSQL 데이터베이스로 정하거나 SQLite라면 비우십시오."),
        )  # fmt: skip


def _counts_of_file(path: Path) -> dict[str, int]:
    from dangol.platform.kernel.backup.databases import counts_of_sqlite

    with closing(sqlite3.connect(path)) as file:
        return counts_of_sqlite(file)


def _check_rows(found: dict[str, int], expected: dict[str, int]) -> None:
    wrong = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    if wrong:
        raise _not_whole(f"{wrong[0]}: {found.get(wrong[0])} of {expected.get(wrong[0])} rows")


def _fill(folder: Path, expected: dict[str, int]) -> None:
    from dangol.platform.kernel.backup import databases

    if not databases.is_empty():
        raise DataError(
            Said(
                "A backup was to be restored into the database of DATABASE_URL.",
                "DATABASE_URL의 데이터베이스에 백업을 복원하려고 했습니다.",
            ),
            Said("It has tables already.", "이미 테이블이 있습니다."),
            Said(
                "Make an empty database, and name it in DATABASE_URL.",
                "빈 데이터베이스를 만들어 DATABASE_URL에 쓰십시오.",
            ),
        )
    _check_rows(databases.fill(folder), expected)


def _move(source: Path, target: Path) -> None:
    if source.exists():
        source.replace(target)


def _check_record(head: str) -> None:
    from dangol.platform.kernel import audit

    if audit.verify() is not None or audit.head() != head:
        raise _not_whole("the audit trail")


def _not_whole(what: str) -> DataError:
    return DataError(
        Said("A restored backup was compared with its manifest.", "복원한 백업을 목록과 비교했습니다."),
        Said(f"It is not the same: {what}.", f"같지 않습니다: {what}."),
        Said(
            "Do not use what was restored; take an older backup.",
            "복원한 것을 쓰지 말고 이전 백업을 쓰십시오.",
        ),
    )
