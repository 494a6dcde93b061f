"""What is wrong with this installation, and what helps? Examinations of every room, each fault in a sentence."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from dangol.core.language import Said

Level = Literal["well", "warning", "fault"]
Need = Literal["environment", "database", "tables"]
DEPTHS: Final[tuple[Need, ...]] = ("environment", "database", "tables")
"""What an examination stands on; those that stand on something broken are not asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it."""

    name: str
    level: Level
    says: Said
    helps: Said | None = None


Examination = Callable[[], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class _Registered:
    needs: Need
    examine: Examination


EXAMINATIONS: Final[dict[str, _Registered]] = {}


def examination(name: str, *, needs: Need) -> Callable[[Examination], Examination]:
    """Register what `dangol doctor` looks at. It gives what it finds; one that finds all well says so."""

    def registered(examine: Examination) -> Examination:
        EXAMINATIONS[name] = _Registered(needs, examine)
        return examine

    return registered


def well(name: str, en: str, ko: str) -> Finding:
    """All is well."""
    return Finding(name, "well", Said(en, ko))


def examined() -> Iterator[Finding]:
    """Every finding, from the ground up; a fault on one depth ends the examination after it."""
    for own in ("ground", "database", "machine"):
        importlib.import_module(f"dangol.platform.kernel.examinations.{own}")
    broken = False
    for need in DEPTHS:
        if need == "tables":
            _find_rooms()
        for name, each in list(EXAMINATIONS.items()):
            if each.needs == need and not broken:
                yield from _findings(name, each)
        broken = broken or any(each.level == "fault" for each in _seen)
    _seen.clear()


_seen: Final[list[Finding]] = []


def _findings(name: str, each: _Registered) -> Iterator[Finding]:
    try:
        found = list(each.examine())
    except Exception as error:  # noqa: BLE001 whatever goes wrong is a finding
        found = [_fell_over(name, error)]
    _seen.extend(found)
    yield from found


def _fell_over(name: str, error: Exception) -> Finding:
    what = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return Finding(
        name, "fault",
        Said(f"Looking at it failed: {what}", f"확인하는 중에 문제가 생겼습니다: {what}"),
        Said("Run `dangol --debug doctor` and report what it says.", "`dangol --debug doctor`를 실행하고 그 내용을 알려 주십시오."),
    )  # fmt: skip


def _find_rooms() -> None:
    """Import the examinations of every room above."""
    from django.apps import apps

    for room in apps.get_app_configs():
        name = f"{room.name}.examinations"
        if room.name.startswith("dangol.") and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
