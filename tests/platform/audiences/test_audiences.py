"""Are saved rules counted as they should, and is it known who entered and who left?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dangol.core.errors import DangolError
from dangol.platform.audiences import actions, queries
from dangol.platform.audiences.models import Flip, Member
from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.actions import accept, make_source
from dangol.platform.people.actions import change_people_settings, set_field
from dangol.platform.people.models import Person

pytestmark = pytest.mark.django_db
BUYERS = "did 'Order Completed' within the last 30 days"


@pytest.fixture
def buys(owner: Viewer, clock: Any, run_chores: Callable[[], None]) -> Callable[..., None]:
    """`buys("ann", "bob")`: each orders something at this moment, and the worker has seen it."""
    source = make_source(owner, "Shop", "server").id
    number = iter(range(1, 1_000))

    def bought(*who: str) -> None:
        accept([{"type": "identify", "userId": name, "traits": {"store": name}} for name in who], source)
        accept(
            [
                {
                    "type": "track", "event": "Order Completed", "userId": name, "messageId": f"m{next(number)}",
                    "timestamp": clock.now().isoformat(),
                    "properties": {"order_id": f"o{next(number)}", "total": 10, "currency": "KRW"},
                }
                for name in who
            ],
            source,
        )  # fmt: skip
        clock.move(minutes=1)
        run_chores()

    return bought


def _names(audience: int) -> set[str]:
    ids = Member.objects.filter(audience_id=audience).values_list("person_id", flat=True)
    return set(Person.objects.filter(pk__in=ids).values_list("external_id", flat=True))


@pytest.fixture(autouse=True)
def _known(owner: Viewer, clock: Any) -> None:
    """The clock stands for every test of this file."""


def test_people_enter_and_leave(owner: Viewer, buys: Any, clock: Any, run_chores: Any) -> None:
    buys("ann", "bob")
    audience = actions.save(owner, "Buyers", BUYERS)
    run_chores()
    assert _names(audience) == {"ann", "bob"}
    assert not Flip.objects.exists(), "nobody enters by a rule's being written"
    clock.move(days=20)
    buys("cat", "ann")
    assert _names(audience) == {"ann", "bob", "cat"}
    clock.move(days=15)
    run_chores()
    assert _names(audience) == {"ann", "cat"}, "time alone takes Bob out"
    flips = queries.flips_of(owner, audience)
    assert [each.is_entry for each in flips] == [False, True]
    (view,) = queries.saved(owner)
    assert (view.count, view.entered, view.left) == (2, 0, 1)


def test_a_field_that_is_set_by_hand_moves_people_though_nothing_arrives(
    owner: Viewer, buys: Any, clock: Any, run_chores: Any
) -> None:
    buys("ann", "bob")
    audience = actions.save(owner, "Pro", "plan is pro")
    run_chores()
    assert _names(audience) == set()
    clock.move(minutes=10)
    set_field(owner, Person.objects.get(external_id="ann").pk, "plan", "pro")
    run_chores()
    clock.move(minutes=10)
    run_chores()
    assert _names(audience) == {"ann"}


def test_preview_counts_and_says_the_rule(owner: Viewer, buys: Any) -> None:
    buys("ann", "bob")
    found = queries.preview(owner, BUYERS)
    assert found.count == 2
    assert found.error is None
    assert found.sentence is not None
    assert "Order Completed" in found.sentence.ko
    assert found.text == 'did "Order Completed" within the last 30 days'


def test_a_wrong_rule_is_answered_with_its_error(owner: Viewer) -> None:
    found = queries.preview(owner, "did 'Order Completed' wthin the last 30 days")
    assert found.count is None
    assert found.error is not None
    assert "within" in found.error.en


def test_an_audience_may_name_another(owner: Viewer, buys: Any, run_chores: Any) -> None:
    buys("ann", "bob")
    buys("ann")
    actions.save(owner, "Buyers", BUYERS)
    often = actions.save(owner, "Often", "audience Buyers and did 'Order Completed' at least 2 times")
    run_chores()
    assert _names(often) == {"ann"}
    assert queries.segment_of(owner, often).count("Order Completed") == 2
    with pytest.raises(DangolError, match="Often"):
        actions.delete(owner, actions.save(owner, "Buyers", BUYERS, audience=queries.saved(owner)[0].id))
    actions.delete(owner, often)


def test_another_rule_is_counted_anew(owner: Viewer, buys: Any, run_chores: Any) -> None:
    buys("ann")
    audience = actions.save(owner, "Buyers", BUYERS)
    run_chores()
    actions.save(owner, "Sleepers", "did not 'Order Completed' within the last 30 days", audience=audience)
    run_chores()
    assert _names(audience) == set()
    assert not Flip.objects.exists()


def test_names_are_unique_and_not_empty(owner: Viewer) -> None:
    actions.save(owner, "Buyers", BUYERS)
    for name in ("Buyers", "  "):
        with pytest.raises(DangolError):
            actions.save(owner, name, BUYERS)


def test_who_sees_one_unit_counts_its_people(
    owner: Viewer, viewer_of_unit: Viewer, buys: Any, run_chores: Any
) -> None:
    Unit.objects.create(pk=1, name="Ann's store", slug="ann")
    change_people_settings(owner, unit_trait="store")
    buys("ann", "bob")
    audience = actions.save(owner, "Buyers", BUYERS)
    run_chores()
    assert queries.preview(viewer_of_unit, BUYERS).count == 1
    assert queries.one(viewer_of_unit, audience).count == 1  # type: ignore[union-attr]
    assert len(queries.visible_members(viewer_of_unit, audience)) == 1
    assert queries.one(owner, audience).count == 2  # type: ignore[union-attr]


def test_a_viewer_saves_nothing(viewer_viewer: Viewer, owner: Viewer) -> None:
    with pytest.raises(NotAllowedError):
        actions.save(viewer_viewer, "Buyers", BUYERS)
    with pytest.raises(NotThereError):
        actions.delete(owner, 99)


def test_an_erased_person_is_forgotten(owner: Viewer, buys: Any, run_chores: Any) -> None:
    from dangol.platform.audiences.effects import forget
    from dangol.platform.people.erasing import ERASERS, Erased

    buys("ann", "bob")
    audience = actions.save(owner, "Buyers", BUYERS)
    run_chores()
    ann = Person.objects.get(external_id="ann").pk
    assert ERASERS["audiences"] is forget
    assert forget(Erased(1, (ann,), ("ann",))) == {"audience_members": 1, "audience_flips": 0}
    assert _names(audience) == {"bob"}
