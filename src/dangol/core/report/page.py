"""How is a report laid out? One HTML file: letters, drawings and style inside, no script, nothing loaded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from dangol.core.report import words
from dangol.core.report.charts import Chart, chart_svg
from dangol.core.report.letters import faces
from dangol.core.report.markup import Html, join, tag
from dangol.core.report.theme import HATCHED, style
from dangol.core.report.voice import Voice

if TYPE_CHECKING:
    from dangol.core.report.model import (
        Basis,
        Contents,
        Figure,
        Ranked,
        Section,
        Sentence,
        Suggestion,
        Table,
    )


class _Notes:
    """Definitions in the order in which they are met; each is written once, and referred to by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def number(self, definition: str) -> int:
        if definition not in self.texts:
            self.texts.append(definition)
        return self.texts.index(definition) + 1


def page(report: Contents) -> str:
    """The whole page as text."""
    say = Voice(report.language)
    notes = _Notes()
    body = _bound(join([_header(report, say, notes), _main(report, say, notes), _footer(report, say)]))
    head = join(
        [
            tag("meta", charset="utf-8"),
            tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
            tag("meta", name="color-scheme", content="light dark"),
            tag("meta", name="referrer", content="no-referrer"),
            tag("title", report.title),
            tag("style", Html(faces(body) + style() + _css())),
        ]
    )
    return f"<!doctype html>\n{tag('html', [tag('head', head), tag('body', body)], lang=report.language)}\n"


def _bound(body: Html) -> Html:
    """A percent sign stays with the Korean particle that follows it, also across the end of a link."""
    return Html(re.sub(r"(%(?:</\w+>)?)(?=[가-힣])", "\\1\N{WORD JOINER}", body))


def _css() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8").replace("\n", "")


def _header(report: Contents, say: Voice, notes: _Notes) -> Html:
    covers = report.covers
    if covers and report.as_of:
        covers = say(words.SUBTITLE, covers=covers, as_of=say.day(report.as_of))
    return tag(
        "header",
        [
            Html(f'<svg class="off" aria-hidden="true"><defs>{HATCHED}</defs></svg>'),
            tag("h1", report.title),
            tag("p", covers, class_="covers") if covers else None,
            tag("div", [_sentence(each) for each in report.opening], class_="opening"),
            _figures(report.headline, notes),
        ],
    )


def _main(report: Contents, say: Voice, notes: _Notes) -> Html:
    return tag(
        "main",
        [
            _suggestions(report.suggestions, say) if report.suggestions else None,
            [_section(section, say, notes) for section in report.sections],
            _unanswered(report, say) if report.unanswered else None,
            _loaded(report, say) if report.loaded.lines else None,
            _settings(report, say) if report.settings else None,
            _defined(notes, say) if notes.texts else None,
        ],
    )


def _sentence(sentence: Sentence) -> Html:
    """The sentence with its numbers as links to the section that shows them."""
    parts: list[str | Html] = []
    rest = sentence.text
    for number in sorted(sentence.numbers, key=sentence.text.find):
        before, found, after = rest.partition(number)
        if found:
            parts += [before, tag("a", number, href=f"#{sentence.section}")]
            rest = after
    return tag("p", [*parts, rest])


def _figures(figures: tuple[Figure, ...], notes: _Notes) -> Html | None:
    return tag("dl", [_figure(each, notes) for each in figures], class_="figures") if figures else None


def _figure(figure: Figure, notes: _Notes) -> Html:
    kind = "unknown" if figure.value is None else "value"
    under = " · ".join(part for part in (figure.basis.period, figure.basis.n) if part)
    return tag(
        "div",
        [
            tag("dt", _defined_term(figure.label, figure.basis, notes)),
            tag("dd", figure.shown, class_=kind, data_figure=figure.name),
            tag("dd", figure.change, class_="under") if figure.change else None,
            tag("dd", under, class_="under"),
        ],
        class_="figure",
    )


def _defined_term(label: str, basis: Basis, notes: _Notes) -> Html:
    number = notes.number(basis.definition)
    tip = tag("span", basis.definition, role="tooltip")
    return tag("span", [label, tag("sup", str(number)), tip], class_="tip", tabindex="0")


def _section(section: Section, say: Voice, notes: _Notes) -> Html:
    return tag(
        "section",
        [
            tag("p", section.question, class_="question"),
            tag("h2", section.finding),
            [tag("p", sentence) for sentence in section.sentences],
            _people(section.people) if section.people else None,
            _figures(section.figures, notes),
            [_chart(chart, show_title=len(section.charts) > 1) for chart in section.charts],
            [tag("p", note, class_="note") for note in section.notes],
            _basis(section.basis, notes),
            _tables(section.tables, say),
        ],
        id=section.name,
        class_="section",
    )


