"""How is a driver said? Its share of what can be explained and what goes with it, never that it is the cause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangol.core.language import Said


def driver_said(
    said: Said, on: str, numbers: Mapping[str, Any], affected: int, direction: int, currency: str
) -> Said:
    """Importance with its interval, and what of the losses goes with being off the usual level."""
    if numbers["importance"] is None:
        return Said(f"{said.en}: cannot be told from chance.", f"{said.ko}: 우연과 구별할 수 없습니다.")
    share, low, high = (f"{numbers[name]:.0%}" for name in ("importance", "low", "high"))
    way = {1: ("; more of it goes with leaving", "많을수록 이탈과 함께 나타납니다. "),
           -1: ("; more of it goes with staying", "많을수록 유지와 함께 나타납니다. "), 0: ("", "")}[direction]  # fmt: skip
    what = Said("leaving", "이탈") if on == "retention" else Said("the money that leaves", "떠나는 금액")
    return Said(
        f"{said.en}: associated with {share} ({low} to {high}) of what can be explained of {what.en}{way[0]}. "
        + _fixing(on, numbers, affected, currency).en,
        f"{said.ko}: 설명되는 {what.ko} 가운데 {share}({low}~{high})가 이 요인과 함께 나타납니다. {way[1]}"
        + _fixing(on, numbers, affected, currency).ko,
    )


def cannot_be_told() -> Said:
    """Why there is no importance."""
    return Said(
        "All features together explain no more than chance would.",
        "모든 특성을 합쳐도 우연보다 더 설명하지 못합니다.",
    )


def _fixing(on: str, numbers: Mapping[str, Any], affected: int, currency: str) -> Said:
    value, low, high = (max(float(numbers[f"value_{end}"]), 0.0) for end in ("of_fixing", "low", "high"))
    unit = f" {currency}" if on == "money" and currency else ""
    if on == "money":
        amounts = f"{value:,.0f} ({low:,.0f} to {high:,.0f}){unit}"
        return Said(
            f"{affected:,} customers are worse off than usual; {amounts} of the losses goes with that.",
            f"평소보다 나쁜 고객은 {affected:,}명이며, 손실 가운데 {value:,.0f}({low:,.0f}~{high:,.0f}){unit}이 "
            "함께 나타납니다.",
        )
    return Said(
        f"{affected:,} customers are worse off than usual; {value:,.1f} ({low:,.1f} to {high:,.1f}) of the losses "
        "go with that.",
        f"평소보다 나쁜 고객은 {affected:,}명이며, 이탈 가운데 {value:,.1f}명({low:,.1f}~{high:,.1f})이 함께 나타납니다.",
    )
