"""What does a program get when something cannot be done? A problem as RFC 9457 has it, with three sentences."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import Field

from dangol.core.errors import DangolError, QueryError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel.access.actions.team import AlreadyThereError
from dangol.platform.kernel.access.granting import LastOwnerError, MoreThanHeldError
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.web.viewing import language_of

MEDIA_TYPE: Final = "application/problem+json"
STATUS_OF: Final[tuple[tuple[type[DangolError], int], ...]] = (
    (NotThereError, 404),
    (NotAllowedError, 403),
    (MoreThanHeldError, 403),
    (LastOwnerError, 409),
    (AlreadyThereError, 409),
    (UnknownNameError, 422),
    (QueryError, 500),
    (DangolError, 400),
)
"""Which errors of the rooms are which status; the first that fits. The rooms themselves know no HTTP."""

_log = logging.getLogger(__name__)


class Problem(Schema):
    """Why it could not be done (RFC 9457)."""

    type: str = Field(examples=["urn:dangol:problem:not-there"])
    title: str = Field(examples=["There is none that you can see."])
    status: int = Field(examples=[404])
    detail: str
    asked: str = Field(description="What was asked")
    wrong: str = Field(description="What is wrong with it")
    would_work: str = Field(description="What would work")
    errors: list[dict[str, Any]] | None = Field(None, description="One entry a wrong field (422)")


_WORDS: Final[dict[int, tuple[Said, Said]]] = {
    400: (Said("The request cannot be read.", "요청을 읽을 수 없습니다."),
          Said("Compare it with the reference of the API.", "API 문서와 비교해 주십시오.")),
    401: (Said("Nobody is signed in, and no valid key was sent.", "로그인하지 않았고 유효한 키도 없습니다."),
          Said("Send the header Authorization: Bearer dk_..., or sign in.", "Authorization: Bearer dk_... 헤더를 보내거나 로그인해 주십시오.")),
    403: (Said("This is not allowed here.", "허용되지 않는 요청입니다."),
          Said("With a session, send the X-CSRFToken header; or use a key.", "세션이라면 X-CSRFToken 헤더를 보내고, 아니면 키를 쓰십시오.")),
    404: (Said("There is none that you can see.", "보실 수 있는 것 중에는 없습니다."),
          Said("Start from a list of the API.", "API의 목록에서 시작해 주십시오.")),
    405: (Said("The address does not take this method.", "이 주소에서는 쓸 수 없는 방식입니다."),
          Said("Compare it with the reference of the API.", "API 문서와 비교해 주십시오.")),
    422: (Said("A value does not fit its field.", "값이 항목에 맞지 않습니다."),
          Said("Mend the fields named in errors.", "errors에 적힌 항목을 고쳐 주십시오.")),
    429: (Said("Too many requests in a short time.", "짧은 시간에 요청이 너무 많습니다."),
          Said("Wait as long as Retry-After says.", "Retry-After만큼 기다려 주십시오.")),
    500: (Said("The server failed.", "서버에서 오류가 났습니다."),
          Said("Try again; the log of the server has the cause.", "다시 시도해 주십시오. 원인은 서버 로그에 있습니다.")),
}  # fmt: skip


def problem(
    request: HttpRequest,
    status: int,
    said: DangolError | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> HttpResponse:
    """The response for a status, in the words of an error of a room or in general words."""
    language = language_of(request)
    asked = Said(f"{request.method} {request.path}", f"{request.method} {request.path} 요청")
    wrong, would_work = _WORDS.get(status, _WORDS[400])
    if said is not None:
        asked, wrong, would_work = said.asked, said.wrong, said.would_work
    told = {
        "type": f"urn:dangol:problem:{_kind_of(said) if said else status}",
        "title": wrong.in_(language),
        "status": status,
        "detail": " ".join(part.in_(language) for part in (asked, wrong, would_work)),
        "asked": asked.in_(language),
        "wrong": wrong.in_(language),
        "would_work": would_work.in_(language),
    } | ({"errors": errors} if errors else {})
    response = HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    response["Content-Language"] = language
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def status_of(error: DangolError) -> int:
    """The HTTP status of an error of a room."""
    return next(status for kind, status in STATUS_OF if isinstance(error, kind))


def speak_of_problems(api: NinjaAPI) -> None:
    """Let an API answer every exception with a problem."""
    answers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        DangolError: lambda request, error: problem(request, status_of(error), error),
        Http404: lambda request, error: problem(request, 404),
        PermissionDenied: lambda request, error: problem(request, 403),
        SuspiciousOperation: lambda request, error: problem(request, 400),
        AuthenticationError: lambda request, error: problem(request, 401),
        HttpError: lambda request, error: problem(request, error.status_code),
        ValidationError: _invalid,
        Exception: _failed,
    }
    for kind, answer in answers.items():
        api.add_exception_handler(kind, answer)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    told = [{"loc": [str(part) for part in each["loc"]], "msg": str(each["msg"])} for each in error.errors]
    return problem(request, 422, errors=told)


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: logged whole, told without its inside."""
    _log.error("%s %s failed", request.method, request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request)
    return problem(request, 500)


def _kind_of(error: DangolError) -> str:
    name = type(error).__name__.removesuffix("Error")
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).lstrip("-")
