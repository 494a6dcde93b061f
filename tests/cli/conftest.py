"""What does a terminal give back? The command line run in this process, with its exit code and both streams."""

from __future__ import annotations

from pathlib import Path

import pytest

from dangol.cli import main
from tests_support.terminal import Ended, Run

ORDERS = """customer_id,order_date,amount
ann,2025-01-03,10
ann,2025-02-03,12
ann,2025-03-03,9
bob,2025-01-08,30
bob,2025-01-20,20
cat,2025-01-20,8
cat,2025-05-01,7
dan,2025-02-14,5
"""


@pytest.fixture
def dangol(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `dangol ...` in an empty folder, with a shell that is set to no language."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "DANGOL_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Ended:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ended(code, out, err)

    return run


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A file of eight orders of four customers."""
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path
