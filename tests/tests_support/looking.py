"""How is a page looked at in a browser? Opened with an ear on what goes wrong, in two sizes and two schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

WIDE, PHONE = {"width": 1360, "height": 860}, {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}

# What people of the business typed stays in its own language: cells, code, and what says translate="no".
TEXTS = """() => {
  const own = "td, code, pre, option, time, [translate=no], [lang]:not(html), .initials, noscript, script, style, dialog:not([open])";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent.trim();
    if (words && !node.parentElement.closest(own)) found.push(words);
  }
  for (const each of document.querySelectorAll("[aria-label], [placeholder], [title]")) {
    if (each.closest(own)) continue;
    for (const name of ["aria-label", "placeholder", "title"]) if (each.getAttribute(name)) found.push(each.getAttribute(name));
  }
  return found;
}"""
HANGUL = re.compile("[가-힣]")
ENGLISH = re.compile(r"\b[a-z]{3,} [a-z]{2,}\b")
WIDTHS = "() => [document.documentElement.scrollWidth, window.innerWidth]"


@contextmanager
def opened(context: BrowserContext, url: str) -> Iterator[tuple[Page, list[str]]]:
    """A page and what went wrong in it: messages of the console, errors, requests to other hosts."""
    page = context.new_page()
    troubles: list[str] = []
    host = url.split("/")[2]
    page.on("console", lambda said: troubles.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: troubles.append(asked.url) if _is_elsewhere(asked.url, host) else None)
    page.goto(url, wait_until="load")
    page.wait_for_load_state("networkidle")
    yield page, troubles
    page.close()


def _is_elsewhere(url: str, host: str) -> bool:
    return not url.startswith(("data:", "blob:")) and url.split("/")[2] != host


def findings(page: Page) -> list[str]:
    """What axe finds serious or critical, with where."""
    response: dict[str, Any] = Axe().run(page, options=RULES).response
    return [
        f"{each['id']}: {node['target']} {node['failureSummary'][:300]}"
        for each in response["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


def looked_at(page: Page) -> None:
    """Wide and light, wide and dark, on a phone and dark, on a phone and light: nothing serious, nothing too wide."""
    for size, colours in ((WIDE, "light"), (PHONE, "dark"), (PHONE, "light"), (WIDE, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        width, room = page.evaluate(WIDTHS)
        assert width <= room, f"{page.url} is {width} px wide on {room} px"
        if (size, colours) in ((WIDE, "light"), (PHONE, "dark")):
            found = findings(page)
            assert not found, f"{page.url} {size} {colours}: {found}"


def speaks(page: Page, language: str) -> None:
    """Nothing is left in the other language."""
    texts: list[str] = page.evaluate(TEXTS)
    if language == "en":
        foreign = [text for text in texts if HANGUL.search(text)]
    else:
        assert any(HANGUL.search(text) for text in texts), f"{page.url} says nothing in Korean"
        foreign = [text for text in texts if ENGLISH.search(text) and not HANGUL.search(text)]
    assert not foreign, f"{page.url} in {language}: {foreign}"
