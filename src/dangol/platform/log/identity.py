"""Does a browser speak for the person it names? A short-lived token of the business's own server says so.

The server signs (HS256, with the source's signing secret) `{"sub": user id, "exp": at most an hour ahead,
"traits": {...}, "groups": [...]}`. What a browser says without it is kept, and not believed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import jwt

LONGEST_SECONDS: Final = 3600
"""How far ahead a token may end."""
LEEWAY_SECONDS: Final = 30
"""How much two clocks may differ."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says."""

    user_id: str
    traits: dict[str, Any] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()


def claims_of(token: str, secret: str, now: datetime) -> Claims | None:
    """What the token says, or None when it is not to be believed (forged, ended, too long-lived)."""
    if not secret:
        return None
    try:
        told = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            options={"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False},
        )
        ends = float(told["exp"]) - now.timestamp()
    except (jwt.InvalidTokenError, TypeError, ValueError, RecursionError):
        return None
    traits, groups = told.get("traits", {}), told.get("groups", [])
    is_sound = isinstance(told["sub"], str) and told["sub"] and isinstance(traits, dict)
    if not is_sound or not -LEEWAY_SECONDS < ends <= LONGEST_SECONDS + LEEWAY_SECONDS:
        return None
    named = frozenset(each for each in groups if isinstance(each, str)) if isinstance(groups, list) else ()
    return Claims(told["sub"], traits, frozenset(named))


def trusted(message: dict[str, Any], claims: Claims) -> bool:
    """Whether the token vouches for this message; an identify's own traits then move to `traits.untrusted`.

    An alias is never vouched for: its previousId may be anybody's. A group only when the token names it.
    """
    kind = message["type"]
    if message.get("userId") != claims.user_id or kind == "alias":
        return False
    if kind == "group":
        return message["groupId"] in claims.groups
    if kind == "identify":
        own = message.get("traits") or {}
        message["traits"] = claims.traits | ({"untrusted": own} if own else {})
    return True
