"""Does one process at a time do a job, and does another take over when it dies?"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from dangol.platform.kernel import leases
from dangol.platform.kernel.models import Lease

pytestmark = pytest.mark.django_db


def _held_by_another(name: str, seconds: float, clock: Any) -> None:
    until = clock.now() + timedelta(seconds=seconds)
    Lease.objects.create(name=name, holder="another:1", until=until)


def test_a_free_lease_is_taken_and_given_back() -> None:
    with leases.held("sealer", 60) as is_ours:
        assert is_ours
        assert Lease.objects.get().holder == leases.holder()
    assert Lease.objects.get().holder == ""
    with leases.held("sealer", 60) as is_ours:
        assert is_ours
    assert Lease.objects.get().turn == 2


def test_a_lease_of_another_is_not_taken_until_it_ran_out(clock: Any) -> None:
    _held_by_another("sealer", 60, clock)
    with leases.held("sealer", 60) as is_ours:
        assert not is_ours
    assert Lease.objects.get().holder == "another:1"
    clock.move(seconds=61)
    with leases.held("sealer", 60) as is_ours:
        assert is_ours


def test_a_lease_of_a_clock_that_was_ahead_holds_nobody_up(clock: Any) -> None:
    _held_by_another("sealer", 3 * 3_600, clock)
    with leases.held("sealer", 60) as is_ours:
        assert is_ours


def test_a_lost_lease_is_noticed(clock: Any) -> None:
    with leases.held("sealer", 60) as is_ours:
        assert is_ours
        assert leases.kept("sealer", 60)
        Lease.objects.update(holder="another:1")
        assert not leases.kept("sealer", 60)
    assert Lease.objects.get().holder == "another:1"


def test_inside_its_chore_a_lease_is_held_already() -> None:
    token = leases.lent.set("sealer")
    try:
        with leases.held("sealer", 60) as is_ours:
            assert is_ours
        assert not Lease.objects.exists()
    finally:
        leases.lent.reset(token)


@pytest.mark.django_db(transaction=True)
def test_of_many_threads_one_holds_it() -> None:
    together = threading.Barrier(8)
    won: list[bool] = []

    def compete() -> None:
        together.wait()
        won.append(leases.take("sealer", 60))
        connection.close()

    threads = [threading.Thread(target=compete) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(won) == [False] * 7 + [True]
    leases.give_back("sealer")
