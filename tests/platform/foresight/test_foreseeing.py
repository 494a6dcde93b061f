"""Is a model trained from the business's own past, is everybody scored by it, and does reality overrule it?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from dangol.platform.audiences.ruling import member_ids, open_world, read
from dangol.platform.foresight import jobs, queries, registry, schedule, writing
from dangol.platform.foresight.models import ModelVersion, RiskPoint, Run, Score
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.actions import accept
from dangol.platform.people.models import ConsentState
from dangol.platform.people.queries import world_for
from tests_support.brought import settle
from tests_support.logged import source

pytestmark = pytest.mark.django_db


def _ids(owner: Viewer, rule: str) -> set[int]:
    """Whom the rule of an audience names now."""
    with open_world(owner) as world:
        return set(member_ids(world, read(rule)))


def test_a_shop_from_its_first_model_to_a_demotion(shop: Any, owner: Viewer, clock: Any) -> None:
    shop(260)
    assert schedule.is_training_due()
    jobs.run("train")
    assert not schedule.is_training_due()
    used = registry.in_use("churn")
    assert used is not None, list(ModelVersion.objects.values_list("kind", "state", "reason"))
    assert (used.version, used.horizon_days) == (1, 90)
    card = queries.card_of(owner, used.pk)
    assert card is not None
    assert card.is_usable
    assert card.figure("auc") is not None

    told = jobs.run("score").told
    assert told["version"] == used.pk, told
    with closing(world_for(owner)) as world:
        there = set(world.features().person_ids.tolist())
    assert set(Score.objects.values_list("pk", flat=True)) == there
    assert not Score.objects.filter(value=None).exists()
    worth = registry.in_use("value")
    assert worth is not None
    assert Score.objects.filter(at_stake__gt=0).count() > len(there) / 2

    settle()
    high = set(Score.objects.filter(band="high").values_list("pk", flat=True))
    assert high
    assert _ids(owner, "band churn is high") == high
    some = sorted(Score.objects.values_list("value", flat=True))[-len(high)]
    over = {pk for pk, value in Score.objects.values_list("pk", "value") if round(value, 4) > some - 0.01}
    assert _ids(owner, f"score churn over {some - 0.01:.6f}") == over

    assert jobs.run("score").told["told"] == 0, "the log hears of changes only"
    total = queries.total(owner)
    assert total.count == len(there)
    assert total.at_stake == pytest.approx(
        sum(s for s in Score.objects.values_list("at_stake", flat=True) if s)
    )
    assert total.low is not None
    assert total.high is not None
    assert total.low < (total.at_stake or 0) < total.high

    text = used.text
    jobs.run("train")
    again = registry.in_use("churn")
    assert again is not None
    assert (again.version, again.text == text) == (2, True), "the same data and seed give the same model"
    used.refresh_from_db()
    assert used.state == "followed"

    clock.move(minutes=1)
    # What was expected three months ago did not come true, and the model in use had not seen it.
    past = Run.objects.create(
        job="score", began_at=clock.now(), ended_at=clock.now(), as_of=clock.now().date() - timedelta(days=90),
        told={"count": 250, "expected": 1.0, "variance": 1.0, "horizon_days": 90, "version": used.pk},
    )  # fmt: skip
    ModelVersion.objects.filter(pk=again.pk).update(trained_at=clock.now() - timedelta(days=30))
    jobs.run("score")
    past.refresh_from_db()
    assert past.told["matured"]["standard_errors"] > 3
    again.refresh_from_db()
    assert again.state == "demoted"
    assert "standard errors" in again.reason["en"]
    assert queries.method().model_id is None
    jobs.run("score")
    assert not Score.objects.exclude(value=None).exists(), "a rule gives no probabilities"
    assert queries.total(owner).at_stake is None
    clock.move(minutes=11)
    assert schedule.is_training_due(), "a model that was found wrong is trained anew"


def test_a_few_customers_are_ranked_by_a_rule_that_says_so(shop: Any, owner: Viewer, clock: Any) -> None:
    shop(20)
    jobs.run("train")
    assert registry.in_use("churn") is None
    jobs.run("score")
    method = queries.method()
    assert method.model_id is None
    assert "50" in method.reason.en
    lines = queries.at_risk(owner, order="-worth").lines
    assert lines
    assert all(each.value is None for each in lines)
    assert all("silent for" in each.reasons[0].said.en for each in lines)
    jobs.run("train")
    assert ModelVersion.objects.filter(kind="churn").count() == 1, "the same impossibility is said once"


def test_whoever_objected_is_not_scored_and_is_told_so(shop: Any, owner: Viewer, clock: Any) -> None:
    shop(20)
    jobs.run("score")
    person = Score.objects.values_list("pk", flat=True).first()
    assert person is not None
    ConsentState.objects.create(
        person_id=person, channel="any", purpose="marketing_profiling", state="withdrawn", basis="opt_in",
        happened_at=clock.now(),
    )  # fmt: skip
    told = jobs.run("score").told
    assert (told["objected"], told["gone"]) == (1, 1)
    assert not Score.objects.filter(pk=person).exists()
    view = queries.risk_of(owner, person)
    assert (view.line, view.has_objected) == (None, True)
    settle()
    assert person in _ids(owner, "band churn is none"), "the log heard that there is no score any more"


def test_data_that_names_no_customer_is_no_fault(owner: Viewer, clock: Any) -> None:
    accept([{"type": "identify", "userId": "ann", "traits": {"name": "Ann"}}], source())
    settle()
    jobs.run("train")
    told = jobs.run("score").told
    assert told["count"] == 0
    assert told["reason"]["en"]


def test_points_are_kept_where_risk_moves(entry: Callable[..., int], clock: Any) -> None:
    ann = entry("ann", 0.30, "medium")
    run = Score.objects.get(pk=ann).run_id
    day = clock.now().date()

    def noted(after: int, value: float, band: str = "medium") -> int:
        Score.objects.filter(pk=ann).update(value=value, band=band)
        return writing.note_points(run, day + timedelta(days=after))

    assert noted(0, 0.30) == 1
    assert noted(1, 0.40) == 0, "once a week"
    assert noted(8, 0.31) == 0, "it hardly moved"
    assert noted(8, 0.40) == 1
    assert noted(9, 0.55, "high") == 1, "another band is noted at once"
    assert list(RiskPoint.objects.order_by("day").values_list("value", flat=True)) == [0.30, 0.40, 0.55]


def test_training_waits_for_imports_and_comes_weekly(shop: Any, clock: Any) -> None:
    assert not schedule.is_training_due(), "there is nothing to learn from"
    shop(5)
    assert schedule.is_training_due()
    assert not schedule.is_scoring_due(), "first a model is tried"
    Run.objects.create(job="train", began_at=clock.now(), ended_at=clock.now(), position=10**9)
    assert not schedule.is_training_due()
    assert schedule.is_scoring_due()
    clock.move(days=7, minutes=1)
    assert schedule.is_training_due()
