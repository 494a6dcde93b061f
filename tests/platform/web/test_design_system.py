"""Does the design system keep its promises: one theme, little script, nothing inline, words and numbers by language?"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from dangol.core.language import Said
from dangol.core.report.charts import both, ranked
from dangol.core.report.charts.drawing import FONTS
from dangol.core.report.charts.ranked import Bar
from dangol.core.report.theme import COLOURS, TOKENS
from dangol.platform.kernel.clock import stopped_at
from dangol.platform.web.bucket import Stream, drawing
from dangol.platform.web.charts import picture
from dangol.platform.web.tables import Column, head_of
from dangol.platform.web.templatetags import figures, frame
from tests_support.sources import ROOT

WEB = ROOT / "src" / "dangol" / "platform" / "web"
STATIC = WEB / "static" / "console"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_colours_are_those_of_the_report() -> None:
    sheet = (STATIC / "tokens.css").read_text(encoding="utf-8")
    for token in TOKENS:
        assert f"--{token.name}: light-dark({token.light}, {token.dark});" in sheet


def test_letters_are_those_of_the_report() -> None:
    sheet = (STATIC / "letters.css").read_text(encoding="utf-8")
    ranges = json.loads((FONTS / "vendor.json").read_text(encoding="utf-8"))["ranges"]
    assert f"unicode-range: {ranges['latin']};" in sheet
    assert re.findall(r"letters/([a-z-]+)\.woff2", sheet) == ["hangul-rest", "hangul-common", "latin"]


def test_our_own_scripts_and_styles_are_small() -> None:
    own = [*STATIC.glob("*.css"), *STATIC.glob("*.js")]
    assert sum(path.stat().st_size for path in own) < 60 * 1024


def test_the_vendored_script_is_the_recorded_one() -> None:
    lock = json.loads((STATIC / "vendor" / "vendor.json").read_text(encoding="utf-8"))
    for name, digest in lock["files"].items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest
    assert {path.name for path in (STATIC / "vendor").iterdir()} == {*lock["files"], "vendor.json"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_no_template_needs_an_exception_of_the_content_policy(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r'\sstyle\s*=\s*["\']', text), "a style belongs into a class"
    assert not re.search(r'\son[a-z]+\s*=\s*["\']', text), "what happens belongs into a script of ours"
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert "{{ attrs }}" not in text, "attributes are passed on by `attrs|quoted`"


def test_attributes_that_are_passed_on_are_escaped() -> None:
    name = '"a" onclick="alert(1)"'
    shown = frame.quoted({"data-name": name, "disabled": True, "hx-get": "/a?b=1&c=2"})
    assert shown == 'data-name="&quot;a&quot; onclick=&quot;alert(1)&quot;" disabled hx-get="/a?b=1&amp;c=2"'


@pytest.mark.parametrize(
    ("shown", "english", "korean"),
    [
        (lambda: figures.number(5120), "5,120", "5,120"),
        (lambda: figures.number(None), "–", "–"),
        (lambda: figures.number(-2.5, 1), "−2.5", "−2.5"),
        (lambda: figures.large(1_234_567), "1.2M", "123만"),
        (lambda: figures.percent(0.924), "92.4%", "92.4%"),
        (lambda: figures.points(0.012), "+1.2 points", "+1.2%p"),
        (lambda: figures.money(Decimal(12_300_000), "KRW"), "₩12.3M", "1,230만 원"),
        (lambda: figures.money_exact(Decimal("12345.00"), "KRW"), "₩12,345", "12,345원"),
        (lambda: figures.money_exact(Decimal("-9.5"), "USD"), "−$9.50", "−9.50 달러"),
        (lambda: figures.day(date(2026, 12, 9)), "9 Dec 2026", "2026년 12월 9일"),
        (lambda: figures.short_day(date(2026, 1, 9)), "9 Jan", "1월 9일"),
        (lambda: figures.short_day(date(2025, 1, 9)), "9 Jan 2025", "2025년 1월 9일"),
        (lambda: figures.moment(NOW), "2 Mar 2026, 18:00", "2026년 3월 2일 18:00"),
        (lambda: figures.ago(NOW - timedelta(seconds=20)), "just now", "방금"),
        (lambda: figures.ago(NOW - timedelta(minutes=5)), "5 min ago", "5분 전"),
        (lambda: figures.ago(NOW - timedelta(hours=5)), "5 h ago", "5시간 전"),
        (lambda: figures.ago(NOW - timedelta(days=3)), "3 d ago", "3일 전"),
        (lambda: figures.ago(NOW + timedelta(days=3)), "in 3 d", "3일 뒤"),
        (lambda: figures.ago(NOW - timedelta(days=30)), "31 Jan", "1월 31일"),
        (lambda: figures.duration(timedelta(hours=2, minutes=5, seconds=9)), "2 h 5 min", "2시간 5분"),
        (lambda: figures.not_yet("too_few"), "not yet: too few to say", "아직 없음: 말하기에는 수가 너무 적습니다"),
        (lambda: figures.not_yet(Said("23 of 100", "100 중 23")), "not yet: 23 of 100", "아직 없음: 100 중 23"),
        (lambda: figures.bytes_in_words(1_300_000), "1.2 MB", "1.2 MB"),
    ],
)  # fmt: skip
def test_figures_speak_both_languages(shown: Iterator[str], english: str, korean: str) -> None:
    said = []
    for language in ("en", "ko"):
        with translation.override(language), timezone.override("Asia/Seoul"), stopped_at(NOW):
            said.append(shown().replace("\N{NO-BREAK SPACE}", " "))  # type: ignore[operator]
    assert said == [english, korean]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ann Ahn", "AA"), ("ann@example.com", "A"), ("김민수", "민수"), ("최진", "최진"), ("", "?")],
)
def test_initials(name: str, letters: str) -> None:
    assert frame.initials(name) == letters


def test_a_percent_sign_stays_with_its_particle() -> None:
    shown = Template("{% said 'x {r}' '<b>{r}</b>를 지켰습니다' r='92%' %}")
    with translation.override("ko"):
        assert shown.render(Context()) == "<b>92%</b>\N{WORD JOINER}를 지켰습니다"


def test_a_block_can_be_shown_twice() -> None:
    shown = Template("{% capture t %} {{ a }} {% endcapture %}[{{ t }}][{{ t|striptags }}]")
    assert shown.render(Context({"a": "<b>"})) == "[&lt;b&gt;][&lt;b&gt;]"


COLUMNS = (
    Column("name", Said("Name", "이름"), is_sortable=True),
    Column("spent", Said("Spent", "금액"), is_number=True, is_sortable=True),
    Column("city", Said("City", "도시"), is_shown=False),
)


def test_a_list_says_its_order_and_columns_in_its_address() -> None:
    head = head_of(
        RequestFactory().get("/c?order=spent&columns=name&columns=spent,city&q=a&after=9"), COLUMNS, "-spent"
    )
    assert (head.order, [cell.key for cell in head.cells]) == ("spent", ["name", "spent", "city"])
    assert [cell.sorted for cell in head.cells] == ["none", "ascending", "none"]
    assert head.cells[1].href == "/c?order=-spent&columns=name&columns=spent%2Ccity&q=a"
    assert dict(head.kept) == {"order": "spent", "q": "a"}


@pytest.mark.parametrize("asked", ["/c?order=city", "/c?order=-nothing", "/c"])
def test_an_order_that_is_not_there_is_the_usual_one(asked: str) -> None:
    head = head_of(RequestFactory().get(asked), COLUMNS, "-spent")
    assert (head.order, set(head.has)) == ("-spent", {"name", "spent"})


def test_a_chart_takes_its_colours_from_the_page() -> None:
    chart = both(
        "reach",
        "Finding",
        "words",
        lambda width: ranked(width, [Bar("<b>Ann", "2", 2.0), Bar("Bob", "1", 1.0)]),
    )
    shown = picture(chart)
    for svg in (shown.wide, shown.narrow):
        assert not any(f'"{colour}"' in svg for colour in COLOURS.values())
        assert "var(--" in svg
        assert "style=" not in svg
        assert "<b>Ann" not in svg


def test_holes_are_as_wide_as_what_runs_out_of_them() -> None:
    out = [
        Stream(300, "First month", "−300", href="/a?b=1&c=2"),
        Stream(100, "<Later>", "−100"),
        Stream(0, "None", "0"),
    ]
    svg = drawing([Stream(400, "New", "+400")], out, "1,200", "customers now")
    widths = [float(each) for each in re.findall(r'stroke="var\(--grey\)" stroke-width="([\d.]+)"', svg)]
    into, first, later, none = widths[0], *widths[1:4]
    assert first == pytest.approx(3 * later, abs=0.2)
    assert into == pytest.approx(first + later, abs=0.2)
    assert none > 0
    assert 'href="/a?b=1&amp;c=2"' in svg
    assert "&lt;Later&gt;" in svg
