"""What is read again and again, how is that set up, and what did the last run bring?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet

from dangol.core.engine.files.understanding import wishes
from dangol.core.errors import DangolError, RequestError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.sealing import sealed, unsealed
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.imports import buckets, databases, folders, places
from dangol.platform.log.imports.actions import import_source
from dangol.platform.log.imports.models import Connection, Import
from dangol.platform.log.imports.queries import ImportView

PURPOSE: Final = "log.connection"
SHORTEST_MINUTES: Final = 5
_WAITING: Final = (Import.State.PLANNED, Import.State.RUNNING)


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """A connection as it is shown: its address without the password."""

    id: int
    name: str
    kind: str
    address: str
    query: str
    incremental: str
    last_value: Any
    noun: str
    mapping: dict[str, str]
    every_minutes: int
    is_live: bool
    next_run_at: datetime
    last_run_at: datetime | None
    error: dict[str, str] | None
    paused_at: datetime | None
    file_count: int
    last_import: ImportView | None

    @classmethod
    def of(cls, row: Connection) -> ConnectionView:
        """The view of a row."""
        own = ("address", "file_count", "last_import")
        told = {name: getattr(row, name) for name in cls.__dataclass_fields__ if name not in own}
        last = row.imports.select_related("source").first()
        return cls(
            **told, address=shown(unsealed(row.sealed_address, PURPOSE)), file_count=len(row.seen_files),
            last_import=ImportView.of(last) if last else None,
        )  # fmt: skip


def visible_to(viewer: Viewer) -> QuerySet[Connection]:
    """The connections that a viewer may see: those of the business, for those who bring its data."""
    every = Connection.objects.filter(removed_at=None).order_by("name", "pk")
    return every if viewer.may("bring_data") and viewer.units is None else every.none()


def connections(viewer: Viewer) -> list[ConnectionView]:
    """Every connection, by name."""
    return [ConnectionView.of(each) for each in visible_to(viewer)]


def connection(viewer: Viewer, connection_id: int) -> ConnectionView:
    """One connection; a NotThereError when there is none for this viewer."""
    return ConnectionView.of(_row(viewer, connection_id))


def shown(address: str) -> str:
    """An address without its password.

    >>> shown("postgresql://reader:secret@db.example.com/shop")
    'postgresql://reader:***@db.example.com/shop'
    """
    parts = urlsplit(address)
    if not parts.password:
        return address.partition("?")[0] if parts.scheme in databases.SCHEMES else address
    end = f"?{parts.query}" if parts.scheme == buckets.SCHEME and parts.query else ""
    return f"{parts.scheme}://{parts.username}:***@{parts.netloc.rpartition('@')[2]}{parts.path}{end}"


def connect(
    viewer: Viewer, name: str, kind: str, address: str, *, query: str = "", incremental: str = "", noun: str = "",
    mapping: Mapping[str, str] | None = None, every_minutes: int = 60, is_live: bool = False,
) -> ConnectionView:  # fmt: skip
    """Read a database or a folder from now on, at once for the first time.

    It reaches whatever the server reaches, so it takes an administrator.
    """
    check_may(viewer, "administer")
    _check(name, kind, address, query, every_minutes)
    wishes(dict(mapping or {}) | ({"noun": noun} if noun else {}))
    with transaction.atomic():
        row = Connection.objects.create(
            name=name.strip()[:120], kind=kind, source=import_source(name.strip()), query=query.strip(), noun=noun,
            sealed_address=sealed(address.strip(), PURPOSE), incremental=incremental.strip(), mapping=dict(mapping or {}),
            every_minutes=every_minutes, is_live=is_live, next_run_at=clock.now(), created_by=viewer.name,
            created_at=clock.now(),
        )  # fmt: skip
        audit.record(viewer, "connection.made", f"connection {row.pk}", name=row.name, address=shown(address))
    return ConnectionView.of(row)


def _check(name: str, kind: str, address: str, query: str, every_minutes: int) -> None:
    asked = Said(f"The connection {name!r} was to be made.", f"연결 {name!r}을(를) 만들려고 했습니다.")
    if not name.strip() or kind not in Connection.Kind.values:
        raise RequestError(
            asked,
            Said("It has no name, or no kind that is known.", "이름이 없거나 모르는 종류입니다."),
            Said("Give a name, and database or folder.", "이름과 종류(database 또는 folder)를 주십시오."),
        )
    if every_minutes < SHORTEST_MINUTES:
        raise RequestError(
            asked,
            Said(f"Every {every_minutes} minutes is too often.", f"{every_minutes}분마다는 너무 잦습니다."),
            Said("Give 5 minutes or more.", "5분 이상으로 해 주십시오."),
        )
    if kind == Connection.Kind.FOLDER and buckets.is_bucket(address.strip()):
        buckets.check_bucket(address.strip())
        return
    if kind == Connection.Kind.FOLDER:
        folders.check_folder(Path(address.strip()))
        return
    databases.check_url(address.strip())
    if not query.strip():
        raise RequestError(
            asked,
            Said("It does not say which rows.", "어떤 행인지 말하지 않았습니다."),
            Said("Give the name of a table, or a SELECT.", "테이블 이름이나 SELECT 문을 주십시오."),
        )


@transaction.atomic
def run_now(viewer: Viewer, connection_id: int) -> ConnectionView:
    """Let the worker read it at once."""
    row = _row(viewer, connection_id)
    Connection.objects.filter(pk=row.pk).update(next_run_at=clock.now(), error=None)
    row.refresh_from_db()
    return ConnectionView.of(row)


@transaction.atomic
def pause(viewer: Viewer, connection_id: int, *, is_paused: bool) -> ConnectionView:
    """Stop reading it, or go on."""
    row = _row(viewer, connection_id)
    Connection.objects.filter(pk=row.pk).update(paused_at=clock.now() if is_paused else None)
    audit.record(viewer, "connection.paused" if is_paused else "connection.resumed", f"connection {row.pk}")
    row.refresh_from_db()
    return ConnectionView.of(row)


@transaction.atomic
def remove(viewer: Viewer, connection_id: int) -> None:
    """Stop reading it for good, and forget its address; what it brought stays."""
    check_may(viewer, "administer")
    row = _row(viewer, connection_id)
    Connection.objects.filter(pk=row.pk).update(
        removed_at=clock.now(), paused_at=clock.now(), sealed_address=sealed("-", PURPOSE), seen_files={}
    )
    audit.record(viewer, "connection.removed", f"connection {row.pk}", name=row.name)


def due() -> Connection | None:
    """The connection that waits longest, when its last import is over."""
    ready = Connection.objects.filter(removed_at=None, paused_at=None, next_run_at__lte=clock.now())
    return ready.exclude(imports__state__in=_WAITING).order_by("next_run_at").first()


def read_again(row: Connection) -> Import | None:
    """Look for what is new and plan its import; None when there is nothing, or it cannot be reached."""
    try:
        found = _look(row)
    except DangolError as error:
        _after(row, error={"en": error.in_("en"), "ko": error.in_("ko")})
        return None
    if found is None:
        _after(row, error=None)
    return found


def _look(row: Connection) -> Import | None:
    address = unsealed(row.sealed_address, PURPOSE)
    if row.kind == Connection.Kind.FOLDER and buckets.is_bucket(address):
        return _look_into_bucket(row, address)
    if row.kind == Connection.Kind.FOLDER:
        folders.check_folder(Path(address))
        paths, seen = folders.changed(Path(address), row.seen_files)
        return _planned(row, paths, seen_files=seen) if paths else None
    draft = _draft(row)
    target = places.uploads_of(draft.pk) / f"{row.name}.csv".replace("/", "_")
    try:
        count, newest = databases.pull(address, row.query, row.incremental, row.last_value, target)
    except DangolError:
        draft.delete()
        raise
    if not count:
        draft.delete()
        places.drop_folder(draft.pk)
        return None
    return _planned(row, [str(target)], draft, last_value=newest)


def _look_into_bucket(row: Connection, address: str) -> Import | None:
    keys, seen = buckets.changed(address, row.seen_files)
    if not keys:
        _after(row, error=None)
        return None
    draft = _draft(row)
    try:
        paths = [str(buckets.fetch(address, key, places.uploads_of(draft.pk))) for key in keys]
    except DangolError:
        draft.delete()
        places.drop_folder(draft.pk)
        raise
    return _planned(row, paths, draft, seen_files=seen)


def _draft(row: Connection) -> Import:
    return Import.objects.create(
        name=row.name, source_id=row.source_id, connection=row, noun=row.noun, mapping=row.mapping, stage="arriving",
        is_live=row.is_live, made_by=row.created_by, made_at=clock.now(),
    )  # fmt: skip


@transaction.atomic
def _planned(row: Connection, paths: list[str], draft: Import | None = None, **remembered: Any) -> Import:
    """Plan the import and remember how far was read, together."""
    found = draft or _draft(row)
    Import.objects.filter(pk=found.pk).update(paths=paths, state=Import.State.PLANNED, stage="")
    _after(row, error=None, **remembered)
    return found


def _after(row: Connection, **fields: Any) -> None:
    now = clock.now()
    again = now + timedelta(minutes=row.every_minutes)
    Connection.objects.filter(pk=row.pk).update(last_run_at=now, next_run_at=again, **fields)


def _row(viewer: Viewer, connection_id: int) -> Connection:
    found = visible_to(viewer).filter(pk=connection_id).first()
    if found is None:
        raise NotThereError(Said("connection", "연결"), connection_id)
    return found


def from_database(viewer: Viewer, url: str, query: str, source_name: str) -> ImportView:
    """A draft of what a query gives now, read once."""
    check_may(viewer, "administer")
    _check(source_name, Connection.Kind.DATABASE, url, query, SHORTEST_MINUTES)
    draft = Import.objects.create(
        name=shown(url)[:200], source=import_source(source_name), made_by=viewer.name, made_at=clock.now(), stage="arriving"
    )  # fmt: skip
    target = places.uploads_of(draft.pk) / f"{re.sub(r'[^0-9A-Za-z가-힣_.-]', '_', query)[:80]}.csv"
    try:
        databases.pull(url, query, "", None, target)
    except DangolError:
        draft.delete()
        raise
    Import.objects.filter(pk=draft.pk).update(paths=[str(target)], stage="unchecked")
    audit.record(viewer, "import.pulled", f"import {draft.pk}", address=shown(url))
    draft.refresh_from_db()
    return ImportView.of(draft)
