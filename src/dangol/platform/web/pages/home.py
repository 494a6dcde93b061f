"""How is the business doing? The page that opens first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.web.pages.registry import page


@page("", name="home", right="see_numbers", rail=("home", Said("Home", "홈")))
def home(request: HttpRequest) -> HttpResponse:
    """The opening page."""
    return render(request, "home.html")
