"""How is a business written whose truths are known?"""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dangol.cli import options
from dangol.cli.notes import counting, note
from dangol.cli.source import day
from dangol.cli.words import spoken, told
from dangol.core.language import Said

if TYPE_CHECKING:
    from dangol.core.simulate import Business

Out = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help=told("Folder that the business is written to.", "모의 사업을 쓸 폴더."),
    ),
]
Customers = Annotated[
    int, typer.Option("--customers", metavar="N", min=1, help=told("How many customers.", "고객 수."))
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        metavar="N",
        min=0,
        help=told("The same seed gives the same rows.", "같은 값을 주면 같은 데이터가 나옵니다."),
    ),
]
Selling = Literal["subscription", "shop", "both"]
Kind = Annotated[
    Selling, typer.Option("--kind", help=told("What the business sells.", "무엇을 파는 사업인지."))
]
Start = Annotated[
    str | None,
    typer.Option("--start", metavar="DATE", help=told("First simulated day.", "모의를 시작하는 날.")),
]
End = Annotated[
    str | None,
    typer.Option(
        "--end", metavar="DATE", help=told("First day that is not simulated any more.", "모의하지 않는 첫날.")
    ),
]

SIMULATING = Said("Simulating a business", "사업을 모의하고 있습니다")
WROTE = Said(
    "The business is in {folder}; _truth/truths.json has what was planted in it.",
    "모의한 사업을 {folder}에 적었습니다. 심어 둔 사실은 _truth/truths.json에 있습니다.",
)


def command(
    out: Out = Path("business"),
    customers: Customers = 5_000,
    seed: Seed = 1,
    kind: Kind = "both",
    start: Start = None,
    end: End = None,
    lang: options.Lang = None,
    json: options.AsJson = False,
) -> None:
    """Write a simulated business as Parquet files, and say the truths that were planted in it."""
    from dangol.cli.output import as_json
    from dangol.core.simulate import simulate

    language = spoken(lang, os.environ)
    with counting(SIMULATING, language) as progress:
        truths = simulate(business(customers, seed, kind, start, end), out, progress)
    typer.echo(as_json(asdict(truths)) if json else "\n".join(truths.lines(language)))
    note(WROTE.format(folder=out), language)


def business(customers: int, seed: int, kind: Selling, start: str | None, end: str | None) -> Business:
    """The business of these settings; days that are not given are those of the simulator."""
    from dangol.core.simulate import Business

    usual = Business(seed=seed, customers=customers, kind=kind)
    return replace(usual, start=day(start) or usual.start, end=day(end) or usual.end)
