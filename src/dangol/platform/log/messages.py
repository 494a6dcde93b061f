"""Is this message one of the Segment specification, and how is it written down?

Nearly every message is right as it came: `written` decodes it once into a typed shape and keeps its own
bytes, with what the request said for all of them put in front. Whatever is unusual goes to `mended`,
which looks at one field after the other, puts right what can be, and says what cannot.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from dangol.platform.log.mending import mended
from dangol.platform.log.refusals import EVENT_BYTES, ID_LETTERS, LEVELS, YEARS, RefusedError
from dangol.platform.log.request import Request

Text = Annotated[str, Meta(min_length=1, max_length=ID_LETTERS)]
Moment = Annotated[datetime, Meta(tz=True)]


class Message(Struct, gc=False, forbid_unknown_fields=True):
    """A message that needs no mending. Whatever it holds can be read: no byte of it is left unlooked at."""

    type: Literal["identify", "track", "page", "screen", "group", "alias"] | UnsetType = UNSET
    userId: Text | None = None  # noqa: N815 the specification's own names, here and below
    anonymousId: Text | None = None  # noqa: N815
    messageId: Text | UnsetType = UNSET  # noqa: N815
    event: Text | None = None
    groupId: Text | None = None  # noqa: N815
    previousId: Text | None = None  # noqa: N815
    name: Annotated[str, Meta(max_length=ID_LETTERS)] | None = None
    timestamp: Moment | None = None
    originalTimestamp: Moment | None = None  # noqa: N815
    sentAt: Moment | UnsetType = UNSET  # noqa: N815
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    integrations: Any = None
    category: Annotated[str, Meta(max_length=ID_LETTERS)] | None = None
    channel: Any = None
    version: Any = None
    _metadata: Any = None


_decode: Final = msgspec.json.Decoder(Message).decode
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_FIRST, _LAST = YEARS.start, YEARS.stop - 1


def written(raw: bytes, request: Request) -> bytes:
    """The message as one line of JSON with all that the sequencer needs; a RefusedError says why not."""
    if len(raw) > EVENT_BYTES:
        raise RefusedError("too_large", found=len(raw), limit=EVENT_BYTES)
    try:
        message = _decode(raw)
    except _UNREADABLE:
        return mended(raw, request)
    if not _is_plain(message, raw, request):
        return mended(raw, request)
    line = raw.replace(b"\n", b" ").replace(b"\r", b" ") if b"\n" in raw or b"\r" in raw else raw
    front = request.front(
        needs_type=message.type is UNSET,
        needs_sent_at=message.sentAt is UNSET,
        needs_id=message.messageId is UNSET,
    )
    return front + line[1:] if front else line


def _is_plain(message: Message, raw: bytes, request: Request) -> bool:
    """Whether it can be kept byte by byte, with the request's own words in front."""
    kind = request.type if message.type is UNSET else message.type
    if request.type is not None and kind != request.type:
        return False
    if not (message.userId or message.anonymousId) or (kind is None):
        return False
    if kind == "track":
        if message.event is None:
            return False
    elif kind != "page" and kind != "screen" and not _is_complete(kind, message):
        return False
    if message.context is not None and "identityToken" in message.context:
        return False
    return (
        request.context is None
        and request.claims is None
        and _is_near(message.timestamp)
        and _is_near(message.originalTimestamp)
        and _is_near(message.sentAt)
        and raw.count(b"{") + raw.count(b"[") <= LEVELS
        and (b"\\" not in raw or b"\\u0000" not in raw)
    )


def _is_complete(kind: str | UnsetType, message: Message) -> bool:
    if kind == "identify":
        return message.traits is not None or message.context is None or "traits" not in message.context
    if kind == "group":
        return message.groupId is not None
    return message.previousId is not None and message.userId is not None


def _is_near(moment: datetime | UnsetType | None) -> bool:
    return moment is None or moment is UNSET or _FIRST < moment.year < _LAST
