"""Which rows of an import are new, which say something else than before, and which were said already?

Every row has a key (its id in the source; without one, what it holds and the how-manyth equal row it is) and a
digest of what it holds. The keys an import brought are kept beside its files: the next one of the same source
is held against them, and an undo knows by them what to take back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.schema import NOUNS

_IDS: Final = {
    "orders": ("order_id", "user_id"),
    "subscriptions": ("subscription_id", "user_id", "started_on"),
    "messages": ("message_id",),
    "answers": ("answer_id",),
    "tickets": ("ticket_id",),
    "people": ("user_id",),
    "accounts": ("account_id",),
}
"""What names a row of a noun in its source; the first one empty, or no entry: its content does."""
_SEPARATOR: Final = "chr(31)"


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of the rows of one noun."""

    new: int = 0
    changed: int = 0
    known: int = 0
    waiting: int = 0
    """Accounts that nobody belongs to yet: a message needs a person to come from."""

    @property
    def brought(self) -> int:
        """Rows that go into the log."""
        return self.new + self.changed


def keyed(duck: DuckDB, noun: str, source_id: int, import_id: int, earlier: Sequence[Path]) -> Counted:
    """Make `rows_NOUN` of `staged_NOUN`: number, message_key, key, digest, user_id, is_changed, the noun's columns.

    Only what is new or changed against the key files of earlier imports is in it, in an order that is the
    same whenever the same files are read.
    """
    _make_held(duck, noun)
    _make_earlier(duck, noun, earlier)
    told = f"concat_ws('|', {source_id}, '{noun}', h.key, h.copy, h.digest, case when e.key is not null then {import_id} end)"
    duck.execute(
        f"create or replace table rows_{noun} as select row_number() over (order by {_moment(noun)}, h.key, h.copy) as number, "
        f"md5({told}) as message_key, e.key is not null as is_changed, h.* from held_{noun} h "
        f"left join earlier_{noun} e using (key, copy) where e.digest is distinct from h.digest"
    )
    every = _one(duck, f"select count(*) from held_{noun}")
    changed = _one(duck, f"select count(*) from rows_{noun} where is_changed")
    brought = _one(duck, f"select count(*) from rows_{noun}")
    duck.execute(f"drop table held_{noun}")
    return Counted(brought - changed, changed, every - brought)


def write_keys(duck: DuckDB, nouns: Sequence[str], import_id: int, target: Path) -> None:
    """Keep what an import brought: noun, key, copy, digest, message_key."""
    parts = " union all ".join(
        f"select '{noun}' as noun, key, copy, digest, message_key, user_id, {import_id}::bigint as import_id from rows_{noun}"
        for noun in nouns
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    duck.execute(f"copy ({parts}) to {quoted(str(unfinished))} (format parquet, compression zstd)")
    unfinished.replace(target)


def _make_held(duck: DuckDB, noun: str) -> None:
    """`held_NOUN`: the typed rows with whose they are, by the source's own id, and their keys."""
    columns = [name for name in NOUNS[noun].dtypes if name not in ("person_id", "external_id", "referrer_id")]
    has_person = "person_id" in NOUNS[noun].dtypes
    person = "p.external_id" if has_person else "null::varchar"
    join = "left join staged_people p on p.person_id = s.person_id" if has_person else ""
    if noun == "people":
        person, join = (
            "s.external_id",
            "left join staged_people q on q.person_id = s.referrer_id",
        )
    referrer = ", q.external_id as referrer" if noun == "people" else ""
    values = ", ".join(f"s.{name}" for name in columns)
    content = ", ".join(
        f"coalesce({name}::varchar, chr(30))"
        for name in ("user_id", *columns, *(["referrer"] if referrer else []))
    )
    digest = f"md5_number_lower(concat_ws({_SEPARATOR}, {content}))"
    duck.execute(
        f"create or replace table held_{noun} as select *, "
        f"row_number() over (partition by key order by digest) as copy from (select *, {_key(noun)} as key from "
        f"(select *, {digest} as digest from (select {person} as user_id{referrer}, {values} from staged_{noun} s {join})))"
    )


def _key(noun: str) -> str:
    """SQL of a row's key as a whole number."""
    names = _IDS.get(noun, ())
    if not names:
        return "digest"
    told = ", ".join(f"coalesce({name}::varchar, chr(30))" for name in names)
    named = f"md5_number_lower(concat_ws({_SEPARATOR}, {told}))"
    return f"case when {names[0]} is null then digest else {named} end"


def _make_earlier(duck: DuckDB, noun: str, earlier: Sequence[Path]) -> None:
    """`earlier_NOUN`: what earlier imports of the source said last of each key."""
    files = ", ".join(quoted(str(path)) for path in earlier)
    rows = (
        f"select key, copy, arg_max(digest, import_id) as digest from read_parquet([{files}]) "
        f"where noun = '{noun}' group by key, copy"
        if earlier
        else "select null::ubigint as key, null::bigint as copy, null::ubigint as digest where false"
    )
    duck.execute(f"create or replace table earlier_{noun} as {rows}")


def _moment(noun: str) -> str:
    happened = NOUNS[noun].happened
    if happened is None:
        return "h.key"
    at = happened[:-3] + "_at"
    return f"h.{at if at in NOUNS[noun].dtypes else happened}"


def _one(duck: DuckDB, sql: str) -> int:
    return int(duck.execute(sql).fetchall()[0][0])
