"""From which files, and under which settings, is the question answered?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dangol.cli import findings
from dangol.cli.notes import note, working
from dangol.core.errors import RequestError
from dangol.core.language import Language, Said

if TYPE_CHECKING:
    from dangol.core.engine import Settings, World
    from dangol.core.engine.files import Loading

READING = Said("Reading the files", "파일을 읽고 있습니다")


@dataclass(frozen=True, slots=True)
class Source:
    """What the shared options of the commands say, as they were typed."""

    files: Sequence[str]
    language: Language
    engine: str = "duckdb"
    mapping: Sequence[str] = ()
    as_of: str | None = None
    time_zone: str = "UTC"
    inactivity: int | None = None
    fiscal_start: int = 1
    refused: Path | None = None

    def world(self) -> World:
        """The world of the files, after saying on stderr what was found in them and what was refused.

        Rows of a later day than today are in the future, and are refused.
        """
        import dangol
        from dangol.cli.clock import today

        with working(READING, self.language):
            world = dangol.world(
                list(self.files),
                mapping=pairs(self.mapping, "--map", "COLUMN=HEADING"),
                settings=self.settings(),
                as_of=day(self.as_of),
                engine=self.engine,
                not_after=today(self.time_zone),
            )
        findings.say(world.loading, self.language)
        if self.refused is not None:
            self._write_refused(self.refused, world.loading)
        return world

    def _write_refused(self, target: Path, loading: Loading) -> None:
        count = loading.write_refused(target, self.language)
        note(findings.WROTE_REFUSED.format(count=f"{count:,}", path=target), self.language)

    def settings(self) -> Settings:
        """The settings of the world, those not given as they are by default."""
        from dangol.core.engine import Settings

        chosen = Settings(time_zone=self.time_zone, fiscal_start=self.fiscal_start)
        return chosen if self.inactivity is None else replace(chosen, inactivity_days=self.inactivity)


def pairs(given: Sequence[str], option: str, form: str) -> dict[str, str]:
    """What an option takes as NAME=TEXT, by name; a RequestError for one that does not say which is which.

    >>> pairs(["amount=총 금액"], "--map", "COLUMN=HEADING")
    {'amount': '총 금액'}
    """
    split = [each.partition("=") for each in given]
    for name, equals, text in split:
        if not (name.strip() and equals and text.strip()):
            raise RequestError(
                Said(
                    f"{option} {name}{equals}{text} was asked for.",
                    f"{option} {name}{equals}{text}을(를) 요청하셨습니다.",
                ),
                Said("It does not say which is which.", "무엇이 무엇인지 알 수 없습니다."),
                Said(f"Write {option} {form}.", f"{option} {form}처럼 쓰십시오."),
            )
    return {name.strip(): text.strip() for name, _, text in split}


def day(text: str | None) -> date | None:
    """A day as typed, or None; a RequestError when it is not one.

    >>> day("2025-03-01")
    datetime.date(2025, 3, 1)
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(
            Said(f"The day {text!r} was asked for.", f"날짜 {text!r}을(를) 요청하셨습니다."),
            Said("It is not a day of the calendar as YYYY-MM-DD.", "YYYY-MM-DD 형식의 날짜가 아닙니다."),
            Said("Write for example 2025-03-01.", "예를 들어 2025-03-01처럼 쓰십시오."),
        ) from error
