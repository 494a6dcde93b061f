"""What holds for every message of one request?"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import msgspec

from dangol.platform.kernel import clock
from dangol.platform.log.identity import Claims, claims_of


@dataclass(slots=True)
class Request:
    """Said once for all of its messages."""

    type: str | None = None
    """Of the address it came to; None for a batch."""
    sent_at: str | None = None
    """The sender's clock, checked; a message's own goes before it."""
    context: dict[str, Any] | None = None
    """Put under each message's own context."""
    is_live: bool = True
    signing_secret: str = ""
    """Of a browser's source; empty where tokens mean nothing."""
    token: str = ""
    _fronts: dict[tuple[bool, bool], bytes] = field(init=False, default_factory=dict)
    claims: Claims | None = field(init=False)

    def __post_init__(self) -> None:
        self.claims = self.claims_of(self.token) if self.token else None

    def front(self, *, needs_type: bool, needs_sent_at: bool, needs_id: bool) -> bytes:
        """How a line begins that lacks these: `{"key":value,...,`; empty when nothing is to be added."""
        front = self._fronts.get((needs_type, needs_sent_at))
        if front is None:
            front = self._fronts[needs_type, needs_sent_at] = self._front(needs_type, needs_sent_at)
        if needs_id:
            return b'{"messageId":"%s",%s' % (new_id().encode(), front[1:])
        return front

    def _front(self, needs_type: bool, needs_sent_at: bool) -> bytes:
        told: dict[str, Any] = {} if self.is_live else {"dangolLive": False}
        if needs_type:
            told["type"] = self.type
        if needs_sent_at and self.sent_at is not None:
            told["sentAt"] = self.sent_at
        return msgspec.json.encode(told)[:-1] + b"," if told else b""

    def claims_of(self, token: str) -> Claims | None:
        """Whom this source's token speaks for."""
        return claims_of(token, self.signing_secret, clock.now())


def new_id() -> str:
    """A name for a message that came without one."""
    return uuid.uuid4().hex
