"""Who reads whom? No cycle between modules, no private name across files, and the floors where they belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import grimp

from tests_support.sources import PACKAGE, modules, name_of, tree

# The core is pure: outside its engine it opens no connection, and nowhere reads a clock or a dice.
IMPURE = {
    "socket",
    "random",
    "time",
    "requests",
    "httpx",
    "urllib",
    "http",
    "django",
    "duckdb",
    "pyspark",
    "subprocess",
}


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("dangol", exclude_type_checking_imports=True, cache_dir=None)


def test_no_module_imports_itself_through_others() -> None:
    graph = _graph()
    edges = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert not list(_cycles(edges))


def test_the_search_for_cycles_finds_one() -> None:
    assert list(_cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == [{"a", "b", "c"}]


def _cycles(edges: Mapping[str, set[str]]) -> Iterator[set[str]]:
    """Sets of modules that reach one another, by taking away whatever imports nothing or is imported by nothing."""
    left = {module: set(targets) for module, targets in edges.items()}
    while left:
        imported = {target for targets in left.values() for target in targets}
        ends = {m for m, targets in left.items() if not targets & left.keys() or m not in imported}
        if not ends:
            yield set(left)
            return
        left = {m: targets - ends for m, targets in left.items() if m not in ends}


def test_private_names_stay_in_their_file() -> None:
    borrowed = [
        f"{name_of(path)}: {node.module}.{alias.name}"
        for path in modules("src", "tests", "benchmarks", "scripts")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if any(map(_is_private, (alias.name, *(node.module or "").split("."))))
    ]
    assert not borrowed


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


# The renderer of charts holds Python's lock while it draws, so that it runs beside the report as a process.
IMPURE_ON_PURPOSE = {"src/dangol/core/report/charts/drawing.py": {"subprocess"}}


def test_the_core_is_pure() -> None:
    impure = {name_of(path): names for path in modules("src/dangol/core") if (names := _impure(path))}
    assert impure == IMPURE_ON_PURPOSE


def _impure(path: Path) -> set[str]:
    names = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    allowed = {"duckdb", "pyspark"} if path.is_relative_to(PACKAGE / "core" / "engine") else set()
    return {name.split(".")[0] for name in names} & IMPURE - allowed


def test_metric_files_do_not_know_one_another() -> None:
    graph = _graph()
    metrics = graph.find_children("dangol.core.metrics") - {"dangol.core.metrics.metric"}
    known = {
        (importer, target)
        for importer in metrics
        for target in graph.find_modules_directly_imported_by(importer) & metrics
    }
    assert {target.rpartition(".")[2] for _, target in known} <= FAMILY_FILES


FAMILY_FILES: set[str] = set()
"""Files that the metrics of one family share. A list of exceptions that only shrinks."""


def test_only_two_files_read_the_clock() -> None:
    readers = {
        name_of(path) for path in modules("src") for node in ast.walk(tree(path)) if _reads_clock(node)
    }
    assert readers <= {"src/dangol/cli/clock.py", "src/dangol/platform/kernel/clock.py"}


def _reads_clock(node: ast.AST) -> bool:
    is_clock = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return is_clock and (node.value.id, node.attr) in CLOCKS


CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
