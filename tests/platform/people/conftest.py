"""What do the tests of this room share? Effects done in this thread."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def run_effects(db: None) -> Callable[[], None]:
    """Do every effect that is due, until none is left."""
    from dangol.platform.kernel.effects import do_due
    from dangol.platform.people import effects  # registers what this room does  # noqa: F401

    def done() -> None:
        while do_due():
            pass

    return done
