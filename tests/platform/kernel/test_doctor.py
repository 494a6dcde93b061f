"""Does the doctor name each fault in a sentence, with what helps, in both languages?"""

from __future__ import annotations

import json
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dangol.core.errors import DataError
from dangol.platform.kernel import audit, clock, examining, schema
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.examinations import ground
from dangol.platform.kernel.examining import Finding, examined
from dangol.platform.kernel.models import AuditEntry
from tests_support.postgresql import free_port
from tests_support.processes import Platform, platform

HANGUL = range(0xAC00, 0xD7A4)
ORDER = ["well", "warning", "fault"]
only_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a file is a matter of SQLite")


def _found() -> dict[str, Finding]:
    """The worst finding of each name."""
    return {each.name: each for each in sorted(examined(), key=lambda each: ORDER.index(each.level))}


def _fault(name: str) -> str:
    found = _found()[name]
    assert found.level == "fault"
    assert found.helps is not None
    return found.says.en


@contextmanager
def _told(**fields: Any) -> Iterator[None]:
    """The environment says something else for a moment."""
    now = environment()
    before = {name: getattr(now, name) for name in fields}
    for name, value in fields.items():
        object.__setattr__(now, name, value)
    yield
    for name, value in before.items():
        object.__setattr__(now, name, value)


@pytest.fixture(autouse=True)
def port(transactional_db: None) -> Iterator[int]:
    """Nobody listens at the address of the tests."""
    number = free_port()
    with _told(base_url=f"http://127.0.0.1:{number}"):
        yield number


def test_a_sound_installation_is_well_in_both_languages() -> None:
    found = list(examined())
    assert {each.name for each in found if each.level == "fault"} == set()
    assert {"settings", "folder", "space", "secret", "database", "schema", "clock", "audit", "lake", "static", "worker"} <= {
        each.name for each in found
    }  # fmt: skip
    assert all(any(ord(letter) in HANGUL for letter in each.says.ko) for each in found)


def test_tables_that_are_old_or_newer() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '9999_later', '2026-01-01')"
        )
        try:
            assert "newer version" in _fault("schema")
            with pytest.raises(DataError, match="newer version"):
                schema.bring_up_to_date()
        finally:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
        cursor.execute("DELETE FROM django_migrations WHERE name = '0004_open_hours'")
        try:
            assert "older version" in _fault("schema")
            with pytest.raises(DataError, match="dangol migrate"):
                schema.check()
        finally:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('kernel', '0004_open_hours', '2026-01-01')"
            )


@only_sqlite
def test_a_database_that_is_locked() -> None:
    path = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert "Nothing could be written" in _fault("database")
        holder.execute("ROLLBACK")


def test_a_network_drive_is_known_by_its_kind() -> None:
    table = "/dev/sda1 / ext4 rw 0 0\nnas:/export /data nfs4 rw 0 0\n//nas/share /share cifs rw 0 0"
    assert ground.is_remote(Path("/data/dangol"), table) == "nfs4"
    assert ground.is_remote(Path("/share"), table) == "cifs"
    assert ground.is_remote(Path("/var"), table) == ""


def test_settings_that_cannot_be() -> None:
    with _told(base_url="http://dangol.example.com"):
        assert _found()["address"].level == "warning"
    with _told(secret_key="short"):
        assert "characters" in _fault("secret")


def test_a_secret_that_others_can_read(lake: Path) -> None:
    (lake.parent / "secret.key").write_text("x" * 64)
    (lake.parent / "secret.key").chmod(0o644)
    assert _found()["secret"].level == "warning"


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with _told(data_folder=tmp_path / "file"):
        assert "cannot be read and written" in _fault("folder")


def test_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ground, "LITTLE", 10**18)
    assert _found()["space"].level == "warning"
    monkeypatch.setattr(ground, "TOO_LITTLE", 10**18)
    assert "GB left" in _fault("space")


def test_a_port_of_another_program(port: int) -> None:
    with closing(socket.create_server(("127.0.0.1", port))):
        assert "Another program listens" in _fault("port")
    assert "port" not in _found()


def test_a_clock_that_was_set_back(owner: Viewer) -> None:
    with clock.shifted_by(timedelta(hours=3)):
        audit.record(owner, "thing.done")
    assert "something happened at" in _fault("clock")


def test_a_lake_with_a_broken_file(lake: Path) -> None:
    (lake / "events").mkdir()
    (lake / "events" / "half.parquet").write_bytes(b"PAR1 and then the power went")
    assert "half.parquet" in _fault("lake")


def test_an_audit_trail_that_was_changed(owner: Viewer) -> None:
    audit.record(owner, "thing.done")
    AuditEntry.objects.all().delete()
    AuditEntry.objects.create(
        happened_at=clock.now(), actor="Eve", deed="nothing", previous=audit.FIRST, digest="made up"
    )
    assert "does not follow" in _fault("audit")


def test_an_examination_that_falls_over_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def falls_over() -> list[Finding]:
        raise RuntimeError("no idea")

    monkeypatch.setitem(examining.EXAMINATIONS, "odd", examining._Registered("tables", falls_over))
    assert "RuntimeError: no idea" in _fault("odd")


def test_the_command_says_it_in_both_languages_and_ends_with_3(tmp_path: Path) -> None:
    """A server that does not answer; tables that are missing; an address that is none. No password is repeated."""
    own = Platform(tmp_path / "empty")
    told = own.run("doctor", "--lang", "ko", check=False)
    assert told.returncode == 3
    assert "테이블을 아직 만들지 않았습니다" in told.stdout
    own.database_url = f"postgresql://dangol:hunter2@127.0.0.1:{free_port()}/dangol"
    told = own.run("doctor", "--json", check=False)
    assert "does not let us in" in next(
        each["says"] for each in json.loads(told.stdout) if each["level"] == "fault"
    )
    assert "hunter2" not in told.stdout + told.stderr
    own.settings["DANGOL_URL"] = "dangol.example.com"
    assert "not a web address" in own.run("doctor", check=False).stdout


def test_a_damaged_file_is_said(made_sqlite: Path, tmp_path: Path) -> None:
    with platform(tmp_path / "own", like=made_sqlite) as own:
        for leftover in own.data.glob("dangol.sqlite3-*"):
            leftover.unlink()
        (own.data / "dangol.sqlite3").write_bytes(b"this is no database " * 1_000)
        assert "cannot be opened" in own.run("doctor", check=False).stdout


def test_events_whose_file_is_gone_or_whose_time_is_to_come() -> None:
    from dangol.platform.log.models import Envelope, Segment, Source

    source = Source.objects.create(name="shop", kind="server", write_key="wk_test", created_at=clock.now())
    Segment.objects.create(
        first_position=1, last_position=2, path="segments/gone.parquet", row_count=2, made_at=clock.now()
    )
    assert "gone.parquet" in _fault("segments")
    Segment.objects.all().delete()
    later = int((clock.now() + timedelta(hours=3)).timestamp() * 1e6)
    waiting = Envelope.objects.create(source=source, received_at=later, body=b"{}", event_count=1)
    assert "the clock was set back" in _fault("arrivals")
    waiting.received_at = later - 4 * 3_600_000_000
    waiting.save()
    assert _found()["arrivals"].level == "warning"
