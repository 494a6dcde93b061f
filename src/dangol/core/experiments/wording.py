"""How are the numbers of an experiment said, in both languages? Shares as per cent, differences as points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dangol.core.experiments.readout import Effect, Measured
from dangol.core.language import Said
from dangol.core.stats.interval import Interval

_KOREAN_UNITS: Final = {"KRW": "원", "USD": "달러", "EUR": "유로", "GBP": "파운드", "JPY": "엔"}
PERCENT: Final = "%"
"""The unit of a ratio that is read as per cent, such as NDR."""


def is_percent(measured: Measured) -> bool:
    """Whether values are 0 to 1 and read as per cent."""
    return measured.kind == "share" or measured.unit == PERCENT


def value_said(measured: Measured, value: float | None) -> Said:
    """A value: 18.3%; 1.42 USD."""
    if value is None:
        return Said("unknown", "알 수 없음")
    if is_percent(measured):
        return _same(f"{_number(value * 100, _digits(value * 100))}%")
    return _with_unit(measured, _number(value))


def difference_said(measured: Measured, value: float) -> Said:
    """A difference with its sign: +7.7 points; +0.42."""
    if not is_percent(measured):
        return _with_unit(measured, _signed(value))
    points = _signed(value * 100)
    return Said(f"{points} points", f"{points}%p")


def loss_said(measured: Measured, value: float) -> Said:
    """An expected loss, without a sign; what rounds to nothing is said to be less than a hundredth."""
    if not is_percent(measured):
        return _with_unit(measured, _number(value)) if value >= 0.01 else _with_unit(measured, "< 0.01")
    points = f"{value * 100:.2f}" if value >= 0.0001 else "< 0.01"
    return Said(f"{points} points", f"{points}%p")


def interval_said(measured: Measured, interval: Interval) -> Said:
    """The interval of a difference: 95% interval +6.6 to +8.7 points."""
    scale = 100 if is_percent(measured) else 1
    digits = max(_digits(end * scale) for end in (interval.low, interval.high))
    low, high = (_signed(end * scale, digits) for end in (interval.low, interval.high))
    end, korean_end = (" points", "%p") if scale == 100 else ("", "")
    return Said(f"95% interval {low} to {high}{end}", f"95% 구간 {low}~{high}{korean_end}")


def percent_said(interval: Interval) -> Said:
    """A relative difference: +12.3% (95% interval −0.4% to +25.0%)."""
    value, low, high = (f"{_signed(100 * each)}%" for each in interval)
    return Said(f"{value} (95% interval {low} to {high})", f"{value}(95% 구간 {low}~{high})")


def p_said(p_value: float) -> str:
    """A p-value: .042, or that it is below .001."""
    return (
        "p\N{NO-BREAK SPACE}<\N{NO-BREAK SPACE}0.001"
        if p_value < 0.001
        else f"p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{p_value:.3f}"
    )


def counts_said(counts: Mapping[str, int]) -> str:
    """The units of each arm: control 5,120, offer 5,098."""
    return ", ".join(f"{arm} {n:,}" for arm, n in counts.items())


def effect_said(effect: Effect) -> Said:
    """The values of both arms and their difference, without a verdict."""
    treated, untreated = (
        value_said(effect.outcome, each.value) for each in (effect.treated, effect.untreated)
    )
    change, around = (
        difference_said(effect.outcome, effect.difference.value),
        interval_said(effect.outcome, effect.difference),
    )
    return Said(
        f"{effect.outcome.said.en}: {treated.en} in {effect.arm}, {untreated.en} in {effect.control}; "
        f"difference {change.en} ({around.en}).",
        f"{effect.outcome.said.ko}: {effect.arm} {treated.ko}, {effect.control} {untreated.ko}. "
        f"차이 {change.ko}({around.ko}).",
    )


def joined(*parts: Said, by: str = " ") -> Said:
    """Several texts as one."""
    return Said(by.join(each.en for each in parts), by.join(each.ko for each in parts))


def _with_unit(measured: Measured, number: str) -> Said:
    if not measured.unit or measured.unit == PERCENT:
        return _same(number)
    unit = measured.unit
    korean = _KOREAN_UNITS.get(unit, f" {unit}")
    return Said(f"{number} {unit}", f"{number}{korean}")


def _same(text: str) -> Said:
    return Said(text, text)


def _digits(value: float) -> int:
    """Decimals that leave about three figures."""
    size = abs(value)
    bounds: tuple[tuple[Callable[[float], bool], int], ...] = (
        (lambda x: x >= 100 or x == 0, 0),
        (lambda x: x >= 1, 1),
        (lambda x: x >= 0.1, 2),
    )
    return next((digits for holds, digits in bounds if holds(size)), 3)


def _number(value: float, digits: int | None = None) -> str:
    places = _digits(value) if digits is None else digits
    if digits is None and 1 <= abs(value) < 100:
        places = 2
    return f"{value:,.{places}f}".replace("-", "\N{MINUS SIGN}")


def _signed(value: float, digits: int | None = None) -> str:
    places = _digits(value) if digits is None else digits
    return f"{value:+,.{places}f}".replace("-", "\N{MINUS SIGN}")
