"""How is an experiment said on a page? States, arms, outcomes and figures of a readout, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dangol.core.experiments.readout import RULINGS, Measured
from dangol.core.experiments.wording import difference_said, interval_said, p_said, value_said
from dangol.core.language import Said
from dangol.core.stats.interval import Interval
from dangol.platform.experiments.queries import OUTCOMES, SEGMENTS, ExperimentView, said_of
from dangol.platform.web.viewing import spoken

STATES: Final[Mapping[str, tuple[Said, str]]] = {
    "draft": (Said("draft", "초안"), ""),
    "running": (Said("running", "진행 중"), "accent"),
    "stopped": (Said("nobody comes in any more", "참여 종료"), "info"),
    "decided": (Said("decided", "결정함"), "good"),
}
"""Words and colour by state."""
RULING_KINDS: Final = {"better": "good", "worse": "bad", "guardrail": "warn", "blocked": "warn"}
WORKS: Final[Mapping[str, tuple[Said, str]]] = {
    "yes": (Said("works", "효과 있음"), "good"),
    "unproven": (Said("not proven", "확인 안 됨"), ""),
    "no": (Said("makes no difference", "차이 없음"), "info"),
    "harms": (Said("does harm", "해로움"), "bad"),
}
WHOM: Final = {
    "person": Said("each customer", "고객마다"),
    "account": Said("each account, as a whole", "거래처마다 통째로"),
}
ENROLS: Final = {
    "start": Said("everybody who belongs at the start, at once", "시작할 때 속한 모두를 한꺼번에"),
    "entry": Said(
        "whoever belongs at the start or comes later", "시작할 때 속한 고객과 나중에 들어오는 고객"
    ),
    "code": Said("whoever our own code asks about", "직접 만든 코드가 묻는 고객"),
    "log": Said("arms drawn by another tool, read from the log", "다른 도구가 나눈 실험군을 로그에서 읽음"),
    "table": Said("a finished table", "끝난 실험의 표"),
    "holdout": Said("who is left alone, against everybody else", "아무것도 하지 않는 고객과 나머지"),
}
SMALLEST: Final = {
    "share": Said("in points, such as 2", "%p 단위. 예: 2"),
    "ratio": Said("in points, such as 2", "%p 단위. 예: 2"),
    "mean": Said("in the unit of the outcome", "결과 지표의 단위"),
}


def ruling_said(ruling: str) -> Said | None:
    """A ruling in a word or two."""
    return RULINGS.get(ruling)  # type: ignore[call-overload, no-any-return]


def segment_said(name: str) -> str:
    """What a segment is called."""
    return spoken(SEGMENTS[name]) if name in SEGMENTS else name


def outcome_said(name: str) -> str:
    """What an outcome is called."""
    return spoken(OUTCOMES[name].measured.said) if name in OUTCOMES else name


@dataclass(frozen=True, slots=True)
class Compared:
    """One arm against the control in one outcome, in words; `low`, `value` and `high` are for drawing."""

    outcome: str
    arm: str
    control: str
    treated: str
    treated_n: int
    untreated: str
    untreated_n: int
    difference: str
    interval: str
    relative: str
    p: str
    is_proven: bool
    is_good: bool
    chance: float | None
    cut: float | None
    value: float
    low: float
    high: float
    measured: Measured


def measured_in(told: Mapping[str, Any]) -> Measured:
    """The outcome of a stored effect."""
    return Measured(told["name"], said_of(told["said"]), told["kind"], told["better"], told["unit"])


def compared(told: Mapping[str, Any]) -> Compared:
    """A stored effect in words."""
    measured, ends = measured_in(told["outcome"]), Interval(**told["difference"])
    p_value = told["p_value"] if told["adjusted_p"] is None else told["adjusted_p"]
    is_up = ends.value > 0
    chance = told["belief"] and told["belief"]["chance_to_win"]
    return Compared(
        outcome=spoken(measured.said),
        arm=told["arm"],
        control=told["control"],
        treated=spoken(value_said(measured, told["treated"]["value"])),
        treated_n=told["treated"]["n"],
        untreated=spoken(value_said(measured, told["untreated"]["value"])),
        untreated_n=told["untreated"]["n"],
        difference=spoken(difference_said(measured, ends.value)),
        interval=spoken(interval_said(measured, ends)),
        relative=_relative(told.get("relative")),
        p=p_said(p_value),
        is_proven=not ends.low <= 0 <= ends.high and p_value < 0.05,
        is_good=is_up == (measured.better == "up"),
        chance=chance if chance is None or measured.better == "up" else 1 - chance,
        cut=told.get("cut"),
        value=ends.value,
        low=ends.low,
        high=ends.high,
        measured=measured,
    )


def _relative(told: Mapping[str, float] | None) -> str:
    return f"{100 * told['value']:+,.1f}%".replace("-", "\N{MINUS SIGN}") if told else ""


def effects(view: ExperimentView, part: str = "effects") -> list[Compared]:
    """The effects of a readout (or its guardrails) in words; none of a verdict that is blocked."""
    return [] if view.ruling == "blocked" else [compared(each) for each in view.told.get(part) or ()]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an arm brought, that would not have been without it: words of customers or money, and what one cost."""

    arm: str
    n: int
    is_customers: bool
    unit: str
    amount: Mapping[str, float]
    without: float
    cost: float | None
    cost_per_unit: float | None
    cost_low: float | None
    cost_high: float | None


def brought(view: ExperimentView) -> list[Brought]:
    """The incremental figures of a readout."""
    if view.ruling == "blocked":
        return []
    outcome = next((measured_in(each["outcome"]) for each in view.told.get("effects") or ()), None)
    return [
        Brought(
            arm=each["arm"],
            is_customers=outcome is not None and outcome.kind == "share",
            unit=outcome.unit if outcome else "",
            **{name: each[name] for name in _KEPT},
        )
        for each in view.told.get("incremental") or ()
    ]


_KEPT: Final = ("n", "amount", "without", "cost", "cost_per_unit", "cost_low", "cost_high")


def rows_of(compared_: Sequence[Compared]) -> list[tuple[str, ...]]:
    """Effects as the rows of a small table."""
    return [
        (each.arm, each.untreated, each.treated, each.difference, each.interval, each.p) for each in compared_
    ]
