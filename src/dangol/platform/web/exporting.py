"""What does somebody take with them who leaves, or wants a copy? Every table, in a form that an import reads again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from dangol.core.engine import World
from dangol.core.engine.duck import quoted
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.core.schema import NOUNS
from dangol.platform.audiences.queries import saved
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.log.imports.record import safe_cell
from dangol.platform.log.queries import sources
from dangol.platform.people.queries import world_for
from dangol.platform.people.queries.handing_out import every_consent, every_note

Form = Literal["csv", "parquet", "jsonl"]
FORMS: Final[tuple[Form, ...]] = ("csv", "parquet", "jsonl")
TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "jsonl": "application/x-ndjson",
}
ROWS_AT_A_TIME: Final = 5_000
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """One table of an export."""

    name: str
    title: Said
    needs: str
    """The right without which it is not there."""


def parts(viewer: Viewer) -> list[Part]:
    """The tables that a viewer may take."""
    check_may(viewer, "export")
    with closing(world_for(viewer)) as world:
        nouns = [noun for noun in NOUNS if noun in world.nouns]
    tables = [Part(noun, NOUNS[noun].title, "see_people") for noun in nouns]
    others = [Part(name, title, needs) for name, (title, needs, _) in OTHERS.items()]
    return [each for each in (*tables, *others) if viewer.may(each.needs)]


def pieces(viewer: Viewer, name: str, form: str) -> Iterator[bytes]:
    """One table as bytes, a piece at a time; that it was taken is in the audit trail."""
    check_may(viewer, "export")
    if form not in FORMS:
        raise UnknownNameError(Said("format", "형식"), form, FORMS)
    known = {each.name: each for each in parts(viewer)}
    if name not in known:
        raise UnknownNameError(Said("table", "표"), name, known)
    audit.record(viewer, "export", name, form=form)
    return _of_noun(viewer, name, form) if name in NOUNS else _of_rows(OTHERS[name][2](viewer), form)


def write_all(viewer: Viewer, folder: Path, form: str) -> dict[str, int]:
    """Every table as a file in a folder; bytes by file."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {}
    for each in parts(viewer):
        own = form if each.name in NOUNS or form != "parquet" else "jsonl"
        target = folder / f"{each.name}.{own}"
        with target.open("wb") as out:
            out.writelines(pieces(viewer, each.name, own))
        written[target.name] = target.stat().st_size
    return written


def _of_noun(viewer: Viewer, noun: str, form: str) -> Iterator[bytes]:
    with closing(world_for(viewer)) as world:
        sql = noun_sql(noun)
        yield from _parquet(world, sql) if form == "parquet" else _written(_records(world, sql), form)


def noun_sql(noun: str) -> str:
    """The rows of a noun with people by the id that their source knows them by, under the names of the schema."""
    held = "coalesce(p.external_id, {0}.person_id::varchar)"
    values = []
    for name in NOUNS[noun].dtypes:
        if name == "external_id":
            continue
        if name == "person_id":
            values.append(f"{held.format('r')} as person_id")
        elif name == "referrer_id":
            values.append("q.external_id as referrer_id")
        else:
            values.append(f"r.{name}")
    joins = "left join people p on p.person_id = r.person_id" if "person_id" in NOUNS[noun].dtypes else ""
    joins += (
        " left join people q on q.person_id = r.referrer_id" if "referrer_id" in NOUNS[noun].dtypes else ""
    )
    return f"select {', '.join(values)} from {noun} r {joins}"


def _records(world: World, sql: str) -> Iterator[dict[str, Any]]:
    cursor = world.engine.execute(sql)  # type: ignore[attr-defined]
    names = [field[0] for field in cursor.description]
    while rows := cursor.fetchmany(ROWS_AT_A_TIME):
        yield from (dict(zip(names, row, strict=True)) for row in rows)


def _parquet(world: World, sql: str) -> Iterator[bytes]:
    with TemporaryDirectory(prefix="dangol-export-") as folder:
        target = Path(folder) / "rows.parquet"
        world.engine.execute(f"copy ({sql}) to {quoted(str(target))} (format parquet, compression zstd)")  # type: ignore[attr-defined]
        with target.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _of_rows(rows: Iterable[dict[str, Any]], form: str) -> Iterator[bytes]:
    return _written(iter(rows), "jsonl" if form == "parquet" else form)


def _written(rows: Iterator[dict[str, Any]], form: str) -> Iterator[bytes]:
    """Lines of CSV that a spreadsheet opens safely, or JSON objects; some thousand rows a piece."""
    if form == "jsonl":
        yield from _joined(json.dumps(row, ensure_ascii=False, default=_plain) + "\n" for row in rows)
    else:
        yield from _joined(_csv_lines(rows))


def _csv_lines(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    first = next(rows, None)
    if first is None:
        return
    line = _Line()
    writer = csv.writer(line)
    writer.writerow(first)
    yield "\ufeff" + line.text
    writer.writerow([safe_cell(_cell(value)) for value in first.values()])
    yield line.text
    for row in rows:
        writer.writerow([safe_cell(_cell(value)) for value in row.values()])
        yield line.text


class _Line:
    """What the last row became, for a writer of lines."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def _joined(lines: Iterable[str]) -> Iterator[bytes]:
    held: list[str] = []
    for line in lines:
        held.append(line)
        if len(held) >= ROWS_AT_A_TIME:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return "" if value is None else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return (
        str(value)
        if isinstance(value, Decimal)
        else value
        if isinstance(value, int | float | bool | str)
        else str(value)
    )


def _audience(view: Any) -> dict[str, Any]:
    return {
        "name": view.name,
        "note": view.note,
        "rule": view.text,
        "count": view.count,
        "changed_at": view.changed_at,
    }


def _settings(viewer: Viewer) -> Iterator[dict[str, Any]]:
    yield {"what": "business"} | asdict(business())
    for each in sources(viewer):
        yield {
            "what": "source",
            "name": each.name,
            "kind": each.kind,
            "allowed_origins": list(each.allowed_origins),
        }


OTHERS: Final[dict[str, tuple[Said, str, Callable[[Viewer], Iterable[dict[str, Any]]]]]] = {
    "notes": (Said("Notes", "메모"), "see_people", every_note),
    "consent": (Said("Consent ledger", "동의 원장"), "see_people", every_consent),
    "audiences": (Said("Audiences", "고객 그룹"), "see_numbers", lambda viewer: map(_audience, saved(viewer))),
    "settings": (Said("Settings", "설정"), "administer", _settings),
}  # fmt: skip
