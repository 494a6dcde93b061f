"""Is the way of choosing the one that wins out of sample, does it step back, and does bad input get a sentence?"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dangol.core.errors import DangolError, DataError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.card import card_from_plain
from dangol.core.predict.uplift.arms import with_estimated_propensity
from dangol.core.predict.uplift.choosing import fit_uplift
from dangol.core.predict.uplift.groups import GROUPS, PERSUADABLE, SLEEPING_DOG, groups
from dangol.core.predict.uplift.model import UpliftModel, Uplifts, uplift_model_of
from dangol.core.predict.uplift.trial import Trial
from tests_support.trials import Planted, planted

CHEAP: dict[str, Any] = {"learners": ("t_linear",), "folds": 2, "resamples": 60}


@pytest.fixture(scope="module")
def truth() -> Planted:
    return planted(6_000, 21)


@pytest.fixture(scope="module")
def model(truth: Planted) -> UpliftModel:
    return fit_uplift(truth.trial, learners=("t_linear", "s"), folds=2, resamples=60)


def _figures(model: UpliftModel, name: str) -> dict[str, float | None]:
    return {
        each.name: next(figure.value for figure in each.figures if figure.name == name)
        for each in model.card.baselines
        if any(figure.name == name for figure in each.figures)
    }


def test_planted_effects_are_chosen_by(model: UpliftModel) -> None:
    qinis = _figures(model, "qini")
    assert model.advice == "ranked"
    assert model.learner in ("t_linear", "s")
    assert model.card.is_usable
    assert model.card.chosen == model.learner
    assert qinis["random"] == 0.0
    assert qinis[model.learner] == max(value for value in qinis.values() if value is not None)
    assert {check.name: check.passed for check in model.card.checks} == {
        "is_randomised": True, "beats_random": True, "beats_response": True, "beats_risk": True
    }  # fmt: skip


def test_new_customers_get_their_effects(model: UpliftModel) -> None:
    new = planted(3_000, 22)
    found = model.score(new.trial.matrix)
    held = (found.low <= new.effect) & (new.effect <= found.high)
    assert np.corrcoef(found.effect, new.effect)[0, 1] > 0.9
    assert held.mean() > 0.85


def test_sleeping_dogs_are_found_and_the_rest_is_named_with_care(model: UpliftModel) -> None:
    new = planted(3_000, 23)
    found = groups(model.score(new.trial.matrix))
    by_chance = (new.group == SLEEPING_DOG).mean()
    assert (new.group[found.is_sleeping_dog] == SLEEPING_DOG).mean() > 5 * by_chance
    assert found.is_sleeping_dog[new.group == SLEEPING_DOG].mean() > 0.8
    assert (new.group[found.group == PERSUADABLE] == PERSUADABLE).mean() > 0.8
    assert sum(found.counts().values()) == 3_000
    for n, (name, (least, most)) in enumerate(found.expected().items()):
        assert least - 90 <= (new.group == n).sum() <= most + 90, name


def test_the_bounds_of_the_four_types_hold_the_truth_and_add_up() -> None:
    ones = np.ones(1)
    uplifts = Uplifts(np.array([1]), ones, 0.4 * ones, 0.3 * ones, 0.5 * ones, 0.3 * ones)
    found = groups(uplifts)
    assert list(GROUPS)[found.group[0]] == "persuadable"
    # p1 = .7, p0 = .3: sure 0 to .3, lost 0 to .3, persuadable .4 to .7, sleeping dog 0 to .3.
    assert found.lowest[0] == pytest.approx([0, 0, 0.4, 0])
    assert found.highest[0] == pytest.approx([0.3, 0.3, 0.7, 0.3])


def test_the_same_seed_gives_the_same_text(truth: Planted, model: UpliftModel) -> None:
    again = fit_uplift(truth.trial, learners=("t_linear", "s"), folds=2, resamples=60)
    assert again.to_text() == model.to_text()


def test_a_model_comes_back_from_its_text(model: UpliftModel) -> None:
    again = uplift_model_of(model.to_text())
    matrix = planted(500, 24).trial.matrix
    assert again.to_text() == model.to_text()
    assert (again.score(matrix).score == model.score(matrix).score).all()
    assert card_from_plain(model.card.to_plain()) == model.card


def test_columns_and_words_may_come_in_another_order(model: UpliftModel) -> None:
    matrix = planted(500, 24).trial.matrix
    turned = {"habit": tuple(reversed(matrix.categories["habit"]))}
    values = matrix.values.copy()
    values[:, 0] = 3 - values[:, 0]
    other = replace(matrix, values=values, categories=turned).named(("noise", "more_noise", "habit"))
    assert (model.score(other).effect == model.score(matrix).effect).all()
    unknown = replace(matrix, categories={"habit": ("a", "b", "c", "d")})
    assert np.isfinite(model.score(unknown).effect).all()
    with pytest.raises(DangolError, match="missing: habit"):
        model.score(matrix.named(("noise", "more_noise")))


def _even(seed: int, with_it: float, without: float, n: int = 3_000) -> Trial:
    """An action that does the same to everyone."""
    rng = np.random.default_rng(seed)
    treated = rng.random(n) < 0.5
    stayed = rng.random(n) < np.where(treated, with_it, without)
    matrix = FeatureMatrix(np.arange(n), ("a", "b"), rng.normal(size=(n, 2)))
    return Trial(matrix, treated, stayed.astype(np.float64))


@pytest.mark.parametrize(
    ("with_it", "without", "advice", "word"),
    [
        (0.6, 0.4, "everyone", "for everyone"),
        (0.4, 0.6, "nobody", "for nobody"),
        (0.5, 0.5, "random", "by lots"),
    ],
)
def test_where_nobody_can_be_told_apart_the_average_decides(
    with_it: float, without: float, advice: str, word: str
) -> None:
    model = fit_uplift(_even(31, with_it, without), **CHEAP)
    assert (model.advice, model.learner, model.card.is_usable) == (advice, None, False)
    assert model.card.chosen == advice
    assert word in model.card.verdict.en
    found = model.score(_even(32, with_it, without).matrix)
    assert len(np.unique(found.effect)) == 1
    assert found.low[0] <= with_it - without <= found.high[0]
    assert uplift_model_of(model.to_text()).advice == advice


def test_chance_is_seldom_taken_for_a_ranking() -> None:
    """No learner has anything to find: at most the promised 5 % are chosen, over 120 seeds."""
    taken = [
        fit_uplift(_even(7_000 + seed, 0.5, 0.4, 400), **CHEAP).advice == "ranked" for seed in range(120)
    ]
    assert np.mean(taken) <= 0.05


def test_response_is_chosen_where_it_ranks_best() -> None:
    """The action works as much as the customer is one who stays, by one feature; learners see it with more noise."""
    rng = np.random.default_rng(41)
    n = 4_000
    values = rng.normal(size=(n, 30))
    treated = rng.random(n) < 0.5
    chance = np.where(treated, 0.75, 0.3) / (1 + np.exp(-1.5 * values[:, 0]))
    trial = Trial(
        FeatureMatrix(np.arange(n), tuple(f"f{k}" for k in range(30)), values),
        treated,
        (rng.random(n) < chance) * 1.0,
    )
    model = fit_uplift(trial, **CHEAP)
    assert model.learner == "response"
    assert "no learner of effects does better" in model.card.verdict.en


def _bad(**changes: Any) -> Trial:
    return replace(planted(600, 51).trial, **changes)


def _column(trial: Trial, column: Any) -> Trial:
    values = np.column_stack([trial.matrix.values[:, 1], column]).astype(np.float64)
    return replace(trial, matrix=FeatureMatrix(trial.matrix.person_ids, ("noise", "extra"), values))


GOOD = planted(600, 51).trial
BAD: dict[str, tuple[Trial, str]] = {
    "ten customers": (GOOD.take(np.arange(10)), "The smaller arm has"),
    "an empty arm": (_bad(is_treated=np.zeros(600, dtype=bool)), "One arm is empty: nobody was treated"),
    "an empty control": (_bad(is_treated=np.ones(600, dtype=bool)), "nobody was left untreated"),
    "one class only": (_bad(outcome=np.ones(600)), "600 of them had the outcome and 0 did not"),
    "no rate": (_bad(outcome=np.arange(600.0)), "values other than 0 and 1"),
    "constant features": (
        _bad(matrix=FeatureMatrix(np.arange(600), ("a", "b"), np.ones((600, 2)))),
        "one and the same value",
    ),
    "no features": (_bad(matrix=FeatureMatrix(np.arange(600), (), np.ones((600, 0)))), "one and the same value"),
    "people twice": (
        _bad(matrix=replace(GOOD.matrix, person_ids=np.arange(600) // 2)),
        "300 rows are of customers who are in it already",
    ),
    "certain treatment": (_bad(propensity=GOOD.is_treated * 1.0), "certain to be treated"),
    "an arm that leaks": (
        _column(GOOD, GOOD.is_treated + np.random.default_rng(1).normal(size=600)),
        "foremost from extra",
    ),
    "an outcome known before": (_column(GOOD, GOOD.outcome), "The feature extra alone tells the outcome"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_a_sentence(case: str) -> None:
    trial, wrong = BAD[case]
    with pytest.raises(DataError) as caught:
        fit_uplift(trial, **CHEAP)
    assert wrong in caught.value.wrong.en
    assert caught.value.would_work.en.endswith(".")
    assert str(len(trial)) in caught.value.asked.ko


def test_without_lots_the_evidence_is_said_to_be_weaker() -> None:
    """Whoever looks lost was treated three times as often; as given it is refused, with estimates it is learned from."""
    truth = planted(8_000, 8)
    looks_lost = truth.trial.matrix.column("habit") == 1
    keep = truth.trial.is_treated | (
        np.random.default_rng(9).random(8_000) < np.where(looks_lost, 1 / 3, 1.0)
    )
    chosen = replace(truth.trial.take(keep), propensity=None)
    with pytest.raises(DataError, match="foremost from habit"):
        fit_uplift(chosen, **CHEAP)
    model = fit_uplift(with_estimated_propensity(chosen, seed=1), **CHEAP)
    check = next(each for each in model.card.checks if each.name == "is_randomised")
    average = model.card.figure("average_effect")
    assert check.passed is None
    assert "weaker evidence" in check.said.en
    assert average is not None
    assert average.value == pytest.approx(truth.effect[keep].mean(), abs=0.025)


def test_arms_without_customers_in_common_are_refused() -> None:
    apart = _column(
        replace(GOOD, propensity=None), GOOD.is_treated * 10 + np.random.default_rng(1).normal(size=600)
    )
    with pytest.raises(DataError, match="foremost from extra"):
        fit_uplift(with_estimated_propensity(apart, seed=1), **CHEAP)


def test_logged_probabilities_that_differ_are_no_leak() -> None:
    truth = planted(6_000, 71)
    rng, habit = np.random.default_rng(1), truth.trial.matrix.column("habit")
    chance = np.where(habit == 2, 0.8, 0.3)
    stays = np.array([[0.9, 0.9], [0.1, 0.1], [0.3, 0.7], [0.8, 0.5]])
    treated = rng.random(6_000) < chance
    stayed = rng.random(6_000) < stays[truth.group, treated.astype(int)]
    model = fit_uplift(Trial(truth.trial.matrix, treated, stayed * 1.0, chance), **CHEAP)
    average = model.card.figure("average_effect")
    assert average is not None
    assert average.low is not None
    assert average.high is not None
    assert average.low <= truth.effect.mean() <= average.high
    assert model.advice == "ranked"


def test_rows_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="599"):
        replace(GOOD, outcome=np.ones(599))


def test_missing_values_are_allowed_for() -> None:
    truth = planted(4_000, 61)
    values = truth.trial.matrix.values.copy()
    values[::5] = np.nan
    matrix = replace(truth.trial.matrix, values=values)
    model = fit_uplift(replace(truth.trial, matrix=matrix), learners=("t_linear", "t"), folds=2, resamples=60)
    assert model.advice == "ranked"
    assert np.isfinite(model.score(matrix).effect).all()


def test_what_the_web_imports_loads_no_heavy_library() -> None:
    code = (
        "import sys, dangol.core.predict.uplift.choosing, dangol.core.predict.uplift.planning, "
        "dangol.core.predict.uplift.thompson, dangol.core.predict.uplift.groups\n"
        "assert not {'scipy', 'sklearn', 'lightgbm', 'pandas'} & {*sys.modules}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
