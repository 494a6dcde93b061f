"""What was pressed on this page? One form names its deed; an error of a room comes back as a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.viewing import language_of, spoken, viewer_of

Deed = Callable[[HttpRequest], Said | HttpResponseBase | None]


def do(
    request: HttpRequest, deeds: Mapping[str, Deed], *, back: str, guarded: frozenset[str] = frozenset()
) -> HttpResponseBase:
    """Run the deed that the form names in `do`, then lead back; the `guarded` ones ask who it is once more.

    A deed answers with a sentence to show, with a response of its own (a secret that is shown once), or nothing.
    """
    name = request.POST.get("do", "")
    if name not in deeds:
        raise Http404
    if name in guarded:
        answer: HttpResponseBase = reauthentication_required(_of(deeds[name], back))(request)
        return answer
    return _of(deeds[name], back)(request)


def _of(deed: Deed, back: str) -> Callable[[HttpRequest], HttpResponseBase]:
    def done(request: HttpRequest) -> HttpResponseBase:
        try:
            answer = deed(request)
        except DangolError as error:
            messages.error(request, error.in_(language_of(request)))
            return HttpResponseRedirect(back)
        if isinstance(answer, HttpResponseBase):
            return answer
        if answer is not None:
            messages.success(request, spoken(answer))
        return HttpResponseRedirect(back)

    return done


def reader(request: HttpRequest) -> Viewer:
    """The viewer of a page, whom its guard let in."""
    viewer = viewer_of(request)
    assert viewer is not None  # noqa: S101 the guard of the page let nobody else in
    return viewer


def number(request: HttpRequest, name: str) -> int:
    """A number of the form; what is none does not exist."""
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)
