"""Which commands are there, and how does each one end? With an answer and 0, or a sentence and its code."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from dangol import __version__
from dangol.cli import (
    audience,
    backup,
    bring,
    demo,
    doctor,
    experiment,
    export,
    metric,
    predict,
    report,
    serve,
    simulate,
    user,
)
from dangol.cli.words import asked_in, spoken, told
from dangol.core.errors import DangolError, DataError
from dangol.core.language import Said

INTERRUPTED = 130
"""Ended by Ctrl-C, as shells count it."""
UNEXPECTED = 70
"""A fault of Dangol itself (EX_SOFTWARE of sysexits)."""

_FAULT = Said(
    "Something went wrong that is Dangol's fault ({kind}: {what}). "
    "Run it again with --debug to see where, and please report it.",
    "단골의 잘못으로 문제가 생겼습니다({kind}: {what}). "
    "--debug를 붙여 다시 실행하면 어디에서 생겼는지 볼 수 있습니다. 그 내용을 알려 주시면 고치겠습니다.",
)

_FILE = Said(
    "The file {path} was to be read or written. That failed: {why}. "
    "Check that its folder exists, that you may use it, and that there is room.",
    "파일 {path}을(를) 읽거나 쓰려고 했지만 실패했습니다: {why}. "
    "폴더가 있는지, 권한이 있는지, 저장 공간이 남았는지 확인하십시오.",
)

app = typer.Typer(
    name="dangol",
    help=told(
        "Who stays, who leaves, why, and what changed it.",
        "누가 남고 누가 떠나는지, 왜 그런지, 무엇이 그것을 바꿨는지 알려 줍니다.",
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
)
app.command(
    "report",
    help=told(
        "Write one page: who stays, who leaves, when they start slipping, what it costs, what to look at first.",
        "누가 남고 떠나는지, 언제 멀어지는지, 손실이 얼마인지, 무엇부터 볼지 한 장으로 씁니다.",
    ),
)(report.command)
app.command(
    "predict",
    help=told(
        "Say who will leave, why, what they are worth, and how far that can be trusted.",
        "누가 떠날지, 왜 그런지, 얼마의 가치가 있는지, 얼마나 믿을 수 있는지 알려 줍니다.",
    ),
)(predict.command)
app.add_typer(metric.app, name="metric")
app.add_typer(audience.app, name="audience")
app.command(
    "experiment",
    help=told(
        "Read a randomised table: did it work, how large is the effect, and how sure is that?",
        "무작위로 나눈 표를 읽어 효과가 있었는지, 얼마나 크고 확실한지 알려 줍니다.",
    ),
)(experiment.command)
app.command(
    "simulate",
    help=told(
        "Write a simulated business as Parquet files, and say the truths that were planted in it.",
        "모의 사업을 Parquet 파일로 쓰고, 심어 둔 사실을 알려 줍니다.",
    ),
)(simulate.command)
app.command(
    "demo",
    help=told(
        "Run the whole platform with a simulated business in it.",
        "모의 사업이 담긴 전체 플랫폼을 실행합니다.",
    ),
)(demo.command)
app.command(
    "serve",
    help=told(
        "Run the whole platform: tables brought up to date, then web server and worker.",
        "전체 플랫폼을 실행합니다. 테이블을 새 버전에 맞춘 뒤 웹 서버와 워커를 함께 띄웁니다.",
    ),
)(serve.serve)
app.command("web", help=told("Run the web server alone.", "웹 서버만 실행합니다."))(serve.web)
app.command(
    "worker",
    help=told(
        "Run a worker alone; any number of them may run on PostgreSQL.",
        "워커만 실행합니다. PostgreSQL에서는 여러 개를 함께 실행할 수 있습니다.",
    ),
)(serve.worker)
app.command(
    "migrate",
    help=told(
        "Bring the tables of the database up to date with this version.",
        "데이터베이스의 테이블을 이 버전에 맞춥니다.",
    ),
)(serve.migrate)
app.add_typer(user.app, name="user")
app.command(
    "doctor",
    help=told(
        "Look at everything that the platform stands on, and explain each fault with what helps.",
        "플랫폼이 기대는 모든 것을 살펴보고 문제와 해결 방법을 알려 줍니다.",
    ),
)(doctor.command)
app.command(
    "backup",
    help=told(
        "Write database, lake, files and secret key to one file, while the platform runs.",
        "실행 중에도 데이터베이스, 레이크, 파일, 비밀 값을 파일 하나에 담습니다.",
    ),
)(backup.make)
app.command(
    "restore",
    help=told(
        "Bring a backup back into an empty folder, and prove that it is whole.",
        "백업을 빈 폴더에 복원하고 온전한지 확인합니다.",
    ),
)(backup.restore)
app.command(
    "import",
    help=told(
        "Bring files or a database into the platform; what came before comes once.",
        "파일이나 데이터베이스를 플랫폼으로 가져옵니다. 이미 가져온 것은 한 번만 셉니다.",
    ),
)(bring.command)
app.command(
    "export",
    help=told(
        "Write everything that was put in to a folder, in forms that an import reads again.",
        "넣은 모든 것을 다시 가져올 수 있는 형식으로 폴더에 씁니다.",
    ),
)(export.command)


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def everywhere(
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            help=told(
                "Show the traceback of a fault. May stand anywhere.",
                "오류가 난 곳을 자세히 보여 줍니다. 어느 자리에 써도 됩니다.",
            ),
        ),
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_say_version,
            help=told("Say the version and end.", "버전을 말하고 끝냅니다."),
        ),
    ] = False,
) -> None:
    """Options of every command; `--debug` is taken out of the arguments by `main`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit code: 0 answered, 2 request, 3 data, 4 engine, 70 fault, 130 Ctrl-C."""
    # A command ends soon: looking for dead cycles among the many nodes of its queries costs a tenth of its time.
    gc.set_threshold(200_000, 20, 20)
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given or bool(os.environ.get("DANGOL_DEBUG"))
    try:
        app([each for each in given if each != "--debug"], prog_name="dangol")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 a user never meets a traceback
        if debug:
            traceback.print_exc()
        return _failed(error, given)
    return 0


def _failed(error: Exception, arguments: Sequence[str]) -> int:
    """Say what went wrong in one paragraph, in the reader's language, and give the exit code for it."""
    language = spoken(asked_in(arguments), os.environ)
    if isinstance(error, DangolError):
        typer.echo(error.in_(language), err=True)
        return error.exit_code
    if isinstance(error, OSError) and error.filename:
        typer.echo(_FILE.format(path=error.filename, why=error.strerror).in_(language), err=True)
        return DataError.exit_code
    what = " ".join(str(error).split())
    typer.echo(_FAULT.format(kind=type(error).__name__, what=what).in_(language), err=True)
    return UNEXPECTED
