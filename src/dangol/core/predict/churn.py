"""Fit, judge and choose: which way foresees best who will leave, may it be used, and what is used if not?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from dangol.core.predict.choice import chosen
from dangol.core.predict.churn_card import churn_card
from dangol.core.predict.churn_model import Band, ChurnModel, Fitted, bands_from, churn_model_of
from dangol.core.predict.contest import contest
from dangol.core.predict.contributions import medians_of
from dangol.core.predict.drift import Profile, profile, profiles
from dangol.core.predict.labelled import Labelled
from dangol.core.predict.profit import Campaign
from dangol.core.predict.soundness import sound
from dangol.core.predict.value.bg_nbd import BgNbd

__all__ = ["Band", "ChurnModel", "churn_model_of", "fit_churn"]

Cause = Literal["any", "voluntary", "involuntary"]


def fit_churn(
    training: Sequence[Labelled],
    *,
    horizon_days: int,
    gap_days: int = 0,
    seed: int = 1,
    cause: Cause = "any",
    campaign: Campaign = Campaign(),
    trusted: Sequence[str] = (),
    rhythm: BgNbd | None = None,
) -> ChurnModel:
    """The best way to foresee who leaves within the horizon, with the card that says how good it is.

    `training` is snapshots of the same features, oldest first; the last one judges what was learned from those whose
    outcome was known on its day, and folds of customers do where there is none. Then everything is fitted to all of
    it. Customers held out from actions are left out: what is learned is leaving as it happens with them. `cause`
    tells cancelling (voluntary) from failed payments (involuntary), each with the other as no loss. `trusted` names
    features that may be very strong; `rhythm` is BG/NBD of all customers that ever were, where that is known. The same data and seed give the same text. A DataError, in a sentence, where
    nothing can be learned.
    """
    snapshots = tuple(_asked(each, cause) for each in training)
    columns = sound(snapshots)
    found = contest(
        snapshots, columns, horizon_days=horizon_days, gap_days=gap_days, seed=seed, rhythm=rhythm
    )
    choice = chosen(found, trusted)
    in_use, last = choice.entries[0], snapshots[-1]
    card = churn_card(
        found,
        choice,
        snapshots,
        horizon_days=horizon_days,
        seed=seed,
        cause=cause,
        campaign=campaign,
    )
    way = Fitted(in_use.predictor, in_use.calibration)
    return ChurnModel(
        (way, *(Fitted(each.predictor, each.calibration) for each in choice.entries[1:])),
        horizon_days,
        found.season_since,
        medians_of(columns, last.matrix),
        _spreads(way, last),
        bands_from(found.season_since.learned),
        card,
    )


def _asked(labelled: Labelled, cause: Cause) -> Labelled:
    """Without the global holdout, and with the losses of one cause."""
    if labelled.is_held_out is not None and labelled.is_held_out.any():
        labelled = labelled.take(~labelled.is_held_out)
    if cause == "any" or labelled.is_involuntary is None:
        return labelled
    of_cause = labelled.is_involuntary if cause == "involuntary" else ~labelled.is_involuntary
    return Labelled(labelled.matrix, labelled.has_left & of_cause, labelled.is_involuntary)


def _spreads(way: Fitted, last: Labelled) -> dict[str, Profile]:
    return profiles(way.predictor.columns, last.matrix) | {"score": profile(way.chances(last.matrix))}
