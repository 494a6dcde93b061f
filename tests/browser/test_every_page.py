"""Does every page open well: in both languages, light and dark, wide and on a phone?"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from dangol.platform.web.pages import registry
from tests_support.console import Console
from tests_support.examples import EXAMPLES
from tests_support.looking import looked_at, opened, speaks

registry.addresses()
STRANGERS = ("/accounts/login/", "/accounts/password/reset/", "/nothing-is-here")
"""Pages that are seen without signing in."""


def is_page(context: BrowserContext, url: str) -> bool:
    """Whether an address gives a whole page to look at; fragments, downloads and forms only have to answer."""
    answer = context.request.get(url, max_redirects=0)
    if answer.status in {302, 405}:
        assert "/accounts/login/" not in answer.headers.get("location", ""), "nobody is signed in"
        return False
    assert answer.status == 200, f"{url}: {answer.status}"
    return "text/html" in answer.headers.get("content-type", "") and "<html" in answer.text()


def takes_forms_only(context: BrowserContext, console_up: Console, name: str) -> bool:
    """Whether an address with arguments only takes what forms send; it says so before it looks for anything."""
    route = re.sub("<int:[^>]*>", "1", registry.PAGES[name].route)
    address = f"{console_up.url}/{re.sub('<[^>]*>', 'x', route)}"
    return context.request.get(address, max_redirects=0).status == 405


@pytest.mark.parametrize("name", sorted(registry.PAGES))
def test_page(name: str, console_up: Console, reader: Callable[..., BrowserContext]) -> None:
    addresses = console_up.pages[name]
    if not addresses:
        assert name in EXAMPLES or takes_forms_only(reader("en"), console_up, name), (
            f"The page {name} takes an argument: give tests_support/examples.py an example."
        )
    for address in addresses:
        if not is_page(reader("en"), console_up.url + address):
            continue
        for language in ("en", "ko"):
            with opened(reader(language), console_up.url + address) as (page, troubles):
                looked_at(page)
                speaks(page, language)
                assert troubles == []


@pytest.mark.parametrize("address", STRANGERS)
def test_page_of_strangers(address: str, console_up: Console, reader: Callable[..., BrowserContext]) -> None:
    for language in ("en", "ko"):
        with opened(reader(language, signed_in=False), console_up.url + address) as (page, troubles):
            looked_at(page)
            speaks(page, language)
            assert [each for each in troubles if "404" not in each] == []
