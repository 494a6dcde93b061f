"""Does the report say what matters, in both languages, on one page that needs nothing else?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest

from dangol.core.engine import World, world
from dangol.core.language import LANGUAGES, Language
from dangol.core.metrics import catalogue
from dangol.core.report import Report, make_report
from dangol.core.report.sections import PARTS
from dangol.core.simulate import Business, simulated_tables
from tests_support.cast import TABLES

SMALL = Business(seed=7, customers=700, events_per_month=4)
HOSTILE = "<script>alert(1)</script>\"'&{evil}"
either = pytest.mark.parametrize("language", LANGUAGES)


class Page(HTMLParser):
    """What a page holds: tags, attributes, visible text, and the text of every element with data-figure."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.figures: dict[str, str] = {}
        self._figure: str | None = None
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self._open.append(tag)
        self._figure = dict(attrs).get("data-figure")

    def handle_endtag(self, tag: str) -> None:
        self._figure = None
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data + " "
        if self._figure:
            self.figures[self._figure] = self.figures.get(self._figure, "") + data


@pytest.fixture(scope="module")
def business() -> Iterator[World]:
    known = world(simulated_tables(SMALL), as_of=SMALL.end)
    yield known
    known.close()


@pytest.fixture(scope="module")
def reports(business: World) -> dict[Language, Report]:
    return {language: make_report(business, language=language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def pages(reports: dict[Language, Report]) -> dict[Language, str]:
    return {language: report.html() for language, report in reports.items()}


def _shop() -> World:
    return world({"orders": TABLES["orders"], "people": TABLES["people"]})


def test_it_opens_with_customers_kept(business: World, reports: dict[Language, Report]) -> None:
    rows = [row for row in business.metric("customer_retention_rate") if row["rate"] is not None]
    rate, start = f"{rows[-1]['rate'] * 100:.1f}%", f"{rows[-1]['start_count']:,}"
    english, korean = (reports[language].opening[0].text for language in ("en", "ko"))
    assert english.startswith(f"You kept {rate} of the {start} customers")
    assert f"고객 {start}명 가운데 {rate}를 지켰습니다" in korean


def test_net_dollar_retention_stands_first(business: World, reports: dict[Language, Report]) -> None:
    rows = [row for row in business.metric("net_dollar_retention") if row["rate"] is not None]
    for report in reports.values():
        first, second = report.headline[:2]
        assert (first.name, second.name) == ("net_dollar_retention", "gross_dollar_retention")
        assert first.value == [row for row in rows if row["is_finished"]][-1]["rate"]


def test_a_shop_opens_with_the_repeat_rate() -> None:
    report = make_report(_shop())
    assert report.opening[0].text == "75.0% of your 4 customers bought on more than one day."
    assert report.headline[0].name == "repeat_purchase_rate"
    assert report.sections[0].name == "repeat"
    assert any("counts as gone after" in line for line in report.settings)


@either
def test_every_number_has_definition_period_and_n(
    reports: dict[Language, Report], language: Language
) -> None:
    report = reports[language]
    bases = [f.basis for f in report.headline] + [s.basis for s in report.sections]
    bases += [figure.basis for section in report.sections for figure in section.figures]
    assert len(bases) > 15
    for basis in bases:
        assert len(basis.definition) > 20
        assert re.search(r"\d", basis.period), basis
        assert basis.n, basis


@either
def test_every_chart_has_a_table_and_words(reports: dict[Language, Report], language: Language) -> None:
    for section in reports[language].sections:
        assert section.finding
        assert section.charts, section.name
        assert section.tables, section.name
        assert all(chart.describes for chart in section.charts)
        for table in section.tables:
            assert all(len(row) == len(table.headings) for row in table.rows)


@either
def test_nothing_is_left_unfilled(pages: dict[Language, str], language: Language) -> None:
    text = Page(pages[language]).text
    assert not re.search(r"\{\w*\}|\bNone\b|\bnan\b|\binf\b|NaN", text)


@either
def test_the_page_loads_nothing(pages: dict[Language, str], language: Language) -> None:
    page = Page(pages[language])
    assert not {"script", "link", "iframe", "img", "object", "embed", "form"} & set(page.tags)
    targets = [
        value or "" for name, value in page.attributes if name in {"href", "src", "xlink:href", "action"}
    ]
    assert targets
    assert all(target.startswith("#") for target in targets)
    assert all(part.startswith(("data:font/woff2", "#hatched"))
               for part in re.findall(r"url\(([^)]*)", pages[language]))  # fmt: skip
    addresses = set(re.findall(r"https?://[^\"' <)]+", pages[language]))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not any(name.startswith("on") for name, _ in page.attributes)


@either
def test_the_language_is_declared_and_used(pages: dict[Language, str], language: Language) -> None:
    assert f'<html lang="{language}">' in pages[language]
    korean = re.findall("[가-힣]", Page(pages[language]).text)
    assert (len(korean) > 500) == (language == "ko")


@either
def test_links_lead_somewhere(pages: dict[Language, str], language: Language) -> None:
    page = Page(pages[language])
    names = [value for name, value in page.attributes if name == "id" and value]
    links = {(value or "")[1:] for name, value in page.attributes if name == "href"}
    assert links <= set(names)
    own = [name for name in names if not name.startswith(("gradient", "clip"))]
    assert len(own) == len(set(own))


@either
def test_json_and_page_show_the_same_figures(
    reports: dict[Language, Report], pages: dict[Language, str], language: Language
) -> None:
    plain = json.loads(json.dumps(reports[language].json()))
    shown = Page(pages[language]).figures
    figures = plain["headline"] + [f for section in plain["sections"] for f in section["figures"]]
    assert figures
    for figure in figures:
        assert shown[figure["name"]] == figure["shown"]
    by_name = {figure["name"]: figure for figure in plain["headline"]}
    assert (
        by_name["net_dollar_retention"]["shown"] == f"{by_name['net_dollar_retention']['value'] * 100:.1f}%"
    )


def test_the_same_world_gives_the_same_page(business: World, pages: dict[Language, str]) -> None:
    assert make_report(business, language="en").html() == pages["en"]


def test_no_number_depends_on_the_language(reports: dict[Language, Report]) -> None:
    def values(report: Report) -> list[Any]:
        return [figure.value for figure in report.headline] + [section.name for section in report.sections]

    assert values(reports["en"]) == values(reports["ko"])


def test_there_are_three_suggestions_with_numbers(reports: dict[Language, Report]) -> None:
    for report in reports.values():
        assert len(report.suggestions) == 3
        assert len({each.topic for each in report.suggestions}) == 3
        assert [s.weight for s in report.suggestions] == sorted(
            (s.weight for s in report.suggestions), reverse=True
        )
        for each in report.suggestions:
            assert re.search(r"\d", each.why)
            assert each.section in {section.name for section in report.sections}


@either
def test_hostile_names_stay_text(language: Language) -> None:
    subscriptions = [
        {**row, "plan": HOSTILE, "ended_because": row["ended_because"] and HOSTILE}
        for row in TABLES["subscriptions"]
    ]
    people = [{**row, "name": HOSTILE, "channel": HOSTILE} for row in TABLES["people"]]
    hostile = world({**TABLES, "subscriptions": subscriptions, "people": people})
    html = make_report(hostile, language=language, title=HOSTILE).html()
    hostile.close()
    page = Page(html)
    assert "script" not in page.tags
    assert HOSTILE in page.text
    assert "<script" not in html


@either
def test_the_cast_has_a_page(cast: World, language: Language) -> None:
    report = make_report(cast, language=language)
    assert report.opening
    assert len(report.sections) >= 8
    assert "None" not in Page(report.html()).text


@either
def test_one_row_teaches_what_is_missing(language: Language) -> None:
    tiny = world({"orders": [{"person_id": "Ann", "ordered_on": date(2025, 3, 1), "amount": Decimal(5)}]})
    page = Page(make_report(tiny, language=language).html())
    tiny.close()
    assert ("subscriptions" if language == "en" else "구독") in page.text
    assert "None" not in page.text


@either
@pytest.mark.parametrize("noun", ["orders", "subscriptions", "events", "people"])
def test_an_empty_table_teaches(noun: str, language: Language) -> None:
    empty = world({noun: []}, as_of=date(2025, 6, 1))
    report = make_report(empty, language=language)
    page = Page(report.html())
    empty.close()
    assert report.opening[0].text in page.text.replace(" ", " ")
    assert not report.headline
    assert ("customer" if language == "en" else "고객") in page.text


def test_every_part_reads_metrics_that_exist() -> None:
    assert {name for part in PARTS for name in part.metrics} <= set(catalogue())
    assert len({part.name for part in PARTS}) == len(PARTS)
