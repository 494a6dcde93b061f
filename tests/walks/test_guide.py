"""Do the commands of the ten-minute guide run as they stand, one after another, in an empty folder?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests_support.guide import GUIDE, shown


def test_the_guide_runs(tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = os.environ | {"PATH": path, "LC_ALL": "C.UTF-8"}
    for kind, typed in shown(GUIDE):
        run = [sys.executable, "-c", typed] if kind == "python" else ["sh", "-c", typed]
        done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{typed}\n{done.stderr}"
    for name in ("report.html", "report.ko.html", "demo/report.html"):
        assert (tmp_path / name).stat().st_size > 10_000
