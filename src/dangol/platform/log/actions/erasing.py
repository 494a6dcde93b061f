"""How is somebody erased from the log?"""

from __future__ import annotations

from collections.abc import Collection

from dangol.platform.log.erasing import erased


def erase(person_ids: Collection[int]) -> dict[str, int]:
    """Erase people, by all of their numbers, from everything the log keeps; how many rows there were, by place.

    The caller checks who may, and keeps the record of it. Not inside a transaction: files are written.
    """
    return erased(person_ids)
