"""How is the console run for tests in a browser? A server of its own over a small demo, and one session a language."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests_support.processes import Platform, platform

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
CUSTOMERS = 400
LOADING = f"""
from dangol.platform.foresight import jobs
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.worker import one_round
from dangol.platform.web import demonstration
demonstration.begin(SYSTEM, "en", customers={CUSTOMERS}, password="a long enough passphrase 1")
one_round()
for job in ("train", "score"):
    jobs.run(job)
one_round()
"""
SIGNING_IN = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from dangol.platform.kernel.access.models import User
user = User.objects.get(email="owner@demo.example")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
session.create()
print(settings.SESSION_COOKIE_NAME, session.session_key)
"""


@dataclass(frozen=True)
class Console:
    """A console that is up, with a demo in it and its owner signed in."""

    url: str
    session: tuple[str, str]
    """Name and value of the cookie of the owner's session."""
    pages: dict[str, list[str]]
    """Addresses by the name of the page; none where the demo has no example."""


@contextmanager
def console(folder: Path) -> Iterator[Console]:
    """The console over a demo of a few hundred customers."""
    with platform(folder) as running:
        running.python(LOADING)
        name, value = running.python(SIGNING_IN).splitlines()[-1].split()
        running.start("web")
        yield Console(running.url, (name, value), _pages(running))


def _pages(running: Platform) -> dict[str, list[str]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests_support.examples"], env=running.environment, text=True, capture_output=True,
        cwd=Path(__file__).resolve().parents[1], check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser; nothing is downloaded."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()
