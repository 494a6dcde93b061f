"""X-learner: what would each customer have done in the other arm? The missing half is filled in, and learned from.

    d1 = y - m0(x) of the treated,   d0 = m1(x) - y of the untreated
    effect(x) = e t0(x) + (1 - e) t1(x),   t1 and t0 fitted to d1 and d0, e the chance of being treated

Good where one arm is much smaller than the other. Source: Kunzel et al. 2019 (PNAS 116:4156).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.outcome_model import Maker, OutcomeModel, outcome_model_of
from dangol.core.predict.uplift.t import fit_t
from dangol.core.predict.uplift.trial import Trial


@dataclass(frozen=True, slots=True)
class XEffects:
    """The effect as the treated show it, and as the untreated do; `chance` weighs the two."""

    of_treated: OutcomeModel
    of_control: OutcomeModel
    chance: float

    def uplift(self, values: Floats) -> Floats:
        """Change of the chance of the outcome by treating each, [n]."""
        return self.chance * self.of_control.predict(values) + (1 - self.chance) * self.of_treated.predict(
            values
        )

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "of_treated": self.of_treated.to_plain(), "of_control": self.of_control.to_plain(), "chance": self.chance
        }  # fmt: skip


def fit_x(trial: Trial, maker: Maker) -> XEffects:
    """Two models of the outcome, then two of the effect."""
    arms = fit_t(trial, maker)
    values, y, treated = trial.matrix.values, trial.outcome, trial.is_treated
    gained = y[treated] - arms.control.predict(values[treated])
    missed = arms.treated.predict(values[~treated]) - y[~treated]
    return XEffects(
        maker.fit(values[treated], gained, is_rate=False),
        maker.fit(values[~treated], missed, is_rate=False),
        float(trial.chance.mean()),
    )


def x_effects_of(plain: dict[str, Any]) -> XEffects:
    """What `XEffects.to_plain` wrote."""
    return XEffects(
        outcome_model_of(plain["of_treated"]), outcome_model_of(plain["of_control"]), plain["chance"]
    )
