"""Is every file that should be in the lake there, and whole? What is broken is named, with what can be done.

A world over a lake with a broken file fails with an error that names it; nothing is answered from half the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.kernel.environment import environment
from dangol.platform.log import segments
from dangol.platform.log.compaction import tables
from dangol.platform.log.delta import files_of, full_path
from dangol.platform.log.models import Segment

MAGIC: Final = b"PAR1"
"""What a Parquet file begins and ends with; a file that was cut off does not."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that is missing or broken."""

    path: str
    said: Said
    row_count: int


class BrokenLakeError(DangolError):
    """Files of the lake are missing or broken."""

    exit_code = 3

    def __init__(self, broken: Sequence[Fault]) -> None:
        more = len(broken) - 1
        super().__init__(
            Said("The files of the lake were looked at.", "레이크의 파일을 점검했습니다."),
            broken[0].said,
            Said(f"{more} more files are like it." if more else "All others are whole.",
                 f"같은 상태의 파일이 {more}개 더 있습니다." if more else "나머지 파일은 모두 온전합니다."),
        )  # fmt: skip


def found() -> list[Fault]:
    """Every file that counts and cannot be read, by its length and its last bytes."""
    return [fault for fault in _all() if fault is not None]


def _all() -> Iterator[Fault | None]:
    for segment in Segment.objects.order_by("first_position"):
        yield fault_of(segments.full_path(segment), None, segment.row_count)
    for table in tables():
        for each in files_of(table):
            yield fault_of(full_path(table, each), each.size, each.row_count)


def fault_of(path: Path, size: int | None, row_count: int) -> Fault | None:
    """What is wrong with one file; None when it is whole."""
    name = path.relative_to(environment().lake_folder).as_posix()
    put_back = (
        "Put it back from a backup (dangol restore); until then numbers that need it are refused.",
        "백업에서 되돌려 주십시오(dangol restore). 그때까지 이 파일이 필요한 수치는 제공하지 않습니다.",
    )
    try:
        actual = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4)
            file.seek(max(0, actual - 4))
            is_whole = head == MAGIC == file.read(4) and size in (None, actual)
    except FileNotFoundError:
        said = Said(
            f"The lake's file {name} is missing. {put_back[0]}",
            f"레이크의 파일 {name}이(가) 없습니다. {put_back[1]}",
        )
        return Fault(name, said, row_count)
    if is_whole:
        return None
    said = Said(
        f"The lake's file {name} is broken. {put_back[0]}",
        f"레이크의 파일 {name}이(가) 손상되었습니다. {put_back[1]}",
    )
    return Fault(name, said, row_count)
