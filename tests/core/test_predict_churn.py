"""Is the churn model honest? It finds what was planted, says why, steps aside when it must, and refuses leaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest

from dangol.core.errors import DangolError, DataError, RequestError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.calibration import Calibration
from dangol.core.predict.card import card_from_plain
from dangol.core.predict.churn import ChurnModel, churn_model_of, fit_churn
from dangol.core.predict.folds import divided, folds
from dangol.core.predict.labelled import Labelled, together
from dangol.core.predict.matured import matured, stepped_back
from dangol.core.predict.season import Season
from tests_support.churners import churners

START = date(2025, 1, 6)


@cache
def fitted() -> ChurnModel:
    return fit_churn([churners()], horizon_days=30, seed=7)


def _failed(model: ChurnModel) -> set[str]:
    return {each.name for each in model.card.checks if each.passed is False}


def _snapshots(*rates: float, step: int = 30) -> list[Labelled]:
    return [
        churners(800, seed=at, as_of=START + timedelta(days=step * at), rate=rate)
        for at, rate in enumerate(rates)
    ]


def test_a_planted_cause_is_found_and_luck_is_not() -> None:
    table = fitted().card.table("features")
    assert table is not None
    order = [row[0] for row in table.rows]
    assert order[0] == "usage_silent_days"
    assert order[-1] == "luck"
    assert fitted().card.is_usable
    area = fitted().card.figure("auc")
    assert area is not None
    assert area.low is not None
    assert area.low > 0.7


def test_chances_are_chances() -> None:
    model, again = fitted(), churners(4000, seed=99)
    chances = model.score(again.matrix)
    assert ((chances > 0) & (chances < 1)).all()
    assert chances.mean() == pytest.approx(again.has_left.mean(), abs=0.03)
    assert not matured(model, again).is_off


def test_the_same_data_and_seed_give_the_same_text() -> None:
    text = fitted().to_text()
    assert fit_churn([churners()], horizon_days=30, seed=7).to_text() == text
    read = churn_model_of(text)
    assert read.to_text() == text
    matrix = churners(50, seed=3).matrix
    np.testing.assert_array_equal(read.score(matrix), fitted().score(matrix))
    assert read.reasons(matrix) == fitted().reasons(matrix)
    assert card_from_plain(read.card.to_plain()) == fitted().card


@pytest.mark.parametrize("text", ["", "{}", '{"format": "another"}', "[1]"])
def test_a_text_that_is_no_model_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="dangol churn 1"):
        churn_model_of(text)


def test_nothing_loads_the_heavy_libraries_before_they_are_needed() -> None:
    import subprocess
    import sys

    code = (
        "import sys, dangol, dangol.core.predict.churn, dangol.core.predict.labelled_table, dangol.core.predict.registry;"
        "print(*{'scipy', 'sklearn', 'lightgbm'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_planted_future_feature_is_refused_and_named() -> None:
    rows = churners(
        1200, seed=11, events_next_month=lambda left, dice: np.where(left, 0, dice.poisson(6, len(left)) + 1)
    )
    model = fit_churn([rows], horizon_days=30)
    assert {"leak_auc", "leak_gain"} & _failed(model)
    assert not model.card.is_usable
    assert "events_next_month" in model.card.verdict.en
    assert "events_next_month" in model.card.verdict.ko
    with pytest.raises(RequestError, match="events_next_month"):
        model.score(rows.matrix)
    with pytest.raises(RequestError, match="Not used"):
        model.reasons(rows.matrix)


def test_a_trusted_feature_may_be_strong() -> None:
    rows = churners(
        1200, seed=12, notice_given=lambda left, dice: (left & (dice.random(len(left)) < 0.9)).astype(float)
    )
    assert not fit_churn([rows], horizon_days=30).card.is_usable
    assert fit_churn([rows], horizon_days=30, trusted=["notice_given"]).card.is_usable


def test_what_cannot_be_foreseen_is_not_foreseen() -> None:
    rows = churners(1500, seed=13)
    dice = np.random.default_rng(1)
    model = fit_churn([Labelled(rows.matrix, dice.random(1500) < 0.3)], horizon_days=30, seed=3)
    assert not model.card.is_usable
    assert "beats_base_rate" in _failed(model)
    assert "The same chance for everybody" in model.card.verdict.en


def test_a_rule_is_used_where_the_model_is_no_better() -> None:
    dice = np.random.default_rng(4)
    silent = np.round(dice.exponential(25, 260))
    left = dice.random(260) < 1 / (1 + np.exp(4 - 1.2 * np.log1p(silent)))
    noise = dice.normal(size=(260, 25))
    matrix = FeatureMatrix(
        np.arange(260), ("usage_silent_days", *(f"noise_{n}" for n in range(25))), np.column_stack([silent, noise])
    )  # fmt: skip
    model = fit_churn([Labelled(matrix, left)], horizon_days=30)
    assert model.card.chosen == "recency"
    assert model.card.is_usable
    assert "beats_recency" in _failed(model)
    assert "instead of the first choice" in model.card.verdict.en
    (reason,) = model.reasons(matrix.take(np.array([int(silent.argmax())])))[0]
    assert reason.feature == "usage_silent_days"


def test_later_customers_judge_and_only_what_was_known_then_teaches() -> None:
    snapshots = _snapshots(0.0, 0.0, 0.0, 0.0)
    known, later = divided(snapshots, 60, 0) or ((), None)
    assert [each.matrix.as_of for each in known] == [START, START + timedelta(days=30)]
    assert later is snapshots[-1]
    assert divided(snapshots, 200) is None
    model = fit_churn(snapshots, horizon_days=60)
    assert model.card.facts["judged_by"] == "time"
    assert model.card.facts["judged_count"] == 800
    assert model.card.period == (START, START + timedelta(days=90))
    assert fit_churn(snapshots, horizon_days=200).card.facts["judged_by"] == "folds"


def test_customers_of_several_days_stay_in_one_fold() -> None:
    rows = together(_snapshots(0.0, 0.5))
    of = folds(rows, seed=1)
    assert all(len(set(of[rows.matrix.person_ids == person])) == 1 for person in range(0, 800, 37))
    assert {int((of[rows.has_left] == fold).sum() > 0) for fold in range(5)} == {1}


def test_a_season_is_met_by_that_of_last_year() -> None:
    rates = [0.0] * 13
    rates[0] = rates[12] = 1.5
    snapshots = [
        churners(500, seed=at, as_of=START + timedelta(days=28 * at + (1 if at == 12 else 0)), rate=rate)
        for at, rate in enumerate([*rates, 1.5])
    ]
    late = [each for each in snapshots if each.matrix.as_of != snapshots[12].matrix.as_of]
    model = fit_churn(late, horizon_days=28)
    assert model.card.facts["season"] == "last_year"
    unseasoned = fit_churn(late[1:], horizon_days=28)
    assert unseasoned.card.facts["season"] == "latest"
    expected, without, realised = (
        each.card.figure(name).value  # type: ignore[union-attr]
        for each, name in ((model, "expected"), (unseasoned, "expected"), (model, "realised"))
    )
    assert without < 0.35 < 0.5 < expected < realised
    season = Season(0.2, ((date(2025, 1, 1), 0.4), (date(2025, 6, 1), 0.1)))
    assert season.expected(date(2026, 1, 10)) == (0.4, "last_year")
    assert season.expected(date(2026, 3, 10)) == (0.1, "latest")
    assert season.expected(None) == (0.2, "learned")


def test_a_level_that_nobody_could_know_is_not_used() -> None:
    model = fit_churn(_snapshots(0.0, 0.0, 0.0, 2.5), horizon_days=30)
    assert not model.card.is_usable
    assert "calibrated_boosting" in _failed(model) or "calibrated_logistic" in _failed(model)
    assert "Snapshots of the same season" in model.card.verdict.en


def test_a_cohort_that_came_out_otherwise_demotes() -> None:
    model = fitted()
    assert stepped_back(model, churners(1500, seed=21)) is model
    off = stepped_back(model, churners(1500, seed=22, rate=1.5))
    assert not off.card.is_usable
    assert off.card.verdict.en.startswith("Not used until it is fitted again.")
    # A contender that foretells the cohort takes over from one that does not.
    crooked = replace(model.ways[0], calibration=Calibration("platt", np.zeros(1), np.array([2.0]), 1.0))
    back = stepped_back(replace(model, ways=(crooked, *model.ways[1:])), churners(1500, seed=21))
    assert back.card.is_usable
    assert back.card.chosen == back.in_use.predictor.name == model.ways[1].predictor.name
    assert "Stepped back to" in back.card.verdict.en


def test_customers_who_have_moved_are_seen() -> None:
    model, now = fitted(), churners(1500, seed=23).matrix
    assert all(row[2] == "steady" for row in model.drift(now).rows)
    moved = replace(now, values=now.values.copy())
    moved.values[:, moved.names.index("luck")] += 2
    found = {row[0]: row[2] for row in model.drift(moved).rows}
    assert found["luck"] == "moved"
    assert found["failed_count"] == "steady"


def test_the_held_out_are_not_learned_from_and_causes_are_apart() -> None:
    rows = churners(1500, seed=24)
    held = np.arange(1500) < 300
    marked = replace(rows, is_held_out=held)
    plain = fit_churn([rows.take(~held)], horizon_days=30)
    assert fit_churn([marked], horizon_days=30).to_text() == plain.to_text()
    failed = rows.has_left & (rows.matrix.column("failed_count") > 0)
    caused = replace(rows, is_involuntary=failed)
    model = fit_churn([caused], horizon_days=30, cause="involuntary", trusted=["failed_count"])
    assert model.card.left_count == failed.sum()
    assert (
        fit_churn([caused], horizon_days=30, cause="voluntary").card.left_count
        == (rows.has_left & ~failed).sum()
    )


def test_slices_show_a_plan_that_is_served_worse() -> None:
    table = fitted().card.table("slices")
    assert table is not None
    assert {row[1] for row in table.rows} == {"basic", "plus", "pro"}
    assert sum(int(row[2] or 0) for row in table.rows) == 2000


def _nobody(rows: Labelled) -> list[Labelled]:
    return [Labelled(rows.matrix, np.zeros(len(rows), dtype=bool))]


def _twice(rows: Labelled) -> list[Labelled]:
    return [together([rows, rows])]


def _alike(rows: Labelled) -> list[Labelled]:
    return [Labelled(replace(rows.matrix, values=np.ones_like(rows.matrix.values)), rows.has_left)]


@pytest.mark.parametrize(
    ("training", "sentence"),
    [(lambda rows: [], "There is no customer whose outcome is known"),
     (_nobody, "None of the 400 customers left. Both are needed"),
     (lambda rows: [Labelled(rows.matrix, ~np.zeros(400, dtype=bool))], "All of the 400 customers left"),
     (lambda rows: [rows.take(np.arange(10))], "customers left; 50 are needed to tell skill from luck. A longer horizon"),
     (lambda rows: [rows.take(np.append(np.flatnonzero(rows.has_left)[:23], np.flatnonzero(~rows.has_left)))],
      "23 customers left; 50 are needed"),
     (lambda rows: [rows.take(np.append(np.flatnonzero(rows.has_left), np.flatnonzero(~rows.has_left)[:9]))],
      "9 customers stayed; 50 are needed"),
     (_alike, "Every feature is the same for all customers"),
     (_twice, "400 customers stand in the snapshot more than once")],
)  # fmt: skip
def test_bad_input_is_answered_with_a_sentence(training: object, sentence: str) -> None:
    rows = churners(400, seed=31, rate=0.5)
    with pytest.raises(DangolError, match=sentence):
        fit_churn(training(rows), horizon_days=30)  # type: ignore[operator]
