"""What would each model have said before the last weeks, and what came in them?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dangol.core.errors import DataError
from dangol.core.predict.value.back_test import BackTest, Outcome, back_test, cut_of, outcome_between
from dangol.core.predict.value.discounting import Terms
from dangol.core.predict.value.histories import PurchaseHistories
from dangol.core.predict.value.purchase_days import PurchaseDays
from dangol.core.predict.value.purchase_model import PurchaseModel
from dangol.core.predict.value.season import season_of, tracking
from dangol.core.predict.value.value_card import AS_BEFORE, Rival
from dangol.core.predict.value.worth import Parts, amounts_of, expected, scored


def tested_on_what_came(
    histories: PurchaseHistories, purchases: PurchaseDays | None, earlier: PurchaseHistories | None, terms: Terms,
    kinds: Sequence[type[PurchaseModel]], seed: int,
) -> tuple[BackTest | None, tuple[Rival, ...]]:  # fmt: skip
    """The back-test of the first kind of model, and all of them with the plain rule on the same customers.

    None where the time is too short, or too little was known before it.
    """
    outcome = _outcome(histories, purchases, earlier, terms)
    if outcome is None:
        return None, ()
    old = outcome.earlier
    try:
        models = [kind.fit(old) for kind in kinds]
    except DataError:
        return None, ()
    known = purchases.before(old.as_of) if purchases and old.as_of else None
    tested = [
        _one_test(model, outcome, known, seed if not rank else None) for rank, model in enumerate(models)
    ]
    rivals = [
        Rival(model.name, model.log_likelihood, test) for model, test in zip(models, tested, strict=True)
    ]
    return tested[0], (*rivals, Rival(AS_BEFORE, None, _as_before(outcome)))


def _outcome(
    histories: PurchaseHistories, purchases: PurchaseDays | None, earlier: PurchaseHistories | None, terms: Terms
) -> Outcome | None:  # fmt: skip
    if purchases is None or histories.as_of is None:
        return outcome_between(earlier, histories) if earlier is not None else None
    cut = cut_of(purchases.first_on, histories.as_of, terms.stated_days)
    if cut is None:
        return None
    before = purchases.histories(cut)
    came = purchases.before(histories.as_of).since(cut)
    return Outcome(before, (histories.as_of - cut).days, *came.of(before.person_ids))


def _one_test(
    model: PurchaseModel, outcome: Outcome, known: PurchaseDays | None, seed: int | None
) -> BackTest:
    """One model as it would have been said at the time: amounts and season from what was known then.

    Without a seed no intervals are made, and none are tested.
    """
    old = outcome.earlier
    season = season_of(tracking(model, known, old.as_of)) if known is not None and old.as_of else None
    amounts, _ = amounts_of(old)
    parts = Parts(model, amounts, season, Terms(horizon_days=int(outcome.span_days), yearly_discount=0.0))
    counts, money = expected(parts, old)
    interval = None
    if seed is not None:
        said = scored(parts, old, seed)
        interval = (said.low_purchases, said.high_purchases) if amounts is None else (said.low, said.high)
    return back_test(outcome, counts, None if amounts is None else money, interval)


def _as_before(outcome: Outcome) -> BackTest:
    """The plain rule: everybody goes on buying as often and for as much as so far."""
    old = outcome.earlier
    pace = np.divide(old.repeat_count, old.age, out=np.zeros(len(old)), where=old.age > 0)
    counts = pace * outcome.span_days
    return back_test(outcome, counts, counts * np.nan_to_num(old.mean_amount))
