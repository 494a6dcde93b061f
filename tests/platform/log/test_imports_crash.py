"""Is a killed import finished by whoever comes next, every row once? Real processes, on both databases."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests_support.processes import Platform

ROWS = 9_000
READY = "from dangol.cli.platform import ready; ready(log_level='error')\n"
BEGIN = """
import os, signal
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log.imports import actions, running
from dangol.platform.log.imports.models import Import
if not Import.objects.exists():
    actions.start(SYSTEM, actions.from_paths(SYSTEM, [{path!r}], "Shop").id)
accept, calls = running.accept, []
def dying(*given, **told):
    calls.append(1)
    if len(calls) == {call} and not {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    said = accept(*given, **told)
    if len(calls) == {call}:
        os.kill(os.getpid(), signal.SIGKILL)
    return said
running.accept = dying
running.run(Import.objects.get())
"""
END = """
import json
from dangol.platform.log import sequencer
from dangol.platform.log.imports import chores
from dangol.platform.log.imports.models import Import
from dangol.platform.log.queries import opened
while chores.bring_next() or sequencer.sequence_once():
    pass
found, world = Import.objects.get(), opened()
told = world.engine.run("select count(*), count(distinct order_id), sum(amount)::bigint from orders").rows[0]
print(json.dumps([found.state, found.rows_done, *told]))
"""


def _killed(running: Platform, path: Path, call: int, *, after: bool) -> None:
    """An import that dies at its n-th batch: before it is accepted, or between that and its note."""
    code = READY + BEGIN.format(path=str(path), call=call, after=after)
    done = subprocess.run(
        [sys.executable, "-c", code], env=running.environment, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_a_killed_import_goes_on_and_every_row_is_once(own_platform: Platform, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = [f"c-{n % 500},o-{n},2026-01-{1 + n % 28:02d} 10:00:00,{n}" for n in range(ROWS)]
    path.write_text("customer_id,order_id,order_date,amount\n" + "\n".join(lines), encoding="utf-8")
    _killed(own_platform, path, 2, after=True)
    _killed(own_platform, path, 3, after=False)
    _killed(own_platform, path, 2, after=True)
    assert json.loads(own_platform.python(END)) == ["done", ROWS, ROWS, ROWS, sum(range(ROWS))]
