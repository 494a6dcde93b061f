"""Which options does `dangol experiment` take, and how is each said in the help?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dangol.cli.words import told

File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help=told(
            "A table with one row a unit (customer or account): CSV, TSV, Parquet, Excel or JSON lines.",
            "대상(고객 또는 거래처)마다 한 행인 표: CSV, TSV, Parquet, Excel, JSON lines.",
        ),
    ),
]
Arm = Annotated[
    str | None,
    typer.Option("--arm", metavar="HEADING", help=told("Column of the arm.", "실험군 열.")),
]
Control = Annotated[
    str | None,
    typer.Option(
        "--control", metavar="ARM", help=told("The arm that was left alone.", "아무것도 하지 않은 대조군.")
    ),
]
Outcomes = Annotated[
    list[str] | None,
    typer.Option(
        "--outcome",
        metavar="HEADING",
        help=told(
            "Column of an outcome, the goal first. May be given several times.",
            "결과 열. 첫 번째가 목표이며 여러 번 쓸 수 있습니다.",
        ),
    ),
]
Before = Annotated[
    list[str] | None,
    typer.Option(
        "--before",
        metavar="HEADING",
        help=told(
            "Column known before the start; takes noise away (CUPED). May be given several times.",
            "시작 전에 알던 열. 잡음을 줄입니다(CUPED). 여러 번 쓸 수 있습니다.",
        ),
    ),
]
Ratio = Annotated[
    list[str] | None,
    typer.Option(
        "--ratio",
        metavar="ABOVE/BELOW",
        help=told(
            "An outcome that is one column per another, such as spend/visit.",
            "한 열을 다른 열로 나눈 결과. 예: spend/visit.",
        ),
    ),
]
Segment = Annotated[
    list[str] | None,
    typer.Option(
        "--segment",
        metavar="HEADING",
        help=told(
            "Column to read the effect by, if it was declared beforehand.",
            "미리 정해 둔 세그먼트 열.",
        ),
    ),
]
Planned = Annotated[
    str | None,
    typer.Option(
        "--planned-shares",
        metavar="ARM=PART,...",
        help=told(
            "Planned sizes, such as control=1,offer=19; equal without it.",
            "계획한 비율. 예: control=1,offer=19. 없으면 같은 비율.",
        ),
    ),
]
Cost = Annotated[
    list[str] | None,
    typer.Option(
        "--cost",
        metavar="ARM=MONEY",
        help=told("What an arm cost in all.", "실험군에 든 비용 전체."),
    ),
]
Smallest = Annotated[
    float | None,
    typer.Option(
        "--smallest",
        metavar="SIZE",
        help=told(
            "The smallest difference worth having, in the unit of the outcome (0.01 is one point of a share).",
            "의미 있는 가장 작은 차이. 결과의 단위로 씁니다(비율 1%p는 0.01).",
        ),
    ),
]
PlannedUnits = Annotated[
    int,
    typer.Option(
        "--planned-units",
        metavar="UNITS",
        min=1,
        help=told(
            "Units that were expected by the end, fixed beforehand: the intervals are narrowest about there.",
            "끝날 때까지 예상한 대상 수(미리 정한 값). 구간이 그 근처에서 가장 좁습니다.",
        ),
    ),
]
Once = Annotated[
    bool,
    typer.Option(
        "--once",
        help=told(
            "This day was fixed before the start, and is looked at once: narrower intervals.",
            "보는 날을 시작 전에 정했고 한 번만 봅니다. 구간이 좁아집니다.",
        ),
    ),
]
Cap = Annotated[
    float | None,
    typer.Option(
        "--cap",
        metavar="SHARE",
        min=0.5,
        max=1.0,
        help=told(
            "Cut amounts off where this share of the units lies below, such as 0.999; it is said in the readout.",
            "이 비율의 대상이 들어오는 값에서 금액을 자릅니다. 예: 0.999. 결과에 함께 적습니다.",
        ),
    ),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="HTML", help=told("Where the page is written.", "보고서를 쓸 파일."))
]
Json = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="JSON",
        help=told(
            "Write the readout here, for programs; - is stdout.",
            "결과를 프로그램용으로 여기에 씁니다. -는 표준 출력입니다.",
        ),
    ),
]
Power = Annotated[
    bool,
    typer.Option(
        "--power",
        help=told(
            "Before the start: how many units and weeks it takes to see the effect of --smallest.",
            "시작 전: --smallest 크기의 효과를 보려면 몇 명, 몇 주가 필요한지 알려 줍니다.",
        ),
    ),
]
Rate = Annotated[
    float | None,
    typer.Option(
        "--rate",
        metavar="SHARE",
        help=told(
            "With --power: the share expected without the treatment, such as 0.9.",
            "--power와 함께: 처치가 없을 때의 비율. 예: 0.9.",
        ),
    ),
]
Weekly = Annotated[
    float | None,
    typer.Option(
        "--per-week",
        metavar="UNITS",
        help=told("Units that come into the experiment in a week.", "한 주에 실험에 들어오는 대상 수."),
    ),
]
ControlShare = Annotated[
    float,
    typer.Option(
        "--control-share",
        metavar="SHARE",
        help=told("With --power: share held out.", "--power와 함께: 제외해 둘 비율."),
    ),
]
