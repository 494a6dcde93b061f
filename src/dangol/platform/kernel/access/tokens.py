"""How are secrets made that are shown once and kept only as their hash?"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

KEY_MARK: Final = "dk_"
"""With what every API key begins, so that a leaked one is recognised."""
PREFIX_LENGTH: Final = 9
"""How much of a key is kept in the open, to tell keys apart."""


def new_token() -> str:
    """256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """An API key: 256 random bits behind its mark."""
    return KEY_MARK + new_token()


def hash_of(token: str) -> str:
    """What is kept of a token. It has 256 bits of its own: a slow hash would add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
