"""What may everybody change about themselves?"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from dangol.core.calendar import time_zone as known_zone
from dangol.core.errors import UnknownNameError
from dangol.core.language import LANGUAGES, Said
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.actions.team import end_sessions
from dangol.platform.kernel.access.granting import MEMBER
from dangol.platform.kernel.access.models import User
from dangol.platform.kernel.access.passwords import check_password
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import Viewer

THEMES: Final = ("auto", "light", "dark")


def change_profile(viewer: Viewer, *, name: str, language: str, theme: str, time_zone: str) -> None:
    """Name, language ('' as the browser says), theme, and time zone ('' as the business has it)."""
    if language and language not in LANGUAGES:
        raise UnknownNameError(Said("language", "언어"), language, LANGUAGES)
    if theme not in THEMES:
        raise UnknownNameError(Said("theme", "화면 모드"), theme, THEMES)
    if time_zone:
        known_zone(time_zone)
    own = User.objects.filter(pk=viewer.user_id or 0)
    kept = " ".join(name.split())[:120]
    if not own.update(name=kept, language=language, theme=theme, time_zone=time_zone):
        raise NotThereError(MEMBER, viewer.user_id or viewer.name)


def set_password(viewer: Viewer, user_id: int, password: str) -> None:
    """A new password for a user, by the command line of the server; every session of theirs ends."""
    with transaction.atomic():
        user = User.objects.filter(pk=user_id).first()
        if user is None or not (viewer.user_id is None or viewer.user_id == user_id):
            raise NotThereError(MEMBER, user_id)
        check_password(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record(viewer, "password.set", f"user:{user_id}", email=user.email)
    end_sessions(user_id)
