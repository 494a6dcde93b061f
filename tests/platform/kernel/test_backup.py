"""Does everything come back from a backup, on both databases, and is a damaged one refused?"""

from __future__ import annotations

import json
import os
import tarfile
from pathlib import Path

import pytest

from dangol.core.errors import DataError
from dangol.platform.kernel.backup.archive import unpacked
from dangol.platform.kernel.backup.making import make
from dangol.platform.kernel.backup.restoring import restore
from tests_support.postgresql import Postgresql
from tests_support.processes import Platform

FILES = ("lake/events/month=2026-01/a.parquet", "files/import/한글.csv")
FILL = """
from dangol.platform.kernel import audit, effects
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.actions import set_up_business
set_up_business(SYSTEM, name="단골 상회", kind="shop")
for n in range(50):
    audit.record(SYSTEM, "thing.done", f"thing {n}", text="tab\\t newline\\n backslash\\\\ quote' 한글", number=n)
    effects.plan("nobody", f"effect:{n}", {"n": n, "none": None})
"""
LOOK = """
from dangol.platform.kernel import audit, effects
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.queries import business
audit.record(SYSTEM, "thing.done", "after")
print(business().name, len(effects.of_kind("nobody")), audit.verify())
"""


def _lay_files(data: Path) -> None:
    for name in FILES:
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.urandom(100_000))


def _elsewhere(own: Platform, tmp_path: Path, request: pytest.FixtureRequest) -> Platform:
    """An empty place of the same kind."""
    url = ""
    if own.database_url:
        server: Postgresql = request.getfixturevalue("postgresql")
        url = server.make(f"again_{os.getpid()}")
    return Platform(tmp_path / "again", url)


def test_everything_comes_back(
    own_platform: Platform, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """While a worker runs, too: it rests for a moment."""
    archive, again = tmp_path / "backup.tar.gz", _elsewhere(own_platform, tmp_path, request)
    _lay_files(own_platform.data)
    own_platform.python(FILL)
    own_platform.start("worker")
    assert "rows of the database" in own_platform.run("backup", str(archive)).stderr
    assert own_platform.stop() == {"worker": 0}
    assert archive.stat().st_mode & 0o077 == 0
    assert not list(own_platform.data.glob(".backup-*"))
    said = again.run("restore", str(archive)).stderr
    assert "every digest and count as it was" in said
    assert again.python(LOOK) == "단골 상회 50 None"
    for name in (*FILES, "secret.key"):
        assert (again.data / name).read_bytes() == (own_platform.data / name).read_bytes()


@pytest.fixture
def archive(transactional_db: None, lake: Path, tmp_path: Path) -> Path:
    """A backup of the tests' own database and folder."""
    _lay_files(lake.parent)
    make(tmp_path / "backup.tar.gz")
    return tmp_path / "backup.tar.gz"


def test_a_damaged_backup_is_refused(archive: Path, tmp_path: Path) -> None:
    whole = archive.read_bytes()
    middle = len(whole) // 2
    damaged = {
        "cut": whole[:middle],
        "turned": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "other": b"not a backup at all",
        "empty": b"",
    }
    for name, content in damaged.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match="damaged"):
            unpacked(tmp_path / name, tmp_path / f"into-{name}")


def test_a_refused_backup_leaves_nothing(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = tmp_path / "again"
    monkeypatch.setenv("DANGOL_DATA", str(again))
    archive.write_bytes(archive.read_bytes()[:-1_000])
    with pytest.raises(DataError, match="damaged"):
        restore(archive, lambda: None)
    assert list(again.iterdir()) == []


def test_what_is_there_is_not_written_over(
    archive: Path, lake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGOL_DATA", str(lake.parent))
    with pytest.raises(DataError, match="something already"):
        restore(archive, lambda: None)
    with pytest.raises(DataError, match="a file of that name"):
        make(archive)


@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "lake/../../escaped", "elsewhere/file"])
def test_an_archive_cannot_write_outside_its_place(name: str, tmp_path: Path) -> None:
    evil, content = tmp_path / "evil.tar.gz", tmp_path / "content"
    content.write_text(json.dumps({"format": 1}))
    with tarfile.open(evil, "w:gz") as tar:
        tar.add(content, name)
    with pytest.raises(DataError, match="has no place in a backup"):
        unpacked(evil, tmp_path / "into")
    assert not (tmp_path / "escaped").exists()


def test_a_worker_that_does_not_rest_is_said(transactional_db: None, lake: Path, tmp_path: Path) -> None:
    from dangol.platform.kernel import clock
    from dangol.platform.kernel.models import Worker
    from dangol.platform.kernel.resting import is_asked

    Worker.objects.create(name="busy", started_at=clock.now(), seen_at=clock.now())
    with pytest.raises(DataError, match="still busy"):
        make(tmp_path / "backup.tar.gz", patience=0.2)
    assert not is_asked()
    assert not list(tmp_path.glob("backup*"))
