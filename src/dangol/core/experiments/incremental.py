"""What would not have happened without it, and what did one more of it cost? Customers and money, with intervals.

    incremental = difference * N_treated,   cost of one more = cost / incremental

The sum over several campaigns is never given: those that are picked for having won overstate it (the winner's
curse). Source: SCIENCE 4.2.
"""

from __future__ import annotations

from dangol.core.experiments.readout import Effect, Incremental
from dangol.core.experiments.wording import is_percent
from dangol.core.language import Said
from dangol.core.stats.interval import Interval


def incremental(effect: Effect, *, cost: float | None = None) -> Incremental | None:
    """What an arm brought over all units in it; None for a ratio, whose sum over units means nothing.

    `cost` is what the arm cost in all. An end of the cost of one more is None where the interval holds 0 there:
    then it may have brought nothing at any price.
    """
    if effect.outcome.kind == "ratio":
        return None
    n, sign = effect.treated.n, 1 if effect.outcome.better == "up" else -1
    value, low, high = effect.difference
    amount = Interval(n * value, n * low, n * high)
    best, middle, worst = (
        sign * n * each for each in ((high, value, low) if sign > 0 else (low, value, high))
    )
    without = n * ((effect.treated.value or 0.0) - value)
    return Incremental(
        effect.arm, n, amount, without, cost, _each(cost, middle), _each(cost, best), _each(cost, worst)
    )


def _each(cost: float | None, amount: float) -> float | None:
    return cost / amount if cost is not None and amount > 0 else None


def incremental_said(found: Incremental, effect: Effect) -> Said:
    """What it brought and what that cost, as a sentence."""
    brought = _share_said(found, effect) if is_percent(effect.outcome) else _sum_said(found, effect)
    if found.cost is None:
        return brought
    cost = _cost_said(found)
    return Said(f"{brought.en} {cost.en}", f"{brought.ko} {cost.ko}")


def _share_said(found: Incremental, effect: Effect) -> Said:
    more, low, high = (_whole(each) for each in found.amount)
    return Said(
        f"Over {found.n:,} in {found.arm} that is {more} ({low} to {high}) more of "
        f"“{effect.outcome.said.en}” than the {_whole(found.without)} there would have been.",
        f"{found.arm} {found.n:,} 가운데, 없었더라면 {_whole(found.without)}이었을 “{effect.outcome.said.ko}” 수가 "
        f"{more}({low}~{high}) 늘어난 셈입니다.",
    )


def _sum_said(found: Incremental, effect: Effect) -> Said:
    more, low, high = (_whole(each) for each in found.amount)
    unit = f" {effect.outcome.unit}" if effect.outcome.unit else ""
    return Said(
        f"Over {found.n:,} in {found.arm} that adds up to {more}{unit} ({low} to {high}) of "
        f"“{effect.outcome.said.en}”; without it there would have been {_whole(found.without)}{unit}.",
        f"{found.arm} {found.n:,} 전체로는 “{effect.outcome.said.ko}” {more}{unit}({low}~{high})에 해당합니다. "
        f"없었더라면 {_whole(found.without)}{unit}이었을 것입니다.",
    )


def _cost_said(found: Incremental) -> Said:
    if found.cost_per_unit is None:
        return Said(
            "What one more of it cost cannot be said: it brought none.",
            "하나를 더 얻는 데 든 비용은 말할 수 없습니다. 늘어난 것이 없습니다.",
        )
    middle, low = f"{found.cost_per_unit:,.2f}", f"{found.cost_low:,.2f}" if found.cost_low else "0"
    if found.cost_high is None:
        return Said(
            f"One more cost {middle}, {low} at best; there is no upper end, since it may have brought none.",
            f"하나를 더 얻는 데 {middle}, 가장 좋은 경우 {low}이 들었습니다. 효과가 없었을 수도 있어 위쪽 한계는 없습니다.",
        )
    return Said(
        f"One more cost {middle} ({low} to {found.cost_high:,.2f}).",
        f"하나를 더 얻는 데 {middle}({low}~{found.cost_high:,.2f})이 들었습니다.",
    )


def _whole(value: float) -> str:
    return f"{value:,.0f}".replace("-", "\N{MINUS SIGN}")
