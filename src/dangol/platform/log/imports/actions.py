"""What can be done with imports? Uploaded, mapped, started, discarded, undone; each is one transaction."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from django.db import transaction

from dangol.core.engine.files.understanding import wishes
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.actions.sources import check_may_bring
from dangol.platform.log.imports import places
from dangol.platform.log.imports.models import Import
from dangol.platform.log.imports.queries import ImportView, visible_to
from dangol.platform.log.models import Source

OWN_FILES: Final = "My files"
"""The source of uploads that name none: files that overlap then count once."""
MOST_UPLOADED: Final = 4 << 30
_State = Import.State
_FREE: Final = (_State.DRAFT, _State.FAILED)


def upload(
    viewer: Viewer, files: Iterable[tuple[str, Iterable[bytes]]], source_name: str = OWN_FILES
) -> ImportView:
    """Keep uploaded files (name, pieces) as a draft, which is looked at before anything is brought."""
    check_may_bring(viewer)
    draft = _draft(viewer, source_name)
    folder = places.uploads_of(draft.pk)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        names = [_write(folder, name, pieces) for name, pieces in files]
    except BaseException:
        places.drop_folder(draft.pk)
        draft.delete()
        raise
    return _filed(viewer, draft, [str(folder / name) for name in names])


def from_paths(
    viewer: Viewer, paths: Sequence[str], source_name: str = OWN_FILES, *, connection_id: int | None = None
) -> ImportView:
    """A draft over files that lie on the server already; they are read where they are."""
    check_may_bring(viewer)
    draft = _draft(viewer, source_name)
    if connection_id is not None:
        Import.objects.filter(pk=draft.pk).update(connection_id=connection_id)
    return _filed(viewer, draft, [str(Path(each).resolve()) for each in paths])


def _filed(viewer: Viewer, draft: Import, paths: list[str]) -> ImportView:
    from dangol.platform.log.imports.mappings import remembered

    if not paths:
        draft.delete()
        raise RequestError(
            Said("An import was to be made.", "가져오기를 만들려고 했습니다."),
            Said("No file was given.", "파일이 없습니다."),
            Said("Give at least one file.", "파일을 하나 이상 주십시오."),
        )
    draft.paths, draft.stage = paths, "unchecked"
    draft.name = ", ".join(Path(each).name for each in paths)[:200]
    draft.noun, draft.mapping = remembered(draft)
    draft.save()
    audit.record(viewer, "import.uploaded", f"import {draft.pk}", files=[Path(each).name for each in paths])
    return ImportView.of(draft)


def _draft(viewer: Viewer, source_name: str) -> Import:
    return Import.objects.create(
        name="-",
        source=import_source(source_name),
        made_by=viewer.name,
        made_at=clock.now(),
        stage="arriving",
    )


def import_source(name: str, kind: str = Source.Kind.IMPORT) -> Source:
    """The source of that name for files, made when there is none."""
    told = {"write_key": secrets.token_urlsafe(24)}
    found, _ = Source.objects.get_or_create(name=name[:120], kind=kind, defaults=told)
    return found


def _write(folder: Path, name: str, pieces: Iterable[bytes]) -> str:
    """One file under a name that cannot lead anywhere else."""
    target = folder / _safe_name(folder, name)
    size = 0
    with target.open("wb") as out:
        for piece in pieces:
            size += len(piece)
            if size > MOST_UPLOADED:
                raise RequestError(
                    Said(f"{name} was uploaded.", f"{name} 파일을 올리셨습니다."),
                    Said("It is larger than 4 GB.", "4GB보다 큽니다."),
                    Said(
                        "Put it on the server and use `dangol import PATH`.",
                        "서버에 파일을 두고 `dangol import 경로`로 가져와 주십시오.",
                    ),
                )
            out.write(piece)
    return target.name


def _safe_name(folder: Path, name: str) -> str:
    bare = unicodedata.normalize("NFC", Path(name.replace("\\", "/")).name)
    clean = re.sub(r"[^\w.()\[\] -]", "_", bare).lstrip(".~_ ")[-120:] or "file"
    stem, dot, ending = clean.partition(".")
    taken = {each.name for each in folder.iterdir()}
    names = (f"{stem}{f' ({n})' if n else ''}{dot}{ending}" for n in range(len(taken) + 1))
    return next(each for each in names if each not in taken)


@transaction.atomic
def set_mapping(viewer: Viewer, import_id: int, noun: str, mapping: Mapping[str, str]) -> ImportView:
    """Say what the files hold and which heading is what; the counts are made anew."""
    found = access_import(viewer, import_id, _FREE)
    told = {column: heading for column, heading in mapping.items() if heading}
    wishes(told | ({"noun": noun} if noun else {}))
    found.noun, found.mapping, found.stage, found.record, found.error = noun, told, "unchecked", {}, None
    found.state = _State.DRAFT
    found.save()
    return ImportView.of(found)


@transaction.atomic
def start(viewer: Viewer, import_id: int, *, is_live: bool = False) -> ImportView:
    """Let the worker bring it; what was said of its columns is remembered for the source."""
    from dangol.platform.log.imports.mappings import remember

    found = access_import(viewer, import_id, _FREE)
    changed = Import.objects.filter(pk=found.pk, state=found.state).update(
        state=_State.PLANNED, is_live=is_live, rows_done=0, started_at=None, ended_at=None, error=None
    )
    if changed:
        remember(found)
        audit.record(viewer, "import.started", f"import {found.pk}", name=found.name, is_live=is_live)
    found.refresh_from_db()
    return ImportView.of(found)


@transaction.atomic
def discard(viewer: Viewer, import_id: int) -> None:
    """Throw away a draft or a failed import that brought nothing."""
    found = access_import(viewer, import_id, _FREE)
    if found.rows_done:
        raise _wrong_state(found)
    audit.record(viewer, "import.discarded", f"import {found.pk}", name=found.name)
    pk = found.pk
    found.delete()
    transaction.on_commit(lambda: places.drop_folder(pk))


@transaction.atomic
def undo(viewer: Viewer, import_id: int) -> ImportView:
    """Take a whole import back; the worker does it. See `queries.undoing` for what that removes."""
    from dangol.platform.log.imports.undoing import undoing

    found = access_import(viewer, import_id, (_State.DONE,))
    plan = undoing(found)
    if plan.hindrance is not None:
        raise RequestError(
            Said(
                f"The import {found.name} was to be undone.",
                f"가져오기 {found.name}을(를) 되돌리려고 했습니다.",
            ),
            plan.hindrance,
            Said("Undo the later ones first.", "나중 것을 먼저 되돌려 주십시오."),
        )
    Import.objects.filter(pk=found.pk, state=_State.DONE).update(state=_State.UNDOING, stage="undoing")
    audit.record(viewer, "import.undone", f"import {found.pk}", name=found.name, rows=plan.rows)
    found.refresh_from_db()
    return ImportView.of(found)


def access_import(viewer: Viewer, import_id: int, states: Sequence[str]) -> Import:
    """The import, when the viewer may change it and it is in one of these states."""
    found = visible_to(viewer).filter(pk=import_id).first()
    if found is None:
        raise NotThereError(Said("import", "가져오기"), import_id)
    if found.state not in states:
        raise _wrong_state(found)
    return found


def _wrong_state(found: Import) -> RequestError:
    return RequestError(
        Said(
            f"The import {found.name} was to be changed.", f"가져오기 {found.name}을(를) 바꾸려고 했습니다."
        ),
        Said(f"It is {found.state} already.", f"이미 {STATES[found.state].ko} 상태입니다."),
        Said(
            "Look at it again; what can be done now is offered there.",
            "다시 열어 보시면 지금 할 수 있는 일이 있습니다.",
        ),
    )


STATES: Final[Mapping[str, Said]] = {
    _State.DRAFT: Said("Draft", "초안"),
    _State.PLANNED: Said("Waiting", "대기 중"),
    _State.RUNNING: Said("Running", "가져오는 중"),
    _State.DONE: Said("Done", "완료"),
    _State.FAILED: Said("Failed", "실패"),
    _State.UNDOING: Said("Being undone", "되돌리는 중"),
    _State.UNDONE: Said("Undone", "되돌림"),
}
