"""Do the real clients of the Segment API work unchanged, and arrives everything once, whatever happens to the server?"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dangol.platform.web.pages.data.snippets import snippets
from tests_support.processes import Platform, platform, poll

HERE = Path(__file__).parent
NODE = HERE / "node"
BATCHED, SINGLE = 10_000, int(os.environ.get("DANGOL_TEST_SINGLE", "300"))
"""Ten thousand one by one take minutes: DANGOL_TEST_SINGLE=10000 sends them."""
CLIENTS = ("segment", "rudderstack", "node")
MAKE_SOURCE = """
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log.actions import make_source
print(make_source(SYSTEM, "Clients", "server").write_key)
"""


def arrived(made: Platform, event: str) -> dict[str, tuple[int, int]]:
    """For each client: rows in the log, and different events among them; read past the platform's own code."""
    database = sqlite3.connect(made.data / "dangol.sqlite3", timeout=60)
    paths = [str(made.data / "lake" / path) for (path,) in database.execute("select path from log_segment")]
    database.close()
    if not paths:
        return {}
    rows = duckdb.execute(
        "select split_part(user_id, '-', 1), count(*), count(distinct properties->>'$.n') from read_parquet($1) "
        "where name = $2 group by 1",
        [paths, event],
    ).fetchall()
    return {mark: (count, different) for mark, count, different in rows}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Platform, str]]:
    """A platform whose web server and worker run, and the key of a source."""
    with platform(tmp_path_factory.mktemp("clients")) as made:
        key = made.python(MAKE_SOURCE)
        made.start("web", "worker")
        yield made, key


def command(client: str, url: str, key: str) -> list[str]:
    """How a client is started."""
    told = [url, key, client, str(BATCHED), str(SINGLE)]
    if client == "node":
        return ["node", str(NODE / "send.js"), *told]
    return [sys.executable, str(HERE / "send.py"), client, *told]


def has_node() -> bool:
    """Whether the npm client is installed (scripts/test.sh does it)."""
    return shutil.which("node") is not None and (NODE / "node_modules").is_dir()


def test_everything_arrives_once_though_the_server_is_killed(served: tuple[Platform, str]) -> None:
    made, key = served
    chosen = [each for each in CLIENTS if each != "node" or has_node()]
    sending = [subprocess.Popen(command(each, made.url, key)) for each in chosen]
    poll(lambda: arrived(made, "Product Viewed"))
    made.kill("web")
    assert None in [each.poll() for each in sending], "all had ended before the server was killed"
    made.start("web")
    assert [each.wait(600) for each in sending] == [0] * len(chosen)
    every = dict.fromkeys(chosen, (BATCHED + SINGLE, BATCHED + SINGLE))
    poll(lambda: arrived(made, "Product Viewed") == every)
    if "node" not in chosen:
        pytest.skip("node or its client is not installed: npm ci in tests/clients/node")


@pytest.mark.parametrize("name", ["python", "node", "curl"])
def test_the_code_that_the_console_shows_works_when_pasted(
    served: tuple[Platform, str], name: str, tmp_path: Path
) -> None:
    made, key = served
    if name == "node" and not has_node():
        pytest.skip("node or its client is not installed: npm ci in tests/clients/node")
    (snippet,) = (each for each in snippets("server", key, made.url) if each.id == name)
    if name == "node":
        script = NODE / f"pasted-{tmp_path.name}.mjs"
        script.write_text(snippet.code, encoding="utf-8")
        try:
            subprocess.run(["node", script], check=True)
        finally:
            script.unlink()
    elif name == "python":
        subprocess.run([sys.executable, "-c", snippet.code], check=True)
    else:
        told = subprocess.run(["sh", "-c", snippet.code], check=True, capture_output=True, text=True).stdout
        assert told == '{"success": true}'
    poll(lambda: arrived(made, "Order Completed"))
