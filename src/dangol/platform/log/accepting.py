"""Which of these messages are let in? The good ones as lines for an envelope, the others with their reasons."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dangol.platform.log.messages import written
from dangol.platform.log.refusals import Refusal, RefusedError
from dangol.platform.log.request import Request


@dataclass(slots=True)
class Sifted:
    """Messages of one request, divided."""

    lines: list[bytes] = field(default_factory=list)
    """Each is one message as JSON without a line break."""
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, index: int, body: bytes, error: RefusedError) -> None:
        """Note what was not let in."""
        self.refused.append(Refusal(index, error.reason, error.said(), bytes(body)))


def sifted(bodies: Iterable[bytes], request: Request) -> Sifted:
    """The messages divided into those that are let in and those that are not; one never stops the others."""
    result = Sifted()
    keep = result.lines.append
    for index, body in enumerate(bodies):
        try:
            keep(written(body, request))
        except RefusedError as error:
            result.refuse(index, _with_type(body, request), error)
    return result


def _with_type(body: bytes, request: Request) -> bytes:
    """A refused body as it can be tried again: the type that its address said is put into it."""
    if request.type is None or body[:1] != b"{" or b'"type"' in body:
        return body
    return b'{"type":"%s",%s' % (request.type.encode(), body[1:].lstrip()) if body[1:2] != b"}" else body
