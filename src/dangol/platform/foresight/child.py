"""What does the process do that learns and scores? One job, politely; it ends with whoever started it.

python -m dangol.platform.foresight.child JOB
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import Final

import django

POLITE: Final = 10
"""How far behind others it stands when processors are few."""


def main(job: str) -> int:
    """Do the job; a fault is said in one line on stdout."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    with suppress(OSError, AttributeError):
        os.nice(POLITE)
    from dangol.platform.kernel.environment import environment
    from dangol.platform.kernel.logging import configure

    told = environment()
    configure(told.log_level, told.log_format)
    django.setup(set_prefix=False)
    from dangol.platform.foresight import jobs

    try:
        jobs.run(job)
    except Exception as error:  # noqa: BLE001 the parent tells it to whoever looks after the machine
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        return 1
    return 0


def _end_with_parent() -> None:
    """The other end of stdin closes when the parent ends, however it ends."""
    sys.stdin.buffer.read()
    os._exit(3)


if __name__ == "__main__":
    code = main(sys.argv[1])
    sys.stdout.flush()
    os._exit(code)  # libraries keep threads of their own, which need not be waited for
