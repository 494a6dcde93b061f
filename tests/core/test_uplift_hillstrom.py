"""Do the learners give the published figures on Hillstrom's trial of e-mails?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dangol.core.predict.uplift.choosing import fit_uplift
from dangol.core.predict.uplift.learner import LEARNERS
from dangol.core.predict.uplift.qini import qini, uplift_at
from dangol.core.predict.uplift.trial import Trial
from tests_support.trials import hillstrom

pytestmark = pytest.mark.data
WOMENS, MENS = "Womens E-Mail", "Mens E-Mail"


@pytest.fixture(scope="module")
def womens(data: Path) -> Trial:
    return hillstrom(data, WOMENS)


def _halves(trial: Trial, seed: int, *, is_stratified: bool = True) -> tuple[Trial, Trial]:
    from sklearn.model_selection import train_test_split

    strata = 2 * trial.is_treated + trial.outcome if is_stratified else None
    learned, kept = train_test_split(np.arange(len(trial)), test_size=0.5, random_state=seed, stratify=strata)
    return trial.take(learned), trial.take(kept)


def _qini(name: str, learned: Trial, kept: Trial) -> float:
    score = LEARNERS[name].fit(learned, 1).uplift(kept.matrix.values)
    found = qini(kept.outcome, score, kept.is_treated)
    assert found is not None
    return found


PUBLISHED = {
    "t": 0.0632,
    "x": 0.0665,
    "s": 0.0706,
    "class_transformation": 0.0733,
    "t_linear": 0.0677,
    "dr": 0.0681,
}
"""uplift@30 % "overall" of the half split by scikit-learn's train_test_split(random_state=42), by learner."""
STANDARD_ERROR = 0.0090
"""Of one such figure, from 6,400 customers in two arms; how far the same learner may move by its settings alone."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_effect_on_the_first_thirty_percent_of_the_known_split(womens: Trial, name: str) -> None:
    """T and X within the last digit. The folds of DR and the settings of the others were not published.

    DR is held to half a standard error.
    """
    learned, kept = _halves(womens, 42, is_stratified=False)
    score = LEARNERS[name].fit(learned, 1).uplift(kept.matrix.values)
    found = uplift_at(kept.outcome, score, kept.is_treated)
    assert found is not None
    tolerance = {"t": 0.00011, "x": 0.00011, "dr": STANDARD_ERROR / 2}.get(name, 0.001)
    assert abs(found - PUBLISHED[name]) <= tolerance
    top = np.argsort(score)[::-1][: int(0.3 * len(kept))]
    arms = kept.outcome[top][kept.is_treated[top]], kept.outcome[top][~kept.is_treated[top]]
    assert np.sqrt(sum(arm.var() / len(arm) for arm in arms)) == pytest.approx(STANDARD_ERROR, abs=0.0006)


def test_qini_of_the_logistic_t_learner_over_ten_splits_and_the_risk_ranking_is_worse(womens: Trial) -> None:
    """.0645 +- .007 published; at least .059 is due. Response .0390 and risk -.0042 were found by trees there."""
    found = {
        name: np.mean([_qini(name, *_halves(womens, seed)) for seed in range(10)])
        for name in ("t_linear", "response", "risk")
    }
    assert found["t_linear"] >= 0.059
    assert found["t_linear"] == pytest.approx(0.0645, abs=0.007)
    assert found["response"] == pytest.approx(0.0390, abs=0.01)
    assert found["risk"] < 0.02 < found["response"] < found["t_linear"]


@pytest.mark.parametrize(
    ("name", "published"), [("t", 0.0591), ("x", 0.0612), ("s", 0.0608), ("dr_linear", 0.0568)]
)
def test_qini_of_the_other_learners_over_three_splits(womens: Trial, name: str, published: float) -> None:
    found = np.mean([_qini(name, *_halves(womens, seed)) for seed in range(3)])
    assert found == pytest.approx(published, abs=0.01)


def test_the_choice_is_by_effect_for_the_womens_mail_and_by_response_for_the_mens(
    womens: Trial, data: Path
) -> None:
    """As published: no learner of effects ranks the men's mail as well as response does (.0268 against .0121)."""
    cheap = {"learners": ("t_linear", "x_linear", "class_transformation_linear"), "folds": 3, "resamples": 60}
    model = fit_uplift(womens, **cheap)  # type: ignore[arg-type]
    assert model.learner in cheap["learners"]  # type: ignore[operator]
    assert all(check.passed for check in model.card.checks)
    average = model.card.figure("average_effect")
    assert average is not None
    assert average.value == pytest.approx(0.04523, abs=0.0005)
    mens = fit_uplift(hillstrom(data, MENS), **cheap)  # type: ignore[arg-type]
    assert mens.learner == "response"
    own = mens.card.figure("qini")
    assert own is not None
    assert own.value == pytest.approx(0.0268, abs=0.008)
