"""Which imports are there, what would a draft bring, and what became of every row?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from dangol.core.errors import DangolError
from dangol.core.language import LANGUAGES, Language, Said
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.imports import places
from dangol.platform.log.imports.models import Import
from dangol.platform.log.imports.record import REFUSED_FILE, refused_csv


@dataclass(frozen=True, slots=True)
class ImportView:
    """One import, as it is shown."""

    id: int
    name: str
    source_id: int
    source: str
    connection_id: int | None
    noun: str
    mapping: dict[str, str]
    is_live: bool
    state: str
    stage: str
    record: dict[str, Any]
    rows_total: int
    rows_done: int
    rows_read: int
    rows_kept: int
    rows_refused: int
    rows_repeated: int
    last_position: int | None
    error: dict[str, str] | None
    made_by: str
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, row: Import) -> ImportView:
        """The view of a row."""
        told = {name: getattr(row, name) for name in cls.__dataclass_fields__ if name != "source"}
        return cls(**told, source=row.source.name)

    @property
    def share_done(self) -> float | None:
        """How much of it is brought, 0 to 1; None while that is not known."""
        return self.rows_done / self.rows_total if self.rows_total else None

    @property
    def is_moving(self) -> bool:
        """Whether it changes by itself just now."""
        waits = self.state == Import.State.DRAFT and self.stage == "unchecked"
        return waits or self.state in (Import.State.PLANNED, Import.State.RUNNING, Import.State.UNDOING)


def visible_to(viewer: Viewer) -> QuerySet[Import]:
    """The imports that a viewer may see: those who bring data for the whole business see all of them."""
    every = Import.objects.select_related("source")
    return every if viewer.may("bring_data") and viewer.units is None else every.none()


def imports(viewer: Viewer, limit: int = 100, before: int | None = None) -> list[ImportView]:
    """The latest imports, newest first."""
    found = visible_to(viewer) if before is None else visible_to(viewer).filter(pk__lt=before)
    return [ImportView.of(each) for each in found.defer("paths")[:limit]]


def one(viewer: Viewer, import_id: int) -> ImportView:
    """One import; a NotThereError when there is none for this viewer."""
    return ImportView.of(_row(viewer, import_id))


def preview(viewer: Viewer, import_id: int) -> Preview:
    """What the files of a draft would be taken for, and their first rows."""
    from dangol.platform.log.imports.reading import look

    row = _row(viewer, import_id)
    told = dict(row.mapping) | ({"noun": row.noun} if row.noun else {})
    try:
        return Preview(tuple(look(row.paths, told)), None)
    except DangolError as error:
        folder = f"{places.uploads_of(row.pk)}/"
        return Preview((), {language: error.in_(language).replace(folder, "") for language in LANGUAGES})


@dataclass(frozen=True, slots=True)
class Preview:
    """The tables of a draft, or the sentence that says why they cannot be read."""

    tables: tuple[Any, ...]
    problem: dict[str, str] | None


def undoing(viewer: Viewer, import_id: int) -> Any:
    """What undoing an import would remove, and what stands in its way."""
    from dangol.platform.log.imports.undoing import undoing as plan

    return plan(_row(viewer, import_id))


def refused_lines(viewer: Viewer, import_id: int, language: Language) -> Iterator[str]:
    """The refused rows of an import as a CSV, line by line, with the reason in the reader's language."""
    row = _row(viewer, import_id)
    return refused_csv(places.folder_of(row.pk) / REFUSED_FILE, language)


def has_refused(view: ImportView) -> bool:
    """Whether there are refused rows to hand out."""
    path: Path = places.folder_of(view.id) / REFUSED_FILE
    return path.is_file() and path.stat().st_size > 0


def _row(viewer: Viewer, import_id: int) -> Import:
    found = visible_to(viewer).filter(pk=import_id).first()
    if found is None:
        raise NotThereError(Said("import", "가져오기"), import_id)
    return found
