"""Are databases and folders read again and again, new rows only, and never changed?"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dangol.core.errors import DataError, RequestError
from dangol.platform.kernel.access.refusals import NotAllowedError
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.log.imports import connections, databases, running
from dangol.platform.log.imports.models import Connection, Import
from tests_support.brought import csv_text, number_all, orders, written
from tests_support.bucket import bucket
from tests_support.postgresql import Postgresql

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "create table sold (id integer primary key, customer_id text, order_date text, amount integer)"


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's own database, outside of the installation."""
    path = tmp_path_factory.mktemp("shop") / "shop.db"
    with sqlite3.connect(path) as connection:
        connection.execute(TABLE)
        connection.executemany(
            "insert into sold values (?, ?, ?, ?)",
            [(1, "ann", "2026-01-05", 100), (2, "bob", "2026-01-06", 200)],
        )
    return path


def read() -> None:
    """Whatever is due is read, brought and numbered."""
    while (due := connections.due()) is not None:
        found = connections.read_again(due)
        if found is not None:
            running.run(Import.objects.get(pk=found.pk))
    number_all()


def again(view: connections.ConnectionView) -> connections.ConnectionView:
    connections.run_now(SYSTEM, view.id)
    read()
    return connections.connection(SYSTEM, view.id)


def test_a_database_is_read_from_where_the_last_run_ended(shop: Path) -> None:
    made = connections.connect(
        SYSTEM,
        "Shop",
        "database",
        f"sqlite:///{shop}",
        query="sold",
        incremental="id",
        mapping={"order_id": "id"},
    )
    read()
    assert [row[:2] for row in orders()] == [("1", 100), ("2", 200)]
    with sqlite3.connect(shop) as connection:
        connection.execute("insert into sold values (3, 'ann', '2026-01-07', 300)")
    seen = again(made)
    assert (seen.last_value, seen.error) == (3, None)
    assert seen.last_import is not None
    assert seen.last_import.rows_read == 2  # the last row is read once more, lest its equals are lost
    assert [row[:2] for row in orders()] == [("1", 100), ("2", 200), ("3", 300)]


def test_it_cannot_change_what_it_reads(shop: Path) -> None:
    for query in (
        "delete from sold",
        "select * from sold; delete from sold",
        "update sold set amount = 0 returning *",
    ):
        with pytest.raises(DataError):
            databases.pull(f"sqlite:///{shop}", query, "", None, shop.with_suffix(".csv"))
    with sqlite3.connect(shop) as connection:
        assert connection.execute("select sum(amount) from sold").fetchone() == (300,)


def test_postgresql_is_read_and_not_changed(postgresql: Postgresql, tmp_path: Path) -> None:
    url = postgresql.make(f"shop_{os.getpid()}")
    with psycopg.connect(url) as connection:
        connection.execute(TABLE)
        connection.execute(
            "insert into sold values (1, 'ann', '2026-01-05', 100), (2, '밥', '2026-01-06', 200)"
        )
    count, last = databases.pull(url, "sold", "id", 1, tmp_path / "rows.csv")
    assert (count, last) == (2, 2)
    assert "밥" in (tmp_path / "rows.csv").read_text(encoding="utf-8")
    assert "public.sold" in databases.tables_in(url)
    with pytest.raises(DataError):
        databases.pull(url, "delete from sold returning *", "", None, tmp_path / "gone.csv")
    set_free = "select 1; set transaction read write; delete from sold"
    with pytest.raises(RequestError, match="one statement"):
        databases.pull(url, set_free, "", None, tmp_path / "gone.csv")
    assert databases.pull(url, "select ';' as sign from sold", "", None, tmp_path / "signs.csv")[0] == 2
    with pytest.raises(DataError) as away:
        databases.pull(
            url.replace("postgres@", "postgres:secret@").replace(str(postgresql.port), "1"),
            "sold",
            "",
            None,
            tmp_path / "x.csv",
        )
    assert "secret" not in away.value.in_("en")


