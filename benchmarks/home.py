"""How quick is Home with a million customers and a hundred million events? Beside the plainest page of the same server.

python -m benchmarks.home --lake FOLDER [--people 1000000] [--rounds 200] [--keep FOLDER] [--dry]

FOLDER holds `events` and `subscriptions` as Parquet (`python -m benchmarks.run` makes such folders). They become
tables of the lake as they are, the people stand in SQLite, the worker counts the answers, and then pages are asked for
one after the other. Target: p95 under 200 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.log import lay, lay_events, ready_in
from benchmarks.search import fill_people

KEPT: Final = Path(__file__).parent / "home.json"
PORT: Final = 7191
PAGES: Final = {
    "Home": "/",
    "the plainest page": "/settings/team",
    "a metric": "/metrics/customer_retention_rate",
    "customers": "/customers",
}
PATIENCE: Final = 900.0
SIGNING_IN: Final = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from dangol.platform.kernel.access.models import User
user = User.objects.get(email="ann@example.com")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session.create()
cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
"""


def main() -> None:
    """Fill once, count, ask, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.home")
    parser.add_argument("--lake", type=Path, required=True)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="a folder that is filled once and used again")
    parser.add_argument("--dry", action="store_true", help="print, and leave the committed results alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = options.keep or Path(passing)
        cookie = _filled(folder, options.lake, options.people)
        found = _asked(cookie, options.rounds)
    print(json.dumps(found, indent=1))
    if not options.dry:
        KEPT.write_text(json.dumps(found, indent=1) + "\n")


def _filled(folder: Path, lake: Path, people: int) -> str:
    """A platform that holds all of it; the cookie of its owner."""
    folder.mkdir(parents=True, exist_ok=True)
    ready_in(folder)
    mark = folder / "filled"
    if not mark.exists():
        _fill(lake, people)
        mark.touch()
    told: dict[str, Any] = {}
    exec(SIGNING_IN, told)
    return str(told["cookie"])


def _fill(lake: Path, people: int) -> None:
    from dangol.platform.kernel.access.viewer import SYSTEM
    from dangol.platform.kernel.actions import set_up_business

    user = [sys.executable, "-m", "dangol", "user", "create", "ann@example.com", "--password-stdin"]
    subprocess.run(user, input="a long enough passphrase 1\n", text=True, check=True)
    set_up_business(SYSTEM, kind="subscription", time_zone="Asia/Seoul", currency="KRW")
    lay_events(lake / "events")
    lay("subscriptions", lake / "subscriptions")
    fill_people(people)


def _asked(cookie: str, rounds: int) -> dict[str, Any]:
    """Milliseconds of each page, once the worker has counted what Home says."""
    running = [
        subprocess.Popen([sys.executable, "-m", "dangol", *each], env=dict(os.environ, DANGOL_LOG="warning"))
        for each in (("web", "--port", str(PORT)), ("worker",))
    ]
    try:
        counted = _wait_until_counted(cookie)
        found = {name: _milliseconds(cookie, path, rounds) for name, path in PAGES.items()}
        return {"counted after s": round(counted, 1), "pages": found}
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait()


def _wait_until_counted(cookie: str) -> float:
    """Until Home has its figures; how long that took."""
    from dangol.platform.insight.models import StoredAnswer

    began = time.perf_counter()
    while (waited := time.perf_counter() - began) < PATIENCE:
        try:
            _page(cookie, "/")
        except OSError:
            time.sleep(0.5)
            continue
        stored = StoredAnswer.objects.all()
        if stored.exists() and not stored.filter(computed_at=None).exists():
            return waited
        time.sleep(1.0)
    raise TimeoutError(f"Home was not counted within {PATIENCE:.0f} seconds.")


def _milliseconds(cookie: str, path: str, rounds: int) -> dict[str, float]:
    took: Sequence[float] = [_timed(partial(_page, cookie, path)) for _ in range(rounds)]
    low, high = np.percentile(took, [50, 95])
    return {"p50": round(float(low), 1), "p95": round(float(high), 1)}


def _timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


def _page(cookie: str, path: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers={"Cookie": cookie})
    with urllib.request.urlopen(request, timeout=120) as answer:
        body: bytes = answer.read()
    return body


if __name__ == "__main__":
    main()
