"""How does the log learn who was in which arm? One row a person, for every arm alike, at the same instant (SCIENCE 4.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from dangol.platform.experiments.drawing import Place, Unit, mark_exposed, people_of
from dangol.platform.experiments.models import Experiment
from dangol.platform.log.actions import accept, link
from dangol.platform.log.imports.actions import import_source
from dangol.platform.log.merges import merged
from dangol.platform.log.models import Source
from dangol.platform.log.sets import as_set, cut, member_of

SOURCE: Final = "Experiments"
EVENT: Final = "Experiment Viewed"
AT_ONCE: Final = 5_000
_FIELDS: Final = {"user_id": "userId", "anonymous_id": "anonymousId"}


def expose(row: Experiment, found: Mapping[Unit, Place], at: datetime) -> int:
    """Say to the log, for every unit that has not begun, which arm it is in; how many units began.

    The arm that got nothing is said at the same moment as the arm that got something: who was eligible, not who
    was reached, is what is compared. Killed in between, the same call says the rest; nobody is said twice.
    """
    new = {unit: place for unit, place in found.items() if place.exposed_at is None}
    source = import_source(SOURCE, Source.Kind.INTERNAL).pk
    for part in cut(sorted(new), AT_ONCE):
        people = people_of(row, part)
        names = names_of([each for unit in part for each in people.get(unit, ())])
        with transaction.atomic():
            accept(list(_messages(row, {unit: new[unit] for unit in part}, people, names, at)), source)
            mark_exposed(row, part, at)
    return len(new)


def _messages(
    row: Experiment,
    found: Mapping[Unit, Place],
    people: Mapping[Unit, Collection[int]],
    names: Mapping[int, Mapping[str, str]],
    at: datetime,
) -> Iterator[dict[str, Any]]:
    for unit, place in found.items():
        arm = row.arms[place.arm]["name"]
        for person in people.get(unit, ()):
            yield {
                "type": "track",
                "event": EVENT,
                "messageId": f"{row.key}:{row.pk}:{person}",
                "timestamp": at.isoformat(),
                "properties": {"experiment_id": row.key, "variation_id": arm},
                **names[person],
            }


def names_of(person_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """The name by which a message is about each person: an id of a user, else of a visitor, else one made here."""
    family = _by_root(person_ids)
    sql = (
        "select person_id, kind, min(value) from log_identifier where kind in ('user_id', 'anonymous_id') "
        f"and person_id {member_of('bigint')} group by person_id, kind order by kind, person_id"
    )
    found: dict[int, dict[str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [as_set(sorted(family))])
        for number, kind, value in cursor.fetchall():
            # Sorted by kind, the id of a user comes last and stands.
            found[family[number]] = {_FIELDS[kind]: value}
    for missing in set(person_ids) - set(found):
        link("anonymous_id", f"person-{missing}", missing)
        found[missing] = {"anonymousId": f"person-{missing}"}
    return found


def _by_root(person_ids: Collection[int]) -> dict[int, int]:
    """Every number under which these people are known, with whom it stands for."""
    people, wanted = merged(), set(person_ids)
    found = {each: each for each in wanted}
    return found | {loser: winner for loser, winner in people.winners.items() if winner in wanted}
