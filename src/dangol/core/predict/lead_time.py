"""How many days before a loss does each signal show, and how often does it show where nothing is lost?"""

from __future__ import annotations

from dataclasses import dataclass

from dangol.core.language import Said


@dataclass(frozen=True, slots=True)
class LeadTime:
    """One row of the panel of leading indicators.

    `median_days` is how long before the loss the signal first showed, among the losses that it preceded, with
    its 95 % interval; None where it preceded too few. `caught_share` is the share of the losses that it
    preceded, `false_alarm_share` the share of stretches of the same length without a loss in which it showed:
    both with their intervals. `times` is one over the other; None where it never showed without a loss.
    """

    name: str
    said: Said
    median_days: float | None
    low_days: float | None
    high_days: float | None
    loss_count: int
    caught_share: float | None
    caught_low: float | None
    caught_high: float | None
    stay_count: int
    false_alarm_share: float | None
    false_alarm_low: float | None
    false_alarm_high: float | None
    times: float | None
    reason: Said | None = None
    """Why a number is not known."""
