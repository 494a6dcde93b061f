"""How is an invitation accepted? By its link, with a name and a password of one's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from dangol.core.errors import DangolError
from dangol.platform.kernel.access import actions, queries
from dangol.platform.web.entrance.first import sign_in
from dangol.platform.web.entrance.forms import Newcomer
from dangol.platform.web.viewing import language_of


@sensitive_variables("token")
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link. Looking at it uses nothing up; sending the form does."""
    invitation = queries.invitation_of(token)
    if invitation is None:
        return render(request, "entrance/join.html", {"invitation": None}, status=404)
    form = Newcomer(request.POST or None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            user_id = actions.accept_invitation(
                token, told["password"], name=told["name"], language=language_of(request)
            )
        except DangolError as error:
            form.add_error(None, error.in_(language_of(request)))
        else:
            sign_in(request, user_id)
            return HttpResponseRedirect("/")
    status = 422 if form.errors else 200
    return render(request, "entrance/join.html", {"invitation": invitation, "form": form}, status=status)
