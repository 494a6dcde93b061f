"""Which business is simulated, and what is planted in it? The settings and the planted numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said

Kind = Literal["subscription", "shop", "both"]
KINDS: Final[dict[str, float]] = {"subscription": 1.0, "shop": 0.0, "both": 0.6}
"""Share of the customers who subscribe, by kind of business; the others buy."""

CAUSES: Final = (
    "onboarding_failed", "price", "missing_feature", "poor_support", "competitor", "payment_failure", "natural",
)  # fmt: skip
ONBOARDING_FAILED, PRICE, MISSING_FEATURE, POOR_SUPPORT, COMPETITOR, PAYMENT_FAILURE, NATURAL = range(7)


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a customer's life, from day `starts` of paying: its churn a day, and why people leave in it."""

    name: str
    said: Said
    starts: int
    hazard: float
    shares: tuple[float, ...]
    """Share of each cause of CAUSES among those who leave in this phase; they add up to 1."""


PHASES: Final = (
    Phase(
        "onboarding",
        Said("the first month", "첫 한 달"),
        0,
        0.20 / 30,
        (0.62, 0.10, 0.08, 0.06, 0.04, 0.06, 0.04),
    ),
    Phase(
        "habit",
        Said("months two to four", "2~4개월 차"),
        30,
        0.07 / 30,
        (0.00, 0.26, 0.20, 0.16, 0.14, 0.14, 0.10),
    ),
    Phase(
        "established",
        Said("later months", "그 이후"),
        120,
        0.028 / 30,
        (0.00, 0.22, 0.14, 0.20, 0.18, 0.14, 0.12),
    ),
)


@dataclass(frozen=True, slots=True)
class Channel:
    """Where people come from: its share of those who join, and how their churn compares with the plan's."""

    name: str
    share: float
    churn_factor: float


CHANNELS: Final = (
    Channel("search", 0.30, 0.9),
    Channel("ads", 0.25, 2.0),
    Channel("content", 0.15, 0.8),
    Channel("partner", 0.18, 1.0),
    Channel("friend", 0.12, 0.55),
)
FRIEND: Final = 4


@dataclass(frozen=True, slots=True)
class Campaign:
    """An offer to every paying customer on one day, half of them at random, and whom it moves.

    Of those who would leave within `window` days, `persuadable` (by cause) stay if treated; of those who
    would stay, the share `sleeping` leaves if treated. The rest does the same either way (sure, lost).
    """

    name: str
    when: float
    """Share of the simulated time that has passed when it is sent."""
    persuadable: tuple[float, ...]
    sleeping: float
    window: int = 60


CAMPAIGNS: Final = (
    Campaign("annual_offer", 0.50, (0.45, 0.80, 0.20, 0.25, 0.55, 0.05, 0.00), 0.004),
    Campaign("check_in_call", 0.75, (0.50, 0.15, 0.30, 0.75, 0.25, 0.10, 0.05), 0.010),
)
QUIET_SHARE: Final = 0.25
EFFECTS: Final = ("sure", "lost", "persuadable", "sleeping_dog")

PLANS: Final = ("basic", "pro", "team")
PLAN_SHARES: Final = (0.55, 0.33, 0.12)
PRICES: Final = (19_000, 49_000, 129_000)
CURRENCY: Final = "KRW"
PRICE_RISE: Final = 0.10
PRICE_RISE_WHEN: Final = 0.62

TRIAL_DAYS: Final = 30
TRIAL_SHARE: Final = 0.35
TRIAL_CONVERSION: Final = 0.70
COMEBACK_SHARE: Final = 0.08
COMEBACK_AFTER: Final = 61
PAST_DUE_DAYS: Final = 14
RECORDED_SHARE: Final = 0.85

LEAD_DAYS: Final = 30
USE_DROP: Final = 0.40
DECLINING: Final = (ONBOARDING_FAILED, PRICE, MISSING_FEATURE, POOR_SUPPORT, COMPETITOR)
"""Causes that show in the use of the product before they end it; a failed card and a closed shop do not."""

GAP_DAYS: Final = 32.0
GAP_SPREAD: Final = 0.35
DROP_OUT: Final = 0.11


