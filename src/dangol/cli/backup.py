"""How is everything kept safe? One file out, and back in again with proof that it is whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from dangol.cli import options
from dangol.cli.notes import note, working
from dangol.cli.platform import ready
from dangol.cli.words import spoken, told
from dangol.core.language import Said

Out = Annotated[
    Path, typer.Argument(metavar="ARCHIVE", help=told("The file that is written.", "백업을 쓸 파일."))
]
Archive = Annotated[
    Path,
    typer.Argument(
        metavar="ARCHIVE", help=told("A file that dangol backup wrote.", "dangol backup이 쓴 파일.")
    ),
]
Into = Annotated[
    Path | None,
    typer.Option(
        "--into", metavar="FOLDER",
        help=told("An empty folder for the data, instead of DANGOL_DATA.", "DANGOL_DATA 대신 쓸 빈 폴더."),
    ),
]  # fmt: skip

WRITING: Final = Said("Writing the backup", "백업을 쓰고 있습니다")
READING: Final = Said("Restoring and checking", "복원하고 확인하고 있습니다")
MADE: Final = Said(
    "{path}: {size} MB, {files} files, {rows} rows of the database. Keep it where only you can read it: it holds "
    "personal data and the secret key.",
    "{path}: {size} MB, 파일 {files}개, 데이터베이스 {rows}행. 개인정보와 비밀 값이 들어 있으니 본인만 읽을 수 있는 곳에 두십시오.",
)
BACK: Final = Said(
    "Restored into {folder} as of {made_at}: {files} files, {rows} rows, every digest and count as it was, "
    "the audit trail whole, {events} events counted in the lake.",
    "{made_at} 시점으로 {folder}에 복원했습니다. 파일 {files}개, {rows}행이 모두 백업과 같고 감사 기록이 온전하며 레이크에서 이벤트 {events}건을 세었습니다.",
)
START: Final = Said(
    "Start it with: DANGOL_DATA={folder} dangol serve", "시작하려면: DANGOL_DATA={folder} dangol serve"
)
NO_SECRET: Final = Said(
    "The secret key came from the environment and is not in the backup: set DANGOL_SECRET_KEY as before.",
    "비밀 값은 환경 변수에 있어 백업에 없습니다. DANGOL_SECRET_KEY를 전과 같이 정하십시오.",
)


def make(archive: Out, lang: options.Lang = None) -> None:
    """Write database, lake, files and secret key to one file, while the platform runs."""
    language = spoken(lang, os.environ)
    ready(log_level="warning", is_for_work=True)
    from dangol.platform.kernel.backup import making

    with working(WRITING, language):
        made = making.make(archive)
    size = f"{made.bytes / 1e6:.1f}"
    note(MADE.format(path=made.path, size=size, files=made.files, rows=f"{made.rows:,}"), language)


def restore(archive: Archive, into: Into = None, lang: options.Lang = None) -> None:
    """Bring a backup back into an empty folder (and an empty PostgreSQL), and prove that it is whole."""
    language = spoken(lang, os.environ)
    if into is not None:
        os.environ["DANGOL_DATA"] = str(into.resolve())
    with working(READING, language):
        from dangol.platform.kernel.backup.restoring import restore as bring_back

        back = bring_back(archive, lambda: ready(log_level="warning"))
        events = events_in_lake()
    note(
        BACK.format(
            folder=back.folder,
            made_at=back.made_at,
            files=back.files,
            rows=f"{back.rows:,}",
            events=f"{events:,}",
        ),
        language,
    )
    if not back.has_secret:
        note(NO_SECRET, language)
    note(START.format(folder=back.folder), language)


def events_in_lake() -> int:
    """How many events the restored lake and tail hold: the world opens, and can be counted."""
    from contextlib import closing

    from dangol.platform.kernel import clock
    from dangol.platform.kernel.queries import business
    from dangol.platform.kernel.schema import bring_up_to_date
    from dangol.platform.log.queries import opened

    bring_up_to_date()
    with closing(opened(clock.today(business().time_zone))) as world:
        events = world.tables().get("events")
        return 0 if events is None else int(world.ask(events.aggregate(n=events.count())).rows[0][0])
