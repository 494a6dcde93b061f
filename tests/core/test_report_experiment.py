"""Is the page of an experiment drawn right: its scale named, its uncertainty shown, nothing said that is not proven?"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import altair
import numpy as np
import pytest

from dangol.core.experiments import Arm, Design, Measured, Readout, read_out
from dangol.core.language import LANGUAGES, Language, Said
from dangol.core.report.charts import Span, chart_svg, intervals
from dangol.core.report.experiment import experiment_contents, experiment_page
from dangol.core.report.theme import COLOURS, NARROW, TOKENS, WIDE

DESIGN = Design("spring", (Arm("control", 0.5), Arm("offer", 0.5)), "kept", "spring-1", segments=("plan",))
KEPT = Measured("kept", Said("customers kept", "고객 유지율"), "share")
SPEND = Measured("spend", Said("spend", "지출"), "mean", unit="KRW")


def _readout(lift: float, keep: float = 1.0) -> Readout:
    rng = np.random.default_rng(1)
    n = 3_000
    arms = np.where(np.arange(n) % 2 == 0, "control", "offer")
    table: dict[str, Any] = {
        "unit_id": np.arange(n),
        "arm": arms,
        "kept": (rng.random(n) < 0.6 + lift * (arms == "offer")).astype(float),
        "spend": rng.exponential(10, n),
        "plan": np.array(["basic", "pro"])[np.arange(n) // 2 % 2],
    }
    chosen = (rng.random(n) < keep) | (arms == "control")
    return read_out(
        DESIGN, {name: values[chosen] for name, values in table.items()}, {"kept": KEPT, "spend": SPEND}
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_verdict_first(language: Language) -> None:
    found = _readout(0.1)
    page = experiment_page(found, as_of=date(2026, 3, 1), language=language)
    assert page.index(found.verdict.said.in_(language).split("(")[0][:20]) < page.index("<section")
    contents = experiment_contents(found, as_of=date(2026, 3, 1), language=language)
    assert [section.name for section in contents.sections] == [
        "effect",
        "goals",
        "segments",
        "brought",
        "arms",
    ]


def test_charts_are_valid_and_drawn_in_the_colours_of_the_theme() -> None:
    contents = experiment_contents(_readout(0.1), as_of=date(2026, 3, 1))
    known = {token.light for token in TOKENS} | {"none", "transparent"}
    charts = [chart for section in contents.sections for chart in section.charts]
    assert [chart.name for chart in charts] == ["effect", "goals", "segments"]
    for chart in charts:
        for spec, width in ((chart.wide, WIDE), (chart.narrow, NARROW)):
            altair.Chart.from_dict(json.loads(json.dumps(spec)), validate=True)
            svg = chart_svg(spec)
            assert set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) <= known
            found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
            assert found
            assert abs(float(found[1]) - width) <= 6
            assert ">0<" in svg or ">0%<" in svg, "the place of no difference has its label"


def test_what_is_not_proven_is_grey_and_has_a_key() -> None:
    contents = experiment_contents(_readout(0.0), as_of=date(2026, 3, 1))
    effect = contents.sections[0]
    assert "Grey: not proven." in effect.notes
    svg = chart_svg(effect.charts[0].wide)
    assert COLOURS["accent"] not in svg
    assert COLOURS["grey"] in svg
    assert "brought" not in [section.name for section in contents.sections], (
        "what is not proven brought nothing"
    )


def test_harm_is_drawn_as_harm() -> None:
    contents = experiment_contents(_readout(-0.15), as_of=date(2026, 3, 1))
    assert COLOURS["bad"] in chart_svg(contents.sections[0].charts[0].wide)


def test_a_blocked_readout_shows_no_effect() -> None:
    found = _readout(0.1, keep=0.7)
    contents = experiment_contents(found, as_of=date(2026, 3, 1))
    assert found.verdict.ruling == "blocked"
    assert [section.name for section in contents.sections] == ["arms"]
    assert "do not have the sizes" in contents.sections[0].finding


def test_a_row_of_an_interval_has_its_dot_inside() -> None:
    spec = intervals(WIDE, [Span("a", "+1", 1.0, -1.0, 3.0)], [(0.0, "0")])
    altair.Chart.from_dict(json.loads(json.dumps(spec)), validate=True)
    domain = spec["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert domain[0] < -1.0 < 3.0 < domain[1]
