"""Better, worse, no difference worth having, or not enough data? One verdict, and what to do about it.

In this order: a broken sample ratio or arms that differed before the start block every verdict; then the interval
of the goal decides, after multiple testing; then a guardrail may still object. Nothing else is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from dangol.core.experiments.design import Design
from dangol.core.experiments.power import SampleSize, run_time
from dangol.core.experiments.readout import Effect, Verdict
from dangol.core.experiments.wording import (
    counts_said,
    difference_said,
    effect_said,
    joined,
    p_said,
)
from dangol.core.language import Said
from dangol.core.stats.power import units_needed
from dangol.core.stats.sample_ratio import SampleRatio
from dangol.core.stats.sequential import units_to_see

HINT = 1.0
"""So many standard errors a difference must be for its own size to be worth planning with."""


@dataclass(frozen=True, slots=True)
class Imbalance:
    """Something that was known before the start and differs between the arms, which lots do not do."""

    column: Said
    arm: str
    p_value: float


def verdict(
    design: Design,
    effects: Sequence[Effect],
    *,
    guardrails: Sequence[Effect] = (),
    checks: Iterable[SampleRatio] = (),
    imbalances: Sequence[Imbalance] = (),
    units_per_week: float | None = None,
) -> Verdict:
    """The verdict over the effects of the goal, the one that it is about first (see `in_order`)."""
    broken = next((check for check in checks if check.is_broken), None)
    if broken is not None:
        return _blocked_by_ratio(broken)
    if imbalances:
        return _blocked_by_past(imbalances[0])
    if not effects:
        return _nothing()
    main = effects[0]
    if main.is_proven:
        return _proven(main, guardrails)
    if _is_within(design.smallest_effect, main):
        return _no_difference(main, design.smallest_effect or 0.0)
    return _not_enough(main, design, units_per_week)


def in_order(effects: Sequence[Effect]) -> tuple[Effect, ...]:
    """The effects, those that are proven and good first, then those proven and bad, the surest first in each."""

    def rank(effect: Effect) -> tuple[int, float]:
        proven = 2 if effect.is_proven and effect.is_good else 1 if effect.is_proven else 0
        return (-proven, -abs(effect.difference.value / effect.standard_error))

    return tuple(sorted(effects, key=rank))


def _proven(main: Effect, guardrails: Sequence[Effect]) -> Verdict:
    if not main.is_good:
        opening = Said(f"“{main.arm}” does harm.", f"“{main.arm}” 적용은 오히려 해가 되었습니다.")
        return Verdict("worse", joined(opening, effect_said(main)), _STOP)
    hurt = next(
        (each for each in guardrails if each.arm == main.arm and each.is_proven and not each.is_good), None
    )
    if hurt is not None:
        opening = Said(
            f"“{main.arm}” works, but at a price.", f"“{main.arm}” 적용은 효과가 있지만 대가가 따릅니다."
        )
        return Verdict("guardrail", joined(opening, effect_said(main), effect_said(hurt)), _WEIGH)
    opening = Said(f"“{main.arm}” works.", f"“{main.arm}” 적용은 효과가 있습니다.")
    return Verdict("better", joined(opening, effect_said(main)), _KEEP)


def _is_within(smallest: float | None, effect: Effect) -> bool:
    if smallest is None:
        return False
    return -abs(smallest) < effect.difference.low and effect.difference.high < abs(smallest)


def _no_difference(main: Effect, smallest: float) -> Verdict:
    size = difference_said(main.outcome, abs(smallest))
    opening = Said(
        f"“{main.arm}” makes no difference worth having: one of {size.en} would have been seen.",
        f"“{main.arm}” 적용에 의미 있는 차이는 없습니다. {size.ko} 차이라면 보였을 것입니다.",
    )
    return Verdict("no_difference", joined(opening, effect_said(main)), _CHEAPER)


def _not_enough(main: Effect, design: Design, per_week: float | None) -> Verdict:
    opening = Said(
        f"Not enough data to say whether “{main.arm}” works.",
        f"“{main.arm}” 적용의 효과를 말하기에는 데이터가 부족합니다.",
    )
    return Verdict("not_enough", joined(opening, effect_said(main)), _more(main, design, per_week))


def _more(main: Effect, design: Design, per_week: float | None) -> Said:
    """How much more it takes: in weeks where it is known how many come, in units elsewhere."""
    sought = design.smallest_effect
    if sought is None and abs(main.difference.value) < HINT * main.standard_error:
        return _UNTOLD
    size = abs(main.difference.value if sought is None else sought)
    units, double = units_of(main, size), units_of(main, 2 * size)
    if_true = (
        _IF_TRUE
        if sought is None
        else Said("For the effect that was declared:", "미리 정한 크기의 효과를 확인하려면:")
    )
    return joined(if_true, _wait(main, design, units, double, per_week))


def units_of(effect: Effect, size: float) -> int:
    """Units in both arms from which an effect of this size would be proven, with four chances in five."""
    n = effect.treated.n + effect.untreated.n
    if effect.looks == "any_day":
        found = units_to_see(size, effect.standard_error, n, tuned_at=effect.tuned_at)
        return ceil(found or n)
    return ceil(units_needed(size, effect.standard_error**2 * n, 0.0))


def _wait(main: Effect, design: Design, units: int, double: int, per_week: float | None) -> Said:
    now = main.treated.n + main.untreated.n
    if units <= now:
        return _ENOUGH_BY_NOW
    if per_week:
        # As many become known in a week as start in one: the horizon of those on the way is running already.
        more = run_time(SampleSize(units - now, 0), per_week)
        twice = run_time(SampleSize(max(double - now, 0), 0), per_week)
        return _weeks_said(more.weeks, twice.weeks if double > now else None)
    if double <= now:
        return Said(
            f"about {units - now:,} more units; an effect twice as large would already have been seen.",
            f"대상이 약 {units - now:,} 더 필요합니다. 두 배 큰 효과였다면 이미 보였을 것입니다.",
        )
    return Said(
        f"about {units - now:,} more units; or test an effect twice as large with {double - now:,} more.",
        f"대상이 약 {units - now:,} 더 필요합니다. 두 배 큰 효과라면 {double - now:,}만 더 있으면 확인할 수 있습니다.",
    )


def _weeks_said(weeks: int | None, twice: int | None) -> Said:
    if weeks is None or weeks > 104:
        return Said(
            "not provable within two years at this pace. Pool several campaigns, or take a longer horizon.",
            "지금 속도로는 2년 안에 확인할 수 없습니다. 여러 캠페인을 합치거나 관찰 기간을 늘리십시오.",
        )
    if twice is None:
        return Said(
            f"about {weeks} weeks more; an effect twice as large would already have been seen.",
            f"약 {weeks}주 더 걸립니다. 두 배 큰 효과였다면 이미 보였을 것입니다.",
        )
    return Said(
        f"about {weeks} weeks more; or test an effect twice as large in {twice}.",
        f"약 {weeks}주 더 걸립니다. 두 배 큰 효과라면 {twice}주면 확인할 수 있습니다.",
    )


def _blocked_by_ratio(check: SampleRatio) -> Verdict:
    where = Said(f" ({check.among})", f"({check.among})") if check.among else None
    said = Said(
        f"No verdict: the arms{where.en if where else ''} do not have the sizes that were planned "
        f"({counts_said(check.counts)}; {p_said(check.p_value)}). Something else than lots divides them.",
        f"판정하지 않습니다. 실험군{where.ko if where else ''}의 크기가 계획한 비율과 다릅니다"
        f"({counts_said(check.counts)}; {p_said(check.p_value)}). 추첨이 아닌 무언가가 나누고 있습니다.",
    )
    return Verdict("blocked", said, _FIND_OUT)


def _blocked_by_past(found: Imbalance) -> Verdict:
    said = Said(
        f"No verdict: “{found.arm}” already differed before the start, in “{found.column.en}” ({p_said(found.p_value)}). "
        "Arms drawn by lot do not.",
        f"판정하지 않습니다. “{found.arm}” 집단은 시작 전부터 “{found.column.ko}” 값이 달랐습니다({p_said(found.p_value)}). "
        "추첨으로 나눈 집단에서는 생기지 않는 일입니다.",
    )
    return Verdict("blocked", said, _FIND_OUT)


def _nothing() -> Verdict:
    said = Said(
        "Not enough data: in no two arms is there enough to compare, or the outcome is the same for everybody.",
        "데이터가 부족합니다. 비교할 만큼 큰 실험군이 둘이 안 되거나, 모두의 결과가 같습니다.",
    )
    return Verdict("not_enough", said, _WAIT)


_KEEP = Said(
    "Give it to everybody, keep a few per cent held out, and look again after a season.",
    "모두에게 적용하되 몇 퍼센트는 계속 제외해 두고, 한 계절 뒤에 다시 확인하십시오.",
)
_STOP = Said("Stop it for everybody.", "모두에게 중단하십시오.")
_WEIGH = Said(
    "Weigh the gain against what got worse before giving it to everybody.",
    "모두에게 적용하기 전에 얻은 것과 나빠진 것을 견주어 보십시오.",
)
_CHEAPER = Said("Choose the cheaper of the two.", "둘 가운데 비용이 적은 쪽을 고르십시오.")
_WAIT = Said(
    "Wait until each arm has at least ten units and the outcome has happened to some of them.",
    "실험군마다 10 이상이 모이고 결과가 나타날 때까지 기다리십시오.",
)
_FIND_OUT = Said(
    "Find out why before reading any figure: who was eligible in each arm, whether one of them loses people on "
    "the way, and whether both were counted over the same days.",
    "숫자를 읽기 전에 원인을 찾으십시오. 실험군마다 대상이 같은지, 한쪽만 도중에 빠지지 않는지, "
    "같은 날짜로 세었는지 확인하십시오.",
)
_UNTOLD = Said(
    "Nothing hints at an effect so far. Name the smallest one that is worth having, "
    "and it can be said how long that takes.",
    "아직 효과를 짐작할 단서가 없습니다. 의미 있는 가장 작은 효과를 정하면 얼마나 걸리는지 알 수 있습니다.",
)
_IF_TRUE = Said("If the true effect is what is seen so far:", "지금 보이는 차이가 실제 효과라면:")
_ENOUGH_BY_NOW = Said(
    "an effect of that size would probably have been seen by now.",
    "그만한 효과였다면 지금쯤 보였을 가능성이 큽니다.",
)
