"""Do reasons add up, never read backwards, and say the customer's own number? And are the ways of predicting sound?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.boosting import boosting_from_plain, fit_boosting
from dangol.core.predict.calibration import logit
from dangol.core.predict.churn import ChurnModel, fit_churn
from dangol.core.predict.columns import columns_of
from dangol.core.predict.contributions import Explainer, medians_of
from dangol.core.predict.logistic import fit_logistic
from dangol.core.predict.purchase_rhythm import HISTORY, fit_purchase_rhythm
from dangol.core.predict.reason import reason_from_plain
from tests_support.churners import churners


@cache
def fitted() -> ChurnModel:
    return fit_churn([churners()], horizon_days=30, seed=7)


def test_no_reason_reads_backwards() -> None:
    model, matrix = fitted(), churners(1500, seed=5).matrix
    told = model.reasons(matrix)
    added = model.explainer.predictor.contributions(matrix)
    columns = model.explainer.columns
    for row, reasons in enumerate(told):
        assert len(reasons) <= 3
        assert [abs(each.contribution) for each in reasons] == sorted(
            (abs(each.contribution) for each in reasons), reverse=True
        )
        for each in reasons:
            feature = columns.features[columns.place(each.feature)]
            family = [at for at, one in enumerate(columns.features) if one.family == each.family]
            if each.family != "profile":
                assert each.contribution == pytest.approx(added[row, family].sum())
            assert ("leaving" in each.said.en) == (each.contribution > 0)
            assert ("이탈과 함께" in each.said.ko) == (each.contribution > 0)
            assert added[row, columns.place(each.feature)] * each.contribution > 0
            if each.own_value is not None and each.peers_median is not None and feature.direction:
                beyond = (each.own_value - each.peers_median) * feature.direction
                assert beyond * each.contribution >= 0
            assert "because" not in each.said.en
            assert reason_from_plain(each.to_plain()) == each
    assert np.mean([len(reasons) > 0 for reasons in told]) > 0.95


def test_a_reason_is_said_with_the_own_number_and_the_peers() -> None:
    model = fitted()
    matrix = churners(3000, seed=6).matrix
    silent = matrix.column("usage_silent_days")
    row = int(np.nanargmax(silent))
    (first, *_) = model.reasons(matrix.take(np.array([row])))[0]
    assert first.feature == "usage_silent_days"
    assert first.own_value == silent[row]
    assert first.said.en.startswith("Days since the last use: ")
    assert " (typical: " in first.said.en
    assert first.said.en.endswith(" – associated with leaving.")
    assert first.said.ko.startswith("마지막 이용 후 지난 날: ")
    unknown = model.reasons(matrix.take(np.isnan(silent)))
    said = [each for reasons in unknown for each in reasons if each.feature == "usage_silent_days"]
    assert all(each.own_value is None and "not known" in each.said.en for each in said)


def test_contributions_add_up_to_the_score_of_every_way() -> None:
    rows = churners(600, seed=8)
    columns = columns_of(rows.matrix)
    for predictor in (
        fit_boosting(rows.matrix, rows.has_left, columns, 1, 80),
        fit_logistic(rows.matrix, rows.has_left, columns, 1),
    ):
        rest = predictor.margins(rows.matrix) - predictor.contributions(rows.matrix).sum(axis=1)
        assert rest == pytest.approx(rest[0], abs=1e-9)


def test_a_known_direction_is_never_contradicted() -> None:
    rows = churners(1500, seed=9)
    model = fit_churn([rows], horizon_days=30)
    one = rows.matrix.take(np.zeros(40, dtype=int))
    at = one.names.index("usage_silent_days")
    rising = replace(one, values=one.values.copy())
    rising.values[:, at] = np.linspace(0, 120, 40)
    for way in model.ways:
        assert (np.diff(way.chances(rising)) >= -1e-12).all()


def test_logistic_is_the_penalised_fit_of_scikit_learn() -> None:
    from sklearn.linear_model import LogisticRegression

    rows = churners(900, seed=10)
    names = ("usage_days", "luck")
    matrix = rows.matrix.named(names)
    found = fit_logistic(matrix, rows.has_left, columns_of(matrix), 1)
    assert not any(term.is_log for term in found.terms)
    scaled = (matrix.values - matrix.values.mean(axis=0)) / matrix.values.std(axis=0)
    oracle = LogisticRegression(C=0.1, tol=1e-10, max_iter=1000).fit(scaled, rows.has_left)
    assert found.weights == pytest.approx(oracle.coef_[0], abs=1e-6)
    assert found.intercept == pytest.approx(oracle.intercept_[0], abs=1e-6)


def test_words_are_read_as_words_whatever_their_position() -> None:
    model, matrix = fitted(), churners(300, seed=25).matrix
    turned = replace(
        matrix, values=matrix.values.copy(), categories={"plan": ("pro", "basic", "new", "plus")}
    )
    plan = matrix.names.index("plan")
    turned.values[:, plan] = np.array([1.0, 3.0, 0.0])[matrix.values[:, plan].astype(int)]
    np.testing.assert_array_equal(model.score(turned), model.score(matrix))


def test_bands_are_odds_around_the_base_rate() -> None:
    model = fitted()
    medium, high = model.cuts
    base = model.season.learned
    assert logit(high) - logit(base) == pytest.approx(np.log(2))
    assert model.bands(np.array([0.0, medium, base, high, 1.0])) == [
        "low",
        "medium",
        "medium",
        "high",
        "high",
    ]


def test_purchase_rhythm_takes_its_scores_apart() -> None:
    dice = np.random.default_rng(1)
    age = dice.integers(60, 400, 300).astype(float)
    x = dice.poisson(2.0, 300).astype(float)
    t_x = np.where(x > 0, np.floor(dice.random(300) * age), 0.0)
    never = np.full((3, 3), np.nan)
    matrix = FeatureMatrix(np.arange(303), HISTORY, np.vstack([np.column_stack([x, t_x, age]), never]))
    columns = columns_of(matrix)
    rhythm = fit_purchase_rhythm(matrix, columns, 90, 0.25)
    assert rhythm is not None
    margins = rhythm.margins(matrix)
    assert margins[-3:] == pytest.approx(float(logit(0.25)))
    rest = (margins - rhythm.contributions(matrix).sum(axis=1))[:300]
    assert rest == pytest.approx(rest[0], abs=1e-9)
    told = Explainer(rhythm, medians_of(columns, matrix)).reasons(matrix.take(np.arange(20)))
    assert all(each.family == "purchases" for reasons in told for each in reasons)
    lost = int(np.argmax(x * (age - t_x)))
    assert margins[lost] > np.median(margins)


def test_trees_are_read_back_as_they_were_written() -> None:
    rows = churners(500, seed=30)
    trees = fit_boosting(rows.matrix, rows.has_left, columns_of(rows.matrix), 1, 20)
    read = boosting_from_plain(trees.to_plain())
    np.testing.assert_array_equal(read.margins(rows.matrix), trees.margins(rows.matrix))
    steps = trees.margins_after(rows.matrix, (5, 20))
    assert steps[:, 1] == pytest.approx(trees.margins(rows.matrix))
