"""Do planted drivers rank first, do the intervals hold what they promise, and is it said without a cause?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from dangol.core.errors import DataError
from dangol.core.features.feature import FAMILIES, Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.drivers import Driver, drivers
from dangol.core.predict.labelled import Labelled, together
from dangol.core.predict.relative_weights import Moments, relative_weights, slopes
from dangol.core.simulate import Business
from dangol.core.simulate.block import Block
from dangol.core.simulate.business import CHANNELS, PAST_DUE_DAYS, PAYMENT_FAILURE, PRICES
from dangol.core.simulate.happenings import activation_days
from dangol.core.simulate.lives import lives_of
from dangol.core.simulate.purchases import purchases_of
from dangol.core.simulate.use import spans_of

Floats = npt.NDArray[np.float64]


def _labelled(
    columns: dict[str, Floats], has_left: Any, families: dict[str, str] | None = None, **words: Any
) -> Labelled:
    described = {
        name: Feature(name, Said(name, name), (families or {}).get(name, "usage"), "count")
        for name in columns
    }
    values = np.column_stack(list(columns.values()))
    people = np.arange(len(values))
    matrix = FeatureMatrix(people, tuple(columns), values, None, words, described)
    return Labelled(matrix, np.asarray(has_left, dtype=bool))


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


# --- Planted drivers ------------------------------------------------------------------------------------------


def _town(seed: int, n: int = 2_000, k: int = 12) -> tuple[Labelled, str, Floats]:
    """Twelve features that go together; one drives leaving, and one more a little."""
    rng = np.random.default_rng(seed)
    common = rng.standard_normal((n, 3))
    x = 0.6 * common[:, rng.integers(0, 3, k)] + 0.8 * rng.standard_normal((n, k))
    first = int(rng.integers(k))
    left = rng.random(n) < _sigmoid(-1.5 + 0.9 * x[:, first] + 0.35 * x[:, (first + 1) % k])
    columns = {f"f{i}": x[:, i] for i in range(k)}
    return _labelled(columns, left), f"f{first}", rng.lognormal(3, 0.5, n)


def test_a_planted_driver_ranks_first_for_retention_and_for_money() -> None:
    first = {"retention": 0, "money": 0}
    for seed in range(20):
        labelled, planted, amounts = _town(seed)
        found = drivers([labelled], amounts=[amounts], by="feature")
        for on in first:
            first[on] += next(each for each in found if each.on == on).name == planted
    # At least nine of ten; seen: every one of forty.
    assert min(first.values()) >= 18


def _simulated(seed: int) -> Labelled:
    """What is known of a simulated business's paying customers on two days, with noise beside it, and who left."""
    business = Business(seed=seed, customers=8_192, kind="subscription")
    blocks = [_block(Block(business, number), day) for number, day in ((0, 420), (1, 480))]
    both = together(blocks)
    return Labelled(replace(both.matrix, person_ids=np.arange(len(both))), both.has_left)


def _block(block: Block, day: int, horizon: int = 30) -> Labelled:
    lives, people, rng = lives_of(block), block.people, np.random.default_rng(block.first)
    spans = spans_of(block, lives, purchases_of(block))
    set_up = activation_days(block, lives, spans)
    there = (lives.paid_from < day) & (lives.ended >= day)
    failed = np.where(lives.cause == PAYMENT_FAILURE, lives.ended - PAST_DUE_DAYS, np.inf)
    columns = {
        "payment_failed_count_28d": ((failed < day) & (failed >= day - 28)).astype(float),
        "set_up_missing": (set_up >= day).astype(float),
        "profile_channel": people.channel.astype(float),
        "plan": people.plan.astype(float),
        "paid_days": day - lives.paid_from,
        **{f"noise_{n}": rng.standard_normal(block.count) for n in range(8)},
    }  # fmt: skip
    families = {
        "payment_failed_count_28d": "payment", "set_up_missing": "usage", "profile_channel": "profile",
        "plan": "contract", "paid_days": "tenure", **{f"noise_{n}": "voice" for n in range(8)},
    }  # fmt: skip
    channels = tuple(channel.name for channel in CHANNELS)
    words = {"profile_channel": channels, "plan": tuple(map(str, PRICES))}
    left = (lives.ended >= day) & (lives.ended < day + horizon)
    return _labelled(columns, left, families, **words).take(there)


