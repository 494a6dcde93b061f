"""How does the demo get its business? In a process of its own, which ends and leaves no memory behind.

python -m dangol.cli.demo_data LANGUAGE CUSTOMERS SEED    reads the password of the demo's team from stdin
"""

from __future__ import annotations

import sys
from typing import Final

from dangol.cli.platform import ready

LATER: Final = ("foresight.train", "foresight.score")
"""Left to the worker: the pages stand first."""


def main(language: str, customers: int, seed: int, password: str) -> bool:
    """Make the tables, and the business where there is none; whether it was made now."""
    ready()
    from dangol.platform.kernel.access.viewer import SYSTEM
    from dangol.platform.kernel.schema import bring_up_to_date
    from dangol.platform.kernel.worker import one_round
    from dangol.platform.log.imports.demo import CUSTOMERS, demo_import
    from dangol.platform.web.demonstration import begin

    bring_up_to_date()
    if demo_import() is not None:
        return False
    begin(
        SYSTEM,
        "ko" if language == "ko" else "en",
        customers=customers or CUSTOMERS,
        seed=seed,
        password=password,
    )
    one_round(leave=LATER)
    return True


if __name__ == "__main__":
    _is_new = main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.stdin.readline().strip())
    sys.stdout.write("new\n" if _is_new else "there\n")
