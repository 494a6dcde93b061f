"""Which addresses are there?"""

from __future__ import annotations

from django.urls import include, path

from dangol.platform.web.api.app import api
from dangol.platform.web.pages.registry import addresses
from dangol.platform.web.preferences import change_preferences

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("preferences", change_preferences, name="preferences"),
    *addresses(),
]
