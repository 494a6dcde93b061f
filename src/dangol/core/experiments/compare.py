"""How does each arm differ from the control? Effects with intervals, from sufficient statistics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from dangol.core.experiments.readout import ArmFigures, Effect, Looks
from dangol.core.experiments.summarise import Summary
from dangol.core.stats.bayes import belief
from dangol.core.stats.comparison import Comparison, compare, relative_error
from dangol.core.stats.cuped import Adjusted, Cuped, cuped, mean_of, ratio_of
from dangol.core.stats.interval import Interval
from dangol.core.stats.moments import Moments
from dangol.core.stats.multiple import benjamini_hochberg, holm
from dangol.core.stats.proportion import Proportion, newcombe
from dangol.core.stats.sequential import TUNED_AT, any_day_p_value, half_width

FEWEST_UNITS = 10
"""Units that each arm must have before anything is said of it."""
FEWEST_EVENTS = 5
"""Units in both arms for whom a share must have happened, and for whom not."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How intervals are made: for looks on any day, narrowest about `tuned_at` units, or for one look."""

    looks: Looks = "any_day"
    tuned_at: int = TUNED_AT

    def width(self, standard_error: float, n: int) -> float:
        """Half the width of an interval that holds on any day."""
        return half_width(standard_error, n, tuned_at=self.tuned_at)

    def p_value(self, t: float, n: int) -> float:
        """The p-value that goes with such an interval."""
        return any_day_p_value(t, n, tuned_at=self.tuned_at)


def effects(summary: Summary, control: str, rule: Rule) -> tuple[Effect, ...]:
    """Every other arm against the control; an arm that is too small, or in which nothing varies, is left out."""
    arms = {
        arm: each for arm, each in summary.arms.items() if each.n >= FEWEST_UNITS and _has_base(each, summary)
    }
    if control not in arms:
        return ()
    whole = _adjusted(summary, arms)
    return tuple(_compared(summary, whole, arms, control, rule))


def _compared(
    summary: Summary, whole: Cuped, arms: Mapping[str, Moments], control: str, rule: Rule
) -> Iterable[Effect]:
    for arm in arms:
        if arm == control or not _is_enough(summary, arms[control], arms[arm]):
            continue
        one, other = whole.arms[control], whole.arms[arm]
        found = compare(one, other)
        if found is None or not found.standard_error or found.p_value is None:
            continue
        yield _effect(summary, found, found.p_value, (control, one), (arm, other), whole, rule)


def _effect(
    summary: Summary,
    found: Comparison,
    p_value: float,
    untreated: tuple[str, Adjusted],
    treated: tuple[str, Adjusted],
    whole: Cuped,
    rule: Rule,
) -> Effect:
    (control, one), (arm, other) = untreated, treated
    n, is_once = one.n + other.n, rule.looks == "once"
    fixed = _of_shares(summary, control, arm) or found.difference
    any_day = _around(found.difference.value, rule.width(found.standard_error, n))
    return Effect(
        arm,
        control,
        summary.judged.measured,
        figures(summary, arm),
        figures(summary, control),
        fixed if is_once else any_day,
        _relative(one, other, found, rule),
        fixed,
        found.standard_error,
        p_value if is_once else rule.p_value(found.difference.value / found.standard_error, n),
        belief=belief(found.difference.value, found.standard_error),
        cut=whole.cut if summary.judged.before else None,
        looks=rule.looks,
        tuned_at=rule.tuned_at,
    )


def figures(summary: Summary, arm: str) -> ArmFigures:
    """One arm as counted, before any adjustment."""
    moments, unknown = summary.arms.get(arm), summary.unknown.get(arm, 0)
    if moments is None or not moments.n or not _has_base(moments, summary):
        return ArmFigures(arm, moments.n if moments else 0, None, unknown)
    value = moments.mean(summary.judged.value)
    if summary.judged.base:
        value /= moments.mean(summary.judged.base)
    return ArmFigures(arm, moments.n, value, unknown)


def with_holm(found: Sequence[Effect]) -> tuple[Effect, ...]:
    """The same effects with p-values adjusted over all of them (Holm); one alone needs none."""
    return _with_adjusted(found, holm([each.p_value for each in found])) if len(found) > 1 else tuple(found)


def with_benjamini_hochberg(found: Sequence[Effect]) -> tuple[Effect, ...]:
    """The same effects with p-values adjusted by false discoveries, as for segments."""
    return _with_adjusted(found, benjamini_hochberg([each.p_value for each in found]))


def _with_adjusted(found: Sequence[Effect], p_values: Sequence[float]) -> tuple[Effect, ...]:
    return tuple(replace(each, adjusted_p=p) for each, p in zip(found, p_values, strict=True))


def _adjusted(summary: Summary, arms: Mapping[str, Moments]) -> Cuped:
    judged = summary.judged
    if judged.before:
        return cuped(arms, judged.value, judged.before, denominator=judged.base)
    plain = {
        arm: ratio_of(each, judged.value, judged.base) if judged.base else mean_of(each, judged.value)
        for arm, each in arms.items()
    }
    return Cuped(plain, {}, 0.0)


def _of_shares(summary: Summary, control: str, arm: str) -> Interval | None:
    """Newcombe's interval of two shares; None where the outcome is no share, or was adjusted."""
    if summary.judged.measured.kind != "share" or summary.judged.before:
        return None
    one, other = (
        Proportion(
            round(summary.arms[each].n * summary.arms[each].mean(summary.judged.value)), summary.arms[each].n
        )
        for each in (control, arm)
    )
    return newcombe(one, other)


def _relative(one: Adjusted, other: Adjusted, found: Comparison, rule: Rule) -> Interval | None:
    if found.relative is None or rule.looks == "once":
        return found.relative
    return _around(found.relative.value, rule.width(relative_error(one, other), one.n + other.n))


def _around(value: float, width: float) -> Interval:
    return Interval(value, value - width, value + width)


def _has_base(moments: Moments, summary: Summary) -> bool:
    return summary.judged.base is None or moments.mean(summary.judged.base) != 0


def _is_enough(summary: Summary, one: Moments, other: Moments) -> bool:
    """Whether a share has happened, and not happened, often enough for a normal approximation."""
    if summary.judged.measured.kind != "share":
        return True
    happened = sum(each.mean(summary.judged.value) * each.n for each in (one, other))
    return min(happened, one.n + other.n - happened) >= FEWEST_EVENTS
