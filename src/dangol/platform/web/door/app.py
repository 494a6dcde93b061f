"""Where do events come in? The Segment HTTP API on bare ASGI: parse, let the log keep it, answer."""

from __future__ import annotations

from typing import Final

import structlog

from dangol.core.language import Said
from dangol.platform.log.accepting import Sifted
from dangol.platform.log.envelopes import Envelopes, FullError, UnwrittenError
from dangol.platform.log.keys import OpenSource
from dangol.platform.web.bodies import GoneError, Receive, Scope, Send
from dangol.platform.web.door import answers, browsers, webhooks
from dangol.platform.web.door.answers import Headers, TurnedAwayError
from dangol.platform.web.door.keys import Keys
from dangol.platform.web.door.parsing import ADDRESSES, BATCH, IMPORT, batch_in, divided, key_in
from dangol.platform.web.door.reading import body_of

_log = structlog.get_logger(__name__)


class Door:
    """The ASGI application below /v1/; one process has one."""

    def __init__(self, envelopes: Envelopes | None = None, keys: Keys | None = None) -> None:
        self.envelopes = envelopes or Envelopes()
        self.keys = keys or Keys()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a request, or the server's beginning and end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        headers = dict(scope["headers"])
        extra: Headers = []
        try:
            origin = headers.get(b"origin")
            if origin is not None and not await browsers.is_let_in(self.keys, scope, origin, send, extra):
                return
            await self._take(scope, headers, receive, send, extra)
        except TurnedAwayError as error:
            await answers.turned_away(send, extra, error)
        except GoneError:
            return
        except FullError as error:
            await answers.turned_away(send, extra, busy(error))
        except UnwrittenError as error:
            _log.error("envelopes.unwritten", error=str(error))
            await answers.turned_away(send, extra, unwritten(error))

    async def _take(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send, extra: Headers
    ) -> None:
        path = scope["path"]
        kind = ADDRESSES.get(path)
        if kind is None and not path.startswith(webhooks.PREFIX):
            raise _no_address()
        if scope["method"] != "POST":
            raise _no_method()
        body = await body_of(receive, headers)
        source, result = await self._sifted(path, kind, body, headers)
        if result.lines or result.refused:
            await self.envelopes.keep(source.id, result)
        if result.refused:
            await answers.partly_done(send, extra, result.refused, is_any_kept=bool(result.lines))
        else:
            await answers.done(send, extra)

    async def _sifted(
        self, path: str, kind: str | None, body: bytes, headers: dict[bytes, bytes]
    ) -> tuple[OpenSource, Sifted]:
        """Whose it is, and its messages divided into those to keep and those to refuse."""
        if kind is None:
            caller = await self.keys.of_key(path.removeprefix(webhooks.PREFIX))
            return webhooks.called(caller, body, headers)
        batch = batch_in(body) if kind in (BATCH, IMPORT) else None
        authorization = headers.get(b"authorization")
        source = await self.keys.of_header(authorization) if authorization is not None else None
        source = self._known(source or await self.keys.of_key(key_in(body, batch)), headers)
        return source, divided(kind, body, batch, **_identity(source, headers))

    def _known(self, source: OpenSource | None, headers: dict[bytes, bytes]) -> OpenSource:
        """The source, if its key opens this door to this sender."""
        if source is None or not source.takes_messages:
            raise _no_key()
        browsers.check_origin(source, headers.get(b"origin"))
        return source

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.envelopes.close()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _identity(source: OpenSource, headers: dict[bytes, bytes]) -> dict[str, str]:
    """What checks, in a browser's messages, for whom it speaks."""
    if not source.is_browser:
        return {}
    token = headers.get(browsers.IDENTITY, b"").decode("latin-1")
    return {"signing_secret": source.signing_secret, "token": token}


def busy(error: FullError) -> TurnedAwayError:
    """429."""
    return TurnedAwayError(429, "busy", error.wrong, error.would_work, retry_after=1)


def unwritten(error: UnwrittenError) -> TurnedAwayError:
    """503; the cause is for the log of the server only."""
    return TurnedAwayError(
        503, "unwritten",
        Said("They could not be written to disk; nothing of it was kept for certain.", "디스크에 쓰지 못했습니다. 저장되었다고 보장할 수 없습니다."),
        error.would_work,
        retry_after=5,
    )  # fmt: skip


def _no_address() -> TurnedAwayError:
    return TurnedAwayError(
        404, "no_address",
        Said("There is no such address.", "그런 주소는 없습니다."),
        Said("Addresses are /v1/ and identify, track, page, screen, group, alias or batch.", "주소는 /v1/ 뒤에 identify, track, page, screen, group, alias, batch입니다."),
    )  # fmt: skip


def _no_method() -> TurnedAwayError:
    return TurnedAwayError(
        405, "no_method",
        Said("This address takes POST only.", "이 주소는 POST만 받습니다."),
        Said("Send the event as JSON with POST.", "이벤트를 JSON으로 POST해 주십시오."),
    )  # fmt: skip


def _no_key() -> TurnedAwayError:
    return TurnedAwayError(
        401, "no_key",
        Said("The write key is missing, unknown or revoked.", "쓰기 키가 없거나, 알 수 없거나, 폐기되었습니다."),
        Said("Send the key of a source as the user of HTTP Basic, or as writeKey in the body.", "소스의 키를 HTTP Basic의 사용자로, 또는 본문의 writeKey로 보내 주십시오."),
    )  # fmt: skip


door: Final = Door()
