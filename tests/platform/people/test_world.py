"""Is the columnar copy of the people always what the table says, and does a viewer's world hold their people only?"""

from __future__ import annotations

from typing import Any

import pytest

from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.people import actions, chores, files, queries
from dangol.platform.people.models import Person
from dangol.platform.people.reactions import keep_profiles
from tests_support.log_rows import identify, row, track

pytestmark = pytest.mark.django_db
ANN, BOB, CAT = 11, 12, 13


def people(viewer: Viewer = SYSTEM) -> dict[int, tuple[Any, ...]]:
    """The people of a viewer's world, by number."""
    while chores.refresh_files():
        pass
    world = queries.world_for(viewer)
    try:
        answer = world.engine.run("select person_id, name, plan, traits from people order by person_id")
        return {int(number): tuple(rest) for number, *rest in answer.rows}
    finally:
        world.close()


def test_changes_and_the_snapshot_are_one() -> None:
    keep_profiles([identify(ANN, name="Ann", vip=True), identify(BOB, name="Bob", plan="free")])
    assert people() == {ANN: ("Ann", None, '{"vip":true}'), BOB: ("Bob", "free", None)}
    keep_profiles([identify(BOB, plan="pro"), identify(CAT, name="Cat")])
    told = people()
    assert (told[BOB][1], told[CAT][0]) == ("pro", "Cat")
    files.fold()
    assert people() == told
    assert files.manifest().changes == []
    keep_profiles([identify(BOB, plan="team")])
    assert people()[BOB][1] == "team"


def test_many_changes_are_folded_by_themselves() -> None:
    for n in range(files.MOST_CHANGES + 2):
        keep_profiles([identify(ANN, n=n)])
        told = people()
    assert told[ANN][2] == f'{{"n":{files.MOST_CHANGES + 1}}}'
    assert len(files.manifest().changes) < files.MOST_CHANGES
    assert files.manifest().snapshot
    files.purge()
    assert len(list(files.folder().iterdir())) == 1


def test_a_merged_person_is_in_the_world_once(owner: Viewer) -> None:
    keep_profiles([identify(ANN, name="Ann"), identify(BOB, town="서울")])
    assert set(people()) == {ANN, BOB}
    number = actions.merge(owner, BOB, ANN)
    assert set(people()) == {ANN}
    actions.undo_merge(owner, number)
    assert set(people()) == {ANN, BOB}


def test_a_viewer_of_units_has_a_world_of_their_people(viewer_of_unit: Viewer) -> None:
    Unit.objects.create(pk=1, name="North", slug="north")
    keep_profiles([identify(ANN), identify(BOB)])
    Person.objects.filter(pk=ANN).update(unit=1)
    keep_profiles([identify(ANN, name="Ann"), track(BOB, "A")])
    assert set(people(viewer_of_unit)) == {ANN}
    nobody = Viewer("x", "marketer", frozenset())
    assert people(nobody) == {}


def test_accounts_are_in_the_world() -> None:
    keep_profiles([row("group", ANN, user_id="u", account_id="acme", traits={"name": "Acme", "seats": 3})])
    people()
    world = queries.world_for(SYSTEM)
    try:
        assert world.engine.run("select account_id, name, seats_count from accounts").rows == [
            ("acme", "Acme", 3)
        ]
    finally:
        world.close()
