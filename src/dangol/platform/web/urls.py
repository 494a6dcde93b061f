"""Which addresses are there?"""

from __future__ import annotations

from django.urls import include, path

from dangol.platform.web.api.app import api
from dangol.platform.web.pages.registry import addresses

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    *addresses(),
]