def test_a_folder_gives_new_and_changed_files_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("exports")
    old = written(folder, "first.csv", csv_text())
    _aged(old)
    made = connections.connect(SYSTEM, "Exports", "folder", str(folder))
    read()
    assert len(orders()) == 3
    assert again(made).last_import.rows_read == 3  # type: ignore[union-attr]
    assert Import.objects.count() == 1
    fresh = written(folder, "still-written.csv", csv_text((("eve", "o-9", "2026-03-01", "1", "KRW"),)))
    again(made)
    assert Import.objects.count() == 1
    _aged(fresh)
    again(made)
    assert len(orders()) == 4


def _aged(path: Path) -> None:
    os.utime(path, (1_700_000_000, 1_700_000_000))


def test_a_bucket_gives_new_and_changed_files_once() -> None:
    with bucket("reader") as store:
        store.objects["orders/2026/first.csv"] = csv_text().encode()
        store.objects["orders/notes.txt.bak"] = b"not ours to read"
        store.objects["elsewhere.csv"] = b"not,below\n1,2\n"
        address = f"s3://reader:top-secret@exports/orders?region=ap-northeast-2&endpoint={store.url}"
        made = connections.connect(SYSTEM, "Exports", "folder", address)
        assert "top-secret" not in made.address
        read()
        assert len(orders()) == 3
        again(made)
        assert Import.objects.count() == 1
        store.objects["orders/2026/second.csv"] = csv_text(
            (("eve", "o-9", "2026-03-01", "1", "KRW"),)
        ).encode()
        assert again(made).error is None
        assert (Import.objects.count(), len(orders())) == (2, 4)
        with pytest.raises(DataError, match=r"InvalidAccessKeyId|403"):
            connections.connect(SYSTEM, "Other", "folder", address.replace("reader:", "stranger:"))
        del store.objects["orders/2026/first.csv"]
    seen = again(made)
    assert seen.error is not None
    assert "top-secret" not in str(seen.error)
    assert len(orders()) == 4


def test_what_fails_is_told_and_the_next_run_goes_on(shop: Path) -> None:
    made = connections.connect(SYSTEM, "Shop", "database", f"sqlite:///{shop}", query="no_such_table")
    read()
    seen = connections.connection(SYSTEM, made.id)
    assert seen.error is not None
    assert "no_such_table" in seen.error["ko"]
    Connection.objects.filter(pk=made.id).update(query="sold")
    assert again(made).error is None


def test_addresses_are_sealed_and_passwords_never_shown(shop: Path) -> None:
    made = connections.connect(
        SYSTEM, "Far", "database", "postgresql://reader:secret@127.0.0.1:1/shop", query="sold"
    )
    assert made.address == "postgresql://reader:***@127.0.0.1:1/shop"
    assert "secret" not in Connection.objects.get(pk=made.id).sealed_address
    connections.remove(SYSTEM, made.id)
    assert connections.connections(SYSTEM) == []


@pytest.mark.parametrize(
    ("kind", "address", "words"),
    [
        ("database", "mysql://db/shop", "SQLite와 PostgreSQL"),
        ("folder", "gs://bucket/orders", "s3://"),
        ("folder", "/no/such/folder", "그런 폴더가 없습니다"),
        ("folder", "relative", "그런 폴더가 없습니다"),
    ],
)
def test_what_cannot_be_read_is_refused_when_it_is_set_up(kind: str, address: str, words: str) -> None:
    with pytest.raises(RequestError) as refused:
        connections.connect(SYSTEM, "x", kind, address, query="sold")
    assert words in refused.value.in_("ko")


def test_our_own_files_are_not_for_reading(lake: Path, viewer_analyst: Viewer) -> None:
    told: dict[str, Any] = {"query": "access_user"}
    for kind, address in (("folder", str(lake)), ("database", f"sqlite:///{lake.parent / 'dangol.sqlite3'}")):
        with pytest.raises(RequestError) as refused:
            connections.connect(SYSTEM, "x", kind, address, **told)
        assert "installation" in refused.value.in_("en")
    with pytest.raises(NotAllowedError):
        connections.connect(viewer_analyst, "x", "folder", "/srv")
