"""T-learner: a model of the outcome for each arm. How far do the two lie apart?

    effect(x) = m1(x) - m0(x)

With logistic models it is the best of all on Hillstrom's trial. Source: Kunzel et al. 2019 (PNAS 116:4156).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.predict.uplift.columns import Floats
from dangol.core.predict.uplift.outcome_model import Maker, OutcomeModel, outcome_model_of
from dangol.core.predict.uplift.trial import Trial


@dataclass(frozen=True, slots=True)
class TEffects:
    """The fitted model of each arm."""

    treated: OutcomeModel
    control: OutcomeModel

    def uplift(self, values: Floats) -> Floats:
        """Change of the chance of the outcome by treating each, [n]."""
        return self.treated.predict(values) - self.control.predict(values)

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"treated": self.treated.to_plain(), "control": self.control.to_plain()}


def fit_t(trial: Trial, maker: Maker) -> TEffects:
    """A model of the treated and one of the untreated."""
    treated, control = (
        maker.fit(trial.matrix.values[arm], trial.outcome[arm], is_rate=True)
        for arm in (trial.is_treated, ~trial.is_treated)
    )
    return TEffects(treated, control)


def t_effects_of(plain: dict[str, Any]) -> TEffects:
    """What `TEffects.to_plain` wrote."""
    return TEffects(outcome_model_of(plain["treated"]), outcome_model_of(plain["control"]))
