"""What does the rule of purchases look at? How long ago the last one was, beside the customer's own rhythm."""

from __future__ import annotations

import numpy as np

from dangol.core.language import Said
from dangol.core.predict.reason import Reason
from dangol.core.predict.value.histories import PurchaseHistories


def rhythm_reasons(histories: PurchaseHistories) -> tuple[Reason, ...]:
    """One sentence a customer, with their own numbers: days since the last purchase, and the mean between purchases."""
    silent = histories.age - histories.recency
    again = histories.repeat_count > 0
    gap = np.divide(histories.recency, histories.repeat_count, out=np.full(len(silent), np.nan), where=again)
    late = np.where(again, silent > gap, silent > np.median(silent))
    rows = zip(silent.tolist(), gap.tolist(), histories.repeat_count.tolist(), late.tolist(), strict=True)
    return tuple(_reason(*row) for row in rows)


def _reason(silent: float, gap: float, again: float, late: bool) -> Reason:
    if again:
        said = Said(
            f"Last purchase {silent:,.0f} days ago; bought on {again + 1:,.0f} days, every {gap:,.0f} days on the mean.",
            f"마지막 구매는 {silent:,.0f}일 전이고, {again + 1:,.0f}일에 걸쳐 평균 {gap:,.0f}일마다 구매했습니다.",
        )
    else:
        said = Said(
            f"Bought on one day only, {silent:,.0f} days ago.", f"{silent:,.0f}일 전 하루만 구매했습니다."
        )
    own, usual = silent, gap if again else None
    return Reason("purchases", "purchase_silent_days", said, 1.0 if late else -1.0, own, usual)
