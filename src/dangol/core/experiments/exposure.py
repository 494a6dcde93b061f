"""Who was in an experiment, in which arm and from which day on? One row a unit, from what was logged for both arms.

    assigned: unit_id (int64 of a person, string of an account), arm string, start_on date, is_conflict boolean

Everybody who was eligible at assignment counts, whether or not anything reached them (intention to treat): what was
sent, opened or clicked is an effect of the arm, and may not choose who is compared.
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.experiments.design import Unit

UNIT: Final = "unit_id"


def assigned(
    exposures: Table, experiment: str, *, people: Table | None = None, unit: Unit = "person"
) -> Table:
    """The first assignment of each unit; `is_conflict` where it was in several arms, as after a merge.

    With unit "account", `people` says whose account a person belongs to; people without one are left out.
    """
    rows = exposures.filter(exposures.experiment == experiment)
    moment = rows.exposed_at.fill_null(rows.exposed_on.cast("timestamp"))
    if unit == "account" and people is not None:
        owners = people.filter(people.account_id.notnull()).select("person_id", unit_id=people.account_id)
        rows = rows.mutate(moment=moment).inner_join(owners, "person_id")
    else:
        rows = rows.mutate(moment=moment, unit_id=rows.person_id)
    first = ibis.window(group_by=UNIT, order_by=["exposed_on", "moment", "arm"])
    whole = ibis.window(group_by=UNIT)
    placed = rows.mutate(
        place=ibis.row_number().over(first),
        lowest=rows.arm.min().over(whole),
        highest=rows.arm.max().over(whole),
    )
    return placed.filter(placed.place == 0).select(
        UNIT, "arm", start_on=_.exposed_on, is_conflict=_.lowest != _.highest
    )


def members_of(units: Table, *, people: Table | None = None, unit: Unit = "person") -> Table:
    """The people of each unit: unit_id, person_id, start_on."""
    if unit == "account" and people is not None:
        owned = people.filter(people.account_id.notnull()).select("person_id", unit_id=people.account_id)
        return units.inner_join(owned, UNIT).select(UNIT, "person_id", "start_on")
    return units.select(UNIT, "start_on", person_id=units.unit_id)
