"""Who owns a fresh installation? Whoever sits at the machine, or holds the set-up code that it prints."""

from __future__ import annotations

import hmac
from typing import Final

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import get_user_model, login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.kernel.access import actions, queries
from dangol.platform.web.entrance.forms import FirstOwner
from dangol.platform.web.viewing import language_of, spoken

BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
HERE: Final = ("127.0.0.1", "::1")
WRONG_CODE: Final = Said("This is not the set-up code.", "설치 코드가 맞지 않습니다.")


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def first_owner(request: HttpRequest) -> HttpResponse:
    """The page that makes the first owner; it does not exist once somebody works here."""
    if not queries.is_fresh():
        raise Http404
    form = FirstOwner(request.POST or None)
    needs_code = not _is_at_the_machine(request)
    if form.is_valid():
        told = form.cleaned_data
        if needs_code and not hmac.compare_digest(told["code"].strip().lower(), queries.setup_code()):
            form.add_error("code", spoken(WRONG_CODE))
        else:
            try:
                user_id = actions.create_first_owner(
                    told["email"], told["password"], name=told["name"], language=language_of(request)
                )
            except DangolError as error:
                form.add_error(None, error.in_(language_of(request)))
            else:
                sign_in(request, user_id)
                return HttpResponseRedirect("/welcome")
    status = 422 if form.errors else 200
    return render(
        request, "entrance/first_owner.html", {"form": form, "needs_code": needs_code}, status=status
    )


def sign_in(request: HttpRequest, user_id: int) -> None:
    """A session for somebody who has just proved who they are by making their account."""
    user = get_user_model().objects.get(pk=user_id)
    login(request, user, backend=BACKEND)
    record_authentication(request, user, method="password", email=user.get_username(), reauthenticated=True)


def _is_at_the_machine(request: HttpRequest) -> bool:
    """A browser on the server itself, with no proxy between."""
    passed_on = any(
        name in request.META for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")
    )
    return request.META.get("REMOTE_ADDR") in HERE and not passed_on
