"""Do the worker, the clock, the lake and the pages' own files do what they should?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.contrib.staticfiles.finders import get_finders
from django.db.models import Max

from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.environment import environment
from dangol.platform.kernel.examining import Finding, examination, well
from dangol.platform.kernel.models import AuditEntry, Cursor, Worker
from dangol.platform.kernel.queries import health

AHEAD: Final = timedelta(minutes=2)
MAGIC: Final = b"PAR1"


@examination("worker", needs="tables")
def worker() -> Iterator[Finding]:
    """Whether a worker lives, and what it could not do."""
    found = health()
    if not found.workers:
        since = f" since {found.last_seen_at:%Y-%m-%d %H:%M} UTC" if found.last_seen_at else ""
        yield Finding(
            "worker", "warning",
            Said(f"No worker runs{since}: what arrives is kept, but nothing is counted.",
                 "워커가 실행되고 있지 않습니다. 들어온 데이터는 보관되지만 집계되지 않습니다."),
            Said("Start everything with: dangol serve. Or a worker alone: dangol worker.",
                 "dangol serve로 전체를 시작하거나 dangol worker로 워커만 시작하십시오."),
        )  # fmt: skip
    else:
        yield well("worker", f"Workers that run: {found.workers}.", f"실행 중인 워커: {found.workers}개.")
    for name, error in found.troubles.items():
        yield Finding(
            "chore", "fault",
            Said(f"The chore {name} fails: {error}", f"작업 {name}이(가) 실패합니다: {error}"),
            Said("It is tried again by itself; if it goes on, look at the worker's log.",
                 "저절로 다시 시도합니다. 계속되면 워커의 로그를 확인하십시오."),
        )  # fmt: skip
    left = {
        "stuck": found.stuck_effects,
        "set aside": found.set_aside_effects,
        "poisoned rows": found.setbacks,
    }
    if any(left.values()):
        told = ", ".join(f"{name} {count}" for name, count in left.items() if count)
        yield Finding(
            "work", "warning",
            Said(f"Work that needs a look: {told}.", f"확인이 필요한 작업: {told}."),
            Said("See Data in the console: each has its error, and can be tried again.",
                 "콘솔의 데이터 화면에서 오류를 보고 다시 시도할 수 있습니다."),
        )  # fmt: skip


@examination("clock", needs="tables")
def time() -> Iterator[Finding]:
    """Whether the clock was set back: something happened later than now."""
    moments = (
        AuditEntry.objects.aggregate(at=Max("happened_at"))["at"],
        Worker.objects.aggregate(at=Max("seen_at"))["at"],
        Cursor.objects.aggregate(at=Max("moved_at"))["at"],
    )
    newest = max((each for each in moments if each is not None), default=None)
    if newest is not None and newest > clock.now() + AHEAD:
        yield Finding(
            "clock", "fault",
            Said(f"The clock says {clock.now():%Y-%m-%d %H:%M} UTC, but something happened at {newest:%Y-%m-%d %H:%M}.",
                 f"시계는 {clock.now():%Y-%m-%d %H:%M} UTC인데 {newest:%Y-%m-%d %H:%M}에 일어난 일이 있습니다."),
            Said("Set the clock from the network (chrony or systemd-timesyncd). Nothing is lost; times are put right where clients tell theirs.",
                 "네트워크 시각에 맞추십시오(chrony 또는 systemd-timesyncd). 잃은 데이터는 없습니다."),
        )  # fmt: skip
    else:
        yield well("clock", "The clock goes on from where it was.", "시계가 이어서 가고 있습니다.")


@examination("audit", needs="tables")
def record() -> Iterator[Finding]:
    """Whether the audit trail is whole."""
    broken = audit.verify()
    if broken is not None:
        yield Finding(
            "audit", "fault",
            Said(f"The audit trail was changed: entry {broken} does not follow from the one before it.",
                 f"감사 기록이 바뀌었습니다. {broken}번 기록이 앞의 기록과 이어지지 않습니다."),
            Said("Find out who has access to the database, and compare with the last backup.",
                 "데이터베이스에 접근할 수 있는 사람을 확인하고 마지막 백업과 비교하십시오."),
        )  # fmt: skip
    else:
        yield well("audit", "The audit trail is whole.", "감사 기록이 온전합니다.")


@examination("lake", needs="tables")
def lake() -> Iterator[Finding]:
    """Whether the files of the lake can be read to their ends."""
    folder = environment().lake_folder
    files = sorted(folder.rglob("*.parquet")) if folder.exists() else []
    broken = [path for path in files if not is_whole(path)]
    if broken:
        named = broken[0].relative_to(folder)
        yield Finding(
            "lake", "fault",
            Said(f"Files of the lake that cannot be read: {len(broken)}, for example {named}.",
                 f"읽을 수 없는 레이크 파일: {len(broken)}개. 예: {named}"),
            Said("Restore the last backup into a new folder: dangol restore ARCHIVE --into FOLDER.",
                 "마지막 백업을 새 폴더에 복원하십시오: dangol restore 파일 --into 폴더"),
        )  # fmt: skip
    else:
        yield well(
            "lake",
            f"Files of the lake that can be read: {len(files)}.",
            f"읽을 수 있는 레이크 파일: {len(files)}개.",
        )


def is_whole(path: Path) -> bool:
    """Whether a Parquet file begins and ends as one does."""
    try:
        with path.open("rb") as file:
            begins = file.read(4)
            file.seek(-4, 2)
            return begins == MAGIC and file.read(4) == MAGIC
    except OSError:
        return False


@examination("static", needs="tables")
def files() -> Iterator[Finding]:
    """Whether the pages' own style sheets and scripts are there."""
    names = {name for finder in get_finders() for name, _ in finder.list([])}
    if not any(name.endswith(".css") for name in names):
        yield Finding(
            "static", "fault",
            Said("The style sheets of the pages are missing.", "화면의 스타일 파일이 없습니다."),
            Said("Install Dangol again: its package was not unpacked whole.", "단골을 다시 설치하십시오. 패키지가 온전하지 않습니다."),
        )  # fmt: skip
    else:
        yield well("static", "The pages' own files are there.", "화면에 쓰는 파일이 있습니다.")
