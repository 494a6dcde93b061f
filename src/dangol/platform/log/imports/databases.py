"""What stands in a table of somebody else's database? Read without being able to change it, from where the last run ended."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import psycopg
from sqlglot import tokenize
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

from dangol.core.errors import DataError, RequestError
from dangol.core.language import Said
from dangol.platform.kernel.environment import environment

SCHEMES: Final = ("sqlite", "postgresql", "postgres")
ROWS_AT_A_TIME: Final = 5_000
CONNECT_SECONDS: Final = 10
STATEMENT_SECONDS: Final = 600
_TABLE: Final = re.compile(r"[\w$가-힣]+(\.[\w$가-힣]+){0,2}")


def check_url(url: str) -> None:
    """A RequestError unless it names a database that can be read."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise RequestError(
            Said(
                f"A database at {parts.scheme}:// was to be read.",
                f"{parts.scheme}:// 데이터베이스를 읽으려고 했습니다.",
            ),
            Said(
                "SQLite and PostgreSQL are read; others are not yet.",
                "SQLite와 PostgreSQL을 읽으며 다른 것은 아직 읽지 못합니다.",
            ),
            Said(
                "Write sqlite:///path/to/file or postgresql://user:password@host/name; of others, give exports as CSV or Parquet in a folder.",
                "sqlite:///파일경로 또는 postgresql://사용자:비밀번호@호스트/이름으로 적어 주십시오. 다른 데이터베이스는 CSV나 Parquet로 내보내 폴더에 두시면 됩니다.",
            ),
        )
    if parts.scheme == "sqlite":
        _check_not_ours(_sqlite_path(url))


def pull(url: str, query: str, column: str, last: Any, target: Path) -> tuple[int, Any]:
    """Write the rows from `last` on (all without it) as CSV; gives how many, and the new last value."""
    check_url(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    rows = (
        _sqlite(url, query, column, last)
        if url.startswith("sqlite")
        else _postgresql(url, query, column, last)
    )
    count, newest = 0, last
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        headings = next(rows)
        writer.writerow(headings)
        place = _place(headings, column)
        for row in rows:
            count += 1
            writer.writerow(["" if cell is None else _text(cell) for cell in row])
            if place is not None and row[place] is not None:
                newest = _kept(row[place])
    return count, newest


def tables_in(url: str) -> list[str]:
    """The names of the tables and views that can be read there."""
    check_url(url)
    if url.startswith("sqlite"):
        sql = "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%' order by 1"
    else:
        sql = (
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema not in ('pg_catalog', 'information_schema') order by 1"
        )
    found = _sqlite(url, sql, "", None) if url.startswith("sqlite") else _postgresql(url, sql, "", None)
    next(found)
    return [str(row[0]) for row in found]


def _sqlite(url: str, query: str, column: str, last: Any) -> Iterator[Sequence[Any]]:
    path = _sqlite_path(url)
    if not path.is_file():
        raise _unreachable(url, f"{path.name} does not exist")
    sql, values = _asked(query, column, last, "?")
    try:
        with closing(
            sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=CONNECT_SECONDS)
        ) as connection:
            connection.execute("pragma query_only = on")
            cursor = connection.execute(sql, values)
            yield [each[0] for each in cursor.description or ()]
            while rows := cursor.fetchmany(ROWS_AT_A_TIME):
                yield from rows
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _unreachable(url, str(error)) from error


def _postgresql(url: str, query: str, column: str, last: Any) -> Iterator[Sequence[Any]]:
    _check_one_statement(query)
    sql, values = _asked(query, column, last, "%s")
    options = f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_SECONDS}s"
    try:
        with (
            psycopg.connect(url, connect_timeout=CONNECT_SECONDS, options=options) as connection,
            connection.cursor(name="dangol_import") as cursor,
        ):
            cursor.itersize = ROWS_AT_A_TIME
            cursor.execute(sql.encode(), values or None)
            yield [each.name for each in cursor.description or ()]
            yield from cursor
    except psycopg.Error as error:
        raise _unreachable(url, str(error).strip().splitlines()[0]) from error


def _check_one_statement(query: str) -> None:
    """A second statement could take back that the connection may only read."""
    try:
        tokens = tokenize(query.strip().rstrip(";"), read="postgres")
        is_one = all(each.token_type != TokenType.SEMICOLON for each in tokens)
    except SqlglotError:
        is_one = False
    if not is_one:
        raise RequestError(
            Said("A database was to be read by a query.", "쿼리로 데이터베이스를 읽으려고 했습니다."),
            Said(
                "It is not one statement: there is a semicolon in it, or a quotation mark is open.",
                "한 문장이 아닙니다. 세미콜론이 들어 있거나 따옴표가 닫히지 않았습니다.",
            ),
            Said("Write one select.", "select 한 문장만 적어 주십시오."),
        )


def _asked(query: str, column: str, last: Any, mark: str) -> tuple[str, list[Any]]:
    """The statement and its values: a bare name is a table; from `last` on, so that equal values are not lost."""
    text = query.strip().rstrip(";")
    if _TABLE.fullmatch(text):
        text = "select * from " + ".".join(f'"{part}"' for part in text.split("."))
    if not column:
        return text, []
    name = '"' + column.replace('"', '""') + '"'
    where = f" where {name} >= {mark}" if last is not None else ""
    return f"select * from ({text}) as rows_of_it{where} order by {name}", [last] if last is not None else []


def _place(headings: Sequence[str], column: str) -> int | None:
    if not column:
        return None
    if column not in headings:
        raise DataError(
            Said(
                f"New rows were to be found by the column {column}.",
                f"새 행을 {column} 열로 찾으려고 했습니다.",
            ),
            Said("There is no such column.", "그런 열이 없습니다."),
            Said(f"There are: {', '.join(headings)}.", f"있는 열: {', '.join(headings)}."),
        )
    return list(headings).index(column)


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).hex()
    if isinstance(cell, dict | list):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return str(cell)


def _kept(value: Any) -> Any:
    return (
        value
        if isinstance(value, int | str)
        else value.isoformat()
        if isinstance(value, date | datetime)
        else str(value)
    )


def _sqlite_path(url: str) -> Path:
    """As in SQLAlchemy: three slashes and a relative path, four and an absolute one."""
    return Path(unquote(url.removeprefix("sqlite:///"))).absolute()


def _check_not_ours(path: Path) -> None:
    ours = environment().data_folder
    if path.resolve().is_relative_to(ours):
        raise RequestError(
            Said(f"The file {path} was to be read.", f"파일 {path}을(를) 읽으려고 했습니다."),
            Said("It belongs to this installation.", "이 설치본의 파일입니다."),
            Said("Give a file outside of its data folder.", "데이터 폴더 밖의 파일을 주십시오."),
        )


def _unreachable(url: str, why: str) -> DataError:
    place = urlsplit(url)
    shown = f"{place.scheme}://{place.hostname or ''}{place.path}"
    return DataError(
        Said(f"The database {shown} was to be read.", f"데이터베이스 {shown}을(를) 읽으려고 했습니다."),
        Said(f"It answered: {why}", f"응답: {why}"),
        Said(
            "Check the address, the user's right to read, and the name of the table.",
            "주소, 읽기 권한, 테이블 이름을 확인해 주십시오.",
        ),
    )
