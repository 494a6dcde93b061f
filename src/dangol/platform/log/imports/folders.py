"""Which files of a folder are new or changed, and finished being written?"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dangol.core.engine.files.paths import JSON, PARQUET, TEXT, kind_of
from dangol.core.engine.files.sheets import EXCEL
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.kernel.environment import environment
from dangol.platform.log.imports.vcards import ENDINGS

READ: Final = frozenset((*TEXT, *JSON, *PARQUET, *EXCEL, *ENDINGS))
QUIET_SECONDS: Final = 3
"""A file that changed a moment ago may still be written."""


def check_folder(path: Path) -> None:
    """A RequestError unless it is a folder that can be read, and not one of ours."""
    asked = Said(
        f"The folder {path} was to be read again and again.", f"폴더 {path}을(를) 계속 읽으려고 했습니다."
    )
    if str(path).startswith(("gs:", "az:", "http:", "https:")):
        raise RequestError(
            asked,
            Said("Such addresses are not read directly.", "이런 주소는 바로 읽지 않습니다."),
            Said(
                "Buckets are read as s3://KEY:SECRET@bucket/path; Google's too, by its HMAC keys and endpoint.",
                "버킷은 s3://KEY:SECRET@bucket/path로 읽습니다. 구글 버킷도 HMAC 키와 엔드포인트로 읽습니다.",
            ),
        )
    if not path.is_absolute() or not path.is_dir():
        raise RequestError(
            asked,
            Said("There is no such folder on the server.", "서버에 그런 폴더가 없습니다."),
            Said(
                "Give the whole path of a folder, such as /srv/exports.",
                "/srv/exports처럼 폴더의 전체 경로를 주십시오.",
            ),
        )
    if path.resolve().is_relative_to(environment().data_folder):
        raise RequestError(
            asked,
            Said("It belongs to this installation.", "이 설치본의 폴더입니다."),
            Said("Give a folder outside of its data folder.", "데이터 폴더 밖의 폴더를 주십시오."),
        )


def marks(folder: Path) -> dict[str, str]:
    """Path -> size and time of change, of every file that can be read and is not being written."""
    horizon = clock.now().timestamp() - QUIET_SECONDS
    found = {}
    for path in sorted(folder.rglob("*")):
        is_hidden = any(part.startswith((".", "_", "~$")) for part in path.relative_to(folder).parts)
        if is_hidden or kind_of(path) not in READ or not path.is_file():
            continue
        told = path.stat()
        if told.st_mtime <= horizon and told.st_size:
            found[str(path)] = f"{told.st_size}:{told.st_mtime_ns}"
    return found


def changed(folder: Path, seen: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """The files that are new or changed since `seen`, and what is to be remembered of all."""
    now = marks(folder)
    return [path for path, mark in now.items() if seen.get(path) != mark], now
