"""How is the report of some files written from a terminal?"""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dangol.cli import options
from dangol.cli.notes import note, working
from dangol.cli.source import Source
from dangol.cli.words import spoken, told
from dangol.core.errors import QueryError
from dangol.core.language import Said

if TYPE_CHECKING:
    from dangol.core.report import Report

Out = Annotated[
    Path, typer.Option("--out", metavar="HTML", help=told("Where the page is written.", "보고서를 쓸 파일."))
]
Json = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="JSON",
        help=told(
            "Write the same numbers here, for programs; - is stdout.",
            "같은 숫자를 프로그램용으로 여기에 씁니다. -는 표준 출력입니다.",
        ),
    ),
]
Title = Annotated[
    str | None,
    typer.Option(
        "--title", metavar="TEXT", help=told("What stands at the top of the page.", "보고서 맨 위에 쓸 제목.")
    ),
]

WRITING = Said("Counting and drawing", "계산하고 그리고 있습니다")
WROTE = Said("The report is in {path}.", "보고서를 {path}에 적었습니다.")
FAILED = Said(
    "Parts of it that could not be counted: {count}. The first: {first}",
    "계산하지 못한 부분이 {count}개 있습니다. 첫 번째: {first}",
)

STDOUT = Path("-")


def command(
    files: options.Files,
    lang: options.Lang = None,
    out: Out = Path("report.html"),
    json: Json = None,
    title: Title = None,
    engine: options.EngineName = "duckdb",
    map_: options.Map = None,
    as_of: options.AsOf = None,
    time_zone: options.TimeZone = "UTC",
    inactivity: options.Inactivity = None,
    fiscal_start: options.FiscalStart = 1,
    refused: options.Refused = None,
) -> None:
    """Write one page: who stays, who leaves, when they start slipping, what it costs, what to look at first."""
    from dangol.cli.output import as_json
    from dangol.core.report import make_report

    language = spoken(lang, os.environ)
    source = Source(files, language, engine, map_ or (), as_of, time_zone, inactivity, fiscal_start, refused)
    with closing(source.world()) as world:
        with working(WRITING, language):
            report = make_report(world, language=language, title=title)
            page = report.html()
        out.write_text(page, encoding="utf-8")
        if json is not None and json != STDOUT:
            json.write_text(as_json(report.json()), encoding="utf-8")
    typer.echo(as_json(report.json()) if json == STDOUT else opening(report))
    note(WROTE.format(path=out), language)
    if report.failures:
        note(FAILED.format(count=len(report.failures), first=report.failures[0]), language)
        raise typer.Exit(QueryError.exit_code)


def opening(report: Report) -> str:
    """The first sentences of a report and its headline figures, as text."""
    from dangol.cli.output import padded, width_of

    width = max((width_of(figure.label) for figure in report.headline), default=0)
    figures = [f"{padded(figure.label, width)}  {figure.shown}" for figure in report.headline]
    return "\n".join([*(sentence.text for sentence in report.opening), *([""] if figures else []), *figures])
