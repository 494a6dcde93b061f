"""Is what moved along with a change found, said to be weaker, and not said where it cannot be known?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dangol.core.errors import DangolError
from dangol.platform.audiences import actions as audiences
from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.actions import Told
from dangol.platform.experiments.models import Change
from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.actions import accept, make_source

pytestmark = pytest.mark.django_db
CHANGED = date(2026, 1, 5)


@pytest.fixture
def lived(owner: Viewer, clock: Any, run_chores: Any) -> None:
    """Sixty customers buy once a week for eight weeks on both sides of a day; from it on the pro ones buy for 5 more.

    Newcomers of each day around it are active twice as often if they joined from that day on.
    """
    source = make_source(owner, "Shop", "server").id
    told = [_known(f"c{n}", "pro" if n % 2 else "basic", date(2025, 1, 1)) for n in range(60)]
    for n in range(60):
        for week in range(-8, 8):
            more = 5 if n % 2 and week >= 0 else 0
            told.append(_order(f"c{n}", CHANGED + timedelta(days=7 * week + n % 7), 20 + n % 5 + more))
    for n in range(-60, 60):
        day = CHANGED + timedelta(days=n)
        if day + timedelta(days=20) < date(2026, 3, 1):
            told.append(_known(f"new{n}", "free", day))
            told += [
                _seen(f"new{n}", day + timedelta(days=2 * k + 1)) for k in range(8 if n >= 0 else 4 + n % 2)
            ]
    for start in range(0, len(told), 500):
        assert not accept(told[start : start + 500], source, is_live=False).refused
    clock.move(seconds=1)
    run_chores()


def _known(who: str, plan: str, joined: date) -> dict[str, Any]:
    traits = {"name": who, "plan": plan, "createdAt": joined.isoformat()}
    return {
        "type": "identify",
        "userId": who,
        "traits": traits,
        "messageId": f"i-{who}",
        "timestamp": f"{joined}T01:00:00Z",
    }


def _order(who: str, day: date, amount: float) -> dict[str, Any]:
    return {
        "type": "track", "event": "Order Completed", "userId": who, "messageId": f"o-{who}-{day}",
        "timestamp": f"{day}T03:00:00Z", "properties": {"order_id": f"{who}-{day}", "total": amount, "currency": "KRW"},
    }  # fmt: skip


def _seen(who: str, day: date) -> dict[str, Any]:
    return {
        "type": "track",
        "event": "Product Viewed",
        "userId": who,
        "messageId": f"v-{who}-{day}",
        "timestamp": f"{day}T03:00:00Z",
    }


@pytest.mark.usefixtures("lived")
def test_a_planted_change_is_found_against_those_it_was_not_for(owner: Viewer, run_chores: Any) -> None:
    pro = audiences.save(owner, "Pro", "plan is pro")
    told = Told("A gift in the box", CHANGED, method="did", outcomes=("revenue",), days=56, audience=pro)
    number = actions.record_change(owner, told)
    run_chores()
    view = queries.change(owner, number)
    assert view.failure is None
    (found,) = view.told
    # Two weeks a period: ten more in each.
    assert found["low"] <= 10 <= found["high"]
    assert found["effect"] == pytest.approx(10, abs=0.5)
    assert (found["ruling"], found["treated_count"]) == ("better", 30)
    assert any("nobody drew lots" in note["en"] for note in found["notes"])
    assert len(found["means"][0]) == 8


@pytest.mark.usefixtures("lived")
def test_a_jump_at_the_day_of_joining_is_found(owner: Viewer, run_chores: Any) -> None:
    told = Told("A new page of welcome", CHANGED, method="rd", outcomes=("active_days",), days=20)
    number = actions.record_change(owner, told)
    run_chores()
    (found,) = queries.change(owner, number).told
    assert found["low"] <= 3.5 <= found["high"]
    assert found["ruling"] == "better"


@pytest.mark.usefixtures("lived")
def test_what_cannot_be_known_yet_is_said(owner: Viewer, run_chores: Any, clock: Any) -> None:
    pro = audiences.save(owner, "Pro", "plan is pro")
    told = Told("Too new", clock.now().date(), method="did", outcomes=("revenue",), days=56, audience=pro)
    number = actions.record_change(owner, told)
    run_chores()
    view = queries.change(owner, number)
    assert view.told == []
    assert "2026-04-27" in view.failure.en  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"name": ""}, "no name"),
        ({"outcomes": ()}, "names no outcome"),
        ({"days": 5}, "14 and 365"),
        ({"method": "guess"}, "none of that name"),
        ({"outcomes": ("kept",)}, "none of that name"),
        ({}, "for whom"),
    ],
)
def test_a_change_that_cannot_be_followed_is_refused(owner: Viewer, told: Any, words: str) -> None:
    with pytest.raises(DangolError, match=words):
        actions.record_change(owner, Told(**{"name": "A price", "changed_on": CHANGED, **told}))
    assert not Change.objects.exists()


def test_a_change_of_a_unit_is_its_own(owner: Viewer, clock: Any) -> None:
    Unit.objects.create(pk=1, name="North", slug="north")
    north = Viewer("analyst@example.com", "analyst", frozenset({1}))
    whole = actions.record_change(owner, Told("For all", CHANGED, method="rd"))
    mine = actions.record_change(north, Told("In the north", CHANGED, method="rd"))
    assert [each.id for each in queries.changes(north)] == [mine]
    with pytest.raises(NotThereError):
        actions.forget_change(north, whole)
    actions.forget_change(north, mine)
    assert [each.id for each in queries.changes(owner)] == [whole]
