"""What do the tests in a browser share? One console with a demo, one browser, a page a language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext

from tests_support.console import CHROMIUM, Console, chromium, console


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses the console stays on one worker: one demo and one browser are enough."""
    for item in items:
        if "console_up" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def console_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A server of its own over a small demo."""
    with console(tmp_path_factory.mktemp("console") / "data") as up:
        yield up


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for every test."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"Debian's chromium is not at {CHROMIUM}")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def reader(browser: Browser, console_up: Console) -> Iterator[Callable[..., BrowserContext]]:
    """`reader("ko")`: a browser window of the demo's owner who reads Korean; `signed_in=False` of a stranger."""
    made: dict[tuple[str, bool], BrowserContext] = {}

    def of(language: str, *, signed_in: bool = True) -> BrowserContext:
        if (language, signed_in) not in made:
            context = browser.new_context(viewport={"width": 1360, "height": 860}, reduced_motion="reduce")
            cookies = {settings.LANGUAGE_COOKIE_NAME: language} | dict(
                [console_up.session] if signed_in else []
            )
            context.add_cookies([{"name": n, "value": v, "url": console_up.url} for n, v in cookies.items()])
            made[language, signed_in] = context
        return made[language, signed_in]

    yield of
    for context in made.values():
        context.close()
