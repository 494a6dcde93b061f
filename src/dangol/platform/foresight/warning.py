"""Whose rhythm is broken now, whose still is, and whose has mended?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from django.db import transaction

from dangol.core.engine import World
from dangol.core.engine.foreseeing_days import daily_counts
from dangol.core.errors import DangolError
from dangol.core.predict.early_warning import Warnings, early_warnings
from dangol.platform.foresight.models import EarlyWarning
from dangol.platform.foresight.objections import objectors
from dangol.platform.foresight.registry import plain
from dangol.platform.log.projections import PASSIVE

AT_ONCE: Final = 2_000
_CHANGED: Final = (
    "since", "usual_rate", "recent_count", "window_days", "usual_gap", "silent_days", "p_value", "q_value", "said",
    "seen_at",
)  # fmt: skip


def looked(world: World, moment: datetime) -> dict[str, Any]:
    """Look at everybody's rhythm and keep who is to be warned of; counts, or the sentence why nobody could be."""
    _leave_out_what_is_done_to_them(world)
    try:
        found = early_warnings(daily_counts(world))
    except DangolError as error:
        _keep({}, moment)
        return {"reason": {"en": error.in_("en"), "ko": error.in_("ko")}}
    objected = set(objectors())
    rows = {each.person_id: each for each in _rows(found, moment) if each.person_id not in objected}
    _keep(rows, moment)
    return {
        "watched": found.watched_count, "warned": len(rows), "false_discovery_rate": found.false_discovery_rate,
    }  # fmt: skip


def _leave_out_what_is_done_to_them(world: World) -> None:
    """Nobody is active by a message that was sent to them, or by a score that was given."""
    if "events" in world.nouns:
        names = ", ".join(f"'{name}'" for name in sorted(PASSIVE))
        world.engine.run("alter view events rename to every_event")
        world.engine.define("events", f"select * from every_event where name not in ({names})")


def _rows(found: Warnings, moment: datetime) -> list[EarlyWarning]:
    rows = []
    for at in found.warned():
        said = found.said[at]
        if said is not None:
            rows.append(
                EarlyWarning(
                    person_id=int(found.person_ids[at]),
                    since=found.as_of - timedelta(days=int(np.nan_to_num(found.since_days[at]))),
                    usual_rate=_known(found.usual_rate[at]), recent_count=_known(found.recent_count[at]),
                    window_days=int(found.window_days[at]), usual_gap=_known(found.usual_gap[at]),
                    silent_days=_known(found.silent_days[at]), p_value=float(found.p_value[at]),
                    q_value=float(found.q_value[at]), said=plain(said), began_at=moment, seen_at=moment,
                )
            )  # fmt: skip
    return rows


def _known(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


@transaction.atomic
def _keep(rows: dict[int, EarlyWarning], moment: datetime) -> None:
    """Warnings that hold go on from when they began; those that hold no more end; new ones begin."""
    held = {each.person_id: each for each in EarlyWarning.objects.filter(ended_at=None)}
    for person, row in rows.items():
        if person in held:
            row.pk = held[person].pk
    ended = [row.pk for person, row in held.items() if person not in rows]
    for start in range(0, len(ended), AT_ONCE):
        EarlyWarning.objects.filter(pk__in=ended[start : start + AT_ONCE]).update(ended_at=moment)
    going_on = [row for row in rows.values() if row.pk]
    EarlyWarning.objects.bulk_update(going_on, _CHANGED, batch_size=500)
    EarlyWarning.objects.bulk_create([row for row in rows.values() if not row.pk], batch_size=AT_ONCE)
