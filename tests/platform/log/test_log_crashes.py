"""Does a log whose processes are killed at any line lose or double anything? SQLite and PostgreSQL, kill -9."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import numpy as np
import pytest

from tests_support.processes import Platform

KILLS = 4
READY = "from dangol.cli.platform import ready; ready(log_level='error')\n"
SPEAKER = """
import itertools, sys
from dangol.platform.log.actions import accept
from dangol.platform.log.models import Source
source = Source.objects.get_or_create(name="test", kind="server", defaults={"write_key": "key"})[0].pk
start = int(sys.argv[1])
for n in itertools.count(start):
    messages = [
        {"type": "track", "userId": f"u{(n * 7 + k) % 50}", "event": "Order Completed" if k % 5 == 0 else "Product Viewed",
         "messageId": f"m-{n}-{k}", "timestamp": f"2026-{1 + n % 3:02d}-{1 + k:02d}T09:00:00Z",
         "properties": {"order_id": f"o-{n}-{k}", "total": 10, "currency": "KRW"}}
        for k in range(20)
    ]
    assert accept(messages, source).count == 20
    print(n, flush=True)  # acknowledged: it is committed
    accept(messages, source)  # a client that tries again
"""
MOVER = """
from dangol.platform.kernel.models import Lease
Lease.objects.all().delete()  # a killed process holds some; they would run out by themselves
from dangol.platform.log import compaction, following, schemas, sealer, sequencer
print("ready", flush=True)
while True:
    sequencer.sequence_once()
    sealer.seal_once(is_forced=True)
    sealer.drop_sealed()
    compaction.compact_once()
    schemas.note_once()
    print("round", flush=True)
"""
COUNT = """
import json
from dangol.platform.kernel.models import Lease
from dangol.platform.log import compaction, days, faults, schemas, sealer, sequencer
from dangol.platform.log.queries import opened, position
Lease.objects.all().delete()
while sequencer.sequence_once(): pass
while sealer.seal_once(is_forced=True): pass
while schemas.note_once(): pass
world = opened()
rows = lambda sql: world.engine.run(sql).rows
stored, recount = rows("select * from person_day order by all"), rows(f"select * from ({days.recounted(['events', 'orders'])}) order by all")
from dangol.platform.log.models import EventSchema
print(json.dumps({
    "events": rows("select count(*), count(distinct json_extract_string(properties, '$.order_id')) from events")[0],
    "orders": rows("select count(*), count(distinct order_id) from orders")[0],
    "position": position(), "rollup": stored == recount, "faults": len(faults.found()),
    "seen": sum(EventSchema.objects.values_list("count", flat=True)),
}))
"""


def begin(platform: Platform, code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", READY + code, *arguments], env=platform.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def kill(process: subprocess.Popen[str]) -> list[str]:
    """End it as a power cut does; the lines that it had written."""
    process.send_signal(signal.SIGKILL)
    told, _ = process.communicate()
    lines = told.split("\n")
    return [line for line in lines[:-1] if line]


def test_nothing_acknowledged_is_lost_or_doubled(own_platform: Platform) -> None:
    chance = np.random.default_rng(7)
    acknowledged: set[int] = set()
    at = 0
    rounds = 0
    for _ in range(KILLS):
        speaker, mover = begin(own_platform, SPEAKER, str(at)), begin(own_platform, MOVER)
        assert mover.stdout is not None
        assert mover.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            mover.wait(float(chance.uniform(0.4, 2.0)))
        rounds += len(kill(mover))
        acknowledged |= {int(line) for line in kill(speaker)}
        at = max(acknowledged, default=0) + 1
    found = json.loads(own_platform.python(COUNT))
    sent = found["events"][0]
    assert rounds, "the mover never came to the end of a round"
    assert found["events"][0] == found["events"][1] == found["position"] == found["seen"]
    assert len(acknowledged) * 20 <= sent <= (len(acknowledged) + KILLS) * 20
    assert found["orders"] == [sent // 5, sent // 5]
    assert found["rollup"]
    assert found["faults"] == 0
