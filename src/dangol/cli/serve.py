"""How is the platform run? Everything in one command, or web and worker apart."""

from __future__ import annotations

import gc
import os
import signal
import threading
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import typer

from dangol.cli import options
from dangol.cli.notes import note
from dangol.cli.platform import ready
from dangol.cli.processes import Group, call, when_parent_is_gone
from dangol.cli.words import spoken, told
from dangol.core.language import Language, Said

Host = Annotated[
    str,
    typer.Option("--host", metavar="ADDRESS", help=told("Address to listen on.", "서버를 열 주소.")),
]
Port = Annotated[
    int | None,
    typer.Option(
        "--port", metavar="N", min=0, max=65_535,
        help=told("Port to listen on; without it, that of DANGOL_URL.", "서버를 열 포트. 없으면 DANGOL_URL의 포트를 씁니다."),
    ),
]  # fmt: skip
Open = Annotated[
    bool,
    typer.Option("--open", help=told("Open the console in a browser.", "브라우저로 콘솔을 엽니다.")),
]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", metavar="FOLDER",
        help=told("Folder of the database and the lake; overrides DANGOL_DATA.", "데이터베이스와 레이크 폴더. DANGOL_DATA보다 먼저입니다."),
    ),
]  # fmt: skip

UP: Final = Said("Dangol is at {url}", "단골이 {url} 에서 열렸습니다.")
STOP: Final = Said("Ctrl-C stops it.", "Ctrl-C를 누르면 멈춥니다.")
CHANGED: Final = Said("Changes made to the tables: {count}", "테이블 변경 {count}건을 적용했습니다.")
USUAL: Final = 8000


def serve(
    host: Host = "127.0.0.1",
    port: Port = None,
    open_: Open = False,
    data: Data = None,
    lang: options.Lang = None,
) -> None:
    """Run the whole platform: tables brought up to date, then web server and worker until either ends."""
    language = spoken(lang, os.environ)
    wanted, url = where(host, port)
    given = environment_of(data, url)
    check_free(host, wanted)
    if code := call(["migrate", "--quietly"], given):
        raise typer.Exit(code)
    run_everything(given, host, wanted, url, language, open_)


def run_everything(
    given: dict[str, str], host: str, port: int, url: str, language: Language, is_shown: bool, *more: Said
) -> None:
    """Web server and worker together, until either ends or this process is asked to stop."""
    group = Group(given)
    group.start("web", "--host", host, "--port", str(port))
    group.start("worker")
    threading.Thread(
        target=_say_when_up, args=(host, port, url, language, is_shown, more), daemon=True
    ).start()
    raise typer.Exit(group.until_the_end())


def web(host: Host = "127.0.0.1", port: Port = None) -> None:
    """Run the web server alone."""
    ready(is_for_work=True)
    from dangol.platform.web.server import WebServer

    server = WebServer(host, where(host, port)[0])
    when_parent_is_gone(server.stop)
    _settle()
    server.run()


def worker() -> None:
    """Run a worker alone; any number of them may run on PostgreSQL."""
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    ready(is_for_work=True)
    from dangol.platform.kernel import worker as chores

    when_parent_is_gone(stop.set)
    _settle()
    chores.run(stop)


def migrate(
    quietly: Annotated[
        bool,
        typer.Option(
            "--quietly",
            help=told("Say nothing when there is nothing to do.", "할 일이 없으면 아무것도 알리지 않습니다."),
        ),
    ] = False,
    lang: options.Lang = None,
) -> None:
    """Bring the tables of the database up to date with this version."""
    ready(log_level="warning")
    from dangol.platform.kernel.schema import bring_up_to_date

    count = bring_up_to_date()
    if count or not quietly:
        note(CHANGED.format(count=count), spoken(lang, os.environ))


def where(host: str, port: int | None) -> tuple[int, str]:
    """The port to listen on, and the address at which browsers find it."""
    told_url = os.environ.get("DANGOL_URL", "").rstrip("/")
    if told_url:
        return (port if port is not None else urlsplit(told_url).port or USUAL), told_url
    wanted = USUAL if port is None else port
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 it is shown, not listened on
    return wanted, f"http://{f'[{shown}]' if ':' in shown else shown}:{wanted}"


def environment_of(data: Path | None, url: str) -> dict[str, str]:
    """What the processes of the platform are told besides the environment."""
    return {"DANGOL_URL": url} | ({} if data is None else {"DANGOL_DATA": str(data.resolve())})


def check_free(host: str, port: int) -> None:
    """A RequestError when somebody listens there already, before anything is begun."""
    from dangol.platform.kernel.sockets import listening

    listening(host, port).close()


def _say_when_up(
    host: str, port: int, url: str, language: Language, is_shown: bool, more: Sequence[Said]
) -> None:
    from dangol.platform.kernel.sockets import wait_until_open

    if wait_until_open(host, port):
        for each in (UP.format(url=url), *more, STOP):
            note(each, language)
        if is_shown:
            webbrowser.open(url)


def _settle() -> Any:
    """A long life: what is loaded by now stays, and is not looked through again for dead cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)
