"""What came out of it, in one sentence and in every figure behind it? The readout of an experiment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from dangol.core.language import Said
from dangol.core.stats.bayes import Belief
from dangol.core.stats.interval import Interval
from dangol.core.stats.sample_ratio import SampleRatio
from dangol.core.stats.sequential import TUNED_AT

Kind = Literal["share", "mean", "ratio"]
Better = Literal["up", "down"]
Looks = Literal["any_day", "once"]
Ruling = Literal["better", "worse", "no_difference", "not_enough", "blocked", "guardrail"]

RULINGS: Final[dict[Ruling, Said]] = {
    "better": Said("Better", "나아졌습니다"),
    "worse": Said("Worse", "나빠졌습니다"),
    "no_difference": Said("No difference worth having", "의미 있는 차이 없음"),
    "not_enough": Said("Not enough data", "데이터 부족"),
    "blocked": Said("Not judged", "판정 보류"),
    "guardrail": Said("Better, at a price", "나아졌지만 대가가 있음"),
}
"""What a verdict may be, said in a word or two."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What an arm is judged by: `share` and `ratio` are 0 to 1 and more, `mean` is in the unit of the outcome."""

    name: str
    said: Said
    kind: Kind = "mean"
    better: Better = "up"
    unit: str = ""
    """What a mean is counted in, such as KRW; empty where it is a plain number."""


@dataclass(frozen=True, slots=True)
class ArmFigures:
    """One arm in one outcome. `value` is as counted, before any adjustment; None of nobody."""

    arm: str
    n: int
    value: float | None
    unknown_count: int = 0
    """Units whose outcome is not known; they are not in `n`."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One arm against the control in one outcome; `difference` and the rest are of the adjusted values.

    `difference` holds at any day the reader looks where `looks` says so; `fixed` only on one day chosen
    beforehand. `p_value` goes with `difference`, `adjusted_p` is after multiple testing. `cut` is the share of
    the variance that earlier behaviour took away (CUPED); None where it was not used.
    """

    arm: str
    control: str
    outcome: Measured
    treated: ArmFigures
    untreated: ArmFigures
    difference: Interval
    relative: Interval | None
    fixed: Interval
    standard_error: float
    p_value: float
    adjusted_p: float | None = None
    belief: Belief | None = None
    cut: float | None = None
    looks: Looks = "any_day"
    tuned_at: int = TUNED_AT
    """Units at which the interval of any day is narrowest."""

    @property
    def is_proven(self) -> bool:
        """Whether the interval leaves 0 out and the effect holds after multiple testing."""
        holds = self.adjusted_p is None or self.adjusted_p < 0.05
        return holds and not self.difference.low <= 0 <= self.difference.high

    @property
    def is_good(self) -> bool:
        """Whether its direction is the wanted one."""
        return (self.difference.value > 0) == (self.outcome.better == "up")


@dataclass(frozen=True, slots=True)
class SegmentEffect:
    """An effect among the people of one segment, declared before the start."""

    segment: str
    value: str
    effect: Effect


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: what it is, the sentence that says it, and what to do about it."""

    ruling: Ruling
    said: Said
    next: Said


@dataclass(frozen=True, slots=True)
class Incremental:
    """What would not have happened without the arm, over all `n` who were in it.

    `amount` is customers for a share, and the unit of the outcome for a mean. `without` is what there would have
    been without it. `cost_per_unit` is the cost of one more of it; an end that has no limit is None.
    """

    arm: str
    n: int
    amount: Interval
    without: float
    cost: float | None = None
    cost_per_unit: float | None = None
    cost_low: float | None = None
    cost_high: float | None = None


@dataclass(frozen=True, slots=True)
class Readout:
    """Everything about one experiment. The first of `effects` is the one that the verdict is about.

    `is_randomised` is False where arms were not drawn by lot: such a comparison is weaker, and `notes` say why.
    """

    name: str
    unit: str
    control: str
    verdict: Verdict
    effects: tuple[Effect, ...]
    guardrails: tuple[Effect, ...] = ()
    segments: tuple[SegmentEffect, ...] = ()
    sample_ratio: tuple[SampleRatio, ...] = ()
    incremental: tuple[Incremental, ...] = ()
    notes: tuple[Said, ...] = ()
    looks: Looks = "any_day"
    is_randomised: bool = True
    excluded_count: int = 0
    """Units in several arms after a merge; they are in no figure."""
    waiting_count: int = 0
    """Units whose horizon is not over yet; they are in no figure."""
    as_of: date | None = None
    sentences: tuple[Said, ...] = field(default=())
    """The whole readout in sentences, the verdict first."""

    @property
    def main(self) -> Effect | None:
        """The effect that the verdict is about; None where nothing could be compared."""
        return self.effects[0] if self.effects else None

    @property
    def srm(self) -> SampleRatio | None:
        """The check of all units against the planned shares."""
        return self.sample_ratio[0] if self.sample_ratio else None

    @property
    def effect(self) -> float | None:
        """The difference of the main effect."""
        return self.main.difference.value if self.main else None

    @property
    def low(self) -> float | None:
        """The lower end of its interval."""
        return self.main.difference.low if self.main else None

    @property
    def high(self) -> float | None:
        """The upper end of its interval."""
        return self.main.difference.high if self.main else None

    @property
    def p_value(self) -> float | None:
        """Its p-value, after multiple testing where there were several goals."""
        if self.main is None:
            return None
        return self.main.p_value if self.main.adjusted_p is None else self.main.adjusted_p

    def to_plain(self) -> dict[str, Any]:
        """As plain values for programs: texts in both languages, intervals as value, low, high."""
        plain: dict[str, Any] = {
            "effect": self.effect,
            "low": self.low,
            "high": self.high,
            "p_value": self.p_value,
        }
        plain |= {"ruling": self.verdict.ruling}
        whole: dict[str, Any] = plain | _plain(self)
        return whole


def _plain(value: Any) -> Any:
    if isinstance(value, Interval):
        return value._asdict()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
