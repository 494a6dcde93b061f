"""How do files and databases come in from a terminal? Looked at, counted, brought; killed, it goes on later."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from dangol.cli import options
from dangol.cli.notes import counting, note
from dangol.cli.platform import ready
from dangol.cli.source import pairs
from dangol.cli.words import spoken, told
from dangol.core.errors import DataError
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.platform.log.imports.models import Import

What = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...", help=told("Files, folders, or one sqlite:/// or postgresql:// address.", "파일, 폴더, 또는 sqlite:///나 postgresql:// 주소 하나."),
    ),
]  # fmt: skip
As = Annotated[str, typer.Option("--as", metavar="TABLE", help=told("What the rows are: orders, people, events, ...", "행의 종류: orders, people, events 등."))]  # fmt: skip
SourceName = Annotated[str, typer.Option("--source", metavar="NAME", help=told("Whose rows these are: rows of one source that come again count once.", "출처 이름. 같은 출처에서 다시 온 행은 한 번만 셉니다."))]  # fmt: skip
Query = Annotated[str, typer.Option("--query", metavar="TABLE", help=told("Of a database: a table, or a SELECT.", "데이터베이스의 테이블이나 SELECT."))]  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help=told("Count what would be brought, and bring nothing.", "가져올 것을 세기만 하고 가져오지 않습니다."))]  # fmt: skip
Live = Annotated[bool, typer.Option("--live", help=told("Let what is brought trigger things, as if it happened now.", "지금 일어난 일처럼 취급해 자동화가 움직이게 합니다."))]  # fmt: skip

BRINGING: Final = Said("Bringing", "가져오고 있습니다")
READ: Final = Said("{read:,} rows read = {kept:,} kept + {refused:,} refused + {repeated:,} said twice", "읽은 {read:,}행 = 남긴 {kept:,}행 + 거부 {refused:,}행 + 중복 {repeated:,}행")  # fmt: skip
MADE: Final = Said("{noun}: {new:,} new, {changed:,} changed, {known:,} here already", "{noun}: 새로 {new:,}, 바뀐 것 {changed:,}, 이미 있는 것 {known:,}")  # fmt: skip
WAITS: Final = Said("{waiting:,} accounts have nobody in them yet; bring their people, then this file again.", "아직 구성원이 없는 거래처가 {waiting:,}곳 있습니다. 사람을 먼저 가져온 뒤 이 파일을 다시 가져오십시오.")  # fmt: skip
DRY: Final = Said(
    "Nothing was brought: this was a dry run.", "미리 세어 보기만 했으며 아무것도 가져오지 않았습니다."
)
NO_WORKER: Final = Said("It will show as soon as the platform runs: dangol serve.", "플랫폼을 실행하면(dangol serve) 곧 보입니다.")  # fmt: skip
WROTE: Final = Said("The refused rows are in {path}.", "거부된 행은 {path}에 있습니다.")
PATIENCE: Final = 0.5


def command(
    what: What,
    as_: As = "",
    map_: options.Map = None,
    source: SourceName = "",
    query: Query = "",
    dry_run: DryRun = False,
    live: Live = False,
    refused: options.Refused = None,
    lang: options.Lang = None,
) -> None:
    """Bring files or a database into the platform; what came before comes once."""
    language = spoken(lang, os.environ)
    ready(log_level="warning")
    from dangol.platform.log.imports import running

    found = _draft(what, source, query, as_, pairs(map_ or (), "--map", "COLUMN=HEADING"))
    if dry_run:
        running.check(found)
        _say(found, language)
        _write_refused(found, refused, language)
        _forget(found)
        note(DRY, language)
        return
    _bring(found, live, language)
    _say(found, language)
    _write_refused(found, refused, language)
    _say_when_visible(language)


def _draft(what: Sequence[str], source: str, query: str, noun: str, mapping: Mapping[str, str]) -> Import:
    from dangol.platform.kernel.access.viewer import SYSTEM
    from dangol.platform.log.imports import actions, connections
    from dangol.platform.log.imports.models import Import

    name = source or actions.OWN_FILES
    is_database = len(what) == 1 and "://" in what[0]
    view = (
        connections.from_database(SYSTEM, what[0], query, name)
        if is_database
        else actions.from_paths(SYSTEM, what, name)
    )
    if noun or mapping:
        try:
            actions.set_mapping(SYSTEM, view.id, noun, mapping)
        except Exception:
            actions.discard(SYSTEM, view.id)
            raise
    return Import.objects.get(pk=view.id)


def _bring(found: Import, live: bool, language: Language) -> None:
    """Run it here, where progress can be seen; killed, a worker takes it up."""
    from dangol.platform.kernel import leases
    from dangol.platform.kernel.access.viewer import SYSTEM
    from dangol.platform.log.imports import actions, running

    with (
        leases.held(running.LEASE, running.LEASE_SECONDS) as is_ours,
        counting(BRINGING, language) as progress,
    ):
        actions.start(SYSTEM, found.pk, is_live=live)
        found.refresh_from_db()
        if not is_ours:
            _wait(found, progress)
            return
        running.run(found, progress)


def _wait(found: Import, progress: Callable[[int, int], None] | None) -> None:
    """A worker has the lease, and brings it in its turn; leaving here stops nothing."""
    moment = threading.Event()
    while found.state in (found.State.PLANNED, found.State.RUNNING):
        moment.wait(PATIENCE)
        found.refresh_from_db()
        if progress is not None and found.rows_total:
            progress(found.rows_done, found.rows_total)


def _say(found: Import, language: Language) -> None:
    found.refresh_from_db()
    if found.error:
        raise DataError(*_error(found.error, language))
    if not found.record:
        return
    counts = {name: getattr(found, f"rows_{name}") for name in ("read", "kept", "refused", "repeated")}
    typer.echo(READ.format(**counts).in_(language))
    for noun, each in found.record["made"].items():
        typer.echo(MADE.format(noun=noun, **each).in_(language))
        if each["waiting"]:
            note(WAITS.format(waiting=each["waiting"]), language)
    for said in _notes(found.record):
        note(Said(said["en"], said["ko"]), language)


def _notes(record: Mapping[str, Any]) -> list[dict[str, str]]:
    of_files = [
        each for file in record["files"] for each in (*file["notes"], *filter(None, [file["problem"]]))
    ]
    return [*of_files, *record["notes"]]


def _error(error: Mapping[str, str], language: Language) -> tuple[Said, Said, Said]:
    asked = Said("Rows were to be brought.", "행을 가져오려고 했습니다.")
    return (
        asked,
        Said(error["en"], error["ko"]),
        Said("Nothing was brought.", "아무것도 가져오지 않았습니다."),
    )


def _write_refused(found: Import, target: Path | None, language: Language) -> None:
    if target is None:
        return
    from dangol.platform.kernel.access.viewer import SYSTEM
    from dangol.platform.log.imports.queries import refused_lines

    with target.open("w", encoding="utf-8", newline="") as file:
        file.writelines(refused_lines(SYSTEM, found.pk, language))
    note(WROTE.format(path=target), language)


def _forget(found: Import) -> None:
    from dangol.platform.log.imports import places

    places.drop_folder(found.pk)
    found.delete()


def _say_when_visible(language: Language) -> None:
    from dangol.platform.kernel.queries import health

    if not health().workers:
        note(NO_WORKER, language)