def test_the_planted_causes_of_the_simulated_business_rank_before_everything_else() -> None:
    """Failed payments and a set-up that was never finished; behind them the channel that leaks, before eight of noise."""
    causes = channel = 0
    for seed in range(1, 11):
        labelled = _simulated(seed)
        by_feature = [each.name for each in drivers([labelled], by="feature")]
        causes += set(by_feature[:2]) == {"payment_failed_count_28d", "set_up_missing"}
        ranked = [name for name in by_feature if name.startswith("noise") or name == "profile_channel"]
        channel += ranked[0] == "profile_channel"
    assert causes >= 9
    assert channel >= 9


def test_features_that_say_the_same_share_what_they_explain_and_their_family_has_it_all() -> None:
    rng = np.random.default_rng(3)
    x = rng.standard_normal((4, 6_000))
    left = rng.random(6_000) < _sigmoid(-1 + 1.2 * x[0] + 0.6 * x[1])
    columns = {"a": x[0], "a_too": x[0] + 0.01 * x[2], "b": x[1], "c": x[3]}
    families = {"a": "payment", "a_too": "payment", "b": "support", "c": "voice"}
    labelled = _labelled(columns, left, families)
    single = {each.name: each.importance or 0.0 for each in drivers([labelled], by="feature")}
    assert single["a"] == pytest.approx(single["a_too"], rel=0.05)
    family = {each.name: each.importance or 0.0 for each in drivers([labelled])}
    assert family["payment"] == pytest.approx(single["a"] + single["a_too"])
    assert family["payment"] > 2 * family["support"]
    assert family["voice"] < 0.02


# --- The statistics -------------------------------------------------------------------------------------------


def test_relative_weights_add_up_to_the_explained_variance_and_are_squares_where_nothing_goes_together() -> (
    None
):
    rng = np.random.default_rng(1)
    x, n = rng.standard_normal((50_000, 3)), 50_000
    y = x @ np.array([0.5, 0.3, 0.0]) + rng.standard_normal(n)
    moments = Moments.of(x, y, np.ones(n), np.arange(n) % 10, 10)
    parts, explained = relative_weights(moments.covariances(), n)
    by_hand = 1 - np.var(y - np.column_stack([x, np.ones(n)]) @ np.linalg.lstsq(np.column_stack([x, np.ones(n)]), y, rcond=None)[0]) / np.var(y)  # fmt: skip
    assert parts[0].sum() == pytest.approx(explained[0])
    assert explained[0] == pytest.approx(by_hand - (1 - by_hand) * 3 / (n - 1))
    assert parts[0] == pytest.approx([0.25 / 1.34, 0.09 / 1.34, 0.0], abs=0.01)
    assert slopes(moments.covariances(), np.array([0, 1, 2]))[0] == pytest.approx([0.5, 0.3, 0.0], abs=0.02)


def test_the_intervals_hold_the_truth_in_93_to_97_of_100_samples() -> None:
    """200 seeds: shares of importance and what goes with fixing, against the same of 600,000 customers."""
    truth = {each.name: each for each in drivers([_village(np.random.default_rng(999), 200_000)])}
    held = {"importance": 0, "value": 0}
    for seed in range(200):
        for each in drivers([_village(np.random.default_rng(seed), 1_200)]):
            true = truth[each.name]
            held["importance"] += _holds(each.low, true.importance, each.high)
            scaled = (true.value_of_fixing or 0.0) * 1_200 / 200_000
            held["value"] += _holds(each.value_low, scaled, each.value_high)
    for count in held.values():
        assert 0.93 <= count / 600 <= 0.97


def _village(rng: np.random.Generator, n: int) -> Labelled:
    x = rng.standard_normal((3, n))
    x[1] += 0.5 * x[0]
    left = rng.random(n) < _sigmoid(-1.2 + 0.8 * x[0] - 0.5 * x[1] + 0.5 * x[2])
    columns = {"usage": x[0], "payment": x[1], "support": x[2]}
    return _labelled(columns, left, {name: name for name in columns})


