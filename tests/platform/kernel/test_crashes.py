"""Is anything that was acknowledged lost, or twice there, when processes are killed, locked out, or without room?"""

from __future__ import annotations

import base64
import json
import resource
import sqlite3
import threading
import urllib.error
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field

import psycopg
import pytest

from tests_support.processes import Platform, poll

KILLS = 2
SOURCE = """
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log.actions import make_source
print(make_source(SYSTEM, "test", "server").write_key)
"""
COUNT = """
from contextlib import closing
from datetime import date
from dangol.platform.kernel.worker import one_round
from dangol.platform.log.queries import opened
one_round()
with closing(opened(date(2100, 1, 1))) as world:
    numbers = "properties::json->>'n'"
    print(*world.engine.run(f"select count(*), count(distinct {numbers}) from events where name <> 'Score Given'").rows[0])
"""
EIGHT_WRITERS = """
import os, traceback
from django.db import connection, transaction
from dangol.platform.kernel import audit, effects
from dangol.platform.kernel.access.viewer import SYSTEM
def write(writer):
    for n in range(25):
        with transaction.atomic():
            audit.record(SYSTEM, "thing.done", f"{writer}:{n}")
            effects.plan("nobody", f"{writer}:{n}", {})
        effects.plan("nobody", f"shared:{n}", {})
pids = []
for writer in range(8):
    pid = os.fork()
    if pid == 0:
        try:
            write(writer)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    pids.append(pid)
codes = [os.waitpid(pid, 0)[1] for pid in pids]
print(*codes, len(audit.deeds(limit=1_000)), len(effects.of_kind("nobody", 1_000)), audit.verify())
"""


@dataclass
class Sender:
    """A client that sends a batch again, with the same ids, until it is acknowledged."""

    own: Platform
    key: str
    acknowledged: int = 0
    answers: list[int] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def batch(self, size: int = 20) -> bytes:
        """The next events."""
        first = self.acknowledged
        events = [
            {
                "type": "track",
                "event": "Thing Done",
                "userId": f"u{n % 7}",
                "messageId": f"m{n}",
                "properties": {"n": n},
            }
            for n in range(first, first + size)
        ]
        return json.dumps({"batch": events}).encode()

    def post(self, body: bytes, seconds: float = 30) -> int:
        """Send once; the status, 0 when nobody answered."""
        basic = base64.b64encode(f"{self.key}:".encode()).decode()
        request = urllib.request.Request(
            f"{self.own.url}/v1/batch",
            body,
            {"Authorization": f"Basic {basic}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, urllib.error.URLError):
            return 0

    def send(self, size: int = 20) -> int:
        """Send one batch, once."""
        status = self.post(self.batch(size))
        self.answers.append(status)
        if status == 200:
            self.acknowledged += size
        return status

    def run(self) -> None:
        """Send until stopped; the last batch is seen through."""
        while not self.stop.is_set() or self.answers[-1] != 200:
            if self.send() != 200:
                self.stop.wait(0.05)


@pytest.fixture
def sender(own_platform: Platform) -> Sender:
    """A client with a write key."""
    return Sender(own_platform, own_platform.python(SOURCE))


def test_killed_in_the_middle_again_and_again(own_platform: Platform, sender: Sender) -> None:
    own_platform.start("web", "worker")
    thread = threading.Thread(target=sender.run)
    thread.start()
    try:
        for round_ in range(KILLS):
            poll(lambda before=sender.acknowledged: sender.acknowledged > before + 200)
            own_platform.kill("worker" if round_ % 2 else "web", *(() if round_ % 2 else ("worker",)))
            own_platform.start(*(("worker",) if round_ % 2 else ("web", "worker")))
        poll(lambda before=sender.acknowledged: sender.acknowledged > before + 200)
    finally:
        sender.stop.set()
        thread.join()
    own_platform.kill()
    assert own_platform.python(COUNT) == f"{sender.acknowledged} {sender.acknowledged}"


def test_eight_writers_wait_for_each_other(own_platform: Platform) -> None:
    codes = own_platform.python(EIGHT_WRITERS)
    assert codes == " ".join(["0"] * 8 + ["200", "225", "None"])


@pytest.mark.parametrize("own_platform", ["sqlite"], indirect=True)
def test_without_room_nothing_is_acknowledged_and_nothing_is_lost(
    own_platform: Platform, sender: Sender
) -> None:
    own_platform.start("web")
    assert sender.send() == 200
    pid = own_platform.processes["web"].pid
    # Not one page of the write-ahead log fits: for this process the disk is full.
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4_096, resource.RLIM_INFINITY))
    assert [sender.send() for _ in range(3)] == [503] * 3
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    poll(lambda: sender.send() == 200)
    assert own_platform.stop() == {"web": 0}
    assert own_platform.python(COUNT) == f"{sender.acknowledged} {sender.acknowledged}"


@pytest.mark.parametrize("own_platform", ["sqlite"], indirect=True)
def test_a_locked_database_is_waited_for(own_platform: Platform, sender: Sender) -> None:
    own_platform.start("web")
    with closing(sqlite3.connect(own_platform.data / "dangol.sqlite3", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=sender.send)
        thread.start()
        thread.join(1)
        assert thread.is_alive(), "answered before it was kept"
        holder.execute("ROLLBACK")
    thread.join()
    assert sender.answers == [200]
    assert own_platform.stop() == {"web": 0}


@pytest.mark.parametrize("own_platform", ["postgresql"], indirect=True)
def test_a_server_that_drops_every_connection_is_gone_back_to(own_platform: Platform, sender: Sender) -> None:
    own_platform.start("web", "worker")
    assert sender.send() == 200
    for _ in range(2):
        with psycopg.connect(own_platform.database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        poll(lambda: sender.send() == 200)
    poll(own_platform.is_up)
    own_platform.kill()
    assert own_platform.python(COUNT) == f"{sender.acknowledged} {sender.acknowledged}"
