"""Is a share of the customers left alone by everything, whoever they turn out to be?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dangol.core.errors import DangolError
from dangol.platform.audiences import actions as audiences
from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.models import Assignment, Experiment, Holdout
from dangol.platform.experiments.rosters import roster_of
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.queries import opened
from dangol.platform.people import actions as people

pytestmark = pytest.mark.django_db
MANY = tuple(f"c{n}" for n in range(120))


@pytest.fixture(autouse=True)
def _still(clock: Any) -> None:
    """The clock stands."""


def test_a_share_is_left_alone_and_a_larger_one_keeps_them(owner: Viewer) -> None:
    everybody = range(1, 20_001)
    assert queries.is_held_out(everybody) == set()
    actions.hold_out(owner, 0.05)
    few = queries.is_held_out(everybody)
    assert len(few) / 20_000 == pytest.approx(0.05, abs=0.006)
    actions.hold_out(owner, 0.1)
    more = queries.is_held_out(everybody)
    assert few < more
    actions.refresh_holdout(owner)
    others = queries.is_held_out(everybody)
    assert len(others & more) / len(others) == pytest.approx(0.1, abs=0.03), "another salt, other people"
    actions.end_holdout(owner)
    assert queries.is_held_out(everybody) == set()


def test_an_action_has_a_holdout_of_its_own_beside_the_global_one(owner: Viewer) -> None:
    everybody = range(1, 5_001)
    actions.hold_out(owner, 0.05)
    actions.hold_out(owner, 0.1, action="winback")
    whole, own = queries.is_held_out(everybody), queries.is_held_out(everybody, "winback")
    assert whole < own
    assert queries.is_held_out(everybody, "welcome") == whole
    assert [each.action for each in queries.holdouts(owner)] == ["", "winback"]


def test_who_is_left_alone_is_in_no_experiment(owner: Viewer, known: Any, running: Any) -> None:
    ids = known(*MANY)
    actions.hold_out(owner, 0.3)
    alone = queries.is_held_out(ids.values())
    row = running()
    arms = actions.assign(row.pk, list(ids.values()))
    assert {person for person, arm in arms.items() if arm is None} == alone
    assert not set(Assignment.objects.values_list("unit_id", flat=True)) & alone


def test_who_is_exempt_is_never_left_alone(owner: Viewer, known: Any, run_chores: Any) -> None:
    ids = known(*MANY, plan="pro")
    pro = audiences.save(owner, "Pro", "plan is pro")
    run_chores()
    actions.hold_out(owner, 0.3, exempt=pro)
    assert queries.is_held_out(ids.values()) == set()


def test_a_person_is_left_alone_as_their_first_number_says_and_a_conflict_is_not_analysed(
    owner: Viewer, known: Any
) -> None:
    ids = sorted(known(*MANY).values())
    actions.hold_out(owner, 0.3)
    alone = queries.is_held_out(ids)
    first_alone = next(each for each in ids if each in alone)
    later = next(each for each in ids if each > first_alone and each not in alone)
    made = people.merge(owner, first_alone, later)
    assert queries.is_held_out([later]) == {later}
    row = Experiment.objects.get(enrols="holdout")
    Experiment.objects.filter(pk=row.pk).update(started_at=row.started_at + timedelta(hours=1))
    row.refresh_from_db()
    world = opened()
    assert roster_of(row, world).conflicts == {later}
    world.close()
    people.undo_merge(owner, made)
    assert queries.is_held_out([later]) == set()


def test_everything_we_do_is_read_as_an_experiment(
    owner: Viewer, known: Any, clock: Any, run_chores: Any
) -> None:
    known(*MANY)
    clock.move(days=1)
    actions.hold_out(owner, 0.2)
    (view,) = [each for each in queries.experiments(owner) if each.enrols == "holdout"]
    assert [arm["name"] for arm in view.arms] == ["left alone", "reached"]
    world = opened()
    roster = roster_of(Experiment.objects.get(pk=view.id), world)
    world.close()
    assert len(roster.unit_ids) == 120
    assert set(roster.arms) == {"left alone", "reached"}
    assert queries.present_holdout(owner).experiment_id == view.id  # type: ignore[union-attr]
    actions.refresh_holdout(owner)
    assert queries.experiment(owner, view.id).state == "stopped"


@pytest.mark.parametrize("share", [0, -0.1, 0.51, 1])
def test_a_share_that_is_none_is_refused(owner: Viewer, share: float) -> None:
    with pytest.raises(DangolError):
        actions.hold_out(owner, share)
    assert not Holdout.objects.exists()
