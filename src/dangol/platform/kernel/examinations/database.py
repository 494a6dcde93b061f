"""Does the database answer, is it set up as it must be, and do its tables fit?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from django.db import DatabaseError, connection

from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.examinations.ground import is_remote
from dangol.platform.kernel.examining import Finding, examination, well

OLDEST_POSTGRESQL: Final = 14
SKEW: Final = 5.0
WAIT: Final = 3.0


@examination("database", needs="database")
def database() -> Iterator[Finding]:
    """The database's own state."""
    yield from _postgresql() if environment().is_postgresql else _sqlite()


def _postgresql() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, now(), pg_is_in_recovery()"
            )
            version, moment, is_copy = cursor.fetchone()
    except DatabaseError as error:
        why = " ".join(str(error).split())
        yield Finding(
            "database", "fault",
            Said(f"PostgreSQL does not let us in: {why}", f"PostgreSQL에 접속할 수 없습니다: {why}"),
            Said("Check that the server runs, and the host, user, password and name in DATABASE_URL.",
                 "서버가 실행 중인지, DATABASE_URL의 호스트, 사용자, 비밀번호, 이름이 맞는지 확인하십시오."),
        )  # fmt: skip
        return
    yield well("database", f"PostgreSQL {version} answers.", f"PostgreSQL {version}이(가) 응답합니다.")
    if version < OLDEST_POSTGRESQL:
        yield Finding(
            "database", "fault",
            Said(f"PostgreSQL {version} is too old.", f"PostgreSQL {version}은(는) 너무 오래되었습니다."),
            Said(f"Move to PostgreSQL {OLDEST_POSTGRESQL} or newer.", f"PostgreSQL {OLDEST_POSTGRESQL} 이상으로 옮기십시오."),
        )  # fmt: skip
    if is_copy:
        yield Finding(
            "database", "fault",
            Said("This PostgreSQL is a copy that only reads.", "이 PostgreSQL은 읽기 전용 복제본입니다."),
            Said("Set DATABASE_URL to the server that writes.", "DATABASE_URL을 쓰기가 되는 서버로 정하십시오."),
        )  # fmt: skip
    apart = abs((clock.now() - moment).total_seconds())
    if apart > SKEW:
        yield Finding(
            "clock", "fault" if apart > 60 else "warning",
            Said(f"The clocks of this machine and of the database are {apart:.0f} seconds apart.",
                 f"이 컴퓨터와 데이터베이스의 시계가 {apart:.0f}초 어긋나 있습니다."),
            Said("Let both set their clocks from the network (chrony or systemd-timesyncd).",
                 "두 쪽 모두 네트워크 시각에 맞추십시오(chrony 또는 systemd-timesyncd)."),
        )  # fmt: skip


def _sqlite() -> Iterator[Finding]:
    path = connection.settings_dict["NAME"]
    try:
        with connection.cursor() as cursor:
            mode = str(cursor.execute("PRAGMA journal_mode").fetchone()[0])
            broken = str(cursor.execute("PRAGMA quick_check(1)").fetchone()[0])
    except DatabaseError as error:
        yield Finding(
            "database", "fault",
            Said(f"The database {path} cannot be opened: {error}.", f"데이터베이스 {path}을(를) 열 수 없습니다: {error}."),
            Said("Restore the last backup into a new folder: dangol restore ARCHIVE --into FOLDER.",
                 "마지막 백업을 새 폴더에 복원하십시오: dangol restore 파일 --into 폴더"),
        )  # fmt: skip
        return
    if broken != "ok":
        yield Finding(
            "database", "fault",
            Said(f"The database {path} is damaged: {broken}", f"데이터베이스 {path}이(가) 손상되었습니다: {broken}"),
            Said("Stop Dangol, keep a copy, and restore the last backup: dangol restore ARCHIVE --into FOLDER.",
                 "단골을 멈추고 사본을 남긴 뒤 마지막 백업을 복원하십시오: dangol restore 파일 --into 폴더"),
        )  # fmt: skip
        return
    yield well("database", f"The database {path} answers.", f"데이터베이스 {path}이(가) 응답합니다.")
    yield from _journal(mode, str(path))
    yield from _lock(str(path))


def _journal(mode: str, path: str) -> Iterator[Finding]:
    if kind := is_remote(environment().data_folder):
        yield Finding(
            "database", "fault",
            Said(f"SQLite lies on a network drive ({kind}), where its locks do not hold and data can be lost.",
                 f"SQLite가 네트워크 드라이브({kind})에 있습니다. 잠금이 지켜지지 않아 데이터를 잃을 수 있습니다."),
            Said("Move the data folder to a disk of this machine, or use PostgreSQL (DATABASE_URL).",
                 "데이터 폴더를 이 컴퓨터의 디스크로 옮기거나 PostgreSQL을 쓰십시오(DATABASE_URL)."),
        )  # fmt: skip
    elif mode != "wal":
        yield Finding(
            "database", "fault",
            Said(f"The journal of SQLite is {mode}, not wal: readers and writers would stop each other.",
                 f"SQLite 저널이 wal이 아니라 {mode}입니다. 읽기와 쓰기가 서로를 막습니다."),
            Said(f"Stop every program that has the file open, and run: sqlite3 {path} 'PRAGMA journal_mode=WAL'.",
                 f"그 파일을 연 프로그램을 모두 멈추고 실행하십시오: sqlite3 {path} 'PRAGMA journal_mode=WAL'"),
        )  # fmt: skip


def _lock(path: str) -> Iterator[Finding]:
    probe = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
    try:
        probe.execute("BEGIN IMMEDIATE")
        probe.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        yield Finding(
            "database", "fault",
            Said(f"Nothing could be written for {WAIT:.0f} seconds: {error}.", f"{WAIT:.0f}초 동안 쓸 수 없었습니다: {error}."),
            Said("Another program holds the file's lock, a database browser for instance. End it; nothing is lost meanwhile.",
                 "데이터베이스 탐색기 같은 다른 프로그램이 파일을 잠그고 있습니다. 그 프로그램을 끝내십시오. 그동안 잃는 것은 없습니다."),
        )  # fmt: skip
    finally:
        probe.close()


@examination("schema", needs="database")
def schema() -> Iterator[Finding]:
    """Whether the tables fit this version."""
    from dangol.platform.kernel import schema as tables

    state = tables.state()
    migrate = Said(
        "Run: dangol migrate (dangol serve does it by itself).",
        "실행하십시오: dangol migrate (dangol serve는 스스로 합니다)",
    )
    if state == "missing":
        yield Finding(
            "schema",
            "fault",
            Said("The tables have not been made yet.", "테이블을 아직 만들지 않았습니다."),
            migrate,
        )
    elif state == "older":
        waiting = len(tables.pending())
        says = Said(
            f"The tables are of an older version; changes that wait: {waiting}.",
            f"테이블이 이전 버전의 것입니다. 적용하지 않은 변경: {waiting}건.",
        )
        yield Finding("schema", "fault", says, migrate)
    elif state == "newer":
        name = tables.unknown()[-1]
        yield Finding(
            "schema", "fault",
            Said(f"A newer version of Dangol made the tables ({name}).", f"더 새로운 버전의 단골이 만든 테이블입니다({name})."),
            Said("Run that version, or restore a backup from before.", "그 버전을 실행하거나 이전 백업을 복원하십시오."),
        )  # fmt: skip
    else:
        yield well("schema", "The tables fit this version.", "테이블이 이 버전에 맞습니다.")
