"""What does the door answer? `{"success": true}` as Segment does, and sentences where something is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from dangol.core.errors import DangolError, RequestError
from dangol.core.language import Said
from dangol.platform.log.refusals import Refusal
from dangol.platform.web.bodies import Send

Headers = list[tuple[bytes, bytes]]
JSON: Final = (b"content-type", b"application/json")
NOSNIFF: Final = (b"x-content-type-options", b"nosniff")
DONE_BODY: Final = b'{"success": true}'
_DONE_START: Final = {
    "type": "http.response.start",
    "status": 200,
    "headers": [JSON, (b"content-length", b"%d" % len(DONE_BODY)), NOSNIFF],
}
_DONE: Final = {"type": "http.response.body", "body": DONE_BODY}


class TurnedAwayError(RequestError):
    """A request that the door does not take, with its status and, where it helps, when to come again."""

    def __init__(
        self, status: int, code: str, wrong: Said, would_work: Said, retry_after: int | None = None
    ) -> None:
        self.status, self.code, self.retry_after = status, code, retry_after
        super().__init__(Said("Events were sent.", "이벤트를 보내셨습니다."), wrong, would_work)


async def done(send: Send, extra: Headers) -> None:
    """200: all of it is on disk."""
    await send(_DONE_START if not extra else _start(200, len(DONE_BODY), extra))
    await send(_DONE)


async def partly_done(send: Send, extra: Headers, refused: Sequence[Refusal], *, is_any_kept: bool) -> None:
    """200 when some are on disk, 400 when none is; each refused one with its place and reason."""
    told: dict[str, Any] = {"success": is_any_kept}
    if not is_any_kept:
        told |= {"code": refused[0].reason, "message": refused[0].sentence.en}
    told["refused"] = [
        {"index": each.index, "reason": each.reason, "sentence": _both(each.sentence)} for each in refused
    ]
    await answer(send, 200 if is_any_kept else 400, told, extra)


async def turned_away(send: Send, extra: Headers, error: TurnedAwayError) -> None:
    """4xx or 503, in sentences."""
    further = [] if error.retry_after is None else [(b"retry-after", b"%d" % error.retry_after)]
    if error.status == 401:
        further.append((b"www-authenticate", b'Basic realm="write key"'))
    await answer(send, error.status, told_of(error.code, error), extra + further)


async def answer(send: Send, status: int, told: Any, extra: Headers) -> None:
    """Any JSON."""
    body = msgspec.json.encode(told)
    await send(_start(status, len(body), extra))
    await send({"type": "http.response.body", "body": body})


async def empty(send: Send, status: int, extra: Headers) -> None:
    """No body at all."""
    await send(
        {"type": "http.response.start", "status": status, "headers": [*extra, (b"content-length", b"0")]}
    )
    await send({"type": "http.response.body", "body": b""})


def _start(status: int, length: int, extra: Headers) -> dict[str, Any]:
    headers = [JSON, (b"content-length", b"%d" % length), NOSNIFF, *extra]
    return {"type": "http.response.start", "status": status, "headers": headers}


def told_of(code: str, error: DangolError) -> dict[str, Any]:
    """A refusal of a whole request as JSON."""
    both = {"en": error.in_("en"), "ko": error.in_("ko")}
    return {"success": False, "code": code, "message": both["en"], "sentence": both}


def _both(said: Said) -> dict[str, str]:
    return {"en": said.en, "ko": said.ko}
