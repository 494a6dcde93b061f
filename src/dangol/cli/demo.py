"""What does Dangol look like at work? The whole platform with a simulated business in it, or its still report."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer

from dangol.cli import demo_report, options
from dangol.cli.notes import note, working
from dangol.cli.processes import prepared
from dangol.cli.serve import Host, Open, Port, check_free, environment_of, run_everything, where
from dangol.cli.simulate import Seed
from dangol.cli.words import spoken, told
from dangol.core.language import Said

Folder = Annotated[
    Path,
    typer.Option(
        "--data",
        metavar="FOLDER",
        help=told("Where the demo keeps its database and lake.", "데모의 데이터베이스와 레이크를 둘 폴더."),
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FOLDER",
        help=told(
            "Run nothing; write the business and its still report here.",
            "아무것도 실행하지 않고 모의 사업과 보고서를 이 폴더에 씁니다.",
        ),
    ),
]
Customers = Annotated[
    int | None, typer.Option("--customers", metavar="N", min=1, help=told("How many customers.", "고객 수."))
]

OWNER: Final = "owner@demo.example"
MAKING: Final = Said(
    "Simulating a business and bringing it in: about half a minute",
    "모의 사업을 만들어 가져오고 있습니다. 30초쯤 걸립니다",
)
SIGN_IN: Final = Said(
    "Sign in as {email} with the password {password} (said once).",
    "{email} / 비밀번호 {password} (으)로 로그인하십시오. 비밀번호는 한 번만 보여 드립니다.",
)
AS_BEFORE: Final = Said(
    "Sign in as {email} with the password of the first time. For a new demo, remove the folder {folder}.",
    "{email} 계정과 처음의 비밀번호로 로그인하십시오. 새로 시작하려면 {folder} 폴더를 지우십시오.",
)


def command(
    report: Report = None,
    data: Folder = Path("demo"),
    customers: Customers = None,
    seed: Seed = 1,
    host: Host = "127.0.0.1",
    port: Port = None,
    open_: Open = False,
    lang: options.Lang = None,
) -> None:
    """Run the whole platform with a simulated business in it; with --report, write its still report only."""
    language = spoken(lang, os.environ)
    if report is not None:
        demo_report.write(report, customers or demo_report.CUSTOMERS, seed, language)
        return
    wanted, url = where(host, port)
    check_free(host, wanted)
    # The demo is a place of its own: whatever database this shell knows is not for a simulated business.
    given = environment_of(data, url) | {
        "DATABASE_URL": "",
        "DANGOL_LOG": os.environ.get("DANGOL_LOG", "warning"),
    }
    password = secrets.token_urlsafe(9)
    note(MAKING, language)
    with working(MAKING, language):
        is_new = prepared([language, str(customers or 0), str(seed)], password, given)
    run_everything(
        given, host, wanted, url, language, open_,
        SIGN_IN.format(email=OWNER, password=password) if is_new else AS_BEFORE.format(email=OWNER, folder=data),
    )  # fmt: skip
