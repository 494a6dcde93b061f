"""What does a request carry? Its body whole, unpacked, and within bounds of size and time."""

from __future__ import annotations

import asyncio
import zlib
from typing import Final

from dangol.core.language import Said
from dangol.platform.log.refusals import BATCH_BYTES
from dangol.platform.web.bodies import GoneError, Receive
from dangol.platform.web.door.answers import TurnedAwayError

BODY_SECONDS: Final = 20.0
"""A body that takes longer to arrive is given up."""
_GZIP: Final = 16 + zlib.MAX_WBITS


async def body_of(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    """The body, unpacked; a TurnedAwayError when it is too long, too slow or not what it says it is."""
    length = headers.get(b"content-length")
    if length is not None and (not length.isdigit() or int(length) > BATCH_BYTES):
        raise _too_long()
    message = await receive()
    if message["type"] == "http.disconnect":
        raise GoneError
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        body = await _rest(receive, body)
    if len(body) > BATCH_BYTES:
        raise _too_long()
    packed = headers.get(b"content-encoding")
    return body if packed is None else _unpacked(body, packed)


async def _rest(receive: Receive, first: bytes) -> bytes:
    parts, size = [first], len(first)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > BATCH_BYTES:
                    raise _too_long()
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise TurnedAwayError(
            408, "too_slow",
            Said(f"The body did not arrive within {BODY_SECONDS:.0f} seconds.", f"본문이 {BODY_SECONDS:.0f}초 안에 도착하지 않았습니다."),
            Said("Send smaller batches.", "더 작게 나누어 보내 주십시오."),
        ) from None  # fmt: skip


def _unpacked(body: bytes, packed: bytes) -> bytes:
    """A gzip body; no more of it is unpacked than a request may have."""
    named = packed.strip().lower()
    if named in (b"", b"identity"):
        return body
    if named not in (b"gzip", b"x-gzip"):
        raise TurnedAwayError(
            415, "unknown_encoding",
            Said("Its Content-Encoding is not known here.", "알 수 없는 Content-Encoding입니다."),
            Said("Send it as gzip, or as it is.", "gzip으로 보내거나 그대로 보내 주십시오."),
        )  # fmt: skip
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain = unpacker.decompress(body, BATCH_BYTES + 1)
    except zlib.error:
        raise _not_gzip() from None
    if len(plain) > BATCH_BYTES:
        raise _too_long()
    if not unpacker.eof or unpacker.unused_data:
        raise _not_gzip()
    return plain


def _too_long() -> TurnedAwayError:
    return TurnedAwayError(
        413, "too_large",
        Said(f"The request is longer than {BATCH_BYTES} bytes.", f"요청이 {BATCH_BYTES}바이트를 넘습니다."),
        Said("Send smaller batches; 500 KB is the most, 32 KB an event.", "더 작게 나누어 보내 주십시오. 요청은 500KB, 이벤트는 32KB까지입니다."),
    )  # fmt: skip


def _not_gzip() -> TurnedAwayError:
    return TurnedAwayError(
        400, "not_gzip",
        Said("It says that it is gzip, but cannot be unpacked as such.", "gzip이라고 하지만 풀 수 없습니다."),
        Said("Send one whole gzip stream, or leave Content-Encoding out.", "온전한 gzip 하나로 보내거나 Content-Encoding을 빼 주십시오."),
    )  # fmt: skip
