"""How does the first person get in? A user made on the server's own command line."""

from __future__ import annotations

import os
from typing import Annotated, Final

import typer

from dangol.cli import options
from dangol.cli.notes import note
from dangol.cli.platform import ready
from dangol.cli.words import spoken, told
from dangol.core.language import Said

app = typer.Typer(
    help=told("People who work with the console.", "콘솔을 쓰는 사람들."),
    no_args_is_help=True,
    rich_markup_mode=None,
)

PASSWORD: Final = Said("Password: ", "비밀번호: ")
AGAIN: Final = Said("The same again: ", "한 번 더: ")
DIFFERENT: Final = Said(
    "The two are not the same. Please try again.", "두 비밀번호가 다릅니다. 다시 입력해 주십시오."
)
MADE: Final = Said(
    "{email} can sign in now, with the role {role}.", "이제 {email} 님이 {role} 역할로 로그인할 수 있습니다."
)

RESET: Final = Said(
    "Whoever opens this link within an hour chooses a new password for {email}. It works once.",
    "한 시간 안에 이 링크를 열면 {email} 님의 새 비밀번호를 정할 수 있습니다. 한 번만 쓸 수 있습니다.",
)
CODE: Final = Said(
    "Enter this code on the first page, when the browser is not on this machine.",
    "이 컴퓨터가 아닌 곳의 브라우저라면 첫 화면에 이 코드를 입력하십시오.",
)

Email = Annotated[str, typer.Argument(metavar="EMAIL", help=told("Their e-mail address.", "전자우편 주소."))]
RoleName = Annotated[
    str,
    typer.Option("--role", metavar="ROLE", help="owner, admin, analyst, marketer, agent, viewer"),
]
Stdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help=told("Read the password from standard input.", "비밀번호를 표준 입력에서 읽습니다."),
    ),
]
Name = Annotated[str, typer.Option("--name", metavar="NAME", help=told("Their name.", "이름."))]


@app.callback()
def everyone() -> None:
    """People who work with the console."""


@app.command("create", help=told("Make somebody who can sign in.", "로그인할 사람을 만듭니다."))
def create(
    email: Email,
    role: RoleName = "owner",
    name: Name = "",
    password_stdin: Stdin = False,
    lang: options.Lang = None,
) -> None:
    """Make somebody who can sign in; the password is asked for, or read from standard input."""
    language = spoken(lang, os.environ)
    ready(log_level="warning")
    from dangol.platform.kernel.access.actions import create_user
    from dangol.platform.kernel.access.viewer import SYSTEM
    from dangol.platform.kernel.schema import bring_up_to_date

    bring_up_to_date()
    password = typer.get_text_stream("stdin").readline().rstrip("\n") if password_stdin else ""
    while not password:
        first = typer.prompt(PASSWORD.in_(language), hide_input=True, prompt_suffix="")
        second = typer.prompt(AGAIN.in_(language), hide_input=True, prompt_suffix="")
        password = first if first == second else ""
        if not password:
            note(DIFFERENT, language)
    create_user(SYSTEM, email, password, role, name=name, language=lang or "")
    note(MADE.format(email=email, role=role), language)


@app.command(
    "reset", help=told("Make a link to choose a new password.", "새 비밀번호를 정할 링크를 만듭니다.")
)
def reset(email: Email, lang: options.Lang = None) -> None:
    """Make a link to choose a new password, where no mail server is set up."""
    ready(log_level="warning")
    from dangol.platform.web.entrance.resetting import reset_link

    typer.echo(reset_link(email))
    note(RESET.format(email=email), spoken(lang, os.environ))


@app.command(
    "setup-code", help=told("Say the code of the first page.", "첫 화면에 입력할 코드를 알려 줍니다.")
)
def setup_code(lang: options.Lang = None) -> None:
    """Say the code that lets a browser elsewhere make the first owner."""
    ready(log_level="warning")
    from dangol.platform.kernel.access.queries import setup_code as code

    typer.echo(code())
    note(CODE, spoken(lang, os.environ))
