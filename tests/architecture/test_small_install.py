"""Does Dangol run with nothing but what it names? Imported where pandas, pyarrow, Spark and test tools are hidden."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests_support.sources import PACKAGE

HIDDEN = (
    "pandas",
    "pyarrow",
    "pyspark",
    "pytest",
    "hypothesis",
    "openpyxl",
    "polars",
    "chdb",
    "scipy",
    "sklearn",
)

BLOCK = f"""
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {HIDDEN!r}:
            raise ModuleNotFoundError(f"hidden: {{name}}", name=name)
sys.meta_path.insert(0, Hidden())
"""


def _runs(code: str, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BLOCK + code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | variables,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_package_imports() -> None:
    _runs("import dangol; [getattr(dangol, name) for name in dangol.__all__]")


def test_every_module_imports(tmp_path: Path) -> None:
    names = sorted(
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in PACKAGE.rglob("*.py")
        if path.name != "__main__.py" and "migrations" not in path.parts
    )
    settings = "import django; django.setup()\n"
    each = f"import importlib\nfor name in {names!r}: importlib.import_module(name)"
    _runs(
        settings + each, DJANGO_SETTINGS_MODULE="dangol.platform.settings", DANGOL_DATA=str(tmp_path / "data")
    )


@pytest.mark.parametrize(
    "arguments", [["--help"], ["report", "--help"], ["metric", "--help"], ["--version"]], ids=" ".join
)
def test_help_needs_no_engine(arguments: list[str]) -> None:
    loaded = _runs(
        f"from dangol.cli import main\nassert main({arguments!r}) == 0\n"
        "print('LOADED', *sorted({name.split('.')[0] for name in sys.modules} & {'ibis', 'duckdb', 'altair', 'numpy'}))"
    )
    assert loaded.splitlines()[-1] == "LOADED"
