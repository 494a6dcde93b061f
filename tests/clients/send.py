"""How are events sent with an unchanged Python client? `send.py LIBRARY URL KEY MARK BATCHED SINGLE`

LIBRARY is segment or rudderstack. First BATCHED events in batches, then SINGLE ones in requests of their own; each
carries its number. Exits with 1 when the client says that it gave something up.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main(library: str, url: str, key: str, mark: str, batched: int, single: int) -> int:
    """Send them; how many the client gave up."""
    client_class: Any = importlib.import_module(f"{library}.analytics.client").Client
    given_up: list[Any] = []

    def note(error: Exception, items: list[Any]) -> None:
        print(error, file=sys.stderr)
        given_up.extend(items)

    first = 0
    for count, at_once in ((batched, 100), (single, 1)):
        client = client_class(
            key, host=url, on_error=note, max_queue_size=200_000, max_retries=20, upload_size=at_once
        )
        for n in range(first, first + count):
            client.track(
                f"{mark}-{n % 500}", "Product Viewed", {"n": n, "product_id": "p-1", "name": "코트"},
                timestamp=None, anonymous_id=f"a-{n % 500}",
            )  # fmt: skip
        client.shutdown()
        first += count
    return len(given_up)


if __name__ == "__main__":
    _, name, where, with_key, as_whom, many, few = sys.argv
    sys.exit(1 if main(name, where, with_key, as_whom, int(many), int(few)) else 0)
