"""Which files make up the project, and what stands in them? For the tests that read the code itself."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "dangol"


@cache
def tracked() -> tuple[Path, ...]:
    """Every file of the project that git keeps or would keep; without git, every file that is not made."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, check=True, text=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        made = {".venv", "__pycache__", "build", "dist", "demo", ".git"}
        return tuple(p for p in sorted(ROOT.rglob("*")) if p.is_file() and not made & set(p.parts))
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def modules(*folders: str) -> list[Path]:
    """The Python files of these folders of the project, or of all of it; Django writes migrations, nobody reads them."""
    roots = [ROOT / folder for folder in folders] or [ROOT]
    written = (p for p in tracked() if p.suffix == ".py" and "migrations" not in p.parts)
    return [p for p in written if any(p.is_relative_to(r) for r in roots)]


def name_of(path: Path) -> str:
    """A file's place in the project, as its tests are named."""
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module, nested ones too."""
    return (n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
