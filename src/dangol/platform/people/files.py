"""Where are the people as columns? A Parquet snapshot and the changes since, so that a question reads no table of rows."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from django.db import transaction

from dangol.core.engine.duck import DuckDB, quoted
from dangol.platform.kernel import clock
from dangol.platform.kernel.environment import environment
from dangol.platform.log.duck import working_engine
from dangol.platform.log.sets import cut
from dangol.platform.people.models import Account, Changed, PeopleFile, Person

COLUMNS: Final = {
    "person_id": "BIGINT", "external_id": "VARCHAR", "name": "VARCHAR", "email": "VARCHAR", "account_id": "VARCHAR",
    "joined_on": "DATE", "channel": "VARCHAR", "country": "VARCHAR", "plan": "VARCHAR", "referrer_id": "BIGINT",
    "traits": "VARCHAR", "unit_id": "BIGINT", "is_gone": "BOOLEAN", "first_seen_at": "TIMESTAMP",
}  # fmt: skip
ACCOUNT_COLUMNS: Final = {
    "account_id": "VARCHAR", "name": "VARCHAR", "plan": "VARCHAR", "industry": "VARCHAR", "owner": "VARCHAR",
    "created_on": "DATE", "seats_count": "BIGINT", "traits": "VARCHAR", "unit_id": "BIGINT",
}  # fmt: skip
BATCH: Final = 50_000
MOST_CHANGES: Final = 20
"""Files of changes before they are folded into the snapshot."""
_READ: Final = 5_000


def folder() -> Path:
    """Where the files of this room lie."""
    return environment().lake_folder / "people"


def manifest() -> PeopleFile:
    """Which files hold the people now."""
    return PeopleFile.objects.order_by("pk").first() or PeopleFile()


def refresh() -> bool:
    """Bring the files up to date with what changed; whether there is more to do."""
    is_more = _write_changes()
    _write_accounts()
    if len(manifest().changes) > MOST_CHANGES:
        fold()
    return is_more


def _write_changes() -> bool:
    rows = list(
        Changed.objects.filter(reader=Changed.Reader.FILE)
        .order_by("id")
        .values_list("pk", "person_id")[:BATCH]
    )
    if not rows:
        return False
    numbers = sorted({number for _, number in rows})
    name = _write(f"changes-{rows[-1][0]}", COLUMNS, _lines(numbers))
    with transaction.atomic():
        held = manifest()
        held.changes = [*held.changes, name]
        held.changed_count += len(numbers)
        _save(held)
        _done([pk for pk, _ in rows])
    return len(rows) == BATCH


def _done(keys: Sequence[int]) -> None:
    for part in cut(keys, _READ):
        Changed.objects.filter(pk__in=part).delete()


def _save(held: PeopleFile) -> None:
    held.generation += 1
    held.written_at = clock.now()
    held.save()


def _lines(numbers: Sequence[int]) -> Iterator[bytes]:
    """The people as lines of JSON; a number that has no row any more is gone."""
    missing = set(numbers)
    for part in cut(numbers, _READ):
        for person in Person.objects.filter(pk__in=part).iterator(chunk_size=_READ):
            missing.discard(person.pk)
            yield msgspec.json.encode(_columns_of(person))
    for number in sorted(missing):
        yield msgspec.json.encode({"person_id": number, "is_gone": True})


def _columns_of(person: Person) -> dict[str, Any]:
    if person.merged_into is not None or person.erased_at is not None:
        return {"person_id": person.pk, "is_gone": True}
    return {
        "person_id": person.pk,
        "external_id": person.external_id or str(person.pk),
        "name": person.name or None,
        "email": person.email or None,
        "account_id": person.account_id or None,
        "joined_on": person.joined_on,
        "channel": person.channel or None,
        "country": person.country or None,
        "plan": person.plan or None,
        "referrer_id": person.referrer_id,
        "traits": msgspec.json.encode(person.traits).decode() if person.traits else None,
        "unit_id": person.unit_id,
        "is_gone": False,
        "first_seen_at": person.first_seen_at.replace(tzinfo=None),
    }


def _write_accounts() -> None:
    """The accounts are few: their file is written anew when one of them changed."""
    keys = list(
        Changed.objects.filter(reader=Changed.Reader.ACCOUNT)
        .order_by("id")
        .values_list("pk", flat=True)[:BATCH]
    )
    if not keys:
        return
    lines = (
        msgspec.json.encode(_columns_of_account(each)) for each in Account.objects.iterator(chunk_size=_READ)
    )
    name = _write(f"accounts-{keys[-1]}", ACCOUNT_COLUMNS, lines)
    with transaction.atomic():
        held = manifest()
        old, held.accounts = held.accounts, name
        _save(held)
        _done(keys)
    _drop({old} - {name})


def _columns_of_account(each: Account) -> dict[str, Any]:
    return {
        "account_id": each.account_id, "name": each.name or None, "plan": each.plan or None,
        "industry": each.industry or None, "owner": each.owner or None, "created_on": each.created_on,
        "seats_count": each.seats_count, "unit_id": each.unit_id,
        "traits": msgspec.json.encode(each.traits).decode() if each.traits else None,
    }  # fmt: skip


def _write(stem: str, columns: dict[str, str], lines: Iterable[bytes]) -> str:
    """One Parquet file from lines of JSON; it appears under its name when it is whole."""
    where = folder()
    where.mkdir(parents=True, exist_ok=True)
    raw, half, name = where / f".{stem}.json", where / f".{stem}.half", f"{stem}.parquet"
    try:
        with raw.open("wb") as file:
            for line in lines:
                file.write(line)
                file.write(b"\n")
        typed = ", ".join(f"'{column}': '{dtype}'" for column, dtype in columns.items())
        read = f"read_json({quoted(str(raw))}, format = 'newline_delimited', columns = {{{typed}}})"
        _copy(working_engine(), f"select * from {read}", half)
        half.replace(where / name)
    finally:
        raw.unlink(missing_ok=True)
    return name


def _copy(engine: DuckDB, sql: str, path: Path) -> None:
    engine.execute(f"copy ({sql}) to {quoted(str(path))} (format parquet, compression zstd)")
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def fold() -> None:
    """Fold the changes into a new snapshot. Who is gone is in it no more; the old files are swept later."""
    held = manifest()
    if not held.changes:
        return
    name, half = f"snapshot-{held.generation}.parquet", folder() / f".snapshot-{held.generation}.half"
    _copy(working_engine(), f"select * from ({newest(held)}) where not is_gone order by person_id", half)
    half.replace(folder() / name)
    with transaction.atomic():
        if PeopleFile.objects.filter(pk=held.pk, generation=held.generation).update(
            snapshot=name, changes=[], generation=held.generation + 1, written_at=clock.now()
        ):
            return
    _drop({name})


def sweep() -> int:
    """Delete files that no manifest names and that are older than any question takes; how many."""
    held = manifest()
    kept = {held.snapshot, held.accounts, *held.changes}
    old = clock.now().timestamp() - 3_600
    if not folder().is_dir():
        return 0
    stale = [path for path in folder().iterdir() if path.name not in kept and path.stat().st_mtime < old]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def purge() -> int:
    """After an erasure: fold, and delete every file that is not named any more at once."""
    refresh()
    fold()
    held = manifest()
    kept = {held.snapshot, held.accounts, *held.changes}
    stale = (
        {path.name for path in folder().iterdir() if path.name not in kept} if folder().is_dir() else set()
    )
    _drop(stale)
    return len(stale)


def _drop(names: Iterable[str]) -> None:
    for name in names:
        if name:
            (folder() / name).unlink(missing_ok=True)


def newest(held: PeopleFile) -> str:
    """SQL of the newest row of everybody, those who are gone among them."""
    files = [held.snapshot, *held.changes] if held.snapshot else list(held.changes)
    if not files:
        nothing = ", ".join(f"null::{dtype} as {column}" for column, dtype in COLUMNS.items())
        return f"select {nothing} where false"
    if len(files) == 1:
        return f"select * from {_parquet(files[0])}"
    changed = " union all ".join(
        f"select *, {turn} as turn from {_parquet(name)}" for turn, name in enumerate(files[1:])
    )
    latest = f"select * exclude (turn) from ({changed}) qualify row_number() over (partition by person_id order by turn desc) = 1"
    untouched = (
        f"select * from {_parquet(files[0])} where person_id not in (select person_id from ({changed}))"
    )
    return f"{untouched} union all {latest}"


def accounts_sql(held: PeopleFile) -> str | None:
    """SQL of the accounts' file; null when there is none."""
    return f"select * from {_parquet(held.accounts)}" if held.accounts else None


def _parquet(name: str) -> str:
    return f"read_parquet({quoted(str(folder() / name))})"
