"""Who did what? Deeds are appended to a chain of digests, which says whether anybody changed the record since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.models import AuditEntry

FIRST: Final = "0" * 64
"""What stands as the digest before the first entry."""
ATTEMPTS: Final = 100
address: ContextVar[str] = ContextVar("address", default="")
"""The network address from which the present request came; set by `web`."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One entry, as it is read."""

    id: int
    happened_at: datetime
    actor: str
    deed: str
    on_what: str
    details: dict[str, Any]
    address: str
    digest: str


def record(viewer: Viewer, deed: str, on_what: str = "", **details: Any) -> None:
    """Append a deed, in the transaction of the caller where there is one.

    The digest before it may stand before one entry only: of two writers who read the same last entry, the second
    waits for the first, is refused by the database, and reads again.
    """
    told = _plain(details)
    for attempt in range(ATTEMPTS):
        entry = AuditEntry(
            happened_at=clock.now(), actor=viewer.name[:200], deed=deed, on_what=str(on_what)[:300],
            details=told, address=address.get(), previous=head(),
        )  # fmt: skip
        entry.digest = digest_of(entry)
        try:
            with transaction.atomic():
                entry.save(force_insert=True)
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
        else:
            return


def head() -> str:
    """The digest of the last entry: noted elsewhere, it proves later that none was cut off the end."""
    last = AuditEntry.objects.order_by("-id").values_list("digest", flat=True).first()
    return last or FIRST


def verify() -> int | None:
    """The id of the first entry that does not follow from those before it; None when the chain is whole."""
    previous = FIRST
    for entry in AuditEntry.objects.order_by("id").iterator(chunk_size=2_000):
        if entry.previous != previous or entry.digest != digest_of(entry):
            return entry.pk
        previous = entry.digest
    return None


def deeds(*, before: int | None = None, limit: int = 100, deed: str = "") -> list[Deed]:
    """The latest deeds, newest first, below an id for the next page; of one kind when `deed` is given."""
    found = AuditEntry.objects.order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    if deed:
        found = found.filter(deed__startswith=deed)
    return [_read(each) for each in found[:limit]]


def every_deed() -> Iterator[Deed]:
    """All deeds, oldest first, for an export."""
    return (_read(each) for each in AuditEntry.objects.order_by("id").iterator(chunk_size=2_000))


def digest_of(entry: AuditEntry) -> str:
    """The digest of an entry and of all that stand before it."""
    happened = entry.happened_at.astimezone(UTC).isoformat(timespec="microseconds")
    told = [entry.previous, happened, entry.actor, entry.deed, entry.on_what, entry.details, entry.address]
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _read(entry: AuditEntry) -> Deed:
    return Deed(
        entry.pk, entry.happened_at, entry.actor, entry.deed, entry.on_what, entry.details, entry.address, entry.digest
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """Details as both databases give them back to the letter: no fractions of binary numbers, no NUL."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [
            _plain(each) for each in (value if isinstance(value, list | tuple) else sorted(value, key=str))
        ]
    if value is None or isinstance(value, bool | int):
        return value
    return str(value).replace("\x00", "")
