"""What does one number about a customer mean, and what is known of how it goes with leaving?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from dangol.core.language import Said

Direction = Literal[-1, 0, 1]

FAMILIES: Final[dict[str, Said]] = {
    "usage": Said("Use", "이용"),
    "purchases": Said("Purchases", "구매"),
    "payment": Said("Payment", "결제"),
    "value": Said("Money", "금액"),
    "support": Said("Support", "문의"),
    "voice": Said("What they say", "고객의 목소리"),
    "tenure": Said("Time as a customer", "이용 기간"),
    "contract": Said("Contract", "계약"),
    "team": Said("Team", "팀"),
    "profile": Said("Profile", "고객 정보"),
}
"""The families in which the reasons of a score are summed up."""

UNITS: Final[dict[str, Said]] = {
    "count": Said("count", "횟수"),
    "days": Said("days", "일"),
    "hours": Said("hours", "시간"),
    "money": Said("money", "금액"),
    "rate": Said("rate, 0 to 1", "비율(0~1)"),
    "ratio": Said("ratio", "배율"),
    "score": Said("score", "점수"),
    "flag": Said("0 or 1", "0 또는 1"),
    "category": Said("word", "낱말"),
}
"""How the value of a feature is read."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One number about a customer as of a day.

    `unit` is how a value is read: one of `UNITS`.
    `direction` is what is known beforehand of more of it: +1 goes with leaving, -1 with staying, 0 is open; a model
    may not contradict it.
    """

    name: str
    said: Said
    family: str
    unit: str
    direction: Direction = 0

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(
                f"{self.name} is of the family {self.family!r}; known are {', '.join(FAMILIES)}."
            )
