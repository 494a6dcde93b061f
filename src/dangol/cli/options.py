"""Which options do several commands share, and how is each said in the help?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...", help="CSV, TSV, Parquet, Excel or JSON lines files, or folders of them."
    ),
]
Lang = Annotated[
    Literal["en", "ko"] | None,
    typer.Option("--lang", help="Language of every text. Without it, that of the shell, else English."),
]
EngineName = Annotated[
    Literal["duckdb", "spark"],
    typer.Option("--engine", help="What runs the queries: this machine's DuckDB, or Spark."),
]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=HEADING", help="Read this heading of the files as that column."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="First day that is not known any more; else the day after the last one.",
    ),
]
TimeZone = Annotated[
    str,
    typer.Option("--time-zone", metavar="ZONE", help="IANA zone whose days are counted, such as Asia/Seoul."),
]
Inactivity = Annotated[
    int | None,
    typer.Option(
        "--inactivity",
        metavar="DAYS",
        help="Days without an order after which a customer counts as gone. Without it, the report takes them from the data, and a metric takes 90.",
    ),
]
FiscalStart = Annotated[
    int, typer.Option("--fiscal-start", metavar="MONTH", min=1, max=12, help="Month in which a year starts.")
]
Refused = Annotated[
    Path | None,
    typer.Option("--refused", metavar="CSV", help="Write every row that was refused here, with its reason."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON, for programs.")]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer as CSV.")]
