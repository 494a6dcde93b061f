"""What may this viewer's numbers be made of? The world of the log with people and accounts, their units' people only."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dangol.core.engine.world import World
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business, business_changed_at
from dangol.platform.log import queries as log
from dangol.platform.people import files
from dangol.platform.people.files import ACCOUNT_COLUMNS, COLUMNS
from dangol.platform.people.models import PeopleFile

_KEPT_BACK = frozenset({"unit_id", "is_gone", "first_seen_at"})


def world_for(viewer: Viewer, as_of: date | None = None) -> World:
    """Everything known before the day `as_of` (tomorrow when not given: all that happened), as the viewer may see it.

    Whoever is limited to units gets the people of those units and what they did, nothing of anybody else.
    """
    as_of = as_of or clock.today(business().time_zone) + timedelta(days=1)
    held = files.manifest()
    people = f"select * from ({files.newest(held)}) where not is_gone and first_seen_at < date '{as_of.isoformat()}' + 1"
    accounts = files.accounts_sql(held)
    if viewer.units is not None:
        people = _of_units(people, viewer.units)
        accounts = _of_units(accounts, viewer.units) if accounts else None
    tables = {"people": f"select {_shown(COLUMNS)} from ({people})"}
    if accounts:
        tables["accounts"] = f"select {_shown(ACCOUNT_COLUMNS)} from ({accounts})"
    only = f"select person_id from ({people})" if viewer.units is not None else None
    return log.opened(as_of, tables=tables, only_people=only)


def changed_at() -> datetime | None:
    """When worlds last changed without anything new in the log: by people, merges, erasures, or the business."""
    written = PeopleFile.objects.order_by("pk").values_list("written_at", flat=True).first()
    return max((each for each in (written, business_changed_at()) if each is not None), default=None)


def _of_units(sql: str, units: frozenset[int]) -> str:
    chosen = ", ".join(str(int(unit)) for unit in sorted(units)) or "null"
    return f"select * from ({sql}) where unit_id in ({chosen})"


def _shown(columns: dict[str, str]) -> str:
    return ", ".join(name for name in columns if name not in _KEPT_BACK)
