"""Does a readout find what was planted, leave out what it must, and stay honest when it cannot say?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dangol.core.errors import DangolError
from dangol.platform.experiments import actions, queries, reading
from dangol.platform.experiments.actions import TableWish, Wish
from dangol.platform.experiments.models import Assignment, Experiment, Readout
from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.actions import accept, make_source
from dangol.platform.people import actions as people
from dangol.platform.people.actions import change_people_settings
from tests_support.brought import settle
from tests_support.experiments import numbers

pytestmark = pytest.mark.django_db
HALF = (("control", 0.5), ("treated", 0.5))


@pytest.fixture
def source(owner: Viewer, clock: Any) -> int:
    """Where events come from."""
    return make_source(owner, "App", "server").id


def _orders(clock: Any, source: int, who: dict[str, int], amounts: dict[str, float]) -> None:
    accept(
        [
            {
                "type": "track", "event": "Order Completed", "userId": name, "messageId": f"order-{name}-{clock.now()}",
                "timestamp": clock.now().isoformat(),
                "properties": {"order_id": f"{name}-{clock.now():%j%H}", "total": amounts[name], "currency": "KRW"},
            }
            for name in who
            if amounts.get(name)
        ],
        source,
    )  # fmt: skip


@pytest.fixture
def tried(known: Any, running: Any, clock: Any, source: int, run_chores: Any, owner: Viewer) -> Any:
    """An experiment on 200 customers in which the treated spend twice as much, read out behind its horizon."""

    def done(**wish: Any) -> Experiment:
        ids = known(*(f"c{n}" for n in range(200)), plan="pro")
        row = running(outcome="revenue", horizon_days=30, **wish)
        arms = actions.assign(row.pk, list(ids.values()))
        clock.move(days=5)
        told = {
            name: (20.0 if arms[number] == "treated" else 10.0) + number % 7 for name, number in ids.items()
        }
        _orders(clock, source, ids, told)
        clock.move(days=40)
        run_chores()
        return Experiment.objects.get(pk=row.pk)

    return done


def test_a_planted_effect_is_found_with_its_interval_and_what_it_brought(tried: Any, owner: Viewer) -> None:
    row = tried(cost=3, segments=("plan",), guardrails=("orders",))
    view = queries.experiment(owner, row.pk)
    assert view.ruling == "better"
    told = view.told
    assert told["low"] < 10 < told["high"]
    assert told["effect"] == pytest.approx(10, abs=1)
    treated = told["effects"][0]["treated"]["n"]
    (gain,) = told["incremental"]
    assert gain["amount"]["value"] == pytest.approx(told["effect"] * treated)
    assert gain["cost_per_unit"] == pytest.approx(3 * treated / gain["amount"]["value"])
    assert told["sample_ratio"][0]["p_value"] > 0.001
    assert {(each["segment"], each["value"]) for each in told["segments"]} == {("plan", "pro")}
    assert [each["outcome"]["name"] for each in told["guardrails"]] == []
    assert "works" in view.verdict.en  # type: ignore[union-attr]


def test_nothing_is_said_before_a_horizon_is_over(
    known: Any, running: Any, owner: Viewer, source: int, clock: Any
) -> None:
    ids = known(*(f"c{n}" for n in range(20)))
    row = running(outcome="revenue", horizon_days=30)
    actions.assign(row.pk, list(ids.values()))
    _orders(clock, source, ids, dict.fromkeys(ids, 5.0))
    clock.move(days=3)
    settle()
    reading.keep(row)
    view = queries.experiment(owner, row.pk)
    assert (view.ruling, view.told) == ("", {})
    assert "2026-04-01" in view.failure.en  # type: ignore[union-attr]
    assert view.days_to_go is None, "without an end nobody can say"
    actions.set_end(owner, row.pk, (clock.now() + timedelta(days=10)).date())
    assert queries.experiment(owner, row.pk).days_to_go == 40


def test_who_was_in_several_arms_is_counted_and_left_out(tried: Any, owner: Viewer) -> None:
    row = tried()
    arms = dict(Assignment.objects.values_list("unit_id", "arm"))
    one = next(unit for unit, arm in arms.items() if arm == 0)
    other = next(unit for unit, arm in arms.items() if arm == 1)
    people.merge(owner, one, other)
    reading.keep(row)
    told = queries.readout(owner, row.pk)
    assert told["excluded_count"] == 1
    assert sum(told["sample_ratio"][0]["counts"].values()) == 198


def test_arms_of_the_wrong_size_block_the_verdict(tried: Any, owner: Viewer) -> None:
    row = tried()
    lost = Assignment.objects.filter(experiment=row, arm=0).values_list("pk", flat=True)[:75]
    Assignment.objects.filter(pk__in=list(lost)).delete()
    reading.keep(row)
    view = queries.experiment(owner, row.pk)
    assert view.ruling == "blocked"
    (line,) = queries.league(owner)
    assert (line.works, line.place) == ("unproven", None)


def test_harm_is_suggested_to_be_stopped_and_nothing_stops_by_itself(tried: Any, owner: Viewer) -> None:
    row = tried(arms=(("treated", 0.5), ("control", 0.5)))
    view = queries.experiment(owner, row.pk)
    assert view.ruling == "worse", "here the control is the arm that spends more"
    assert view.harm_at is not None
    assert view.state == "running"
    actions.stop(owner, row.pk)
    reading.keep(Experiment.objects.get(pk=row.pk))
    assert queries.experiment(owner, row.pk).harm_at is None


def test_what_was_decided_keeps_its_readout(
    tried: Any, owner: Viewer, clock: Any, source: int, run_chores: Any
) -> None:
    row = tried()
    before = Readout.objects.get(experiment=row)
    actions.decide(owner, row.pk, "treated", "Twice the spending.")
    clock.move(days=1)
    _orders(clock, source, numbers(), dict.fromkeys(numbers(), 99.0))
    run_chores()
    after = Readout.objects.get(experiment=row)
    assert (after.computed_at, after.told) == (before.computed_at, before.told)
    (line,) = queries.league(owner)
    assert (line.works, line.experiment.chosen) == ("yes", "treated")


def test_exposures_of_another_tool_are_found_and_read(
    owner: Viewer, known: Any, clock: Any, source: int, run_chores: Any
) -> None:
    ids = known(*(f"c{n}" for n in range(120)))
    arms = {name: ("none", "banner")[n % 2] for n, name in enumerate(ids)}
    accept(
        [
            {
                "type": "track", "event": "Experiment Viewed", "userId": name, "timestamp": clock.now().isoformat(),
                "properties": {"experiment_id": "banner-test", "variation_id": arm},
            }
            for name, arm in arms.items()
        ],
        source,
    )  # fmt: skip
    _orders(
        clock,
        source,
        ids,
        {name: 30.0 if arm == "banner" else 10.0 + n % 3 for n, (name, arm) in enumerate(arms.items())},
    )
    clock.move(days=31)
    run_chores()
    assert queries.found_in_log(owner) == [("banner-test", 120)]
    number = actions.adopt(owner, "banner-test", Wish(name="Banner", outcome="revenue", horizon_days=30))
    run_chores()
    view = queries.experiment(owner, number)
    assert [arm["name"] for arm in view.arms] == ["none", "banner"]
    assert (view.ruling, view.unit_count) == ("better", 120)
    assert queries.found_in_log(owner) == []
    with pytest.raises(DangolError, match="already"):
        actions.adopt(owner, "banner-test", Wish(name="Banner", outcome="revenue"), shares=HALF)
    actions.discard(owner, number)
    assert queries.found_in_log(owner) == [("banner-test", 120)]


def test_a_finished_table_is_read_and_its_file_is_not_kept(owner: Viewer, clock: Any) -> None:
    rows = [
        f"{n},{'offer' if n % 2 else 'control'},{20 + n % 5 if n % 2 else 10 + n % 5}" for n in range(400)
    ]
    text = "\n".join(["customer_id,arm,spend", *rows]).encode()
    number = actions.read_table(owner, "spring offer.csv", [text], TableWish())
    view = queries.experiment(owner, number)
    assert (view.name, view.state, view.enrols, view.ruling) == ("spring offer", "stopped", "table", "better")
    assert view.told["effect"] == pytest.approx(10)
    assert [arm["name"] for arm in view.arms] == ["control", "offer"]
    with pytest.raises(DangolError, match="one arm only"):
        actions.read_table(owner, "one.csv", [b"arm,spend\na,1\na,2\n"], TableWish())


def test_units_see_their_own_experiments_only(
    owner: Viewer, known: Any, viewer_of_unit: Viewer, viewer_viewer: Viewer, running: Any
) -> None:
    Unit.objects.create(pk=1, name="North", slug="north")
    change_people_settings(owner, unit_trait="store")
    known("ann", store="north")
    whole = running()
    analyst = Viewer("analyst@example.com", "analyst", frozenset({1}))
    mine = actions.design(analyst, Wish(name="In the north"))
    assert [each.id for each in queries.experiments(analyst)] == [mine]
    assert [each.id for each in queries.experiments(viewer_of_unit)] == [mine]
    assert {each.id for each in queries.experiments(viewer_viewer)} == {mine, whole.pk}
    with pytest.raises(NotThereError):
        queries.experiment(analyst, whole.pk)
    with pytest.raises(NotThereError):
        actions.stop(analyst, whole.pk)
    with pytest.raises(NotAllowedError):
        actions.design(viewer_viewer, Wish(name="Not theirs"))
    with pytest.raises(NotAllowedError):
        actions.hold_out(analyst, 0.05)
    assert queries.holdouts(analyst) == []


def test_after_the_start_only_the_end_can_be_changed(owner: Viewer, clock: Any) -> None:
    number = actions.design(owner, Wish(name="A call", outcome="kept", smallest=0.02))
    actions.design(owner, Wish(name="Two calls", outcome="bought"), number)
    assert queries.experiment(owner, number).outcome == "bought"
    actions.start(owner, number)
    with pytest.raises(DangolError, match="running"):
        actions.design(owner, Wish(name="Three calls"), number)
    with pytest.raises(DangolError):
        actions.discard(owner, number) if Assignment.objects.exists() else actions.start(owner, number)
    actions.set_end(owner, number, (clock.now() + timedelta(days=7)).date())
    with pytest.raises(DangolError):
        actions.set_end(owner, number, (clock.now() - timedelta(days=1)).date())
    assert queries.experiment(owner, number).ends_on is not None


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"name": " "}, "no name"),
        ({"arms": (("control", 1.0),)}, "fewer than two arms"),
        ({"arms": (("a", 0.5), ("a", 0.5))}, "same name"),
        ({"arms": (("a", 0.5), ("b", 0.2))}, "add up to 0.7"),
        ({"outcome": "happiness"}, "none of that name"),
        ({"horizon_days": 0}, "horizon"),
        ({"smallest": 0.0}, "smallest effect"),
        ({"segments": ("shoe size",)}, "none of that name"),
        ({"rule": "plan iz pro"}, "rule"),
    ],
)
def test_a_design_that_is_none_is_refused_in_a_sentence(
    owner: Viewer, clock: Any, wish: Any, words: str
) -> None:
    with pytest.raises(DangolError, match=words):
        actions.design(owner, Wish(**{"name": "A call", **wish}))
    assert not Experiment.objects.exists()


def test_a_plan_says_how_long_it_takes(
    owner: Viewer, known: Any, clock: Any, source: int, run_chores: Any
) -> None:
    ids = known(*(f"c{n}" for n in range(60)))
    clock.move(days=40)
    _orders(clock, source, ids, {name: 10.0 + n % 9 for n, name in enumerate(ids)})
    clock.move(days=10)
    run_chores()
    wish = Wish(name="Offer", outcome="revenue", horizon_days=30, smallest=2.0)
    found = queries.plan(owner, wish)
    assert found.error is None
    assert found.units_now == 60
    assert found.usual == pytest.approx(sum(10 + n % 9 for n in range(60)) / 60)
    assert found.run is not None
    needed = 2 * 7.849 * 2 * (found.deviation or 0) ** 2 / 4
    assert found.run.size.total == pytest.approx(needed, rel=0.03)
    bolder = queries.plan(owner, Wish(name="Offer", outcome="revenue", horizon_days=30, smallest=4.0))
    assert bolder.run is not None
    assert bolder.run.size.total == pytest.approx(found.run.size.total / 4, abs=2)
    assert found.advice if found.run.weeks is None else not found.advice
    assert queries.plan(owner, Wish(name="Offer", outcome="tickets")).error is not None
