"""How is a backup made while the platform runs? Workers rest for a moment; the database first, then what it names."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection

from dangol import __version__
from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock, resting
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.backup import databases
from dangol.platform.kernel.backup.archive import Writing
from dangol.platform.kernel.environment import environment

FOLDERS: Final = ("lake", "files")
PATIENCE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds."""

    path: Path
    bytes: int
    files: int
    rows: int
    audit_head: str


def make(out: Path, *, patience: float = PATIENCE) -> Made:
    """Write everything to one file. Requests are answered meanwhile; chores rest until the files are pinned."""
    if out.exists():
        raise _is_there(out)
    audit.record(SYSTEM, "backup.made", out.name)
    told = environment()
    pinned = Path(tempfile.mkdtemp(prefix=".backup-", dir=told.data_folder))
    part = out.with_name(out.name + ".part")
    try:
        with resting.everybody(patience, threading.Event().wait):
            counts = databases.write(pinned / "database")
            head = audit.head()
            for name in FOLDERS:
                _pin(told.data_folder / name, pinned / name)
        files = _write(pinned, part, counts, head)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
        shutil.rmtree(pinned, ignore_errors=True)
    return Made(out, out.stat().st_size, files, sum(counts.values()), head)


def _pin(source: Path, target: Path) -> None:
    """Hard links: files of the lake are never written twice, only added and taken away."""
    for path in source.rglob("*") if source.exists() else ():
        place = target / path.relative_to(source)
        if path.is_file() and not path.is_symlink():
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(path, place)
            except OSError:  # a file system without hard links
                shutil.copy2(path, place)


def _write(pinned: Path, part: Path, counts: databases.Counts, head: str) -> int:
    secret = environment().data_folder / "secret.key"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        archive = Writing(file)
        for path in sorted(p for p in pinned.rglob("*") if p.is_file()):
            archive.add(path.relative_to(pinned).as_posix(), path)
        if secret.exists():
            archive.add("secret.key", secret)
        archive.end(
            {"made_at": clock.now().isoformat(), "version": __version__, "database": connection.vendor, "rows": counts,
             "audit_head": head, "has_secret": secret.exists()}
        )  # fmt: skip
        file.flush()
        os.fsync(file.fileno())
    return len(archive.digests)


def _is_there(out: Path) -> DataError:
    return DataError(
        Said(f"A backup was to be written to {out}.", f"백업을 {out}에 쓰려고 했습니다."),
        Said("There is a file of that name.", "같은 이름의 파일이 있습니다."),
        Said("Choose another name, such as one with the day.", "날짜를 넣은 다른 이름을 쓰십시오."),
    )
