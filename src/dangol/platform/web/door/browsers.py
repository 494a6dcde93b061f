"""May this page send events from a browser? Only from the origins that the source allows."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.platform.log.keys import OpenSource
from dangol.platform.web.bodies import Scope, Send
from dangol.platform.web.door import answers
from dangol.platform.web.door.answers import Headers, TurnedAwayError
from dangol.platform.web.door.keys import Keys

IDENTITY: Final = b"dangol-identity"
"""The header with the token that says for whom a browser speaks."""
_PREFLIGHT: Final = [
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"authorization, content-type, content-encoding, " + IDENTITY),
    (b"access-control-max-age", b"600"),
]


async def is_let_in(keys: Keys, scope: Scope, origin: bytes, send: Send, extra: Headers) -> bool:
    """Whether a request of a page goes on; a preflight is answered here. Fills the headers of the answer."""
    extra.append((b"vary", b"Origin"))
    is_allowed = origin.decode("latin-1").lower() in await keys.origins()
    if is_allowed:
        extra.append((b"access-control-allow-origin", origin))
    if scope["method"] != "OPTIONS":
        return True
    await answers.empty(send, 204 if is_allowed else 403, [*extra, *(_PREFLIGHT if is_allowed else [])])
    return False


def check_origin(source: OpenSource, origin: bytes | None) -> None:
    """A TurnedAwayError when a page sends with a key that is not for it."""
    if origin is None:
        return
    text = origin.decode("latin-1")
    if not source.is_browser:
        raise TurnedAwayError(
            403, "not_for_browsers",
            Said("This key is for servers, and a page in a browser sent it.", "서버용 키인데 브라우저의 페이지에서 보냈습니다."),
            Said("Make a source of the kind browser, and rotate this key: visitors have seen it.", "브라우저 소스를 새로 만들고, 방문자에게 노출된 이 키는 교체해 주십시오."),
        )  # fmt: skip
    if text.lower() not in source.allowed_origins:
        raise TurnedAwayError(
            403, "origin_not_allowed",
            Said(f"The source does not allow pages of {text[:200]}.", f"이 소스는 {text[:200]} 페이지를 허용하지 않습니다."),
            Said("Add the origin to the source under Data > Sources.", "데이터 > 소스에서 이 출처를 추가해 주십시오."),
        )  # fmt: skip
