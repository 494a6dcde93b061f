"""Is the heavy work done by a process that ends, also when its parent does, and is its fault heard of?"""

from __future__ import annotations

from tests_support.processes import Platform

WAITING = """
from dangol.platform.foresight import apart
from dangol.platform.foresight.models import Run
rounds = 0
while apart.tended({job!r}):
    rounds += 1
print(rounds > 0, Run.objects.filter(job={job!r}, ended_at__isnull=False).count(), apart.is_under_way({job!r}))
"""
LIGHT = """
import sys
from dangol.platform.foresight import apart, chores, queries, schedule
heavy = [name for name in ("lightgbm", "sklearn", "scipy") if name in sys.modules]
print(heavy)
"""


def test_a_job_runs_apart_and_its_memory_is_given_back(own_platform: Platform) -> None:
    assert own_platform.python(LIGHT).splitlines()[-1] == "[]", "who looks after it loads none of it"
    assert own_platform.python(WAITING.format(job="train")).splitlines()[-1] == "True 1 False"
    fault = (
        WAITING.format(job="nonsense")
        .replace("while", "try:\n    while")
        .replace("    rounds += 1", "        rounds += 1")
    )
    told = own_platform.python(
        fault.replace("print(", "except apart.JobFailedError as error:\n    print(error)\nprint(")
    )
    assert "KeyError" in told
