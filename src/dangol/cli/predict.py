"""How are the customers who will leave, the reasons and the values told from files, on a terminal and as a page?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dangol.cli import options
from dangol.cli.notes import note, working
from dangol.cli.source import Source
from dangol.cli.words import spoken, told
from dangol.core.errors import DataError, RequestError
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.core.predict.value.discounting import Terms
    from dangol.core.report.foresight import Foresight

Out = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help=told("Where the page and the list are written.", "페이지와 목록을 쓸 폴더."),
    ),
]
Horizon = Annotated[
    int,
    typer.Option(
        "--horizon", metavar="DAYS", min=1,
        help=told(
            "So many days ahead it is asked who leaves. A plain table without dates has no days.",
            "앞으로 며칠 안에 떠날지 묻습니다. 날짜가 없는 표에는 쓰이지 않습니다.",
        ),
    ),
]  # fmt: skip
ValueDays = Annotated[
    int,
    typer.Option(
        "--value-days", metavar="DAYS", min=1,
        help=told(
            "So many days ahead values are stated; at most five years.",
            "앞으로 며칠 동안의 가치를 볼지 정합니다. 최대 5년.",
        ),
    ),
]  # fmt: skip
Margin = Annotated[
    float,
    typer.Option(
        "--margin", metavar="RATE",
        help=told("Share of what customers pay that is yours, 0 to 1.", "고객이 내는 금액 가운데 남는 비율. 0에서 1."),
    ),
]  # fmt: skip
Discount = Annotated[
    float,
    typer.Option(
        "--discount", metavar="RATE",
        help=told("How much less money is worth a year later.", "1년 뒤의 돈이 오늘보다 덜한 비율."),
    ),
]  # fmt: skip
Seed = Annotated[
    int,
    typer.Option(
        "--seed", help=told("The same seed gives the same answer, to the letter.", "같은 값이면 글자까지 같은 답이 나옵니다.")
    ),
]  # fmt: skip

Trusted = Annotated[
    list[str] | None,
    typer.Option(
        "--trust", metavar="FEATURE",
        help=told(
            "A feature that may be very strong, because it was known on the day.",
            "그날 이미 알 수 있어 매우 강해도 되는 항목.",
        ),
    ),
]  # fmt: skip
LeaveOut = Annotated[
    list[str] | None,
    typer.Option(
        "--leave-out", metavar="COLUMN",
        help=told("A column of a plain table that is not learned from.", "고객 표에서 배우지 않을 열."),
    ),
]  # fmt: skip

LEARNING = Said("Learning who leaves", "누가 떠나는지 배우고 있습니다")
WROTE = Said(
    "The page is in {page}, everybody in {people}.", "페이지는 {page}에, 모든 고객은 {people}에 적었습니다."
)
AS_TABLE = Said(
    "{name}: a table of customers that says who left, {count:,} rows. It has no dates, so nothing is said of when.",
    "{name}: 누가 떠났는지 적힌 고객 표, {count:,}행. 날짜가 없어 언제 떠날지는 말하지 않습니다.",
)
REFUSED = Said("Not answered: {question} {why}", "답하지 못함: {question} {why}")
PAGE, PEOPLE = "predict.html", "customers.csv"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the files, as it was typed."""

    horizon_days: int
    terms: Terms
    seed: int
    trusted: tuple[str, ...]
    left_out: tuple[str, ...]


def command(
    files: options.Files,
    lang: options.Lang = None,
    out: Out = Path("foresight"),
    horizon: Horizon = 90,
    value_days: ValueDays = 365,
    margin: Margin = 1.0,
    discount: Discount = 0.1,
    seed: Seed = 1,
    trust: Trusted = None,
    leave_out: LeaveOut = None,
    as_json_: options.AsJson = False,
    engine: options.EngineName = "duckdb",
    map_: options.Map = None,
    as_of: options.AsOf = None,
    time_zone: options.TimeZone = "UTC",
    inactivity: options.Inactivity = None,
    refused: options.Refused = None,
) -> None:
    """Say who will leave, with reasons and values, and how far that can be trusted."""
    from dangol.core.predict.value.discounting import Terms

    language = spoken(lang, os.environ)
    wanted = Wanted(
        horizon, Terms(value_days, discount, margin), seed, tuple(trust or ()), tuple(leave_out or ())
    )
    source = Source(
        files, language, engine, map_ or (), as_of, time_zone, inactivity, refused=refused
    )  # fmt: skip
    foresight = foresight_of(source, wanted)
    _write(foresight, out)
    _say(foresight, out, language, is_json=as_json_)


