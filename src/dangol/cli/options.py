"""Which options do several commands share, and how is each said in the help?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from dangol.cli.words import told

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help=told(
            "CSV, TSV, Parquet, Excel or JSON lines files, or folders of them.",
            "CSV, TSV, Parquet, Excel, JSON lines 파일 또는 그런 파일이 든 폴더.",
        ),
    ),
]
Lang = Annotated[
    Literal["en", "ko"] | None,
    typer.Option(
        "--lang",
        help=told(
            "Language of every text. Without it, that of the shell, else English.",
            "모든 글의 언어. 없으면 셸의 언어, 그것도 없으면 영어.",
        ),
    ),
]
EngineName = Annotated[
    Literal["duckdb", "spark"],
    typer.Option(
        "--engine",
        help=told(
            "What runs the queries: this machine's DuckDB, or Spark.",
            "질의를 실행할 엔진: 이 컴퓨터의 DuckDB 또는 Spark.",
        ),
    ),
]
Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="COLUMN=HEADING",
        help=told("Read this heading of the files as that column.", "파일의 이 제목을 그 열로 읽습니다."),
    ),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help=told(
            "First day that is not known any more; else the day after the last one.",
            "알려지지 않은 첫날. 없으면 데이터 마지막 날의 다음 날.",
        ),
    ),
]
TimeZone = Annotated[
    str,
    typer.Option(
        "--time-zone",
        metavar="ZONE",
        help=told(
            "IANA zone whose days are counted, such as Asia/Seoul.",
            "하루를 나누는 IANA 시간대. 예: Asia/Seoul.",
        ),
    ),
]
Inactivity = Annotated[
    int | None,
    typer.Option(
        "--inactivity",
        metavar="DAYS",
        help=told(
            "Days without an order after which a customer counts as gone. Without it, the report takes them from the data, and a metric takes 90.",
            "주문이 이 날수만큼 없으면 떠난 고객으로 봅니다. 없으면 보고서는 데이터에서 정하고, 지표는 90일로 봅니다.",
        ),
    ),
]
FiscalStart = Annotated[
    int,
    typer.Option(
        "--fiscal-start",
        metavar="MONTH",
        min=1,
        max=12,
        help=told("Month in which a year starts.", "한 해가 시작하는 달."),
    ),
]
Refused = Annotated[
    Path | None,
    typer.Option(
        "--refused",
        metavar="CSV",
        help=told(
            "Write every row that was refused here, with its reason.",
            "받지 않은 모든 행을 이유와 함께 여기에 씁니다.",
        ),
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help=told("Answer as JSON, for programs.", "프로그램용 JSON으로 답합니다."))
]
AsCsv = Annotated[bool, typer.Option("--csv", help=told("Answer as CSV.", "CSV로 답합니다."))]
