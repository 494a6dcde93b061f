"""Did it come as foreseen? What was expected of a day is held against what happened once the horizon has passed."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.engine import World
from dangol.core.errors import DangolError
from dangol.core.language import Said
from dangol.platform.foresight import registry
from dangol.platform.foresight.models import ModelVersion, Run

FAR: Final = 3.0
"""Standard errors; further off than this is no accident."""
WRONG: Final = Said(
    "Of {count} customers {expected} were expected to leave by {day}; {came} did. That is {error} standard errors off.",
    "고객 {count}명 중 {day}까지 {expected}명이 떠날 것으로 보았으나 {came}명이 떠났습니다. 표준오차의 {error}배입니다.",
)


def expectation(p: npt.NDArray[np.float64]) -> dict[str, Any]:
    """What a scoring expects: the sum and the variance of those who leave; None where a rule gives no probabilities."""
    if not len(p) or np.isnan(p).any():
        return {"expected": None, "variance": None}
    return {"expected": float(p.sum()), "variance": float((p * (1 - p)).sum())}


def compared(world: World) -> dict[str, Any] | None:
    """The latest scoring whose horizon has passed, held against what came; None where there is none yet.

    A model that had not seen this outcome, and is further off than three standard errors, is used no more.
    """
    run = _latest_matured(world)
    if run is None or run.as_of is None:
        return None
    told = run.told
    try:
        outcomes = world.outcomes(run.as_of, int(told["horizon_days"]))
    except DangolError:
        return None
    rate, count = float(np.mean(outcomes.has_left)), int(told["count"])
    error = standard_errors(rate * count, told["expected"], told["variance"])
    found = {"run": run.pk, "as_of": run.as_of.isoformat(), "count": count, "expected": told["expected"],
             "came": rate * count, "standard_errors": error, "version": told["version"]}  # fmt: skip
    Run.objects.filter(pk=run.pk).update(told=told | {"matured": found})
    if error is not None and abs(error) > FAR:
        _demote(world, found, run)
    return found


def standard_errors(came: float, expected: float, variance: float) -> float | None:
    """How far off what came is, in standard errors of the expectation; None where nothing could vary.

    >>> standard_errors(130, 100, 90) > 3
    True
    """
    return None if variance <= 0 else (came - expected) / math.sqrt(variance)


def _latest_matured(world: World) -> Run | None:
    """The newest scoring by a model whose horizon has passed and that was not looked at, unless a later one was."""
    done = Run.objects.filter(job=Run.Job.SCORE, ended_at__isnull=False).order_by("-as_of", "-pk")
    for run in done.iterator(chunk_size=200):
        told = run.told
        if run.as_of is None or told.get("expected") is None or not told.get("horizon_days"):
            continue
        if run.as_of + timedelta(days=int(told["horizon_days"])) <= world.as_of:
            return None if "matured" in told else run
    return None


def _demote(world: World, found: dict[str, Any], run: Run) -> None:
    version = registry.in_use(ModelVersion.Kind.CHURN)
    if version is None or run.as_of is None:
        return
    end = run.as_of + timedelta(days=int(run.told["horizon_days"]))
    if version.trained_at.date() >= end:  # it has learned from this outcome already
        return
    registry.demote(
        version,
        WRONG.format(
            count=f"{found['count']:,}", expected=f"{found['expected']:,.0f}", came=f"{found['came']:,.0f}",
            day=end.isoformat(), error=f"{found['standard_errors']:.1f}",
        ),
    )  # fmt: skip
