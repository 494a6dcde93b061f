"""On what does the installation stand? Its folder, its space, its secret, its address."""

from __future__ import annotations

import os
import shutil
import stat
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.kernel.environment import Environment, environment
from dangol.platform.kernel.examining import Finding, examination, well
from dangol.platform.kernel.sockets import wait_until_open

LITTLE: Final = 2 * 1024**3
TOO_LITTLE: Final = 256 * 1024**2
SHORT: Final = 32
REMOTE: Final = ("nfs", "cifs", "smb", "fuse.sshfs", "9p", "afs", "ceph", "gluster", "ncpfs", "davfs")


@examination("settings", needs="environment")
def settings() -> Iterator[Finding]:
    """Whether the environment variables can be right, and the folder and the secret be read."""
    try:
        told = environment()
    except DangolError as error:
        yield Finding("settings", "fault", error.wrong, error.would_work)
        return
    except OSError as error:
        yield _folder_fault(str(error.filename), error)
        return
    yield well("settings", "The settings can be read.", "설정을 읽을 수 있습니다.")
    yield from _folder(told.data_folder)
    yield from _space(told.data_folder)
    yield from _secret(told)
    yield from _address(told)


def _folder(folder: Path) -> Iterator[Finding]:
    for path in (folder, *(p for p in (folder / "lake", folder / "files") if p.exists())):
        try:
            path.mkdir(parents=True, exist_ok=True)
            probe = path / f".probe-{os.getpid()}"
            probe.write_bytes(b"x")
            probe.unlink()
        except OSError as error:
            yield _folder_fault(str(path), error)
            return
    foreign = next((p for p in folder.iterdir() if not os.access(p, os.R_OK | os.W_OK)), None)
    if foreign is not None:
        yield _folder_fault(str(foreign), PermissionError(13, "Permission denied"))
    else:
        yield well(
            "folder", f"The data folder {folder} can be used.", f"데이터 폴더 {folder}을(를) 쓸 수 있습니다."
        )


def _folder_fault(path: str, error: OSError) -> Finding:
    return Finding(
        "folder", "fault",
        Said(f"{path} cannot be read and written: {error.strerror}.", f"{path}을(를) 읽고 쓸 수 없습니다: {error.strerror}."),
        Said(
            f"Give it to the user that runs Dangol: chown -R $(whoami) {path}. Or set DANGOL_DATA to another folder.",
            f"단골을 실행하는 사용자에게 권한을 주십시오: chown -R $(whoami) {path}. 또는 DANGOL_DATA를 다른 폴더로 정하십시오.",
        ),
    )  # fmt: skip


def _space(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1024**3:.1f}"
    helps = Said(
        "Make room, or move the data folder to a larger disk (stop Dangol, copy it, set DANGOL_DATA).",
        "공간을 비우거나 데이터 폴더를 더 큰 디스크로 옮기십시오(단골을 멈추고 복사한 뒤 DANGOL_DATA를 바꿉니다).",
    )
    says = Said(f"The disk has {shown} GB left.", f"디스크에 {shown} GB가 남아 있습니다.")
    if free < LITTLE:
        yield Finding("space", "fault" if free < TOO_LITTLE else "warning", says, helps)
    else:
        yield Finding("space", "well", says)


def _secret(told: Environment) -> Iterator[Finding]:
    path = told.data_folder / "secret.key"
    if len(told.secret_key) < SHORT:
        yield Finding(
            "secret", "fault",
            Said(f"The secret key has {len(told.secret_key)} characters; {SHORT} are needed.",
                 f"비밀 값이 {len(told.secret_key)}자입니다. {SHORT}자 이상이어야 합니다."),
            Said("Leave DANGOL_SECRET_KEY empty and remove an empty secret.key: a good one is made.",
                 "DANGOL_SECRET_KEY를 비우고 비어 있는 secret.key를 지우면 알맞은 값을 만듭니다."),
        )  # fmt: skip
    elif path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(
            "secret", "warning",
            Said(f"Others on this machine can read {path}.", f"이 컴퓨터의 다른 사용자가 {path}을(를) 읽을 수 있습니다."),
            Said(f"Run: chmod 600 {path}", f"실행하십시오: chmod 600 {path}"),
        )  # fmt: skip
    else:
        yield well("secret", "There is a secret key.", "비밀 값이 있습니다.")


def _address(told: Environment) -> Iterator[Finding]:
    parts = urlsplit(told.base_url)
    host, port = parts.hostname or "", parts.port or {"https": 443}.get(parts.scheme, 80)
    if parts.scheme == "http" and host not in ("127.0.0.1", "localhost", "::1"):
        yield Finding(
            "address", "warning",
            Said(f"{told.base_url} is not encrypted: passwords could be read on their way.",
                 f"{told.base_url} 은(는) 암호화되지 않아 전송 중에 비밀번호가 노출될 수 있습니다."),
            Said("Put a web server with a certificate in front, and set DANGOL_URL to https://...",
                 "인증서가 있는 웹 서버를 앞에 두고 DANGOL_URL을 https://로 시작하게 정하십시오."),
        )  # fmt: skip
    if (
        host in ("127.0.0.1", "localhost", "::1")
        and wait_until_open(host, port, 0.3)
        and not _is_ours(told.base_url)
    ):
        yield Finding(
            "port", "fault",
            Said(f"Another program listens on port {port}.", f"다른 프로그램이 {port}번 포트를 쓰고 있습니다."),
            Said("Start with --port and another number, or end that program.",
                 "--port로 다른 번호를 주어 시작하거나 그 프로그램을 끝내십시오."),
        )  # fmt: skip


def _is_ours(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=3) as answer:  # noqa: S310 our own address, checked to be http
            return b'"database"' in answer.read(200)
    except OSError:
        return False


def is_remote(folder: Path, mounts: str | None = None) -> str:
    r"""The kind of network drive that a folder lies on; empty for a disk of this machine, or where it is not told.

    >>> table = "/dev/sda1 / ext4 rw 0 0\nnas:/export /data nfs4 rw 0 0"
    >>> is_remote(Path("/data/dangol"), table), is_remote(Path("/var"), table)
    ('nfs4', '')
    """
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text(encoding="utf-8")
        except OSError:
            return ""
    lines = (line.split() for line in mounts.splitlines())
    held = [(Path(each[1]), each[2]) for each in lines if len(each) > 2 and folder.is_relative_to(each[1])]
    _, kind = max(held, key=lambda each: len(each[0].parts), default=(folder, ""))
    return kind if kind.startswith(REMOTE) else ""
