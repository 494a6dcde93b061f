"""How quick and how good is foresight? Each part's own comparison, one after the other, every one in its own process.

python -m benchmarks.foresight [--only NAME] [--dry]

features: one pass over the events; churn: training, scores and reasons; value: fits beside `lifetimes`; uplift: the
profit of choosing by effect beside risk, response and lots; arms: a million customers into an experiment. Each prints
its figures, and those of KEEPING keep them beside this file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PARTS = ("features", "churn", "value", "uplift", "arms")
KEEPING = ("features", "churn", "uplift")


def main() -> None:
    """Run the parts that were asked for; the first that fails ends it."""
    parser = argparse.ArgumentParser(prog="benchmarks.foresight")
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--dry", action="store_true", help="print, and leave the committed results alone")
    options = parser.parse_args()
    for part in [options.only] if options.only else PARTS:
        print(f"\n## {part}", flush=True)
        dry = ["--dry"] if options.dry and part in KEEPING else []
        subprocess.run([sys.executable, "-m", f"benchmarks.{part}", *dry], check=True, cwd=HERE.parent)


if __name__ == "__main__":
    main()
