"""Does every reaction get every row exactly once, in order, and does a poisoned row stay out of the way?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from dangol.platform.kernel import cursors, setbacks
from dangol.platform.kernel.models import Setback
from dangol.platform.log import following, schemas
from dangol.platform.log.models import Seat
from dangol.platform.log.reacting import REACTIONS, Reaction, reaction
from tests_support.logged import arrive, life, told

pytestmark = pytest.mark.django_db


class Reader:
    """A reaction that notes what it got; it keeps a count in the database, to be rolled back with its cursor."""

    def __init__(self) -> None:
        self.got: list[tuple[int, str]] = []
        self.poison = ""

    def __call__(self, rows: Any) -> None:
        for row in rows:
            seat, _ = Seat.objects.get_or_create(person_id=-1, defaults={"account_id": "0"})
            Seat.objects.filter(pk=-1).update(account_id=str(int(seat.account_id) + 1))
            if row.name == self.poison:
                raise ValueError("this one is poisoned")
        self.got += [(row.position, row.name) for row in rows]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """The only reaction there is."""
    kept = dict(REACTIONS)
    REACTIONS.clear()
    made = Reader()
    reaction("test.reader")(made)
    monkeypatch.setattr(following, "BATCH", 50)
    yield made
    REACTIONS.clear()
    REACTIONS.update(kept)


def follow() -> None:
    while following.react_once():
        pass


def only() -> Reaction:
    return REACTIONS["test.reader"]


def test_every_row_once_and_in_order(reader: Reader) -> None:
    rows = life()
    arrive(rows)
    follow()
    assert [place for place, _ in reader.got] == list(range(1, len(rows) + 1))
    arrive([told("ann", "Signed In", 80)])
    follow()
    assert len(reader.got) == len(rows) + 1
    assert Seat.objects.get(pk=-1).account_id == str(len(rows) + 1)


def test_a_cursor_that_is_reset_reads_the_same_again(reader: Reader) -> None:
    arrive(life())
    follow()
    first, reader.got = reader.got, []
    cursors.reset(only().cursor)
    follow()
    assert reader.got == first


def test_only_the_wanted_names(reader: Reader) -> None:
    got: list[str] = []
    reaction("test.orders", names=["Order Completed"])(lambda rows: got.extend(row.name for row in rows))
    arrive(life())
    follow()
    assert got == ["Order Completed"] * 20
    assert cursors.position(only().cursor) == cursors.position("reaction:test.orders")


def test_a_poisoned_row_is_put_aside_and_the_rest_goes_on(reader: Reader) -> None:
    arrive([told("ann", name, day) for day, name in enumerate(["A", "B", "Bad", "C"])])
    reader.poison = "Bad"
    follow()
    assert [name for _, name in reader.got] == ["A", "B", "C"]
    assert Seat.objects.get(pk=-1).account_id == "3", "what the poisoned row had written is taken back"
    while schemas.note_once():
        pass
    (aside,) = setbacks.unresolved(following.PREFIX)
    assert (aside.position, "poisoned" in aside.error) == (3, True)
    assert following.passed_by_all() == 2, "its segment is kept until it is resolved"
    reader.poison = ""
    assert setbacks.retry(aside.id)
    assert reader.got[-1] == (3, "Bad")
    assert following.passed_by_all() == 4


def test_the_oldest_of_very_many_rows_that_were_put_aside_is_kept(reader: Reader) -> None:
    arrive([told("ann", "A", 1), told("ann", "B", 2)])
    follow()
    while schemas.note_once():
        pass
    Setback.objects.bulk_create(
        Setback(reader=f"{following.PREFIX}test.reader", position=position, what="", error="")
        for position in (2, *range(100, 10_101))
    )
    assert following.passed_by_all() == 1, "its segment is kept until it is resolved"
    Setback.objects.update(resolved_at=Setback.objects.earliest("id").happened_at)
    assert following.passed_by_all() == 2
