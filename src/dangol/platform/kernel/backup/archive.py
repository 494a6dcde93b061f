"""What does a backup consist of? One tar file: the database, the lake, the files, and a manifest with their digests."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from dangol.core.errors import DataError
from dangol.core.language import Said

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
PARTS: Final = ("database", "lake", "files", "secret.key")
"""What the names in an archive may begin with."""
CHUNK: Final = 1024 * 1024


class Writing:
    """An archive that is being written; each file's digest is taken while it passes."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1)
        self._tar = tarfile.open(fileobj=self._zip, mode="w|")  # noqa: SIM115 closed by `end`
        self.digests: dict[str, str] = {}

    def add(self, name: str, path: Path) -> None:
        """Add a file."""
        told = tarfile.TarInfo(name)
        told.size, told.mode = path.stat().st_size, 0o600
        with path.open("rb") as file:
            digested = _Digested(file)
            self._tar.addfile(told, digested)
        self.digests[name] = digested.digest.hexdigest()

    def end(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, which comes last because it knows the digests, and end the archive."""
        text = json.dumps(
            manifest | {"format": FORMAT, "digests": self.digests}, indent=1, ensure_ascii=False
        ).encode()
        told = tarfile.TarInfo(MANIFEST)
        told.size, told.mode = len(text), 0o600
        self._tar.addfile(told, io.BytesIO(text))
        self._tar.close()
        self._zip.close()


class _Digested:
    """A file whose digest is taken while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def unpacked(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpack an archive into a folder, and give its manifest; a DataError when a byte of it is not as it was."""
    found: dict[str, str] = {}
    manifest: dict[str, Any] | None = None
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for member, content in _members(tar):
                if member.name == MANIFEST:
                    manifest = json.loads(content.read())
                else:
                    found[member.name] = _write(_place(member.name, folder), content)
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _damaged(archive, str(error)) from error
    if manifest is None:
        raise _damaged(archive, "it ends before its manifest")
    if manifest.get("format") != FORMAT:
        raise _damaged(archive, f"its format is {manifest.get('format')!r}")
    if found != manifest["digests"]:
        wrong = sorted(found.items() ^ manifest["digests"].items())[0][0]
        raise _damaged(archive, f"{wrong} is not as it was")
    return manifest


def _members(tar: tarfile.TarFile) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is None:
            raise tarfile.TarError(f"{member.name} is no file")
        yield member, content


def _place(name: str, folder: Path) -> Path:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or not parts or parts[0] not in PARTS:
        raise tarfile.TarError(f"{name} has no place in a backup")
    return folder.joinpath(*parts)


def _write(path: Path, content: IO[bytes]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as file:
        while piece := content.read(CHUNK):
            digest.update(piece)
            file.write(piece)
    path.chmod(0o600)
    return digest.hexdigest()


def _damaged(archive: Path, why: str) -> DataError:
    return DataError(
        Said(f"The backup {archive} was to be read.", f"백업 {archive}을(를) 읽으려고 했습니다."),
        Said(
            f"It is damaged or is no backup of Dangol: {why}.", f"손상되었거나 단골의 백업이 아닙니다: {why}."
        ),
        Said("Take another copy of it, or an older backup.", "다른 사본이나 이전 백업을 쓰십시오."),
    )
