"""How does the log hear of a score? By `Score Given`, whenever somebody's band changes and at no other time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from dangol.platform.foresight.models import Score
from dangol.platform.kernel import clock
from dangol.platform.log.actions import accept
from dangol.platform.log.imports.actions import import_source
from dangol.platform.log.models import Identifier, Source

SOURCE: Final = "Foresight"
EVENT: Final = "Score Given"
NAME: Final = "churn"
GONE: Final = "none"
"""The band of those who are not scored any more: they left, or nothing is known of them."""
AT_ONCE: Final = 5_000
_NAMES: Final = {"user_id": "userId", "anonymous_id": "anonymousId"}
"""Which names of the log a message may go by; the first is the better one."""


def tell_changes() -> int:
    """Tell the log of everybody whose band is another than it heard last; how many."""
    changed = Score.objects.exclude(band=F("told_band")).order_by("pk")
    count, last = 0, 0
    while rows := list(changed.filter(pk__gt=last).values_list("pk", "value", "band")[:AT_ONCE]):
        count += _told(rows)
        last = rows[-1][0]
    return count


@transaction.atomic
def tell_gone(run_id: int) -> int:
    """Those whom this run did not score are scored no more, and the log hears of it; how many."""
    gone = Score.objects.exclude(run_id=run_id)
    numbers = list(gone.exclude(told_band="").values_list("pk", flat=True))
    for part in _cut(numbers):
        _accept([(number, None, GONE) for number in part])
    return gone.delete()[1].get("foresight.Score", 0)


@transaction.atomic
def _told(rows: Sequence[tuple[int, float | None, str]]) -> int:
    """The words and the note that they were said are one transaction."""
    _accept(rows)
    for band in {band for _, _, band in rows}:
        Score.objects.filter(pk__in=[pk for pk, _, own in rows if own == band]).update(told_band=band)
    return len(rows)


def _accept(rows: Sequence[tuple[int, float | None, str]]) -> None:
    names = _names([person for person, _, _ in rows])
    source = import_source(SOURCE, Source.Kind.INTERNAL)
    moment = clock.now().isoformat()
    messages = [
        _message(names[person], value, band, moment) for person, value, band in rows if person in names
    ]
    accept(messages, source.pk)


def _message(name: Mapping[str, str], value: float | None, band: str, moment: str) -> dict[str, Any]:
    told = {"name": NAME, "band": band} | ({} if value is None else {"value": round(value, 4)})
    return {"type": "track", "event": EVENT, "timestamp": moment, "properties": told, **name}


def _names(person_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """By which name a message about each of them goes; who has none in the log is left out."""
    found: dict[int, dict[str, str]] = {}
    rows = Identifier.objects.filter(person_id__in=person_ids, kind__in=_NAMES).order_by("kind", "pk")
    for person, kind, value in rows.values_list("person_id", "kind", "value"):
        if person is not None and (
            kind == "user_id" or person not in found
        ):  # in this order a user id comes last, and wins
            found[person] = {_NAMES[kind]: value}
    return found


def _cut(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))