@dataclass(frozen=True, slots=True)
class Business:
    """What to simulate. The same settings give the same rows, whatever the chunks and threads.

    `end` is the first day that is not simulated any more. `events_per_month` is the mean number of use
    events of a customer in a month of being one; `use_spread` the sigma of its lognormal spread.
    """

    seed: int = 1
    customers: int = 5_000
    start: date = date(2025, 1, 1)
    end: date = date(2026, 7, 1)
    kind: Kind = "both"
    events_per_month: float = 20.0
    use_spread: float = 0.9
    session_events: float = 4.0
    english_share: float = 0.3
    is_detailed: bool = True
    """False leaves only people, events and subscriptions: what the benchmarks read."""
    total_events: int | None = None
    """Aim at this many events in all, instead of `events_per_month`."""
    launch_share: float = 0.0
    """Share of the customers who join in the first month. 0: a business that grows by a half over the time;
    about 0.7: one of steady size, where the others replace those who leave."""
    dogs_are_quiet: bool = False
    """True: a campaign's sleeping dogs are among the QUIET_SHARE who use the product least, and so can be known by
    their use. False: they are drawn from all, and nothing that is seen tells them apart."""
    chunk_customers: int = 32_768
    """Customers held in memory at a time; changes the files, not the rows."""

    def __post_init__(self) -> None:
        if self.customers < 1 or (self.end - self.start) < timedelta(days=90):
            raise RequestError(
                Said(
                    f"A business of {self.customers} customers from {self.start} to {self.end} was asked for.",
                    f"{self.start}부터 {self.end}까지 고객 {self.customers}명의 모의 사업을 요청하셨습니다.",
                ),
                Said(
                    "A simulation needs at least one customer and 90 days.",
                    "고객은 한 명 이상, 기간은 90일 이상이어야 합니다.",
                ),
                Said("For example: 5,000 customers in a year.", "예: 1년 동안 고객 5,000명."),
            )
        if self.kind not in KINDS:
            raise UnknownNameError(Said("kind of business", "사업 종류"), self.kind, KINDS)
        if not 0 <= self.english_share <= 1 or min(self.events_per_month, self.session_events - 1) < 0:
            raise RequestError(
                Said(
                    f"{self.events_per_month} events a month, {self.session_events} in a session, were asked for, "
                    f"with {self.english_share} of the customers writing English.",
                    f"월 이벤트 {self.events_per_month}건, 방문당 {self.session_events}건, "
                    f"영어 고객 비율 {self.english_share}을(를) 요청하셨습니다.",
                ),
                Said(
                    "The share lies between 0 and 1, a session has at least one event, and a month none or more.",
                    "비율은 0에서 1 사이, 방문당 이벤트는 1건 이상, 월 이벤트는 0건 이상이어야 합니다.",
                ),
                Said("For example: 20, 4 and 0.3.", "예: 20, 4, 0.3."),
            )

    @classmethod
    def benchmark(cls, customers: int = 1_000_000, events: int = 100_000_000, seed: int = 1) -> Business:
        """A year of people, events and subscriptions with the heavy tail of real use, to measure speed on.

        Of steady size, so that the last month holds a twelfth of the events.
        """
        return cls(
            seed=seed, customers=customers, start=date(2025, 1, 1), end=date(2026, 1, 1), kind="subscription",
            use_spread=1.69, session_events=9.4, is_detailed=False, total_events=events,
            launch_share=0.7, chunk_customers=49_152,
        )  # fmt: skip

    @property
    def days(self) -> int:
        """Simulated days."""
        return (self.end - self.start).days

    @property
    def subscriber_share(self) -> float:
        """Share of the customers who subscribe; the others buy."""
        return KINDS[self.kind]

    def day(self, share: float) -> int:
        """The day number at which this share of the time has passed."""
        return round(self.days * share)

    def planted(self) -> Mapping[str, object]:
        """The settings as plain values, for the truths."""
        return {
            "seed": self.seed, "customers": self.customers, "start": str(self.start), "end": str(self.end),
            "kind": self.kind,
        }  # fmt: skip
