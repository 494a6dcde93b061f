"""How is an envelope committed? By a connection of its own, past Django, to SQLite or PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import psycopg
from django.db import connections

from dangol.core.language import Said

Row = tuple[int, int, bytes, int]
"""source_id, received_at in microseconds, body, event_count"""
RefusedRow = tuple[int, int, bytes, str, Said]
"""source_id, received_at in microseconds, body, reason, sentence"""

WAIT_SECONDS: Final = 5
"""How long a commit waits for another writer of SQLite before the senders are told to come again."""
KEPT_BYTES: Final = 32 * 1024
"""How much of a refused body is kept."""
_ENVELOPE = "insert into log_envelope (source_id, received_at, body, event_count) values ({0}, {0}, {0}, {0})"
_REFUSED = "insert into log_refused (source_id, received_at, body, reason, sentence) values ({0}, {0}, {0}, {0}, {0})"


class Store(Protocol):
    """Where envelopes are committed; opened at the first write, and again after a failure."""

    def write(self, rows: list[Row], refused: list[RefusedRow]) -> None:
        """All of it in one transaction that is on disk on return."""

    def close(self) -> None:
        """Give the connection back."""


class SqliteStore:
    """A file of SQLite; one row is one statement and so its own transaction."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def write(self, rows: list[Row], refused: list[RefusedRow]) -> None:
        """One transaction, forced to disk (synchronous=FULL)."""
        connection = self._connection or self._opened()
        if len(rows) == 1 and not refused:
            connection.execute(_ENVELOPE.format("?"), rows[0])
            return
        connection.execute("begin immediate")
        try:
            connection.executemany(_ENVELOPE.format("?"), rows)
            connection.executemany(_REFUSED.format("?"), map(_told, refused))
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _opened(self) -> sqlite3.Connection:
        self._connection = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000"):
            self._connection.execute(f"pragma {pragma}")
        return self._connection


class PostgresqlStore:
    """A PostgreSQL server; synchronous_commit as the server has it."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told
        self._connection: psycopg.Connection[Any] | None = None

    def write(self, rows: list[Row], refused: list[RefusedRow]) -> None:
        """One transaction."""
        connection = self._connection or self._opened()
        if len(rows) == 1 and not refused:
            connection.execute(_ENVELOPE.format("%s"), rows[0])
            return
        with connection.transaction(), connection.cursor() as cursor:
            cursor.executemany(_ENVELOPE.format("%s"), rows)
            cursor.executemany(
                _REFUSED.format("%s"), [(a, _moment(b), *rest) for a, b, *rest in map(_plain, refused)]
            )

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _opened(self) -> psycopg.Connection[Any]:
        self._connection = psycopg.connect(**self._told, autocommit=True)
        return self._connection


def store_of_settings() -> Store:
    """The store beside Django's own connection to the same database."""
    default = connections["default"]
    if default.vendor == "sqlite":
        return SqliteStore(str(default.settings_dict["NAME"]))
    told = default.get_connection_params()
    kept = ("dbname", "user", "password", "host", "port", "options", "sslmode", "sslrootcert", "service")
    return PostgresqlStore({name: told[name] for name in kept if name in told})


def _moment(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


def _plain(row: RefusedRow) -> tuple[int, int, str, str, str]:
    source_id, received_at, body, reason, said = row
    sentence = json.dumps({"en": said.en, "ko": said.ko}, ensure_ascii=False)
    return source_id, received_at, kept_text(body), reason, sentence


def kept_text(body: bytes) -> str:
    """A refused body as text that every database keeps."""
    return body[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", "")


def _told(row: RefusedRow) -> tuple[int, str, str, str, str]:
    """As Django writes a moment into SQLite."""
    source_id, received_at, text, reason, sentence = _plain(row)
    moment = _moment(received_at).replace(tzinfo=None).isoformat(sep=" ")
    return source_id, moment, text, reason, sentence
