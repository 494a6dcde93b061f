"""Do the chores go on when one of them fails, and does the worker stop with grace?"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from dangol.platform.kernel import chores, leases, worker
from dangol.platform.kernel.models import Lease, Worker
from dangol.platform.kernel.queries import health
from tests_support.processes import poll

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, chores.Chore]]:
    """No chores but those of the test."""
    own: dict[str, chores.Chore] = {}
    monkeypatch.setattr(worker, "every_chore", lambda: own)
    yield own
    leases.give_back()


def _add(own: dict[str, chores.Chore], name: str, every: float, run: object, alone: bool = True) -> None:
    own[name] = chores.Chore(name, every, run, alone)  # type: ignore[arg-type]


def _running(stop: threading.Event) -> threading.Thread:
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    return thread


def test_every_room_may_register_chores() -> None:
    names = set(chores.every_chore())
    assert "kernel.effects" in names
    assert all("." in name for name in names), "a chore is named ROOM.WHAT"


def test_a_round_goes_on_until_nothing_is_left(only: dict[str, chores.Chore]) -> None:
    left = {"a": 3, "b": 1}

    def run(name: str) -> bool:
        left[name] -= 1
        return left[name] > 0

    _add(only, "a", 1, lambda: run("a"))
    _add(only, "b", 1, lambda: run("b"))
    worker.one_round()
    assert max(left.values()) <= 0


def test_a_round_that_never_ends_is_an_error(
    only: dict[str, chores.Chore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "MOST_ROUNDS", 20)
    _add(only, "a", 1, lambda: True)
    with pytest.raises(RuntimeError, match="do not come to an end"):
        worker.one_round()


def test_a_chore_that_fails_does_not_stop_the_rest(only: dict[str, chores.Chore]) -> None:
    counts = {"good": 0, "bad": 0}

    def good() -> bool:
        counts["good"] += 1
        return False

    def bad() -> bool:
        counts["bad"] += 1
        raise ValueError("poisoned")

    _add(only, "bad", 0.05, bad)
    _add(only, "good", 0.05, good)
    stop = threading.Event()
    thread = _running(stop)
    try:
        poll(lambda: counts["good"] > 5 and counts["bad"] > 0, 20)
        assert counts["bad"] < counts["good"], "a failing chore is tried again after a pause"
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    assert not Worker.objects.exists()
    assert set(Lease.objects.values_list("holder", flat=True)) <= {""}


def test_what_is_begun_is_finished_before_the_worker_ends(only: dict[str, chores.Chore]) -> None:
    begun, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def long() -> bool:
        begun.set()
        go_on.wait(30)
        ended.set()
        return False

    _add(only, "long", 5, long)
    stop = threading.Event()
    thread = _running(stop)
    assert begun.wait(20)
    stop.set()
    assert thread.is_alive()
    go_on.set()
    thread.join(30)
    assert ended.is_set()
    assert not thread.is_alive()


def test_a_long_chore_does_not_delay_prompt_ones(only: dict[str, chores.Chore]) -> None:
    go_on, looks = threading.Event(), []

    def long() -> bool:
        go_on.wait(30)
        return False

    for number in range(5):
        _add(only, f"long{number}", 5, long)
    _add(only, "prompt", 0.05, lambda: bool(looks.append(1)))
    stop = threading.Event()
    thread = _running(stop)
    try:
        poll(lambda: len(looks) > 3, 20)
    finally:
        go_on.set()
        stop.set()
        thread.join(30)


def test_a_chore_runs_under_its_lease_and_says_who_lives(only: dict[str, chores.Chore]) -> None:
    seen: list[bool] = []

    def run() -> bool:
        with leases.held("mine", 60) as is_ours:
            seen.append(is_ours)
        return False

    _add(only, "mine", 0.05, run)
    stop = threading.Event()
    thread = _running(stop)
    try:
        poll(lambda: len(seen) > 1, 20)
        poll(lambda: health().workers == 1, 20)
        assert all(seen)
        assert Lease.objects.get(name="mine").holder == leases.holder()
    finally:
        stop.set()
        thread.join(30)
    assert health().workers == 0
