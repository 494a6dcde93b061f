"""Through whose eyes is it looked? What every room's `visible_to` and every permission check take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dangol.platform.kernel.access.roles import Role

RIGHTS: Final[dict[str, frozenset[str]]] = {
    "see_numbers": frozenset(Role.values),
    "see_people": frozenset({Role.OWNER, Role.ADMIN, Role.ANALYST, Role.MARKETER, Role.AGENT}),
    "export": frozenset({Role.OWNER, Role.ADMIN, Role.ANALYST}),
    "edit_people": frozenset({Role.OWNER, Role.ADMIN, Role.MARKETER, Role.AGENT}),
    "edit_audiences": frozenset({Role.OWNER, Role.ADMIN, Role.ANALYST, Role.MARKETER}),
    "edit_insight": frozenset({Role.OWNER, Role.ADMIN, Role.ANALYST}),
    "bring_data": frozenset({Role.OWNER, Role.ADMIN, Role.ANALYST}),
    "handle_rights_requests": frozenset({Role.OWNER, Role.ADMIN}),
    "administer": frozenset({Role.OWNER, Role.ADMIN}),
    "own": frozenset({Role.OWNER}),
}
"""Which roles hold each right. The whole matrix; a new right is a new line here."""
OF_THE_WHOLE: Final = frozenset({"bring_data", "handle_rights_requests", "own"})
"""Rights over what has no units: the log, requests about personal data, the installation. Units alone give none of them."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody (or a key) with a role over the whole business or over some units only.

    `units` is None for the whole business. A viewer of units sees only people of those units,
    and numbers made of those people only.
    """

    name: str
    role: str
    units: frozenset[int] | None = None
    user_id: int | None = None
    scopes: frozenset[str] | None = None
    """The rights that a key was narrowed to; None: all of its role."""
    is_key: bool = False
    """Whether it is a program with a key rather than a person."""

    def may(self, right: str) -> bool:
        """Whether the role, the reach, and the key's scope where there is one, hold a right."""
        reaches = self.units is None or right not in OF_THE_WHOLE
        return self.role in RIGHTS[right] and reaches and (self.scopes is None or right in self.scopes)


SYSTEM: Final = Viewer("dangol", Role.OWNER)
"""The platform itself: its workers and its command line on the server."""
