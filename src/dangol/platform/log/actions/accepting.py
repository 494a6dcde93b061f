"""How does something inside the platform say that something happened?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from dangol.platform.kernel import clock
from dangol.platform.log.accepting import sifted
from dangol.platform.log.models import Envelope, Refused
from dangol.platform.log.refusals import Refusal
from dangol.platform.log.request import Request
from dangol.platform.log.stores import kept_text

ENVELOPE_EVENTS: Final = 5_000
ENVELOPE_BYTES: Final = 4 * 1024 * 1024
"""Larger loads are several envelopes."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """How many messages are in the log now, and which are not."""

    count: int
    refused: tuple[Refusal, ...] = ()


def accept(messages: Sequence[Mapping[str, Any]], source_id: int, *, is_live: bool = True) -> Accepted:
    """Write messages of the Segment specification to the log, in the caller's transaction if there is one.

    The good ones are in the log when this returns (and its transaction is committed), the others under
    `refused` with their reasons. `is_live=False`: they change history and trigger nothing. A message that
    comes again with the same messageId and moment is once in the log.
    """
    return accept_bodies(map(msgspec.json.encode, messages), source_id, is_live=is_live)


def accept_bodies(
    bodies: Iterable[bytes],
    source_id: int,
    *,
    is_live: bool = True,
    received_at: datetime | None = None,
    notes_refused: bool = True,
) -> Accepted:
    """The same for messages that are JSON already, perhaps received before; those refused may go unnoted."""
    result = sifted(bodies, Request(is_live=is_live))
    moment = received_at or clock.now()
    with transaction.atomic():
        Envelope.objects.bulk_create(
            Envelope(
                source_id=source_id,
                received_at=int(moment.timestamp() * 1_000_000),
                body=b"\n".join(lines),
                event_count=len(lines),
            )
            for lines in _portions(result.lines)
        )
        if notes_refused:
            _note(result.refused, source_id, moment)
    return Accepted(len(result.lines), tuple(result.refused))


def _note(refused: list[Refusal], source_id: int, moment: datetime) -> None:
    Refused.objects.bulk_create(
        Refused(
            source_id=source_id,
            received_at=moment,
            body=kept_text(each.body),
            reason=each.reason,
            sentence={"en": each.sentence.en, "ko": each.sentence.ko},
        )
        for each in refused
    )


def _portions(lines: list[bytes]) -> Iterator[list[bytes]]:
    portion: list[bytes] = []
    size = 0
    for line in lines:
        if portion and (len(portion) >= ENVELOPE_EVENTS or size + len(line) > ENVELOPE_BYTES):
            yield portion
            portion, size = [], 0
        portion.append(line)
        size += len(line)
    if portion:
        yield portion
