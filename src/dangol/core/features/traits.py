"""What were the traits of a person on a day? The last value told by then, where the history of traits is kept.

The traits on the people themselves are those of today: without a history, what can change is left out of every
snapshot, for a model would learn from what nobody knew then. What was fixed on joining is not: see `profile`.
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.features.family import Known

CARD: Final = "card_expires_on"
DISCOUNT: Final = "discount_ends_on"
COUNTRY: Final = "country"
ROLE: Final = "role"
ACCOUNT: Final = "account_id"


def latest(known: Known, name: str) -> Table | None:
    """The last known change of a trait, one row a person: person_id, value, until_days; None without a history.

    until_days counts the days to the day that the value names, as in 2026-03-31, or 2026-03 for its last day.
    """
    changes = known.nouns.get("trait_changes")
    if changes is None:
        return None
    own = changes.filter(changes.name == name)
    # Values of one moment have no order of their own: the last in the alphabet stands, on every engine.
    order = [ibis.desc(each) for each in ("changed_on", "changed_at", "received_at", "value")]
    place = ibis.row_number().over(ibis.window(group_by="person_id", order_by=order))
    last = own.mutate(place=place).filter(_.place == 0)
    return last.select("person_id", "value", "until_days")