def _holds(low: float | None, truth: float | None, high: float | None) -> bool:
    return low is not None and truth is not None and high is not None and low <= truth <= high


def test_where_nothing_drives_leaving_no_driver_is_named() -> None:
    rng, named = np.random.default_rng(8), 0
    for _ in range(20):
        labelled = _labelled({f"f{i}": rng.standard_normal(800) for i in range(6)}, rng.random(800) < 0.2)
        found = drivers([labelled])
        named += found[0].importance is not None
        assert found[0].importance is not None or found[0].reason is not None
    assert named <= 3


# --- What is said ---------------------------------------------------------------------------------------------


def _payment() -> tuple[Labelled, Floats]:
    rng = np.random.default_rng(2)
    failed = (rng.random(5_000) < 0.1).astype(float)
    known = np.where(rng.random(5_000) < 0.3, np.nan, rng.standard_normal(5_000))
    left = rng.random(5_000) < np.where(failed > 0, 0.4, 0.1)
    labelled = _labelled({"failed": failed, "score": known}, left, {"failed": "payment", "score": "voice"})
    return labelled, np.full(5_000, 10.0)


def test_the_value_of_fixing_is_what_goes_with_it_in_customers_and_in_money() -> None:
    labelled, amounts = _payment()
    by_what = {(each.on, each.name): each for each in drivers([labelled], amounts=[amounts], currency="KRW")}
    people, money = by_what["retention", "payment"], by_what["money", "payment"]
    off = int((labelled.matrix.column("failed") > 0).sum())
    rates = [labelled.has_left[labelled.matrix.column("failed") == level].mean() for level in (0, 1)]
    assert people.affected_count == off
    assert people.value_of_fixing == pytest.approx(off * (rates[1] - rates[0]), rel=0.02)
    assert money.value_of_fixing == pytest.approx(10 * (people.value_of_fixing or 0))
    assert people.value_low is not None
    assert 0 < people.value_low < off * 0.3 < (people.value_high or 0)


def test_drivers_are_said_as_going_together_and_never_as_a_cause() -> None:
    labelled, amounts = _payment()
    for each in drivers([labelled], amounts=[amounts], by="feature", currency="KRW"):
        assert "because" not in each.sentence.en
        assert "때문" not in each.sentence.ko
        if each.importance is not None:
            assert "associated with" in each.sentence.en
            assert "함께 나타납니다" in each.sentence.ko
    first = drivers([labelled])[0]
    assert first.said == FAMILIES["payment"]
    assert first.sentence.en.startswith("Payment: associated with ")


def test_the_same_customers_give_the_same_drivers() -> None:
    one, _, amounts = _town(4)
    assert drivers([one], amounts=[amounts]) == drivers([one], amounts=[amounts])


def test_only_the_customers_of_the_last_snapshot_are_counted_as_affected() -> None:
    labelled, _ = _payment()
    late = labelled.take(np.arange(1_000))
    found: tuple[Driver, ...] = drivers([labelled.take(np.arange(1_000, 5_000)), late])
    assert found[0].affected_count == int((late.matrix.column("failed") > 0).sum())


# --- Bad input ------------------------------------------------------------------------------------------------


def test_ten_customers_and_one_class_are_a_sentence() -> None:
    few = _labelled({"a": np.arange(10.0)}, np.arange(10) < 4)
    with pytest.raises(DataError, match="Of 10 customers 4 left and 6 stayed"):
        drivers([few])
    with pytest.raises(DataError, match="Of 500 customers 0 left and 500 stayed"):
        drivers([_labelled({"a": np.arange(500.0)}, np.zeros(500))])


def test_constant_features_people_twice_and_worthless_customers_are_a_sentence() -> None:
    left = np.arange(100) < 50
    with pytest.raises(DataError, match="the same for everybody"):
        drivers([_labelled({"a": np.ones(100)}, left)])
    twice = _labelled({"a": np.arange(100.0)}, left).take(np.concatenate([[0], np.arange(100)]))
    with pytest.raises(DataError, match="in a snapshot twice"):
        drivers([twice])
    with pytest.raises(DataError, match="No customer is worth anything"):
        drivers([_labelled({"a": np.arange(100.0)}, left)], amounts=[np.zeros(100)])
