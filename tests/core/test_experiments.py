"""Does an experiment get the verdict that it deserves, and no more than was declared? Planted truths are found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dangol.core.errors import RequestError
from dangol.core.experiments import (
    Arm,
    Design,
    Measured,
    Readout,
    assign,
    read_out,
)
from dangol.core.experiments.incremental import incremental
from dangol.core.experiments.league import Tried, league
from dangol.core.experiments.observational import at_cutoff, before_and_after, within_strata
from dangol.core.experiments.power import (
    SampleSize,
    run_time,
    sample_size,
    sample_size_of_mean,
    smallest_effect,
)
from dangol.core.language import Said
from dangol.core.simulate.block import Block
from dangol.core.simulate.business import Business
from dangol.core.simulate.lives import lives_of
from dangol.core.stats import Proportion, newcombe

TWO = (Arm("control", 0.5), Arm("offer", 0.5))
KEPT = Measured("kept", Said("customers kept", "고객 유지율"), "share")
SPEND = Measured("spend", Said("spend", "지출"), "mean", unit="KRW")
COMPLAINTS = Measured("complaints", Said("complaints", "불만"), "mean", "down")


def _design(**changes: Any) -> Design:
    return Design(**{"name": "offer", "arms": TWO, "outcome": "kept", "salt": "offer-1", **changes})


# The verdict


def _table(seed: int = 1, n: int = 4_000, lift: float = 0.05, **more: Any) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    arms = np.array(assign(_design(), range(n)).tolist())
    kept = (rng.random(n) < np.where(arms == "offer", 0.7 + lift, 0.7)).astype(float)
    return {"unit_id": np.arange(n), "arm": arms, "kept": kept, **more}


def _ruling(found: Readout) -> str:
    return found.verdict.ruling


def test_a_gain_is_found_and_said() -> None:
    found = read_out(_design(), _table(lift=0.08), {"kept": KEPT})
    assert _ruling(found) == "better"
    assert found.low is not None
    assert found.effect is not None
    assert 0 < found.low < found.effect
    assert found.p_value is not None
    assert found.p_value < 0.05
    assert "works" in found.sentences[0].en


def test_harm_is_found_and_said() -> None:
    assert _ruling(read_out(_design(), _table(lift=-0.10), {"kept": KEPT})) == "worse"
    lost = Measured("kept", Said("lost", "이탈률"), "share", "down")
    assert _ruling(read_out(_design(), _table(lift=0.10), {"kept": lost})) == "worse"


def test_not_enough_data_is_an_answer_with_a_time() -> None:
    days = np.array([np.datetime64("2026-01-01") + n % 28 for n in range(1_000)]).astype(str)
    table = _table(n=1_000, lift=0.0, start_on=days)
    found = read_out(_design(smallest_effect=0.05, horizon_days=7), table, {"kept": KEPT})
    assert _ruling(found) == "not_enough"
    assert "weeks more; or test an effect twice as large in" in found.verdict.next.en
    assert "주 더 걸립니다" in found.verdict.next.ko


def test_no_difference_worth_having_is_an_answer() -> None:
    found = read_out(_design(smallest_effect=0.05), _table(n=40_000, lift=0.0), {"kept": KEPT})
    assert _ruling(found) == "no_difference"


def test_a_broken_sample_ratio_blocks_the_verdict() -> None:
    table = _table(n=20_000, lift=0.1)
    keep = ~((table["arm"] == "offer") & (table["kept"] == 0) & (np.arange(20_000) % 3 == 0))
    found = read_out(_design(), {name: values[keep] for name, values in table.items()}, {"kept": KEPT})
    assert _ruling(found) == "blocked"
    assert found.srm is not None
    assert found.srm.is_broken
    assert not any("difference" in sentence.en for sentence in found.sentences)


def test_a_broken_day_blocks_the_verdict() -> None:
    table = _table(n=8_000)
    days = np.where(np.arange(8_000) % 8 == 0, "2026-01-05", "2026-01-06")
    on_the_fifth = days == "2026-01-05"
    offered, controls = (np.flatnonzero(on_the_fifth & (table["arm"] == arm)) for arm in ("offer", "control"))
    days[offered[: len(offered) // 2]] = "2026-01-07"
    days[np.flatnonzero((days == "2026-01-06") & (table["arm"] == "control"))[: len(offered) // 2]] = (
        "2026-01-07"
    )
    found = read_out(_design(), {**table, "start_on": days}, {"kept": KEPT})
    assert len(controls)
    assert _ruling(found) == "blocked"
    assert "2026-01-05" in found.verdict.said.en


def test_arms_that_differed_before_block_the_verdict() -> None:
    table = _table(lift=0.05)
    before = np.random.default_rng(2).normal(100, 30, 4_000) + 10 * (table["arm"] == "offer")
    found = read_out(_design(), {**table, "kept_before": before}, {"kept": KEPT})
    assert _ruling(found) == "blocked"
    assert "before the start" in found.verdict.said.en


def test_a_guardrail_may_object() -> None:
    table = _table(lift=0.1)
    complaints = np.random.default_rng(3).poisson(np.where(table["arm"] == "offer", 1.5, 1.0)).astype(float)
    found = read_out(
        _design(guardrails=("complaints",)),
        {**table, "complaints": complaints},
        {"kept": KEPT, "complaints": COMPLAINTS},
    )
    assert _ruling(found) == "guardrail"
    assert found.effects[0].adjusted_p is None, "guardrails stand outside of multiple testing"


def test_several_goals_are_tested_together() -> None:
    table = _table(lift=0.03)
    spend = np.random.default_rng(4).normal(10, 3, 4_000)
    found = read_out(_design(), {**table, "spend": spend}, {"kept": KEPT, "spend": SPEND})
    assert [each.outcome.name for each in found.effects] == ["kept", "spend"]
    for each in found.effects:
        assert each.adjusted_p is not None
        assert each.adjusted_p >= each.p_value


@pytest.mark.parametrize("looks", ["any_day", "once"])
def test_the_interval_and_the_p_value_say_the_same(looks: Any) -> None:
    """An interval leaves 0 out exactly where its p-value is below 0.05, however many units were planned."""
    spend = {seed: np.random.default_rng(seed).normal(10, 3, 1_000) for seed in range(6)}
    sides = set()
    for seed, usual in spend.items():
        for planned in (500, 5_000, 100_000):
            table = _table(seed, 1_000)
            table["spend"] = usual + 0.12 * seed * (table["arm"] == "offer")
            found = read_out(
                _design(outcome="spend", planned_units=planned), table, {"spend": SPEND}, looks=looks
            )
            assert found.main is not None
            leaves_out = not found.main.difference.low <= 0 <= found.main.difference.high
            assert leaves_out == (found.main.p_value < 0.05)
            sides.add(leaves_out)
    assert sides == {True, False}


def test_outcomes_that_are_known_of_fewer_in_one_arm_are_said() -> None:
    """Of two arms in a table of known and unknown, one degree of freedom is left."""
    rng = np.random.default_rng(12)
    table = _table(n=3_000)
    plain = {**table, "kept": np.where(rng.random(3_000) < 0.1, np.nan, table["kept"])}
    assert not read_out(_design(), plain, {"kept": KEPT}).notes
    rate = np.where(table["arm"] == "offer", 0.2, 0.1)
    found = read_out(
        _design(),
        {**table, "kept": np.where(rng.random(3_000) < rate, np.nan, table["kept"])},
        {"kept": KEPT},
    )
    assert "not known of equally many" in found.notes[0].en


def test_declared_segments_are_read_and_no_others() -> None:
    table = _table(lift=0.1, plan=np.array(["basic", "pro"])[np.arange(4_000) % 2])
    found = read_out(_design(segments=("plan",)), table, {"kept": KEPT})
    assert [(each.segment, each.value) for each in found.segments] == [("plan", "basic"), ("plan", "pro")]
    assert not read_out(_design(), table, {"kept": KEPT}).segments


def test_what_was_known_before_narrows_the_interval_and_is_said() -> None:
    rng = np.random.default_rng(5)
    table = _table()
    before = rng.normal(100, 30, 4_000)
    spend = before + rng.normal(0, 10, 4_000) + 2.0 * (table["arm"] == "offer")
    plain = read_out(_design(outcome="spend"), {**table, "spend": spend}, {"spend": SPEND})
    adjusted = read_out(
        _design(outcome="spend"), {**table, "spend": spend, "spend_before": before}, {"spend": SPEND}
    )
    assert plain.main is not None
    assert adjusted.main is not None
    assert adjusted.main.cut == pytest.approx(0.9, abs=0.02)
    assert adjusted.main.standard_error < 0.4 * plain.main.standard_error
    assert _ruling(adjusted) == "better"


def test_the_plain_form_is_json() -> None:
    import json

    found = read_out(
        _design(segments=("plan",)), _table(plan=np.array(["a"] * 4_000)), {"kept": KEPT}, cost={"offer": 9.0}
    )
    plain = json.loads(json.dumps(found.to_plain()))
    assert plain["verdict"]["said"]["ko"]
    assert plain["effects"][0]["difference"]["low"] == found.low


def test_what_it_brought_and_cost() -> None:
    found = read_out(_design(), _table(lift=0.08), {"kept": KEPT}, cost={"offer": 10_000.0})
    assert found.main is not None
    (brought,) = found.incremental
    assert brought.amount.value == pytest.approx(brought.n * found.main.difference.value)
    assert brought.cost_per_unit == pytest.approx(10_000 / brought.amount.value)
    assert brought.cost_low is not None
    assert brought.cost_high is not None
    assert brought.cost_low < brought.cost_per_unit < brought.cost_high
    assert brought.without == pytest.approx(brought.n * (found.main.untreated.value or 0), rel=1e-9)
    unproven = read_out(_design(), _table(n=400, lift=0.0), {"kept": KEPT})
    assert unproven.main is not None
    open_ended = incremental(unproven.main, cost=100.0)
    assert open_ended is not None
    assert open_ended.cost_high is None


# Planted truths


def test_planted_effects_lie_in_their_intervals() -> None:
    """The campaigns of the simulated business, 200 seeds: 93 to 97 % of the intervals hold the planted effect."""
    hits: list[list[bool]] = [[], []]
    for seed in range(200):
        lives = lives_of(Block(Business(seed=seed, customers=4_096, kind="subscription"), 0))
        for number, each in enumerate(lives.exposures):
            stays = (lives.ended >= each.day + each.campaign.window) & each.is_exposed
            truth = np.array([0, 0, 1, -1])[each.effect][each.is_exposed].mean()
            one, other = (
                Proportion(int(stays[arm].sum()), int(arm.sum()))
                for arm in (each.is_exposed & ~each.is_treated, each.is_treated)
            )
            found = newcombe(one, other)
            assert found is not None
            hits[number].append(bool(found.low <= truth <= found.high))
    for covered in hits:
        assert 0.93 <= np.mean(covered) <= 0.97


def test_nothing_is_found_where_nothing_is_in_nineteen_of_twenty() -> None:
    wrong = [
        _ruling(read_out(_design(), _table(seed, 1_000, lift=0.0), {"kept": KEPT}, looks="once"))
        in ("better", "worse")
        for seed in range(200)
    ]
    assert np.mean(wrong) <= 0.08


# Power


def test_the_sentence_of_the_run_time() -> None:
    assert (
        run_time(SampleSize(5_000, 5_000), 1_200).said.en
        == "About 9 weeks; or test an effect twice as large in 3."
    )
    assert "within a year" in run_time(sample_size(0.9, 0.901), 100).said.en
    assert run_time(SampleSize(50, 50), 0, units_now=100, horizon_days=28).weeks == 4
    assert run_time(SampleSize(50, 50), 0).weeks is None


def test_a_size_sees_its_effect_four_times_in_five() -> None:
    size = sample_size_of_mean(1.0, 25.0, control_share=0.2)
    assert smallest_effect(size.total, 25.0, control_share=0.2) == pytest.approx(1.0, rel=1e-2)
    rng = np.random.default_rng(7)
    one = rng.normal(0, 5, (2_000, size.control)).mean(axis=1)
    other = rng.normal(1, 5, (2_000, size.treated)).mean(axis=1)
    error = 5 * (1 / size.control + 1 / size.treated) ** 0.5
    assert (np.abs(other - one) > 1.96 * error).mean() == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(("share", "other"), [(0.9, 0.9), (0.0, 0.1), (0.5, 1.0)])
def test_a_size_of_nothing_is_refused(share: float, other: float) -> None:
    with pytest.raises(RequestError):
        sample_size(share, other)


# The league


def test_winners_are_shrunk_and_what_had_no_holdout_has_no_rank() -> None:
    rng = np.random.default_rng(8)
    truths = rng.normal(0.01, 0.02, 40)
    errors = np.full(40, 0.03)
    seen = truths + rng.normal(0, errors)
    places = league(
        [Tried(f"t{n}", "mail", float(seen[n]), 0.03, 1_000, is_proven=seen[n] > 0.06) for n in range(40)]
        + [Tried("loud", "discount", 0.5, 0.03, 1_000, has_holdout=False, is_proven=True)]
    )
    best = [place for place in places if place.rank and place.rank <= 5]
    true = [truths[int(place.tried.name[1:])] for place in best]
    shrunk = [place.shrunk.value for place in best if place.shrunk]
    assert abs(np.mean(shrunk) - np.mean(true)) < abs(np.mean([p.tried.effect for p in best]) - np.mean(true))
    assert places[-1].tried.name == "loud"
    assert (places[-1].rank, places[-1].works) == (None, None)


def test_one_alone_stays_as_it_is() -> None:
    (place,) = league([Tried("mail", "mail", 0.04, 0.01, 500, is_proven=True, cost=100.0)])
    assert place.shrunk is not None
    assert place.shrunk.value == 0.04
    assert place.works is True
    assert place.cost_per_unit == pytest.approx(100 / (0.04 * 500))


# Where nobody drew lots


def _weaker() -> list[Callable[[], Any]]:
    rng = np.random.default_rng(9)
    treated = np.arange(300) < 150
    panel = rng.normal(10, 1, (300, 6)) + np.where(treated, 1.0, 0.0)[:, None] * (np.arange(6) >= 3)
    x = rng.normal(0, 1, 2_000)
    return [
        lambda: before_and_after(SPEND, panel, treated, 3),
        lambda: at_cutoff(SPEND, x, x + 1.0 * (x >= 0) + rng.normal(0, 0.5, 2_000), 0.0),
        lambda: within_strata(SPEND, panel[:, 5], treated, np.arange(300) % 3),
    ]


@pytest.mark.parametrize("number", range(3))
def test_weaker_designs_find_the_effect_and_say_that_they_are_weaker(number: int) -> None:
    found = _weaker()[number]()
    assert found.difference.low < 1.0 < found.difference.high
    assert not found.is_randomised
    assert "Weaker" in found.notes[0].en
    assert "caus" not in found.said.en
