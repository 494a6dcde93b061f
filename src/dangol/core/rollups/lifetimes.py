"""How long did paying customers stay, and what has each paid so far? One row a customer, from the MRR ledger."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.rollups.recurring import Windows, levels
from dangol.core.schema.noun import MONEY


def lifetimes(ledger: Table, windows: Windows) -> Table:
    """payer, duration int64 (months), is_event: paid months until leaving, or the last age seen so far.

    Only whole months up to the end of the windows count. A pause is no end; the first leaving is. Somebody who
    has paid in k months and still does was seen to stay through age k - 1, and is censored there.
    """
    reached = levels(_until(ledger, windows)).filter(_.change_number > 0)
    leaves = (_.after == 0) & (_.held_after == 0)
    ends = reached.group_by("payer").agg(
        first=_.bucket.min(), gone=ibis.ifelse(leaves, _.bucket, ibis.null("int64")).min()
    )
    seen = ibis.ifelse(_.gone.isnull(), len(windows.periods) - 1, _.gone) - _.first
    return ends.select("payer", duration=seen.cast("int64"), is_event=_.gone.notnull())


def paid_so_far(ledger: Table, windows: Windows) -> Table:
    """payer, amount decimal: what was paid up to the end of the windows, each month at what its end pays.

    A change counts once for every month from its own to the last, so the sum needs no row a month.
    """
    months = len(windows.periods) - _.bucket
    paid = _until(ledger, windows).group_by("payer").agg(amount=(_.amount * months).sum().cast(MONEY))
    return paid.filter(_.amount > 0)


def _until(ledger: Table, windows: Windows) -> Table:
    return ledger.filter(_.bucket < len(windows.periods))
