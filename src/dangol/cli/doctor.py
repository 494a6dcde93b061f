"""What is wrong with this installation, and what helps?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import typer

from dangol.cli import options
from dangol.cli.words import spoken
from dangol.core.errors import DangolError, DataError
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.platform.kernel.examining import Finding

SIGNS: Final[Mapping[str, Said]] = {
    "well": Said("well   ", "정상"),
    "warning": Said("look   ", "주의"),
    "fault": Said("FAULT  ", "문제"),
}


def command(lang: options.Lang = None, json: options.AsJson = False) -> None:
    """Look at everything that the platform stands on, and explain each fault with what helps."""
    language = spoken(lang, os.environ)
    found = findings()
    if json:
        from dangol.cli.output import as_json

        typer.echo(as_json([_plain(each, language) for each in found]))
    else:
        typer.echo("\n".join(line for each in found for line in _lines(each, language)))
    if any(each.level == "fault" for each in found):
        raise typer.Exit(DataError.exit_code)


def findings() -> list[Finding]:
    """What there is to say. Without settings that can be read Django is not asked at all."""
    from dangol.platform.kernel.environment import environment
    from dangol.platform.kernel.examinations import ground

    try:
        environment()
    except (DangolError, OSError):
        return list(ground.settings())
    from dangol.cli.platform import ready

    ready(log_level="critical")
    from dangol.platform.kernel.examining import examined

    return list(examined())


def _lines(each: Finding, language: Language) -> list[str]:
    lines = [f"{SIGNS[each.level].in_(language)}  {each.says.in_(language)}"]
    return lines + ([f"         {each.helps.in_(language)}"] if each.helps else [])


def _plain(each: Finding, language: Language) -> dict[str, str | None]:
    helps = each.helps.in_(language) if each.helps else None
    return {"name": each.name, "level": each.level, "says": each.says.in_(language), "helps": helps}