def _people(people: tuple[Ranked, ...]) -> Html:
    return tag("ol", [_ranked(each) for each in people], class_="people")


def _ranked(person: Ranked) -> Html:
    inner = [
        tag("b", person.name, class_="who"),
        tag("span", person.shown, class_="shown high" if person.is_high else "shown"),
        tag("p", person.under, class_="under") if person.under else None,
        tag("ul", [tag("li", reason) for reason in person.reasons]) if person.reasons else None,
    ]
    return tag("li", tag("div", inner))


def _basis(basis: Basis, notes: _Notes) -> Html:
    number = notes.number(basis.definition)
    rest = " · ".join(part for part in (basis.period, basis.n) if part)
    return tag("p", [basis.definition, tag("sup", str(number)), " ", tag("b", rest)], class_="basis")


def _chart(chart: Chart, *, show_title: bool) -> Html:
    return tag(
        "figure",
        [
            tag("figcaption", chart.title) if show_title else None,
            tag(
                "div",
                Html(chart_svg(chart.wide)),
                class_="chart wide",
                role="img",
                aria_label=chart.describes,
            ),
            tag(
                "div",
                Html(chart_svg(chart.narrow)),
                class_="chart narrow",
                role="img",
                aria_label=chart.describes,
            ),
        ],
        data_chart=chart.name,
    )


def _tables(tables: tuple[Table, ...], say: Voice) -> Html | None:
    if not tables:
        return None
    inner = [tag("div", table(each), class_="scroll", tabindex="0") for each in tables]
    return tag("details", [tag("summary", say(words.TABLE)), inner])


def table(data: Table) -> Html:
    """A table whose leading columns are words and whose others are numbers."""

    def cells(row: tuple[str, ...], kind: str) -> list[Html]:
        return [tag(kind, text, class_="word" if n < data.words else None) for n, text in enumerate(row)]

    head = tag("thead", tag("tr", cells(data.headings, "th")))
    return tag("table", [head, tag("tbody", [tag("tr", cells(row, "td")) for row in data.rows])])


def _suggestions(suggestions: tuple[Suggestion, ...], say: Voice) -> Html:
    items = [
        tag(
            "li",
            tag(
                "div",
                [
                    tag("b", each.what),
                    tag("p", each.why),
                    tag(
                        "p", [each.who, " ", tag("a", say(words.SEE), href=f"#{each.section}")], class_="who"
                    ),
                ],
            ),
        )
        for each in suggestions
    ]
    return _plain_section("look", say(words.LOOK_QUESTION), say(words.LOOK), tag("ol", items, class_="look"))


def _unanswered(report: Contents, say: Voice) -> Html:
    items = [
        tag("li", [tag("b", each.reason), [tag("span", q, class_="why") for q in each.questions]])
        for each in report.unanswered
    ]
    inner = tag("ul", items, class_="plain")
    return _plain_section("unanswered", say(words.CANNOT_QUESTION), say(words.CANNOT), inner)


def _loaded(report: Contents, say: Voice) -> Html:
    lines = tag("ul", [tag("li", line) for line in report.loaded.lines], class_="plain")
    refused = [_folded(title, data, is_open=True) for title, data in report.loaded.refused]
    columns = [_folded(title, data, is_open=False) for title, data in report.loaded.columns]
    return _plain_section(
        "data", say(words.LOADED_QUESTION), say(words.LOADED), join([lines, refused, columns])
    )


def _folded(title: str, data: Table, *, is_open: bool) -> Html:
    inner = tag("div", table(data), class_="scroll", tabindex="0")
    return tag("details", [tag("summary", title), inner], open=is_open)


def _settings(report: Contents, say: Voice) -> Html:
    items = tag("ul", [tag("li", line) for line in report.settings], class_="plain")
    return tag("section", [tag("h2", say(words.SETTINGS)), items], id="settings")


def _defined(notes: _Notes, say: Voice) -> Html:
    items = tag("ol", [tag("li", text) for text in notes.texts], class_="notes")
    return tag("section", [tag("h2", say(words.DEFINED)), items], id="definitions")


def _plain_section(name: str, question: str, title: str, inner: Html) -> Html:
    return tag("section", [tag("p", question, class_="question"), tag("h2", title), inner], id=name)


def _footer(report: Contents, say: Voice) -> Html:
    return tag("footer", tag("p", say(words.MADE, version=report.version)))
