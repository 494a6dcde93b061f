"""Is there room for another file of the lake? Asked before each is written: half a file helps nobody."""

from __future__ import annotations

import shutil
from typing import Final

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.kernel.environment import environment

LEAST_FREE: Final = 256 * 1024 * 1024


def check_space() -> None:
    """A LakeFullError before a disk is full: half a file helps nobody."""
    folder = environment().lake_folder
    folder.mkdir(parents=True, exist_ok=True)  # the first file of a fresh installation
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise LakeFullError(free)


class LakeFullError(DangolError):
    """There is no room for another file; what was acknowledged stays in the database until there is."""

    exit_code = 3

    def __init__(self, free: int) -> None:
        folder = environment().lake_folder
        super().__init__(
            Said("Events were to be moved into the lake.", "이벤트를 레이크로 옮기려고 했습니다."),
            Said(
                f"Only {free // 2**20} MB are free in {folder}.",
                f"{folder}에 남은 공간이 {free // 2**20} MB뿐입니다.",
            ),
            Said(
                "Make room on the disk; nothing is lost, and the work goes on by itself.",
                "디스크 공간을 확보하십시오. 잃은 것은 없으며 작업은 저절로 이어집니다.",
            ),
        )
