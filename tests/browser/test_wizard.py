"""Does somebody new get from nothing to the first figures? Three steps in a real browser, over real processes."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests_support.processes import platform

PASSWORD = "a long enough passphrase 1"
PATIENCE = 90_000


def _orders(path: Path) -> Path:
    lines = [
        f"c{n % 40},o{n},2026-0{1 + n % 8}-{1 + n % 27:02d} 10:{n % 60:02d},{5000 + n}원" for n in range(400)
    ]
    path.write_bytes(
        ("고객번호,주문번호,주문일,금액\n" + "\n".join(lines) + "\nc1,o-x,2026-13-45,1원\n").encode("cp949")
    )
    return path


def test_a_korean_file_becomes_the_first_figures(browser: Browser, tmp_path: Path) -> None:
    with platform(tmp_path / "data") as running:
        running.run("user", "create", "ann@example.com", "--password-stdin", given=PASSWORD + "\n")
        running.start()
        context = browser.new_context(locale="ko-KR", viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{running.url}/welcome")
        page.fill("input[name=login]", "ann@example.com")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        expect(page).to_have_url(re.compile("/welcome/business$"))
        page.fill("#name", "우리 가게")
        page.select_option("select[name=kind]", "shop")
        page.click("main form .buttons button")
        expect(page).to_have_url(re.compile("/welcome/data$"))
        page.set_input_files("input[type=file]", _orders(tmp_path / "주문.csv"))
        page.click("main form[enctype] button")
        expect(page.locator("#counts")).to_contain_text(
            "읽은 401행 = 남긴 400행 + 거부 1행 + 중복 0행", timeout=PATIENCE
        )
        expect(page.get_by_text("고객번호 → 고객")).to_be_visible()
        page.click("form[action$='/start'] button")
        expect(page.locator("#counts")).to_contain_text("완료", timeout=PATIENCE)
        page.goto(f"{running.url}/welcome")
        expect(page).to_have_url(re.compile("/welcome/team$"))
        page.fill("input[name=email]", "bob@example.com")
        page.click("main form .buttons button")
        expect(page.get_by_text("bob@example.com").first).to_be_visible()
        page.click("main p a.button")
        expect(page.locator("main")).to_contain_text("고객", timeout=PATIENCE)
        context.close()
