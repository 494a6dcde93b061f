"""Is everything that was planned done once, tried again when it failed, and set aside when that does not help?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from dangol.platform.kernel import effects
from dangol.platform.kernel.models import Effect
from dangol.platform.kernel.queries import health

pytestmark = pytest.mark.django_db


class Doer:
    """Does effects of the kind `greet`, as told."""

    def __init__(self) -> None:
        self.done: list[tuple[str, int]] = []
        self.error: Exception | None = None

    def __call__(self, claimed: effects.Claimed) -> None:
        self.done.append((claimed.payload["name"], claimed.attempt))
        if self.error is not None:
            raise self.error


@pytest.fixture
def doer(clock: Any) -> Iterator[Doer]:
    """Claims effects of the kind `greet`."""
    made = Doer()
    effects.claims("greet")(made)
    yield made
    del effects.DOERS["greet"]


def test_what_is_planned_twice_is_done_once(doer: Doer) -> None:
    assert effects.plan("greet", "greet:ann", {"name": "Ann"})
    assert not effects.plan("greet", "greet:ann", {"name": "Ann"})
    effects.do_due()
    effects.do_due()
    assert doer.done == [("Ann", 1)]
    assert [each.state for each in effects.of_kind("greet")] == ["done"]
    assert not effects.plan("greet", "greet:ann", {"name": "Ann"})


def test_what_is_due_later_waits(doer: Doer, clock: Any) -> None:
    effects.plan("greet", "greet:bob", {"name": "Bob"}, due_at=clock.now() + timedelta(hours=1))
    effects.do_due()
    assert doer.done == []
    clock.move(hours=1, seconds=1)
    effects.do_due()
    assert doer.done == [("Bob", 1)]


def test_a_failure_is_tried_again_after_a_pause_and_set_aside_in_the_end(doer: Doer, clock: Any) -> None:
    effects.plan("greet", "greet:cat", {"name": "Cat"})
    effects.plan("greet", "greet:dan", {"name": "Dan"})
    doer.error = RuntimeError("the line is dead")
    effects.do_due()
    effects.do_due()
    assert len(doer.done) == 2, "tried again without a pause"
    for _ in range(2 * effects.MOST_ATTEMPTS):
        clock.move(seconds=effects.LONGEST_WAIT)
        effects.do_due()
    assert [attempt for name, attempt in doer.done if name == "Cat"] == list(
        range(1, effects.MOST_ATTEMPTS + 1)
    )
    assert {each.key for each in effects.set_aside()} == {"greet:cat", "greet:dan"}
    assert effects.set_aside()[0].error == "RuntimeError: the line is dead"
    assert health().set_aside_effects == 2
    doer.error = None
    assert effects.try_again(effects.set_aside()[0].id)
    effects.do_due()
    assert health().set_aside_effects == 1


def test_what_cannot_succeed_is_set_aside_at_once(doer: Doer) -> None:
    effects.plan("greet", "greet:eve", {"name": "Eve"})
    doer.error = effects.SetAsideError("Eve has no address.")
    effects.do_due()
    assert [(each.key, each.error, each.attempt_count) for each in effects.set_aside()] == [
        ("greet:eve", "Eve has no address.", 1)
    ]


def test_a_claim_of_a_killed_worker_runs_out(doer: Doer, clock: Any) -> None:
    effects.plan("greet", "greet:ann", {"name": "Ann"})
    row = Effect.objects.get()
    assert effects.claim(row) is not None
    assert effects.claim(row) is None, "claimed by two"
    effects.do_due()
    assert doer.done == []
    clock.move(minutes=20)
    assert health().stuck_effects == 1
    effects.do_due()
    assert doer.done == [("Ann", 2)]
    assert health().stuck_effects == 0


def test_an_effect_that_kills_its_worker_each_time_is_set_aside(doer: Doer, clock: Any) -> None:
    effects.plan("greet", "greet:ann", {"name": "Ann"})
    for _ in range(effects.MOST_ATTEMPTS):
        assert effects.claim(Effect.objects.get()) is not None
        clock.move(minutes=20)
    effects.do_due()
    assert doer.done == []
    assert len(effects.set_aside()) == 1
