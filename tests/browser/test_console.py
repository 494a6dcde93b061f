"""Do the pieces that need a browser work: every component, the palette, the keys, the letters, a phone's drawer?"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import BrowserContext

from dangol.core.language import Said
from dangol.core.report.charts import Line, both, lines
from dangol.platform.web.charts import Figures, picture
from dangol.platform.web.security import POLICY, policy_text
from dangol.platform.web.tables import Column, head_of
from tests_support.console import Console
from tests_support.looking import looked_at, opened, speaks

Reader = Callable[..., BrowserContext]
COLUMNS = (
    Column("name", Said("Name", "이름"), is_sortable=True),
    Column("spent", Said("Spent", "쓴 금액"), is_number=True, is_sortable=True),
    Column("seen", Said("Last seen", "마지막 방문"), is_number=True, is_sortable=True),
    Column("city", Said("City", "도시"), is_shown=False),
)


def gallery(language: str) -> str:
    """Every component once, as HTML."""
    request = RequestFactory().get("/gallery")
    request.user = AnonymousUser()
    points = [(float(n), 0.9 + 0.01 * (n % 4)) for n in range(12)]
    drawn = both(
        "kept", "92.4%", "92.4%",
        lambda width: lines(width, [Line(points, "92.4%")], x_ticks=[(0.0, "1"), (11.0, "12")],
                            y_ticks=[(0.9, "90%")], x_range=(0, 12), y_range=(0.88, 0.95)),
    )  # fmt: skip
    shown = picture(drawn, Figures(["1", "2"], [("1", "92%")]))
    told: dict[str, Any] = {
        "head": head_of(request, COLUMNS, "-spent"),
        "rows": [("Ann", 1_234_567, "1"), ("최지우", 987, "2")],
        "picture": shown,
        "picture2": shown,
        "opts": [("a", Said("Every day", "매일")), ("b", Said("Every week", "매주"))],
        "tabs": [{"href": "#", "title": Said("Profile", "정보"), "is_here": True, "count": None}],
        "steps": [Said("Data", "데이터"), Said("Team", "팀")],
        "tags": ["1", "2"],
    }
    with translation.override(language):
        return str(get_template("gallery.html").render(told, request))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_component(language: str, console_up: Console, reader: Reader, settings: Any) -> None:
    settings.TEMPLATES = deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [str(Path(__file__).parent)]
    context, text = reader(language), gallery(language)
    policy = {
        "content-security-policy": policy_text({name: list(each) for name, each in POLICY.items()}, "n")
    }
    context.route(
        "**/gallery", lambda asked: asked.fulfill(body=text, content_type="text/html", headers=policy)
    )
    with opened(context, f"{console_up.url}/gallery") as (page, troubles):
        looked_at(page)
        speaks(page, language)
        page.set_viewport_size({"width": 1360, "height": 860})
        page.get_by_role("button", name={"en": "Open a dialog", "ko": "대화 상자 열기"}[language]).click()
        assert page.locator("#sure").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#sure").is_visible()
        page.locator("#tags").press_sequentially("three,")
        assert page.locator(".tags .tag").count() == 3
        assert troubles == []


def test_the_palette_goes_where_the_words_say(console_up: Console, reader: Reader) -> None:
    with opened(reader("en"), console_up.url) as (page, troubles):
        page.keyboard.press("Control+k")
        found = page.locator("#palette [role=option]")
        found.first.wait_for()
        with page.expect_response(lambda answer: answer.url.endswith("q=retention")):
            page.keyboard.type("retention")
        page.locator("#palette [role=group]", has_text="Metrics").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        chosen = page.locator("#palette [aria-selected=true]")
        assert chosen.count() == 1
        assert chosen.get_attribute("id") == page.locator("#palette input").get_attribute(
            "aria-activedescendant"
        )
        where = chosen.get_attribute("data-href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{where}")
        page.keyboard.press("Control+k")
        page.locator("#palette h3", has_text="Recently").wait_for()
        page.keyboard.press("Escape")
        assert not page.locator("#palette").is_visible()
        assert troubles == []


def test_rows_are_walked_and_opened_by_keys(console_up: Console, reader: Reader) -> None:
    with opened(reader("en"), f"{console_up.url}/customers") as (page, troubles):
        for key in ("j", "j", "k"):
            page.keyboard.press(key)
        first = page.locator(".has-rows-to-open tbody tr").first
        assert "is-chosen" in (first.get_attribute("class") or "")
        where = first.locator("a.row").get_attribute("href")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.type") == "search"
        page.keyboard.press("Escape")
        first.locator("a.row").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{where}")
        page.keyboard.press("?")
        assert page.locator("#keys").is_visible()
        assert troubles == []


def test_the_drawer_of_a_phone(console_up: Console, reader: Reader) -> None:
    with opened(reader("ko"), console_up.url) as (page, troubles):
        page.set_viewport_size({"width": 390, "height": 844})
        assert not page.locator("#rail").is_visible()
        page.locator("[popovertarget=rail]").click()
        assert page.locator("#rail").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("#rail").is_visible()
        assert troubles == []


def test_only_the_letters_that_a_text_needs_are_loaded(console_up: Console, reader: Reader) -> None:
    """A rare syllable alone asks for the file of the rare ones."""
    for text, files in (("92%", 1), ("고객", 2), ("고객 \uac07", 3)):
        page = reader("en").new_page()
        asked: list[str] = []
        page.on("request", lambda each: asked.append(each.url) if "/letters/" in each.url else None)  # noqa: B023
        shown = f'<meta charset="utf-8"><link rel="stylesheet" href="/static/console/letters.css"><b class="a">92% {text}</b>'
        shown += "<style>.a { font-family: 'Dangol Sans' }</style>"
        page.route("**/letters", lambda each: each.fulfill(body=shown, content_type="text/html"))  # noqa: B023
        page.goto(f"{console_up.url}/letters")
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_load_state("networkidle")
        assert len(set(asked)) == files, text
        page.close()
