"""How often may one caller ask? A window a minute, counted in each web process, so that one program cannot starve the rest."""

from __future__ import annotations

import math
import time
from threading import Lock
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from dangol.platform.web.api.doors import caller

WINDOW: Final = 60.0
MOST_CALLERS: Final = 10_000


class Window(BaseThrottle):
    """So many requests a minute for each key and each user."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._until = 0.0
        self._lock = Lock()

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this caller has a request left in this minute."""
        viewer = caller(request)
        name = f"user:{viewer.user_id}" if viewer.user_id is not None else f"key:{viewer.name}"
        with self._lock:
            moment = time.monotonic()
            if moment >= self._until or len(self._counts) > MOST_CALLERS:
                self._counts, self._until = {}, moment + WINDOW
            self._counts[name] = self._counts.get(name, 0) + 1
            return self._counts[name] <= settings.API_REQUESTS_A_MINUTE

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return math.ceil(max(1.0, self._until - time.monotonic()))
