"""Which example stands for a page that needs an argument? Called in the process of the demo, with Django ready.

A page whose route has a `<...>` in it needs a line here: its name, and a function that gives the arguments of
its address, or None where the demo has nothing of the kind. VARIANTS are queries that a page is opened with too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

EXAMPLES: dict[str, Callable[[], dict[str, Any] | None]] = {}

VARIANTS: dict[str, tuple[str, ...]] = {"home": ("", "?by=reason")}


def addresses() -> dict[str, list[str]]:
    """Every page of the registry by name, with the addresses it is opened at."""
    from django.urls import reverse

    from dangol.platform.web.pages import registry

    registry.addresses()
    found: dict[str, list[str]] = {}
    for name, page in registry.PAGES.items():
        if "<" not in page.route:
            found[name] = [reverse(name) + each for each in VARIANTS.get(name, ("",))]
        elif name in EXAMPLES and (given := EXAMPLES[name]()) is not None:
            found[name] = [reverse(name, kwargs=given) + each for each in VARIANTS.get(name, ("",))]
        else:
            found[name] = []
    return found


if __name__ == "__main__":
    from dangol.cli.platform import ready

    ready(log_level="error")
    print(json.dumps(addresses()))
