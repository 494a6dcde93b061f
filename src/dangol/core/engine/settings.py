"""What do the numbers of a business depend on? Its time zone, its year, and what makes a customer there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from dangol.core.calendar import time_zone
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.rollups.patience import Silence

ACTIVITIES: Final = ("auto", "events", "orders")
CUSTOMERS: Final = ("auto", "orders", "subscriptions")
UNTOLD_INACTIVITY_DAYS: Final = 90
"""Where nobody has said after how many silent days a customer of a shop is gone."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the numbers of a business depend on. Each is shown beside the numbers it changes."""

    time_zone: str = "UTC"
    """IANA name; a day is a day of this zone."""
    fiscal_start: int = 1
    """Month (1-12) in which a year starts."""
    inactivity_days: int | None = None
    """Days without a purchase after which a customer of a shop counts as gone. None: the report takes them
    from the data, and every other question takes 90."""
    activity: Literal["auto", "events", "orders"] = "auto"
    """What counts as being active: purchases or events. auto: purchases for a shop (orders and no
    subscriptions), otherwise events where there are any."""

    customers: Literal["auto", "orders", "subscriptions"] = "auto"
    """By what somebody is a customer. auto: by subscriptions where there are any, otherwise by orders."""
    inactivity_of: tuple[Silence, ...] = ()
    """Customers of some plan, channel or country who are gone after another number of days; the first that
    fits counts."""

    def __post_init__(self) -> None:
        time_zone(self.time_zone)
        if self.customers not in CUSTOMERS:
            raise UnknownNameError(Said("what makes a customer", "고객의 기준"), self.customers, CUSTOMERS)
        if self.activity not in ACTIVITIES:
            raise UnknownNameError(Said("activity", "활동 기준"), self.activity, ACTIVITIES)
        if self.inactivity_days is not None and self.inactivity_days < 1:
            raise RequestError(
                Said(
                    f"{self.inactivity_days} days of inactivity were asked for.",
                    f"구매가 없는 날수로 {self.inactivity_days}일을 요청하셨습니다.",
                ),
                Said("Nobody is a customer for less than a day.", "하루보다 짧게 고객일 수는 없습니다."),
                Said("Give 1 day or more, for example 90.", "1일 이상을 주십시오. 예: 90."),
            )

    @property
    def gone_after_days(self) -> int:
        """Days without a purchase after which a customer of a shop counts as gone: as given, or 90."""
        return UNTOLD_INACTIVITY_DAYS if self.inactivity_days is None else self.inactivity_days