def foresight_of(source: Source, wanted: Wanted) -> Foresight:
    """From files with days, or where they have none from a table that says who left."""
    try:
        world = source.world()
    except DataError:
        table = labelled_table(source.files)
        if table is None:
            raise
        return _of_table(table, source.language, wanted)
    from dangol.core.report.foresee import covered, foresee
    from dangol.core.report.foresight import make_foresight

    with closing(world), working(LEARNING, source.language):
        world, covers, loaded, settings = covered(world, source.language)
        found = foresee(
            world,
            horizon_days=wanted.horizon_days,
            terms=wanted.terms,
            seed=wanted.seed,
            trusted=wanted.trusted,
        )
        return make_foresight(
            found, language=source.language, covers=covers, loaded=loaded, settings=settings
        )


def labelled_table(files: Sequence[str]) -> tuple[str, dict[str, list[str | None]]] | None:
    """The one table among the files whose rows say who left, with its name; None where there is none."""
    from dangol.core.engine.files.plain_table import plain_tables
    from dangol.core.predict.labelled_table import labels_in

    try:
        tables = plain_tables(list(files))
    except DataError:
        return None
    found = [(name, columns) for name, columns in tables.items() if labels_in(columns) is not None]
    return found[0] if len(found) == 1 else None


def _of_table(
    table: tuple[str, dict[str, list[str | None]]], language: Language, wanted: Wanted
) -> Foresight:
    from dangol.core.report.foresee import foresee_table
    from dangol.core.report.foresight import make_foresight
    from dangol.core.report.model import Loaded

    name, columns = table
    read = AS_TABLE.format(name=name, count=len(next(iter(columns.values()))))
    note(read, language)
    with working(LEARNING, language):
        found = foresee_table(
            columns, terms=wanted.terms, seed=wanted.seed, trusted=wanted.trusted, leave_out=wanted.left_out
        )
        return make_foresight(found, language=language, covers=name, loaded=Loaded((read.in_(language),)))


def _write(foresight: Foresight, out: Path) -> None:
    from dangol.cli.output import as_csv

    if out.exists() and not out.is_dir():
        raise RequestError(
            Said(f"The page was to be written to {out}.", f"페이지를 {out}에 쓰려고 했습니다."),
            Said("That is a file.", "그것은 파일입니다."),
            Said("Give a folder: --out foresight.", "폴더를 주십시오. 예: --out foresight."),
        )
    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE).write_text(foresight.html(), encoding="utf-8")
    rows = list(foresight.everybody())
    columns = list(rows[0]) if rows else []
    # A byte order mark, by which Excel knows that Korean letters are UTF-8.
    (out / PEOPLE).write_text(as_csv(columns, rows) + "\n", encoding="utf-8-sig")


def _say(foresight: Foresight, out: Path, language: Language, *, is_json: bool) -> None:
    from dangol.cli.output import as_json

    if is_json:
        typer.echo(as_json(foresight.json()))
    else:
        for sentence in foresight.opening:
            typer.echo(sentence.text)
        for section in foresight.sections:
            if section.name in ("trust", "value"):
                typer.echo(section.sentences[0])
        for person in next((each.people for each in foresight.sections if each.people), ())[:5]:
            typer.echo(
                "\n"
                + "\n  ".join(
                    [f"{person.name}  {person.shown}", *filter(None, [person.under]), *person.reasons]
                )
            )
    for each in foresight.unanswered:
        note(REFUSED.format(question=each.questions[0], why=each.reason), language)
    note(WROTE.format(page=out / PAGE, people=out / PEOPLE), language)
