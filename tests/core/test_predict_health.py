"""Does a health score tell lost accounts from kept ones, say what it knows, and never take the unknown for good?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from dangol.core.engine import world
from dangol.core.engine.foreseeing_accounts import Accounts, accounts
from dangol.core.errors import DataError, RequestError
from dangol.core.features.feature import Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.accounts import account_labelled, account_matrix
from dangol.core.predict.health import HealthModel, fit_health, health_model_of
from dangol.core.predict.health_scale import band_of, score_of
from dangol.core.predict.labelled import Labelled

FAMILY = {"use": ("usage", -1), "failed": ("payment", 1), "tickets": ("support", 1), "seats": ("team", -1), "luck": ("profile", 0)}  # fmt: skip


def _accounts(seed: int, n: int = 600, day: date = date(2026, 1, 1), base: float = -3.0) -> Labelled:
    """Accounts whose loss goes with little use and failed payments; a third of the tickets are not known."""
    rng = np.random.default_rng(seed)
    use, failed = rng.gamma(2, 10, n), rng.poisson(0.3, n).astype(float)
    tickets = np.where(rng.random(n) < 0.33, np.nan, rng.poisson(1.0, n))
    odds = base - 1.2 * (np.log(use) - 2.6) + 1.3 * failed + 0.3 * np.nan_to_num(tickets)
    left = rng.random(n) < 1 / (1 + np.exp(-odds))
    values = np.column_stack([use, failed, tickets, rng.poisson(5, n), rng.standard_normal(n)])
    described = {name: Feature(name, Said(name, name), family, "count", sign) for name, (family, sign) in FAMILY.items()}  # type: ignore[arg-type]  # fmt: skip
    return Labelled(FeatureMatrix(np.arange(n), tuple(FAMILY), values, day, {}, described), left)


def _training() -> tuple[Labelled, ...]:
    return _accounts(1, day=date(2025, 7, 1)), _accounts(2, day=date(2025, 10, 1)), _accounts(3)


@pytest.fixture(scope="module")
def fitted() -> HealthModel:
    return fit_health(_training(), horizon_days=60)


def test_it_is_fitted_and_back_tested_on_a_later_time_and_its_bands_are_what_they_say(
    fitted: HealthModel,
) -> None:
    assert fitted.kind == "fitted"
    assert fitted.card.facts["is_tested_by_time"]
    ranking = fitted.card.figure("auc")
    assert ranking is not None
    assert (ranking.low or 0) > 0.5
    table = fitted.card.table("bands")
    assert table is not None
    rate = {row[0]: row[3] for row in table.rows}
    assert rate["poor"] > rate["watch"] > rate["good"]
    assert sum(row[1] for row in table.rows) == 600


def test_the_bands_hold_on_accounts_of_yet_another_time(fitted: HealthModel) -> None:
    later = _accounts(9, n=4_000)
    bands = np.array(fitted.score(later.matrix).band)
    rates = [later.has_left[bands == band].mean() for band in ("good", "watch", "poor")]
    overall = later.has_left.mean()
    assert rates[0] < overall
    assert rates[2] > 1.6 * overall
    assert rates[0] < rates[1] < rates[2]


def test_fifty_is_the_usual_risk_and_odds_of_twice_that_a_third() -> None:
    assert score_of(np.log([1.0, 2.0, 0.5])).tolist() == pytest.approx([50, 100 / 3, 200 / 3])
    assert [band_of(score, 1.0) for score in (20.0, 40.0, 60.0)] == ["poor", "watch", "good"]
    assert band_of(80.0, 0.4) == "watch"
    assert band_of(float("nan"), 0.0) is None


def _without(matrix: FeatureMatrix, name: str, value: float) -> FeatureMatrix:
    values = matrix.values.copy()
    values[:, matrix.names.index(name)] = value
    return replace(matrix, values=values)


@pytest.mark.parametrize("kind", ["fitted", "rule"])
def test_missing_is_never_good(fitted: HealthModel, kind: str) -> None:
    """An account of which an input is not known never scores above the same account with the median of that input."""
    few = tuple(each.take(np.arange(40)) for each in _training())
    model = fitted if kind == "fitted" else fit_health(few, horizon_days=60)
    assert model.kind == kind
    matrix = _training()[-1].matrix
    for part in model.parts:
        median = float(np.interp(0.5, part.ranks, part.knots))
        known, unknown = (
            model.score(_without(matrix, part.feature.name, value)) for value in (median, np.nan)
        )
        assert (unknown.score <= known.score + 0.5).all(), part.feature.name
        assert (unknown.coverage < known.coverage).all()


def test_unknown_inputs_that_went_with_staying_are_not_counted_as_good() -> None:
    """Silence that went with staying in the past, planted strongly, gets no weight at all."""
    parts = []
    for seed, day in ((1, date(2025, 7, 1)), (2, date(2026, 1, 1))):
        each = _accounts(seed, day=day)
        tickets = each.matrix.column("tickets").copy()
        tickets[~each.has_left & (np.random.default_rng(seed).random(len(each)) < 0.7)] = np.nan
        values = each.matrix.values.copy()
        values[:, each.matrix.names.index("tickets")] = tickets
        parts.append(Labelled(replace(each.matrix, values=values), each.has_left))
    model = fit_health(parts, horizon_days=60)
    assert all(part.unknown >= 0 for part in model.parts)


def test_an_account_of_which_nothing_is_known_has_no_score(fitted: HealthModel) -> None:
    matrix = _training()[-1].matrix.take(np.arange(3))
    empty = replace(matrix, values=np.full(matrix.values.shape, np.nan))
    health = fitted.score(empty)
    assert np.isnan(health.score).all()
    assert health.band == (None,) * 3
    assert health.said[0].en == "Nothing is known that the score is made of."
    other = replace(matrix.named(["luck"]), names=("something_else",))
    assert fitted.score(other).band == (None,) * 3


def test_weights_never_contradict_what_is_known_of_an_input(fitted: HealthModel) -> None:
    for part in fitted.parts:
        assert part.weight * part.feature.direction >= 0
    assert {"use", "failed"} <= {part.feature.name for part in fitted.parts}


def test_where_too_few_accounts_were_lost_a_stated_rule_stands() -> None:
    few = tuple(each.take(np.arange(40)) for each in _training())
    model = fit_health(few, horizon_days=60)
    assert model.kind == "rule"
    check = next(each for each in model.card.checks if each.name == "enough_lost")
    assert check.passed is False
    assert {part.feature.name for part in model.parts} == {"use", "failed", "tickets", "seats"}
    assert "rule" in model.card.verdict.en
    ranks = model.score(_accounts(9).matrix).score
    left = _accounts(9).has_left
    assert ranks[left].mean() < ranks[~left].mean() - 5


def test_weights_that_are_worse_than_the_rule_are_not_used() -> None:
    """What went with losses turns round before the back-test: the rule, which knows the directions, is kept."""
    rng = np.random.default_rng(1)
    old = _accounts(1, day=date(2025, 7, 1))
    turned = Labelled(old.matrix, rng.permutation(old.has_left))
    model = fit_health((turned, _accounts(3)), horizon_days=60)
    assert model.kind == "rule"
    assert any(each.passed is False for each in model.card.checks if each.name in {"beats_rule", "ranks", "bands_in_order"})  # fmt: skip


def test_without_an_earlier_time_other_accounts_are_the_test() -> None:
    model = fit_health([_accounts(1)], horizon_days=60)
    assert model.card.facts["is_tested_by_time"] is False
    assert "other accounts" in model.card.verdict.en


def test_the_model_is_text_and_the_same_seed_gives_the_same_one(fitted: HealthModel) -> None:
    again = health_model_of(fitted.to_text())
    matrix = _accounts(9).matrix
    assert np.array_equal(again.score(matrix).score, fitted.score(matrix).score)
    assert again.card == fitted.card
    assert fit_health(_training(), horizon_days=60).to_text() == fitted.to_text()
    with pytest.raises(DataError, match="another version"):
        health_model_of('{"format": "dangol-health-0"}')


def test_a_score_is_said_with_its_band_and_its_coverage(fitted: HealthModel) -> None:
    health = fitted.score(_accounts(9).matrix)
    worst = int(np.nanargmin(health.score))
    assert health.band[worst] == "poor"
    assert health.said[worst].en.startswith(f"Health {health.score[worst]:.0f} of 100 (poor); ")
    assert "associated with most of the risk" in health.said[worst].en
    assert f"건강 점수 100점 중 {health.score[worst]:.0f}점(나쁨)" in health.said[worst].ko


# --- Accounts -------------------------------------------------------------------------------------------------

PEOPLE = FeatureMatrix(
    np.arange(5), ("events", "score", "plan"),
    np.array([[1, 2.0, 0], [3, np.nan, 1], [5, 4.0, 0], [7, np.nan, 0], [9, 1.0, 1]]), None, {"plan": ("a", "b")},
    {"events": Feature("events", Said("Events", "이벤트"), "usage", "count", -1),
     "score": Feature("score", Said("Score", "점수"), "voice", "score", -1)},
)  # fmt: skip
MEMBERS = np.array([4, 4, 4, 2, -1])


def test_counts_add_up_over_the_people_of_an_account_and_scores_are_means_of_the_known() -> None:
    made = account_matrix(PEOPLE, MEMBERS)
    assert made.person_ids.tolist() == [2, 4]
    assert made.names == ("team_people_count", "events", "score")
    assert made.values[1].tolist() == [3, 9, 3]
    assert made.values[0, :2].tolist() == [1, 7]
    assert np.isnan(made.values[0, 2])


def test_an_account_is_lost_when_everybody_of_it_has_left() -> None:
    left = np.array([True, False, True, True, True])
    assert account_labelled(Labelled(PEOPLE, left), MEMBERS).has_left.tolist() == [True, False]
    everybody = np.ones(5, dtype=bool)
    assert account_labelled(Labelled(PEOPLE, everybody), MEMBERS).has_left.tolist() == [True, True]


def test_accounts_of_a_world_are_those_of_its_people() -> None:
    people = [{"person_id": name, "name": name, "account_id": firm} for name, firm in (("ann", "b-firm"), ("bob", "a-firm"), ("cat", None))]  # fmt: skip
    events = [{"person_id": name, "name": "Report Viewed", "occurred_at": "2026-01-03T10:00:00Z"} for name in ("ann", "bob", "cat")]  # fmt: skip
    made = world({"people": people, "events": events}, as_of=date(2026, 1, 6))
    found = accounts(made)
    numbers = {name: number for number, name in made.external_ids(range(1, 9)).items()}
    assert found.names == ("a-firm", "b-firm")
    wanted: npt.NDArray[Any] = np.array([numbers["ann"], numbers["bob"], numbers["cat"], 999])
    assert found.of(wanted).tolist() == [1, 0, -1, -1]
    none = np.empty(0, dtype=np.int64)
    assert Accounts(none, none, ()).of(wanted).tolist() == [-1] * 4


# --- Bad input ------------------------------------------------------------------------------------------------


def test_no_accounts_an_account_twice_and_nothing_to_tell_them_apart_are_sentences() -> None:
    one = _accounts(1)
    with pytest.raises(DataError, match="No customer belongs to an account"):
        fit_health([one.take(np.zeros(600, dtype=bool))], horizon_days=60)
    with pytest.raises(DataError, match="in a snapshot twice"):
        fit_health([one.take(np.array([0, 0, 1]))], horizon_days=60)
    same = Labelled(replace(one.matrix, values=np.ones((600, 5))), one.has_left)
    with pytest.raises(DataError, match="Nothing that is known to go with losses differs"):
        fit_health([same], horizon_days=60)
    made = world({"events": [{"person_id": "ann", "name": "Report Viewed", "occurred_at": "2026-01-03T10:00:00Z"}]}, as_of=date(2026, 1, 6))  # fmt: skip
    with pytest.raises(RequestError, match="Give people or subscriptions an account_id"):
        accounts(made)


def test_accounts_of_which_none_or_all_were_lost_stand_on_the_rule() -> None:
    one = _accounts(1)
    for left in (np.zeros(600, dtype=bool), np.ones(600, dtype=bool)):
        model = fit_health([Labelled(one.matrix, left)], horizon_days=60)
        assert model.kind == "rule"
        figure = model.card.figure("auc")
        assert figure is not None
        assert figure.value is None
        assert figure.reason is not None
