"""What does a reader see when something cannot be done? A page of sentences: what was asked, what is wrong, what would work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template import loader

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.web.api.problems import problem, status_of
from dangol.platform.web.context import SHEETS, theme_of
from dangol.platform.web.viewing import language_of

WORDS: Final = {
    400: (
        Said("This request cannot be read", "요청을 읽을 수 없습니다"),
        Said("The address or the form holds something that is not understood.", "주소나 입력한 값 가운데 알 수 없는 것이 있습니다."),
        Said("Go back and try it once more from the page.", "이전 페이지로 돌아가 다시 해 보십시오."),
    ),
    403: (
        Said("This cannot be done from here", "여기에서는 할 수 없습니다"),
        Said("Your role does not include it, or the page has been open for too long.", "역할에 포함되지 않은 일이거나, 페이지를 연 지 너무 오래되었습니다."),
        Said("Load the page again; if it stays so, ask an administrator for the right.", "페이지를 새로 고치십시오. 그래도 안 되면 관리자에게 권한을 요청하십시오."),
    ),
    404: (
        Said("There is nothing here", "찾으시는 페이지가 없습니다"),
        Said("No page that you can see has this address.", "보실 수 있는 페이지 가운데 이 주소는 없습니다."),
        Said("It may have been removed. Start again from Home.", "지워졌을 수 있습니다. 홈에서 다시 시작하십시오."),
    ),
    413: (
        Said("This is too large", "너무 큽니다"),
        Said("More was sent than is taken at once.", "한 번에 받을 수 있는 크기를 넘었습니다."),
        Said("Divide the file, or import it on the server with dangol import.", "파일을 나누거나 서버에서 dangol import로 가져오십시오."),
    ),
    429: (
        Said("A little too fast", "요청이 너무 많습니다"),
        Said("More was asked in a short time than is answered.", "짧은 시간에 받을 수 있는 것보다 많은 요청이 왔습니다."),
        Said("Wait a minute and try again.", "1분쯤 뒤에 다시 해 보십시오."),
    ),
    500: (
        Said("Something broke on our side", "서버에서 문제가 생겼습니다"),
        Said("The page could not be made. Nothing that you entered before is lost.", "페이지를 만들지 못했습니다. 이전에 입력하신 내용은 그대로 있습니다."),
        Said("Try again; the log of the server has the cause.", "다시 해 보십시오. 원인은 서버 로그에 있습니다."),
    ),
    503: (
        Said("Not ready for a moment", "잠시 준비 중입니다"),
        Said("The database does not answer, or is being brought up to date.", "데이터베이스가 응답하지 않거나 갱신 중입니다."),
        Said("Try again in a minute. What clients send meanwhile is kept by them and comes later.", "1분쯤 뒤에 다시 해 보십시오. 그동안 보낸 데이터는 클라이언트가 보관했다가 다시 보냅니다."),
    ),
}  # fmt: skip


def error_page(request: HttpRequest, status: int, said: DangolError | None = None) -> HttpResponse:
    """The page for a status, in general words or in those of an error of a room. It asks no database."""
    if request.path.startswith("/api/"):
        return problem(request, status, said)
    language = language_of(request)
    title, wrong, would_work = WORDS.get(status, WORDS[500])
    if said is not None:
        title, wrong, would_work = said.asked, said.wrong, said.would_work
    told = {
        "status": status,
        "language": language,
        "theme": theme_of(request),
        "sheets": SHEETS,
        "title": title.in_(language),
        "wrong": wrong.in_(language),
        "would_work": would_work.in_(language),
    }
    return HttpResponse(loader.render_to_string("error.html", told), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return error_page(request, 400)


def not_allowed(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403, also for a form whose token has expired."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return error_page(request, 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500."""
    return error_page(request, 500)


class SpokenErrors:
    """Middleware: an error that a room raises while a page is made becomes a page with its three sentences."""

    def __init__(self, answer: Callable[[HttpRequest], Any]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> Any:
        """Answer."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for an error of a room; others are answered by the handlers."""
        if isinstance(error, DangolError) and status_of(error) < 500:
            return error_page(request, status_of(error), error)
        return None
