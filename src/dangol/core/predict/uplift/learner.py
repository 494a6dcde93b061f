"""Which learners of effects are there? Each by its name, with how it is fitted and read back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from dangol.core.language import Said
from dangol.core.predict.uplift.class_transformation import fit_transformed, transformed_effects_of
from dangol.core.predict.uplift.columns import Floats, levels_of
from dangol.core.predict.uplift.dr import dr_effects_of, fit_dr
from dangol.core.predict.uplift.outcome_model import Kind, Maker
from dangol.core.predict.uplift.rankings import fit_response, fit_risk, ranked_of
from dangol.core.predict.uplift.s import fit_s, s_effects_of
from dangol.core.predict.uplift.t import fit_t, t_effects_of
from dangol.core.predict.uplift.trial import Trial
from dangol.core.predict.uplift.x import fit_x, x_effects_of


class Effects(Protocol):
    """A fitted learner."""

    def uplift(self, values: Floats) -> Floats:
        """A score of each row of features, [n]: the higher, the more treating is expected to change."""

    def to_plain(self) -> dict[str, Any]:
        """As JSON can hold it."""


@dataclass(frozen=True, slots=True)
class Learner:
    """One way to learn whom an action changes; `is_effect` is False for rankings that know of no effect."""

    name: str
    said: Said
    kind: Kind
    fit_with: Callable[[Trial, Maker], Effects]
    read: Callable[[dict[str, Any]], Effects]
    is_effect: bool = True

    def fit(self, trial: Trial, seed: int) -> Effects:
        """Learn from a trial; the same trial and seed, the same effects."""
        return self.fit_with(trial, Maker(self.kind, levels_of(trial.matrix), seed))


_ALL = (
    Learner("t_linear", Said("T-learner, logistic", "T-러너(로지스틱)"), "linear", fit_t, t_effects_of),
    Learner("t", Said("T-learner, trees", "T-러너(트리)"), "trees", fit_t, t_effects_of),
    Learner("x_linear", Said("X-learner, linear", "X-러너(선형)"), "linear", fit_x, x_effects_of),
    Learner("x", Said("X-learner, trees", "X-러너(트리)"), "trees", fit_x, x_effects_of),
    Learner("s", Said("S-learner, trees", "S-러너(트리)"), "trees", fit_s, s_effects_of),
    Learner("dr_linear", Said("DR-learner, linear", "DR-러너(선형)"), "linear", fit_dr, dr_effects_of),
    Learner("dr", Said("DR-learner, trees", "DR-러너(트리)"), "trees", fit_dr, dr_effects_of),
    Learner(
        "class_transformation_linear", Said("Class transformation, logistic", "클래스 변환(로지스틱)"), "linear",
        fit_transformed, transformed_effects_of,
    ),
    Learner(
        "class_transformation", Said("Class transformation, trees", "클래스 변환(트리)"), "trees",
        fit_transformed, transformed_effects_of,
    ),
    Learner("response", Said("by response", "반응 가능성 순"), "linear", fit_response, ranked_of, is_effect=False),
    Learner("risk", Said("by risk", "이탈 위험 순"), "linear", fit_risk, ranked_of, is_effect=False),
)  # fmt: skip

LEARNERS: Final[dict[str, Learner]] = {each.name: each for each in _ALL}
"""By name. A linear S-learner is missing: it would give everyone the same direction."""
