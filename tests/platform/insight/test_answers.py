"""Are answers kept, refreshed and right; and do boards, watches and owners hold?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest

from dangol.core.calendar import Period
from dangol.core.errors import DangolError, UnknownNameError
from dangol.platform.insight import actions, boards
from dangol.platform.insight.answering import present_day, world_of
from dangol.platform.insight.behind import people_behind
from dangol.platform.insight.figures import read
from dangol.platform.insight.models import StoredAnswer, Watch
from dangol.platform.insight.queries import answer, known_now, offers, shown, store
from dangol.platform.insight.questions import asked
from dangol.platform.insight.watching import look
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.actions import set_up_business
from dangol.platform.kernel.models import Effect
from dangol.platform.log.actions import accept, make_source
from dangol.platform.people.actions import set_field
from dangol.platform.people.queries import world_for

pytestmark = pytest.mark.django_db(transaction=True)
_numbers = count(1)
"""No message of one test repeats one of another: that it was seen is remembered beyond both."""


@pytest.fixture
def orders(owner: Viewer, clock: Any, run_chores: Callable[[], None]) -> Callable[..., None]:
    """`orders(ann=3, bob=1)`: so many orders each, a day apart, the last today, and the worker has seen them."""
    source = make_source(owner, "Shop", "server").id

    def ordered(**people: int) -> None:
        said: list[dict[str, Any]] = []
        for name, times in people.items():
            known = {"type": "identify", "userId": name, "messageId": f"answers-{next(_numbers)}"}
            said.append(known | {"traits": {"name": name.title(), "orders": next(_numbers)}})
            for ago in reversed(range(times)):
                n = next(_numbers)
                said.append(
                    {
                        "type": "track", "event": "Order Completed", "userId": name, "messageId": f"answers-{n}",
                        "timestamp": (clock.now() - timedelta(days=ago)).isoformat(),
                        "properties": {"order_id": f"o{n}", "total": 10, "currency": "KRW"},
                    }
                )  # fmt: skip
        accept(said, source)
        run_chores()

    return ordered


def test_answers_are_counted_again_when_people_or_the_business_change_and_nothing_arrives(
    owner: Viewer, orders: Any, clock: Any, run_chores: Any
) -> None:
    orders(ann=2, bob=1)
    told = {"segment": "plan is pro"}
    assert answer(owner, "repeat_purchase_rate", **told).rows[0]["buyer_count"] in (0, None)
    with closing(world_for(owner)) as world:
        (ann,) = world.engine.run("select person_id from people where external_id = 'ann'").rows[0]  # type: ignore[attr-defined]
    for change in (
        lambda: set_field(owner, ann, "plan", "pro"),
        lambda: set_up_business(owner, inactivity_days=20),
    ):
        clock.move(minutes=10)
        change()
        run_chores()
        clock.move(minutes=10)
        run_chores()
        found = answer(owner, "repeat_purchase_rate", **told)
        assert found.is_fresh
        assert found.rows[0]["buyer_count"] == 1
        assert found.computed_at >= clock.now() - timedelta(minutes=10)


def test_what_arrives_while_a_world_is_open_is_not_said_to_be_counted(owner: Viewer, orders: Any) -> None:
    orders(ann=2)
    question = asked(owner, "repeat_purchase_rate")
    since = known_now()
    with world_of(question, present_day()) as world:
        orders(bob=1)
        assert not shown(question, store(question, world, since)).is_fresh


def test_nobody_of_a_unit_is_told_numbers_of_the_whole(owner: Viewer, orders: Any) -> None:
    orders(ann=1)
    of_unit = Viewer("ann", "analyst", frozenset({1}))
    with pytest.raises(NotAllowedError):
        actions.watch(of_unit, "Repeat", "repeat_purchase_rate", "rate", "below", 0.6)
    held = actions.watch(owner, "Repeat", "repeat_purchase_rate", "rate", "below", 0.6)
    with pytest.raises(NotAllowedError):
        actions.stop_watching(of_unit, held)


def test_an_answer_is_the_metric_of_the_world(owner: Viewer, orders: Any) -> None:
    orders(ann=3, bob=1)
    found = answer(owner, "repeat_purchase_rate")
    assert (found.rows[0]["buyer_count"], found.rows[0]["rate"]) == (2, 0.5)
    with closing(world_for(owner)) as world:
        assert found.rows == world.metric("repeat_purchase_rate").records()


def test_it_is_kept_and_counted_again_when_something_arrives(
    owner: Viewer, orders: Any, clock: Any, run_chores: Any
) -> None:
    orders(ann=2)
    first = answer(owner, "repeat_purchase_rate")
    assert first.is_fresh
    assert StoredAnswer.objects.filter(metric="repeat_purchase_rate", given={}).count() == 1
    clock.move(minutes=30)
    orders(bob=1)
    run_chores()
    later = answer(owner, "repeat_purchase_rate")
    assert later.is_fresh
    assert later.rows[0]["buyer_count"] == 2
    assert StoredAnswer.objects.filter(metric="repeat_purchase_rate", given={}).count() == 1


def test_decimals_and_dates_come_back_as_they_were(owner: Viewer, orders: Any) -> None:
    orders(ann=2, bob=1)
    counted = answer(owner, "spend_by_tenure").rows
    kept = answer(owner, "spend_by_tenure").rows
    assert counted == kept
    assert {type(row["amount"]).__name__ for row in kept} <= {"Decimal", "NoneType"}


def test_a_segment_narrows_to_its_people(owner: Viewer, orders: Any) -> None:
    orders(ann=3, bob=1, cat=1)
    some = answer(owner, "repeat_purchase_rate", segment="did 'Order Completed' at least 2 times")
    assert some.rows[0]["buyer_count"] == 1
    assert some.rows[0]["rate"] == 1.0


def test_who_sees_a_unit_gets_its_numbers(
    owner: Viewer, viewer_of_unit: Viewer, orders: Any, clock: Any
) -> None:
    from dangol.platform.kernel.access.models import Unit
    from dangol.platform.people.models import Person

    orders(ann=3, bob=1)
    Person.objects.filter(external_id="ann").update(
        unit=Unit.objects.create(pk=1, name="North", slug="north")
    )
    clock.move(days=1)
    orders(ann=1)
    assert answer(viewer_of_unit, "repeat_purchase_rate").rows[0]["buyer_count"] == 1
    assert answer(owner, "repeat_purchase_rate").rows[0]["buyer_count"] == 2


def test_what_cannot_be_answered_says_why(owner: Viewer, orders: Any) -> None:
    orders(ann=1)
    found = answer(owner, "mrr")
    assert found.rows == []
    assert found.failure is not None
    assert "subscriptions" in found.failure.en
    missing = {each.metric.name: each.missing for each in offers(owner)}
    assert missing["mrr"] == ("subscriptions",)
    assert missing["repeat_purchase_rate"] == ()


def test_unknown_names_are_refused_with_the_nearest(owner: Viewer) -> None:
    with pytest.raises(UnknownNameError, match="repeat_purchase_rate"):
        asked(owner, "repeat_purchase_rat")
    with pytest.raises(UnknownNameError):
        asked(owner, "repeat_purchase_rate", perod="x")
    with pytest.raises(DangolError):
        asked(owner, "repeat_purchase_rate", period="yesterday")


def test_equal_questions_are_equal(owner: Viewer) -> None:
    month = Period(date(2026, 2, 1), date(2026, 3, 1))
    one = asked(owner, "repeat_purchase_rate", period=month, segment="plan is  pro")
    other = asked(owner, "repeat_purchase_rate", segment="plan is pro", period="2026-02-01..2026-03-01")
    assert one.digest == other.digest
    assert one.digest != asked(owner, "repeat_purchase_rate", period=month).digest


def test_the_people_behind_a_number_are_as_many_as_it_says(owner: Viewer, orders: Any, clock: Any) -> None:
    orders(ann=2, bob=1, cat=1)
    clock.move(days=200)
    orders(ann=1)
    with closing(world_for(owner)) as world:
        period = Period(date(2026, 2, 1), world.as_of)
        counts = world.metric("leaky_bucket", period=period).records()
        lost = world.ask(people_behind("lost", world.tables(), period))
        assert len(lost) == sum(row["lost_count"] for row in counts) > 0
        holes = world.metric("leak_holes", period=period).records()
        for row in holes:
            people = people_behind("hole", world.tables(), period, by="tenure", hole=row["hole"])
            assert len(world.ask(people)) == row["lost_count"]


def test_a_watch_tells_its_crossing_once(owner: Viewer, orders: Any, clock: Any) -> None:
    orders(ann=2, bob=1)
    actions.watch(owner, "Repeat", "repeat_purchase_rate", "rate", "below", 0.6, span="last_28_days")
    assert look() == 1
    assert look() == 0
    watch = Watch.objects.get()
    assert (watch.value, watch.is_crossed) == (0.5, True)
    assert Effect.objects.filter(kind="notify").count() == 1
    with pytest.raises(UnknownNameError):
        actions.watch(owner, "Repeat", "repeat_purchase_rate", "rat", "below", 0.6)


def test_a_reading_says_of_how_many_and_its_change(owner: Viewer, orders: Any, clock: Any) -> None:
    orders(ann=1, bob=1)
    clock.move(days=30)
    orders(ann=2, bob=1)
    found = read(owner, "repeat_purchase_rate", span="last_28_days")
    assert (found.value, found.n) == (0.5, 2)
    assert found.change == 0.5


def test_boards_are_their_owners(owner: Viewer, viewer_viewer: Viewer) -> None:
    board = actions.make_board(owner, "Mornings")
    pinned = actions.pin(owner, board, "repeat_purchase_rate", {}, span="last_month", segment="", title="")
    with pytest.raises(NotThereError):
        actions.unpin(viewer_viewer, pinned)
    with pytest.raises(UnknownNameError):
        actions.pin(owner, board, "repeat_purchase_rate", {}, span="last_moth", segment="", title="")
    actions.unpin(owner, pinned)
    actions.delete_board(owner, board)
    assert boards.boards(owner) == []
    actions.restore_board(owner, board)
    assert [each.name for each in boards.boards(owner)] == ["Mornings"]
    with pytest.raises(NotAllowedError):
        actions.own_hole(viewer_viewer, "tenure", "month_1", None)
