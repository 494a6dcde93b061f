"""How do millions of typed rows come in at once? Past the envelopes, but through the same order of positions.

A relation in the shape of a noun becomes segments directly: its people are numbered, rows that were brought before
are left out by their keys, and each segment counts from the one transaction that also keeps its keys. Killed in
between, the same call brings what is missing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from django.db import transaction

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.schema import NOUNS
from dangol.platform.kernel import clock, leases
from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.queries import business
from dangol.platform.log import segments
from dangol.platform.log.duck import listed
from dangol.platform.log.identities import DIRECTORY, are_named, links_held, links_stamp
from dangol.platform.log.models import BroughtKeys
from dangol.platform.log.projections import columns_of
from dangol.platform.log.sequencer import Contents, RacedError, record
from dangol.platform.log.telling import COLUMNS, tellable, told_sql

MEMORY: Final = "3GB"
SEGMENT_ROWS: Final = 500_000
NAMES: Final = 100_000
_TRIES: Final = 100
FOLDER: Final = "keys"
LEASE_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Brought:
    """What a relation brought: rows of the log that are new, and those that were there already."""

    count: int
    known: int


def brought(noun: str, relation: str | Path, source_id: int) -> Brought:
    """Bring the rows of a relation (a query in DuckDB's SQL, or a Parquet file or folder) in the shape of a noun.

    `person_id` may be of any type: its text is the user id by which the source knows the person. Columns that are
    missing are unknown. Events that tell what rows of another noun tell better (`Order Completed` beside a file
    of orders) are for the caller to leave out. Nothing becomes live by it. Not inside a transaction.
    """
    if noun not in tellable():
        raise UnknownNameError(Said("table to bring in", "가져올 표"), noun, tellable())
    duck = DuckDB(memory=MEMORY)
    try:
        # Two at once would both find the same keys unknown.
        with leases.held(f"log.bringing.{source_id}.{noun}", LEASE_SECONDS) as is_ours:
            if not is_ours:
                raise _is_being_brought(noun)
            return _brought(duck, noun, relation, source_id)
    finally:
        duck.close()


def _is_being_brought(noun: str) -> RequestError:
    said = NOUNS[noun].title
    return RequestError(
        Said(f"{said.en} were to be brought in.", f"{said.ko} 데이터를 가져오려 하셨습니다."),
        Said("The same source is bringing them just now.", "같은 원천에서 지금 가져오는 중입니다."),
        Said("Wait until that is done, then try again.", "끝난 뒤에 다시 시도해 주십시오."),
    )


def _brought(duck: DuckDB, noun: str, relation: str | Path, source_id: int) -> Brought:
    duck.define("given", _completed(duck, noun, relation))
    duck.define("history", told_sql(noun, "given", business().time_zone))
    text = f"concat({quoted(f'{noun}:{source_id}:')}, row_key)"
    hashed = f"(md5_number_lower({text})::hugeint - 9223372036854775808)::bigint"
    duck.execute(f"create table told as select {hashed} as hash, {COLUMNS} from history")
    count = _count(duck)
    if duck.execute("select count(distinct hash) from told").fetchall() != [(count,)]:
        duck.execute("delete from told where rowid not in (select min(rowid) from told group by hash)")
    known = list(BroughtKeys.objects.values_list("path", flat=True))
    if known:
        paths = listed([str(environment().lake_folder / each) for each in known])
        duck.execute(f"delete from told where hash in (select hash from read_parquet([{paths}]))")
    new = _count(duck)
    stamp = links_stamp()
    if new:
        _number(duck)
    for start in range(0, new, SEGMENT_ROWS):
        _write(duck, source_id, start, stamp)
    return Brought(new, count - new)


def _completed(duck: DuckDB, noun: str, relation: str | Path) -> str:
    """The relation with every column of the noun."""
    given = f"select * from read_parquet({quoted(_glob(relation))})" if _is_path(relation) else str(relation)
    have = {row[0] for row in duck.execute(f"describe {given}").fetchall()}
    columns = {name: dtype for name, dtype in columns_of(noun).items() if name in NOUNS[noun].dtypes}
    values = ", ".join(
        ("person_id" if name == "person_id" else f"{name}::{dtype} as {name}")
        if name in have
        else f"null::{dtype} as {name}"
        for name, dtype in columns.items()
    )
    return f"select {values} from ({given})"


def _is_path(relation: str | Path) -> bool:
    return isinstance(relation, Path)


def _glob(path: str | Path) -> str:
    return f"{path}/**/*.parquet" if Path(path).is_dir() else str(path)


def _count(duck: DuckDB) -> int:
    return int(duck.execute("select count(*) from told").fetchall()[0][0])


def _number(duck: DuckDB) -> None:
    """Give every row the number of its person."""
    duck.execute("create table numbers (value varchar, number bigint)")
    names = duck.connection.cursor().execute("select distinct user_id from told order by 1")
    for part in iter(lambda: names.fetchmany(NAMES), []):
        numbers = DIRECTORY.numbered([("user_id", row[0]) for row in part])
        given = {
            "value": np.array([name[1] for name in numbers], dtype=object),
            "number": np.fromiter(numbers.values(), dtype=np.int64, count=len(numbers)),
        }
        duck.connection.register("given_numbers", given)
        duck.execute("insert into numbers select * from given_numbers")
        duck.connection.unregister("given_numbers")
    duck.execute(
        "create table ready as select told.*, numbers.number as person_id "
        "from told join numbers on told.user_id = numbers.value order by occurred_at"
    )
    duck.execute("drop table told")


def _write(duck: DuckDB, source_id: int, start: int, stamp: int) -> None:
    received = clock.now().replace(tzinfo=None).isoformat(sep=" ")
    constants = {
        "source_id": str(source_id), "is_trusted": "true", "is_live": "false", "is_import": "true",
        "received_at": f"timestamp '{received}'", "context": "'{}'",
    }  # fmt: skip
    columns = ", ".join(
        f"{constants.get(name, name if name in _OWN else 'null')}::{dtype} as {name}"
        for name, dtype in segments.ROW.items()
        if name != "position"
    )
    part = f"(select * from ready where rowid >= {start} and rowid < {start + SEGMENT_ROWS})"
    path = segments.written(duck, f"select {columns} from {part}", "brought")
    keys = _keys_path()
    duck.execute(f"copy (select hash from {part} order by hash) to {quoted(str(keys))} (format parquet)")
    segments.make_durable(keys)
    about = Contents.of(duck, part)
    for _ in _attempts():
        try:
            with transaction.atomic():
                now = links_stamp()
                if not links_held(now):
                    raise RacedError
                # Somebody who was erased since the rows were numbered must not come back by their old number.
                if now != stamp and not are_named(_people(duck, part)):
                    raise _was_erased()
                record(path, about)
                BroughtKeys.objects.create(path=segments.relative(keys), row_count=about.row_count)
            return
        except RacedError:  # the sequencer was first; the next position is as good
            continue
    raise RacedError


def _people(duck: DuckDB, part: str) -> list[int]:
    return [row[0] for row in duck.execute(f"select distinct person_id from {part}").fetchall()]


def _was_erased() -> RequestError:
    return RequestError(
        Said("Rows were to be brought in.", "데이터를 가져오려 하셨습니다."),
        Said(
            "Somebody in them was erased or renamed meanwhile.",
            "그 사이에 데이터 속 고객이 삭제되거나 다른 고객에게 이어졌습니다.",
        ),
        Said(
            "Take out whoever was erased, and bring the rest again.",
            "삭제된 고객을 빼고 나머지를 다시 가져와 주십시오.",
        ),
    )


def _attempts() -> Iterator[int]:
    return iter(range(_TRIES))


_OWN: Final = frozenset(
    {"type", "person_id", "account_id", "name", "occurred_at", "user_id", "object_id", "amount", "currency",
     "properties", "traits"}
)  # fmt: skip


def _keys_path() -> Path:
    folder = environment().lake_folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{secrets.token_hex(8)}.parquet"
