"""Is a killed import finished by the next worker, every row once? Real processes, on both databases."""

from __future__ import annotations

import json
from pathlib import Path

from tests_support.processes import Platform, poll

ROWS = 12_000
START = """
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log.imports import actions
draft = actions.from_paths(SYSTEM, [{path!r}], "Shop")
print(actions.start(SYSTEM, draft.id).id)
"""
STATE = """
import json
from dangol.platform.log.imports.models import Import
found = Import.objects.get()
print(json.dumps([found.state, found.rows_done, found.rows_total, found.error]))
"""
COUNT = """
import json
from dangol.platform.kernel.cursors import position
from dangol.platform.log.models import Envelope
from dangol.platform.log.queries import opened
world = opened()
told = world.engine.run("select count(*), count(distinct order_id), sum(amount)::bigint from orders").rows[0] if "orders" in world.nouns else ()
print(json.dumps([Envelope.objects.count(), *told]))
"""


def _state(running: Platform) -> tuple[str, int, int, object]:
    found: tuple[str, int, int, object] = tuple(json.loads(running.python(STATE)))
    return found


def test_a_killed_import_goes_on_and_every_row_is_once(own_platform: Platform, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = [f"c-{n % 500},o-{n},2026-01-{1 + n % 28:02d} 10:00:00,{n}" for n in range(ROWS)]
    path.write_text("customer_id,order_id,order_date,amount\n" + "\n".join(lines), encoding="utf-8")
    own_platform.python(START.format(path=str(path)))
    for least in (1, 4_000):
        own_platform.start("worker")
        poll(
            lambda least=least: _state(own_platform)[1] >= least or _state(own_platform)[0] == "done",
            every=0.01,
        )
        own_platform.kill("worker")
    own_platform.start("worker")
    poll(lambda: _state(own_platform)[0] == "done")
    whole = [0, ROWS, ROWS, sum(range(ROWS))]
    assert poll(lambda: json.loads(own_platform.python(COUNT)) == whole)
    assert _state(own_platform) == ("done", ROWS, ROWS, None)
