"""In which language does the terminal speak? What was asked for, else what the shell is set to, else English."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from dangol.core.language import Language, Said

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def spoken(asked: str | None, environment: Mapping[str, str]) -> Language:
    """The language of `--lang` when given, else that of the first locale variable that is set.

    >>> spoken(None, {"LANG": "ko_KR.UTF-8"}), spoken("en", {"LANG": "ko_KR.UTF-8"}), spoken(None, {})
    ('ko', 'en', 'en')
    """
    set_to = asked or next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    return "ko" if set_to.lower().startswith("ko") else "en"


def asked_in(arguments: Sequence[str]) -> str | None:
    """The value of `--lang` among raw arguments, for errors that come before any command has run.

    >>> asked_in(["report", "--lang", "ko"]), asked_in(["report", "--lang=ko"]), asked_in(["report"])
    ('ko', 'ko', None)
    """
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang":
            return "".join(arguments[position + 1 : position + 2])
    return None


def told(en: str, ko: str) -> str:
    """A text of the help, in the language that this command line was started in.

    Typer takes its texts when the commands are declared, before any option is read.
    """
    return Said(en, ko).in_(spoken(asked_in(sys.argv[1:]), os.environ))
