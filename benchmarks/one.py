"""How long does one contender take, in a process of its own?"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.contest import as_json, time_here
from benchmarks.questions import CONTESTS


def main() -> None:
    """Time the contender named on the command line and print one JSON line."""
    contest, contender, folder, size = sys.argv[1:]
    print(as_json(time_here(CONTESTS[contest], contender, Path(folder), size)))


if __name__ == "__main__":
    main()
