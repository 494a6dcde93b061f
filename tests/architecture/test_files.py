"""Is every file small, named for what it is, and does it say which question it answers?"""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

from tests_support.sources import PACKAGE, ROOT, code_lines, functions, modules, name_of, tracked, tree

MOST_LINES = 400
MOST_FUNCTION_LINES = 40
MEDIAN_FUNCTION_LINES = 8
NAMES_THAT_SAY_NOTHING = {
    "utils", "util", "helpers", "helper", "manager", "managers", "service", "services", "handler", "handlers",
    "processor", "processors", "common", "misc", "stuff", "tools", "base",
}  # fmt: skip

# Lists of exceptions only shrink: an entry that is no longer needed fails the test until it is removed.
LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()


def test_first_lines_are_questions() -> None:
    first = {name_of(p): (ast.get_docstring(tree(p)) or "-").splitlines()[0] for p in modules()}
    assert {name: line for name, line in first.items() if "?" not in line} == {}


def test_names_say_something() -> None:
    empty = [name_of(path) for path in modules() if _words(path) & NAMES_THAT_SAY_NOTHING]
    assert not empty


def _words(path: Path) -> set[str]:
    return set(re.split(r"[_.]", path.stem)) | {part.lower() for part in path.relative_to(ROOT).parts[:-1]}


def test_no_file_is_long() -> None:
    text = [
        p
        for p in tracked()
        if p.suffix in {".py", ".sh", ".js", ".css", ".html"}
        and not {"pictures", "vendor", "migrations"} & {*p.parts}
    ]
    long = {name_of(p) for p in text if p.read_text(encoding="utf-8").count("\n") > MOST_LINES}
    assert long == LONG_FILES


def test_no_function_is_long() -> None:
    long = {
        f"{name_of(path)}:{function.name}"
        for path in modules("src", "scripts", "benchmarks")
        for function in functions(path)
        if code_lines(function) > MOST_FUNCTION_LINES
    }
    assert long == LONG_FUNCTIONS


def test_half_of_all_functions_fit_in_eight_lines() -> None:
    lengths = [code_lines(function) for path in modules("src") for function in functions(path)]
    assert statistics.median(lengths) <= MEDIAN_FUNCTION_LINES


def test_public_functions_say_what_they_do() -> None:
    silent = [
        f"{name_of(path)}:{node.name}"
        for path in modules("src")
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    assert not [name_of(p) for p in modules() if later.search(p.read_text(encoding="utf-8"))]


def test_the_package_marks_its_types() -> None:
    assert (PACKAGE / "py.typed").is_file()
