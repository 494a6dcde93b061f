"""Which messages stand in the body of a request? One, or a batch with what it says for all of them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from dangol.core.language import Said
from dangol.platform.log.accepting import Sifted, sifted
from dangol.platform.log.mending import moment_of
from dangol.platform.log.refusals import LEVELS, RefusedError
from dangol.platform.log.request import Request
from dangol.platform.web.door.answers import TurnedAwayError

BATCH_EVENTS: Final = 2_500
BATCH: Final = "batch"
IMPORT: Final = "import"
ADDRESSES: Final = {
    f"/v1/{word}": kind
    for kind, words in {
        "identify": ("identify", "i"),
        "track": ("track", "t"),
        "page": ("page", "p"),
        "screen": ("screen", "s"),
        "group": ("group", "g"),
        "alias": ("alias", "a"),
        BATCH: ("batch", "b"),
        IMPORT: ("import",),
    }.items()
    for word in words
}
"""What each address takes: a type of message, or several of any type."""
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Batch(msgspec.Struct):
    """A request with several messages."""

    batch: list[msgspec.Raw]
    sentAt: Any = None  # noqa: N815 the specification's own names
    context: Any = None
    writeKey: Any = None  # noqa: N815


class Alone(msgspec.Struct):
    """What is looked for in a request with one message."""

    writeKey: str = ""  # noqa: N815


_batch: Final = msgspec.json.Decoder(Batch).decode
_alone: Final = msgspec.json.Decoder(Alone).decode


def batch_in(body: bytes) -> Batch | None:
    """The batch that a body is, or None."""
    try:
        return _batch(body)
    except _UNREADABLE:
        return None


def key_in(body: bytes, batch: Batch | None) -> str:
    """The write key that stands in a body; empty when there is none."""
    if batch is not None:
        return batch.writeKey if isinstance(batch.writeKey, str) else ""
    try:
        return _alone(body).writeKey
    except _UNREADABLE:
        return ""


def divided(
    kind: str, body: bytes, batch: Batch | None, *, signing_secret: str = "", token: str = ""
) -> Sifted:
    """The messages of a body, divided into those to keep and those to refuse."""
    if kind not in (BATCH, IMPORT):
        is_signing = signing_secret or token
        request = Request(kind, signing_secret=signing_secret, token=token) if is_signing else _plain(kind)
        return sifted((body.strip(),), request)
    if batch is None:
        return _unreadable(body)
    if len(batch.batch) > BATCH_EVENTS:
        raise _too_many(len(batch.batch))
    sent_at = moment_of(batch.sentAt)
    request = Request(
        sent_at=sent_at.isoformat() if sent_at else None,
        context=batch.context if isinstance(batch.context, dict) and batch.context else None,
        is_live=kind == BATCH,
        signing_secret=signing_secret,
        token=token,
    )
    return sifted(map(bytes, batch.batch), request)


_PLAIN: Final[dict[str, Request]] = {}


def _plain(kind: str) -> Request:
    """The request of an address that says nothing else; the same for all."""
    found = _PLAIN.get(kind)
    if found is None:
        found = _PLAIN[kind] = Request(kind)
    return found


def _unreadable(body: bytes) -> Sifted:
    """The request is kept among the refused, with what is wrong with it."""
    result = Sifted()
    try:
        msgspec.json.decode(body)
        error = RefusedError("no_batch")
    except RecursionError:
        error = RefusedError("too_deep", limit=LEVELS)
    except ValueError as fault:
        error = RefusedError("not_json", found=fault)
    result.refuse(0, body, error)
    return result


def _too_many(count: int) -> TurnedAwayError:
    return TurnedAwayError(
        413, "too_many",
        Said(f"The batch has {count} messages.", f"메시지가 {count}개입니다."),
        Said(f"Send up to {BATCH_EVENTS} at once.", f"한 번에 {BATCH_EVENTS}개까지 보내 주십시오."),
    )  # fmt: skip
