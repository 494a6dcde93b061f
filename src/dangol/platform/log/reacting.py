"""Who wants to know what happened? Functions that get the log's rows in batches, each at its own pace.

    @reaction("people.profiles", types=("identify", "alias"))
    def keep_profiles(rows: Sequence[LogRow]) -> None: ...

A reaction runs in one transaction with the move of its cursor: what it writes and how far it has read are one
fact. It must do no network or file work (plan an effect for that), and it must not matter to it how rows are cut
into batches. A row on which it fails is set aside as a Setback, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from dangol.platform.log.rows import LogRow

React = Callable[[Sequence[LogRow]], None]
PREFIX: Final = "reaction:"
"""What the names of the cursors of reactions begin with."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """A reader of the log: `types` and `names` narrow what it gets; None is everything."""

    name: str
    react: React
    types: frozenset[str] | None
    names: frozenset[str] | None
    is_live_only: bool

    @property
    def cursor(self) -> str:
        """The name of its place in the log."""
        return PREFIX + self.name


REACTIONS: Final[dict[str, Reaction]] = {}


def reaction(
    name: str,
    *,
    types: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    is_live_only: bool = False,
) -> Callable[[React], React]:
    """Register a reaction: rows of these types (identify, track, ...) and, for track, of these event names.

    `is_live_only` leaves out what was imported or came late. A reaction that is new to an installation begins
    with the oldest row that is still kept as a segment.
    """

    def registered(react: React) -> React:
        if name in REACTIONS:
            raise ValueError(f"Two reactions are called {name!r}.")
        wanted = Reaction(name, react, _set(types), _set(names), is_live_only)
        REACTIONS[name] = wanted
        return react

    return registered


def _set(values: Sequence[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)
