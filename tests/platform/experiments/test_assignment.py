"""Does everybody keep the arm they were given, whatever becomes of them? Draws, merges, exposures, accounts, units."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from dangol.core.errors import DangolError
from dangol.platform.audiences import actions as audiences
from dangol.platform.experiments import actions, enrolling
from dangol.platform.experiments.drawing import draw, every_place, places
from dangol.platform.experiments.models import Assignment, Experiment
from dangol.platform.experiments.rosters import roster_of
from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.actions import accept, make_source
from dangol.platform.log.queries import opened
from dangol.platform.people import actions as people
from dangol.platform.people.actions import change_people_settings
from dangol.platform.people.erasing import ERASERS, Erased
from tests_support.experiments import numbers

pytestmark = pytest.mark.django_db
MANY = tuple(f"c{n}" for n in range(60))


def exposures() -> list[tuple[Any, ...]]:
    """Every exposure that the world knows: person, experiment, arm, moment."""
    world = opened()
    try:
        sql = "select person_id, experiment, arm, exposed_at from exposures order by all"
        return [tuple(row) for row in world.engine.run(sql).rows] if "exposures" in world.nouns else []
    finally:
        world.close()


def test_an_arm_is_kept_and_said_to_the_log_once_for_every_arm_at_one_instant(
    owner: Viewer, known: Any, running: Any, clock: Any, run_chores: Any
) -> None:
    ids = known(*MANY)
    row = running()
    first = actions.assign(row.pk, list(ids.values()))
    assert set(first) == set(ids.values())
    assert set(first.values()) == {"control", "treated"}
    clock.move(days=3)
    assert actions.assign(row.pk, list(ids.values())) == first
    run_chores()
    seen = exposures()
    assert {(person, arm) for person, _, arm, _ in seen} == set(first.items())
    assert len({moment for *_, moment in seen}) == 1, "the arm that gets nothing is said at the same instant"
    assert Assignment.objects.count() == len(ids)


def test_an_arm_is_drawn_by_its_hash_and_so_the_same_again(known: Any, running: Any) -> None:
    ids = list(known(*MANY).values())
    row = running()
    arms = actions.assign(row.pk, ids)
    Assignment.objects.all().delete()
    assert actions.assign(row.pk, ids) == arms


def test_thirty_thousand_numbers_are_shared_out_as_planned(running: Any) -> None:
    row = running(arms=(("control", 0.1), ("call", 0.6), ("letter", 0.3)))
    found = draw(row, range(1, 30_001), row.started_at)
    counts = Counter(place.arm for place in found.values())
    assert [counts[n] / 30_000 for n in range(3)] == pytest.approx([0.1, 0.6, 0.3], abs=0.01)
    assert draw(row, range(1, 30_001), row.started_at + timedelta(days=1)) == found


def test_of_two_who_are_one_the_earliest_arm_holds_and_a_conflict_is_kept_and_left_out(
    owner: Viewer, known: Any, running: Any, clock: Any
) -> None:
    ids = known(*MANY)
    row = running()
    older, rest = list(ids.values())[:30], list(ids.values())[30:]
    early = actions.assign(row.pk, older)
    clock.move(days=1)
    late = actions.assign(row.pk, rest)
    winner = rest[0]
    torn = next(person for person, arm in early.items() if arm != late[winner])
    alike = next(each for each, arm in early.items() if arm == late[rest[1]] and each != torn)
    undoing = people.merge(owner, torn, winner)
    people.merge(owner, alike, rest[1])
    after = actions.assign(row.pk, [winner, torn, rest[1]])
    assert after == {winner: early[torn], torn: early[torn], rest[1]: early[alike]}
    found = places(row, [winner, rest[1]])
    assert (found[winner].is_conflict, found[rest[1]].is_conflict) == (True, False)
    world = opened()
    assert roster_of(row, world).conflicts == {winner}
    world.close()
    assert Assignment.objects.count() == len(ids), "a merge rewrites nothing"
    people.undo_merge(owner, undoing)
    assert actions.assign(row.pk, [winner, torn]) == {winner: late[winner], torn: early[torn]}


def test_who_was_drawn_under_another_number_is_not_drawn_again(
    owner: Viewer, known: Any, running: Any, clock: Any
) -> None:
    ids = known("ann", "ann-phone")
    row = running()
    before = actions.assign(row.pk, [ids["ann-phone"]])
    people.merge(owner, ids["ann-phone"], ids["ann"])
    clock.move(days=1)
    assert actions.assign(row.pk, [ids["ann"]])[ids["ann"]] == before[ids["ann-phone"]]
    assert Assignment.objects.count() == 1
    assert len(every_place(row)) == 1


def test_an_account_is_drawn_whole(owner: Viewer, clock: Any, running: Any, run_chores: Any) -> None:
    source = make_source(owner, "App", "server").id
    for n in range(24):
        person = {"userId": f"p{n}"}
        accept([{"type": "identify", **person, "traits": {"name": "someone"}}], source)
        if n < 20:
            accept(
                [{"type": "group", **person, "groupId": f"company-{n // 4}", "traits": {"name": "Firm"}}],
                source,
            )
    clock.move(seconds=1)
    run_chores()
    ids = numbers()
    row = running(whom="account")
    arms = actions.assign(row.pk, list(ids.values()))
    by_company = {n // 4: {arms[ids[f"p{k}"]] for k in range(n, n + 4)} for n in range(0, 20, 4)}
    assert all(len(found) == 1 and found != {None} for found in by_company.values())
    assert [arms[ids[f"p{n}"]] for n in range(20, 24)] == [None] * 4
    run_chores()
    assert len(exposures()) == 20
    assert Assignment.objects.count() == 5


def test_an_audience_comes_in_at_the_start_and_by_entering(
    owner: Viewer, known: Any, clock: Any, run_chores: Any, running: Any
) -> None:
    known(*MANY[:10], plan="pro")
    known(*MANY[10:15], plan="basic")
    pro = audiences.save(owner, "Pro", "plan is pro")
    once, entering = (running(enrols=way, audience=pro, name=way) for way in ("start", "entry"))
    run_chores()
    assert Assignment.objects.filter(experiment=once).count() == 10
    assert len({moment for *_, moment in exposures()}) <= 2
    clock.move(hours=1)
    known(*MANY[20:23], plan="pro")
    clock.move(minutes=10)
    run_chores()
    assert Assignment.objects.filter(experiment=once).count() == 10
    assert Assignment.objects.filter(experiment=entering).count() == 13
    assert enrolling.due(clock.now()) == []


def test_nobody_comes_in_after_the_end_but_who_is_in_keeps_the_arm(
    owner: Viewer, known: Any, running: Any, clock: Any
) -> None:
    ids = known("ann", "bob")
    row = running()
    arms = actions.assign(row.pk, [ids["ann"]])
    actions.stop(owner, row.pk)
    assert actions.assign(row.pk, list(ids.values())) == {ids["ann"]: arms[ids["ann"]], ids["bob"]: None}
    actions.decide(owner, row.pk, "treated")
    assert set(actions.assign(row.pk, list(ids.values())).values()) == {"treated"}


def test_developers_ask_by_their_own_ids(owner: Viewer, known: Any, running: Any, run_chores: Any) -> None:
    ids = known("ann")
    row = running()
    found = actions.assign_users(owner, row.pk, ["ann", "newcomer"], exposes=False)
    assert [each.user_id for each in found] == ["ann", "newcomer"]
    assert found[0].person_id == ids["ann"]
    assert {each.arm for each in found} <= {"control", "treated"}
    run_chores()
    assert exposures() == []
    assert actions.expose_units(owner, row.pk, ["ann", "newcomer"]) == 2
    assert actions.expose_units(owner, row.pk, ["ann", "newcomer"]) == 0
    run_chores()
    assert len(exposures()) == 2


def test_who_sees_one_unit_draws_its_people_only(
    owner: Viewer, viewer_of_unit: Viewer, known: Any, running: Any, run_chores: Any
) -> None:
    Unit.objects.create(pk=1, name="North", slug="north")
    change_people_settings(owner, unit_trait="store")
    known("ann", store="north")
    known("bob", store="south")
    whole = running()
    analyst = Viewer("analyst@example.com", "analyst", frozenset({1}))
    with pytest.raises(NotThereError):
        actions.assign_users(analyst, whole.pk, ["ann"])
    with pytest.raises(NotAllowedError):
        actions.assign_users(viewer_of_unit, whole.pk, ["ann"])
    mine = actions.design(analyst, actions.Wish(name="In the north", enrols="code"))
    actions.start(analyst, mine)
    found = actions.assign_users(analyst, mine, ["ann", "bob", "nobody"])
    assert [(each.arm is None, each.reason) for each in found] == [
        (False, "assigned"), (True, "not_yours"), (True, "not_yours"),
    ]  # fmt: skip
    everybody = actions.design(analyst, actions.Wish(name="All of the north"))
    actions.start(analyst, everybody)
    run_chores()
    assert Assignment.objects.filter(experiment=everybody).count() == 1


def test_arms_of_a_draft_are_not_told(owner: Viewer, known: Any) -> None:
    ids = known("ann")
    number = actions.design(owner, actions.Wish(name="Not begun", enrols="code"))
    with pytest.raises(DangolError, match="Start it first"):
        actions.assign(number, list(ids.values()))
    assert not Experiment.objects.filter(started_at__isnull=False).exists()


def test_an_erasure_forgets_the_arms_of_a_person_and_keeps_those_of_accounts(
    owner: Viewer, known: Any, running: Any
) -> None:
    ids = known("ann", "bob")
    row = running()
    actions.assign(row.pk, list(ids.values()))
    accounts = running(name="By account", whom="account")
    Assignment.objects.create(experiment=accounts, unit_id=ids["ann"], arm=0, assigned_at=row.started_at)
    whom = Erased(1, (ids["ann"],), ("ann",))
    assert ERASERS["experiments"](whom) == {"experiment_assignments": 1}
    assert ERASERS["experiments"](whom) == {"experiment_assignments": 0}
    assert set(Assignment.objects.values_list("experiment", "unit_id")) == {
        (row.pk, ids["bob"]),
        (accounts.pk, ids["ann"]),
    }
