"""How fast do a million customers come into an experiment? Against the hash alone, and against row after row.

    python -m benchmarks.arms [CUSTOMERS]

On SQLite, or on PostgreSQL by DATABASE_URL, in a folder of its own. The limit is the draw without any table; the
peer inserts rows through the ORM one batch of objects after the other, as one would at first.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any


def main(customers: int) -> None:
    """Draw, ask again, merge, print."""
    _begin()
    from django.db import connection

    from dangol.core.experiments import assign
    from dangol.platform.experiments.drawing import design_of, draw, every_place
    from dangol.platform.kernel import clock

    row, now, ids = _experiment("drawn"), clock.now(), range(1, customers + 1)
    print(f"{customers:,} customers, {connection.vendor}")
    limit = _seconds(lambda: assign(design_of(row), ids))
    first = _seconds(lambda: draw(row, ids, now))
    again = _seconds(lambda: draw(row, ids, now))
    places = _seconds(lambda: every_place(row))
    other = _experiment("by the ORM")
    few = customers // 10
    peer = 10 * _seconds(lambda: _by_objects(other, range(1, few + 1), now))
    for said, took in (("the draw alone", limit), ("in", first), ("asked again", again), ("everybody's place", places),
                       ("by objects (a tenth, times ten)", peer)):  # fmt: skip
        print(f"  {said:34} {took:7.1f} s   {took / limit:5.1f} x the draw")
    print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _begin() -> None:
    os.environ.setdefault("DANGOL_DATA", tempfile.mkdtemp(prefix="dangol-bench-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.platform.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _experiment(name: str) -> Any:
    from dangol.platform.experiments import actions
    from dangol.platform.experiments.models import Experiment
    from dangol.platform.kernel.access.viewer import SYSTEM

    return Experiment.objects.get(pk=actions.design(SYSTEM, actions.Wish(name=name, enrols="code")))


def _by_objects(row: Any, ids: range, now: Any) -> None:
    from dangol.core.experiments import assign
    from dangol.platform.experiments.drawing import design_of
    from dangol.platform.experiments.models import Assignment

    number = {arm["name"]: n for n, arm in enumerate(row.arms)}
    arms = assign(design_of(row), ids)
    Assignment.objects.bulk_create(
        (
            Assignment(experiment=row, unit_id=unit, arm=number[arm], assigned_at=now)
            for unit, arm in zip(ids, arms, strict=True)
        ),
        batch_size=5_000,
        ignore_conflicts=True,
    )


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
