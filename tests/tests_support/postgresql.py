"""Where does a PostgreSQL for tests come from? A server of its own, in a temporary folder, gone when the tests end.

python -m tests_support.postgresql COMMAND...    runs a command with DATABASE_URL set to such a server
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

INSTALLED = Path("/usr/lib/postgresql")
PATIENCE = 30.0


class NoPostgresqlError(RuntimeError):
    """There are no server programs of PostgreSQL on this machine."""


@dataclass(frozen=True)
class Postgresql:
    """A running server of which every database may be made and dropped."""

    port: int

    def url(self, database: str) -> str:
        """The address of a database, as DATABASE_URL takes it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def make(self, database: str, like: str = "template1") -> str:
        """A new database, empty or a copy of another; its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'drop database if exists "{database}" with (force)')
            connection.execute(f'create database "{database}" template "{like}"')
        return self.url(database)


def programs() -> Path:
    """The folder of `initdb` and `postgres`, the newest where there are several."""
    found = sorted(INSTALLED.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise NoPostgresqlError("PostgreSQL is not installed (Debian: apt-get install postgresql).")
    return Path(on_path).resolve().parent


@contextmanager
def running() -> Iterator[Postgresql]:
    """A server on a free port of the loopback address; its folder is taken away in the end."""
    folder = Path(tempfile.mkdtemp(prefix="dangol-pg-"))
    # PostgreSQL does not run as root; Debian's package makes the user `postgres`.
    as_user: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **as_user}
    where = programs()
    subprocess.run(
        [where / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, **quiet,
    )  # fmt: skip
    port = free_port()
    server = subprocess.Popen(
        [where / "postgres", "-D", folder / "data", "-k", folder, "-p", str(port), "-h", "127.0.0.1",
         "-c", "fsync=off", "-c", "shared_buffers=64MB", "-c", "max_connections=120"],
        **quiet,
    )  # fmt: skip
    try:
        found = Postgresql(port)
        _wait_for(found, server)
        yield found
    finally:
        server.terminate()  # a smart shutdown would wait for clients
        server.send_signal(2)
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(server: Postgresql, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(server.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def main(command: list[str]) -> int:
    """Run a command on a server of its own; its exit code."""
    with running() as server:
        told = {"DATABASE_URL": server.make("dangol"), "TEST_POSTGRESQL_PORT": str(server.port)}
        return subprocess.run(command, env=os.environ | told, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
