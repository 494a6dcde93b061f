"""Which addresses are there?"""

from __future__ import annotations

from django.urls import path

from dangol.platform.web.api.app import api
from dangol.platform.web.entrance import doors
from dangol.platform.web.pages.registry import addresses
from dangol.platform.web.preferences import change_preferences

urlpatterns = [
    *doors.urlpatterns,
    path("api/v1/", api.urls),
    path("preferences", change_preferences, name="preferences"),
    *addresses(),
]
handler400 = "dangol.platform.web.errors.bad_request"
handler403 = "dangol.platform.web.errors.not_allowed"
handler404 = "dangol.platform.web.errors.not_found"
handler500 = "dangol.platform.web.errors.failed"
