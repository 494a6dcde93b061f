"""What does this room show? Plain values of scores, models, warnings and closings, for pages and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from dangol.core.language import Said
from dangol.core.predict.card import Card

BANDS: Final = {"low": 1, "medium": 2, "high": 3}
BAND_NAMES: Final = {
    "high": Said("high", "높음"),
    "medium": Said("medium", "중간"),
    "low": Said("low", "낮음"),
}
REASONS: Final = {
    "kept": Said("kept", "유지함"),
    "left": Said("left anyway", "결국 떠남"),
    "not_at_risk": Said("was not at risk", "위험하지 않았음"),
    "wrong_data": Said("the data is wrong", "데이터 오류"),
    "other": Said("other", "기타"),
}
"""Why an entry is taken off the list."""
STATE_NAMES: Final = {
    "in_use": Said("in use", "사용 중"),
    "challenger": Said("challenger", "도전자"),
    "refused": Said("refused", "사용 안 함"),
    "demoted": Said("demoted", "내려감"),
    "followed": Said("followed by a newer one", "새 버전으로 바뀜"),
}
HEALTH_BANDS: Final = {
    "poor": Said("poor", "나쁨"),
    "watch": Said("watch", "살펴볼 것"),
    "good": Said("good", "좋음"),
}
KIND_NAMES: Final = {
    "churn": Said("Risk of leaving", "이탈 위험"),
    "value": Said("Expected value", "기대 가치"),
    "health": Said("Accounts' health", "거래처 건강도"),
}


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason: `raises` where it goes with leaving, otherwise with staying."""

    family: str
    said: Said
    raises: bool
    contribution: float
    own_value: float | None
    peers_median: float | None


@dataclass(frozen=True, slots=True)
class ClosingView:
    """Why an entry was taken off the list, by whom and when."""

    person_id: int
    reason: str
    note: str
    value: float | None
    band: str
    closed_by: str
    closed_at: datetime
    reopened_at: datetime | None


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One customer of the list. Money is in the currency of the business; None: not known."""

    person_id: int
    name: str
    account_id: str
    value: float | None
    band: str
    reasons: tuple[ReasonView, ...]
    worth: float | None
    worth_low: float | None
    worth_high: float | None
    at_stake: float | None
    owner_id: int | None
    owner: str
    closing: ClosingView | None
    scored_at: datetime
    as_of: date
    model_id: int | None

    @property
    def leading(self) -> tuple[ReasonView, ...]:
        """The first two reasons that speak for the risk; of those at low risk, the first two of all."""
        against = tuple(each for each in self.reasons if each.raises)
        return (against if against and self.band != "low" else self.reasons)[:2]


@dataclass(frozen=True, slots=True)
class RiskTotal:
    """What the list amounts to: how many, how many of them at high risk, and the money expected to go.

    `low` and `high` hold 95 %, where customers leave independently of each other.
    """

    count: int
    high_count: int
    unpriced_count: int
    at_stake: float | None
    low: float | None
    high: float | None
    expected_count: float | None
    """How many of them are expected to leave; None where a rule gives no probabilities."""


@dataclass(frozen=True, slots=True)
class RiskPage:
    """Some lines, and the key after which the next ones begin; None at the end."""

    lines: tuple[RiskLine, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class PointView:
    """A point of somebody's risk over time."""

    day: date
    value: float | None
    band: str


@dataclass(frozen=True, slots=True)
class RiskView:
    """One customer's risk: now (None: not scored), over time, and what was done about it."""

    line: RiskLine | None
    points: tuple[PointView, ...]
    closings: tuple[ClosingView, ...]
    warning: WarningView | None
    has_objected: bool
    """They objected to profiling: they are not scored."""


@dataclass(frozen=True, slots=True)
class Method:
    """By what customers are scored at present: a model with its card, or a rule and why."""

    model_id: int | None
    version: int | None
    method: str
    said: Said
    reason: Said
    horizon_days: int | None
    as_of: date | None
    scored_at: datetime | None
    told: Mapping[str, Any]
    """Counts of the last scoring."""


@dataclass(frozen=True, slots=True)
class ModelView:
    """One version of a model."""

    id: int
    kind: str
    version: int
    state: str
    reason: Said
    method: str
    horizon_days: int | None
    as_of: date | None
    customer_count: int | None
    left_count: int | None
    trained_at: datetime
    decided_at: datetime
    seconds: float
    card: Card | None


@dataclass(frozen=True, slots=True)
class WarningView:
    """Somebody's own rhythm is broken."""

    person_id: int
    name: str
    since: date
    usual_rate: float | None
    """Times a week."""
    recent_count: float | None
    window_days: int
    usual_gap: float | None
    """Days between two of their days."""
    silent_days: float | None
    q_value: float
    said: Said
    began_at: datetime


@dataclass(frozen=True, slots=True)
class HealthView:
    """How well an account does."""

    account_id: str
    name: str
    value: float | None
    band: str
    coverage: float | None
    """Share of the inputs that are known, 0 to 1."""
    worst: Said | None
    """What goes with most of the risk."""
    said: Said | None
    as_of: date


def said_of(plain: Mapping[str, str]) -> Said:
    """A text as it was kept."""
    return Said(plain["en"], plain["ko"])


def reason_view(plain: Mapping[str, Any]) -> ReasonView:
    """A reason as it was kept."""
    return ReasonView(
        plain["family"], said_of(plain["said"]), plain["contribution"] > 0, plain["contribution"],
        plain["own_value"], plain["peers_median"],
    )  # fmt: skip
