"""Which letters may a request bring? All but U+0000, which PostgreSQL keeps in no text."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from dangol.core.errors import RequestError
from dangol.core.language import Said


class Letters(Parser):
    """Reads bodies as ninja does, and refuses the one letter that cannot be kept."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON of a body; a RequestError where U+0000 stands in it."""
        if b"\\u0000" in request.body:
            raise RequestError(
                Said(f"{request.method} {request.path}", f"{request.method} {request.path} 요청"),
                Said("The body holds the letter U+0000.", "본문에 U+0000 글자가 있습니다."),
                Said("Take it out; no text needs it.", "그 글자를 빼십시오. 어떤 글에도 필요하지 않습니다."),
            )
        return super().parse_body(request)
