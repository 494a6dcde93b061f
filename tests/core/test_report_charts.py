"""Are charts valid specifications, drawn only in the colours of the theme, legible wide and narrow, light and dark?"""

from __future__ import annotations

import hashlib
import json
import os
import re

import altair
import pytest

from dangol.core.engine import world
from dangol.core.language import LANGUAGES
from dangol.core.report import Chart, chart_png, chart_svg, make_report
from dangol.core.report.charts import drawing
from dangol.core.report.charts.drawing import FONTS
from dangol.core.report.charts.heat import HeatCell, heat
from dangol.core.report.letters import faces
from dangol.core.report.theme import COLOURS, NARROW, TOKENS, WIDE, style
from tests_support.cast import TABLES


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    known = world(TABLES)
    shop = world({"orders": TABLES["orders"]})
    reports = [make_report(known), make_report(shop)]
    known.close()
    shop.close()
    return {chart.name: chart for r in reports for section in r.sections for chart in section.charts}


def test_there_are_charts(charts: dict[str, Chart]) -> None:
    assert {"kept", "bucket", "cohorts", "movements", "repeat", "lifecycle"} <= set(charts)


def test_altair_takes_every_specification(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        for spec in (chart.wide, chart.narrow):
            altair.Chart.from_dict(json.loads(json.dumps(spec)), validate=True)


def test_only_colours_of_the_theme_are_drawn(charts: dict[str, Chart]) -> None:
    known = {token.light for token in TOKENS} | {"none", "transparent"}
    for chart in charts.values():
        drawn = set(re.findall(r'(?:fill|stroke)="([^"]*)"', chart_svg(chart.wide)))
        assert drawn <= known, f"{chart.name}: {drawn - known}"


def test_each_is_drawn_at_its_width(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        for spec, width in ((chart.wide, WIDE), (chart.narrow, NARROW)):
            found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', chart_svg(spec))
            assert found
            assert abs(float(found[1]) - width) <= 6, chart.name


def test_a_drawing_is_the_same_when_the_process_that_draws_is_gone(charts: dict[str, Chart]) -> None:
    spec = charts["bucket"].wide
    drawn = chart_svg(spec)
    renderer = drawing._renderer(os.getpid())
    assert renderer is not None
    renderer.kill()
    renderer.wait()
    drawing._drawing.cache_clear()
    assert chart_svg(spec) == drawn
    drawing._renderer.cache_clear()


def test_unfinished_cells_are_marked_and_not_coloured_as_nothing() -> None:
    cells = [HeatCell(0, 0, 0.0, "0"), HeatCell(0, 1, None, "", is_finished=False)]
    svg = chart_svg(heat(WIDE, cells, rows=["Jan"], columns=["1", "2"], top=0.5, narrow_columns=[0, 1]))
    assert svg.count(f'fill="{COLOURS["open"]}"') == 1
    assert svg.count(f'fill="{COLOURS["heat-0"]}"') == 1


def test_every_token_is_tinted_for_dark() -> None:
    assert len({token.light for token in TOKENS}) == len({token.dark for token in TOKENS}) == len(TOKENS)
    for token in TOKENS:
        assert f'svg [stroke="{token.light}"]{{stroke:var(--{token.name})}}' in style()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper"),
    [("ink", "paper"), ("muted", "paper"), ("accent", "paper"), ("bad", "paper"), ("ink", "band"),
     ("muted", "open"), *(("on-heat-low", f"heat-{n}") for n in range(4)),
     *(("on-heat-high", f"heat-{n}") for n in range(5, 7))],
)  # fmt: skip
def test_text_is_legible(ink: str, paper: str, mode: str) -> None:
    colours = {token.name: getattr(token, mode) for token in TOKENS}
    light, dark = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_png_is_a_picture_in_light_and_in_dark(charts: dict[str, Chart]) -> None:
    light, dark = (chart_png(charts["bucket"], dark=mode, scale=1) for mode in (False, True))
    assert light.startswith(b"\x89PNG")
    assert dark.startswith(b"\x89PNG")
    assert light != dark


def test_the_drawing_process_ends_when_idle_and_is_started_again(
    charts: dict[str, Chart], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing._renderer.cache_clear()
    monkeypatch.setattr(drawing, "IDLE_SECONDS", 0.2)
    first = chart_svg(charts["bucket"].wide | {"height": 301})
    ended = drawing._renderer(os.getpid())
    assert ended is not None
    assert ended.wait(timeout=20) == 0
    assert chart_svg(charts["bucket"].wide | {"height": 302}) not in {"", first}
    drawing._renderer.cache_clear()


def test_vendored_letters_are_the_recorded_ones() -> None:
    lock = json.loads((FONTS / "vendor.json").read_text(encoding="utf-8"))
    assert (lock["name"], lock["license"]) == ("pretendard", "OFL-1.1")
    for name, digest in lock["files"].items():
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest


def test_a_page_carries_only_the_letters_it_needs() -> None:
    assert faces("Retention") == faces("92.4%")
    assert faces("Retention").count("@font-face") == 1
    assert faces("Retention 유지").count("@font-face") == 2
    assert len(faces("Retention")) < 60_000


def test_common_letters_cover_what_the_report_says() -> None:
    """Another file of letters is embedded only for what the user's own data says."""
    known = world(TABLES)
    for language in LANGUAGES:
        report = make_report(known, language=language)
        text = json.dumps(report.json(), ensure_ascii=False)
        assert faces(text).count("@font-face") == (2 if language == "ko" else 1), language
    known.close()
