"""How does somebody take everything with them from a terminal? Every table as a file in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from dangol.cli import options
from dangol.cli.notes import working
from dangol.cli.platform import ready
from dangol.cli.words import spoken, told
from dangol.core.language import Said

Out = Annotated[
    Path, typer.Argument(metavar="FOLDER", help=told("Where the files are written.", "파일을 쓸 폴더."))
]
Form = Annotated[
    Literal["csv", "parquet", "jsonl"],
    typer.Option("--form", help=told("Parquet and JSON lines are exact; CSV is safe for spreadsheets.", "Parquet과 JSON은 원래 그대로, CSV는 스프레드시트에 안전합니다.")),
]  # fmt: skip

WRITING: Final = Said("Writing", "쓰고 있습니다")


def command(out: Out, form: Form = "parquet", lang: options.Lang = None) -> None:
    """Write everything that was put in: people, what they did and said, notes, consent, audiences, settings."""
    language = spoken(lang, os.environ)
    ready(log_level="warning")
    from dangol.platform.kernel.access.viewer import SYSTEM
    from dangol.platform.web.exporting import write_all

    with working(WRITING, language):
        written = write_all(SYSTEM, out, form)
    for name, size in written.items():
        typer.echo(f"{name}\t{size}")
