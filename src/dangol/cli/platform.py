"""How does a command get at the platform? Settings from the environment, log lines to stderr, Django made ready."""

from __future__ import annotations

import os


def ready(*, log_level: str = "", is_for_work: bool = False) -> None:
    """Make Django ready in this process. `log_level` overrides the environment's: commands that end say little.

    For work the tables have to be there and fit; a DataError says when they do not.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.platform.settings")
    import django

    from dangol.platform.kernel.environment import environment
    from dangol.platform.kernel.logging import configure

    told = environment()
    configure(log_level or told.log_level, told.log_format)
    django.setup(set_prefix=False)
    if is_for_work:
        from dangol.platform.kernel.schema import check

        check()
