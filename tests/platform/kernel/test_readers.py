"""Do readers of the log move forward once, and do their poisoned rows stay out of the way?"""

from __future__ import annotations

import pytest
from django.db import transaction

from dangol.platform.kernel import cursors, setbacks
from dangol.platform.kernel.queries import health

pytestmark = pytest.mark.django_db


def test_a_cursor_moves_by_compare_and_set() -> None:
    assert cursors.position("people") == 0
    with transaction.atomic():
        assert cursors.move("people", start=0, end=10)
        assert not cursors.move("people", start=0, end=12)
        assert cursors.move("people", start=10, end=12)
    assert cursors.position("people") == 12


def test_the_slowest_reader_decides() -> None:
    assert cursors.slowest() is None
    with transaction.atomic():
        cursors.move("people.traits", start=0, end=10)
        cursors.move("people.search", start=0, end=7)
        cursors.move("insight", start=0, end=3)
    assert cursors.slowest() == 3
    assert cursors.slowest("people") == 7
    cursors.reset("people.search")
    assert cursors.slowest("people") == 0


@pytest.mark.django_db(transaction=True)
def test_a_cursor_moves_only_with_its_work() -> None:
    with pytest.raises(RuntimeError, match="outside the transaction"):
        cursors.move("people", start=0, end=1)


def test_a_poisoned_row_is_listed_retried_and_resolved() -> None:
    worked: list[int] = []

    def work(_reader: str, position: int) -> None:
        if not worked:
            worked.append(position)
            raise ValueError("still wrong")

    setbacks.retries("people")(work)
    setbacks.note("people.traits", 41, '{"type": "identify"}', "ValueError: wrong")
    setbacks.note("people.traits", 41, '{"type": "identify"}', "ValueError: wrong again")
    (one,) = setbacks.unresolved("people")
    assert (one.position, one.error) == (41, "ValueError: wrong again")
    assert health().setbacks == 1
    assert not setbacks.retry(one.id)
    assert setbacks.unresolved()[0].error == "ValueError: still wrong"
    assert setbacks.retry(one.id)
    assert setbacks.unresolved() == []
    assert not setbacks.retry(one.id)
    del setbacks.RETRIERS["people"]
