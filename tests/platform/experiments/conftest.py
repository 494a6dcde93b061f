"""What do tests of experiments share? Customers who came in by the front door, and experiments over them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from dangol.platform.audiences import chores as audience_chores
from dangol.platform.experiments import actions, chores, holding
from dangol.platform.experiments.models import Experiment
from dangol.platform.experiments.wishes import Wish
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.chores import every_chore
from dangol.platform.log import merges
from dangol.platform.log.actions import accept, make_source
from tests_support.brought import settle
from tests_support.experiments import numbers


@pytest.fixture
def run_chores(db: None) -> Callable[[], None]:
    """What the worker does for audiences and experiments, and for what they stand on; models are not trained here."""

    every_chore()  # what rooms register is registered

    def run() -> None:
        settle()
        for each in (audience_chores.refresh, chores.enrol, settle_again, chores.refresh):
            while each():
                pass

    return run


def settle_again() -> bool:
    """What the chores before have said to the log is numbered."""
    settle()
    return False


@pytest.fixture(autouse=True)
def _no_merges_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers begin anew in each test, and so do merges."""
    monkeypatch.setattr(merges, "_kept", merges.Merged({}, (-1, 0, None)))


@pytest.fixture(autouse=True)
def _same_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    """Salts are the same in every run, and no two alike."""
    numbers = itertools.count(1)
    monkeypatch.setattr(holding, "token_hex", lambda size: f"{next(numbers):0{2 * size}x}")


@pytest.fixture
def known(owner: Viewer, clock: Any, run_chores: Callable[[], None]) -> Callable[..., dict[str, int]]:
    """`known("ann", "bob", plan="pro")`: customers who are known now, by name their numbers."""
    source = make_source(owner, "Shop", "server").id

    def came(*names: str, **traits: Any) -> dict[str, int]:
        told = {"name": "someone", **traits}
        accept([{"type": "identify", "userId": name, "traits": told} for name in names], source)
        clock.move(seconds=1)
        run_chores()
        return numbers()

    return came


@pytest.fixture
def running(owner: Viewer, clock: Any) -> Callable[..., Experiment]:
    """`running(enrols="code")`: an experiment that has begun."""

    def begun(**wish: Any) -> Experiment:
        told = {"name": "A call in the first week", "horizon_days": 30, "enrols": "code", **wish}
        number = actions.design(owner, Wish(**told))
        actions.start(owner, number)
        return Experiment.objects.get(pk=number)

    return begun
