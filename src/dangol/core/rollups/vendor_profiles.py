"""By whose rules is recurring revenue counted? The switches in which the billing tools differ, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dangol.core.errors import UnknownNameError
from dangol.core.language import Said


@dataclass(frozen=True, slots=True)
class Profile:
    """One tool's rules, as far as subscription rows can express them; `says` names what they cannot."""

    name: str
    says: Said
    counts_every_day: bool = False
    """Each day's change is a movement, so that who joins and leaves inside one month is new and churn.
    Otherwise a month is one comparison of its two ends, and such a customer is in neither."""
    past_due_days: int | None = None
    """Days for which a past-due row still pays; None: for as long as it lasts."""
    churn_window_days: int | None = None
    """Length of the windows that churn rates are taken over, counted back from `as_of`; None: calendar months."""
    divides_by_new_too: bool = False
    """Customer churn is divided by the customers at the start plus those who came in the window, new or back."""
    quick_ratio_has_returns: bool = True
    """The quick ratio counts reactivated and resumed MRR as growth."""


PROFILES: Final[dict[str, Profile]] = {
    profile.name: profile
    for profile in (
        Profile(
            "playbook",
            Said(
                "The rule of the dbt MRR playbook, and the default: a month is compared with the month before,"
                " by what each customer pays at its end. Past-due rows pay, trials do not.",
                "dbt MRR 플레이북의 규칙이며 기본값입니다. 고객마다 월말에 내는 금액을 전월과 비교합니다."
                " 연체 중인 행은 결제로 보고 체험은 제외합니다.",
            ),
        ),
        Profile(
            "chartmogul",
            Said(
                "ChartMogul: every change is a movement of its own, also several in one month. Its option for when"
                " a cancellation counts as churn cannot be expressed: the recorded end date is used. Discounts"
                " lower MRR only where the amounts already hold them.",
                "ChartMogul 방식: 한 달에 여러 번이라도 변화마다 따로 집계합니다. 해지를 이탈로 보는 시점 옵션은"
                " 데이터로 표현할 수 없어 기록된 종료일을 씁니다. 할인은 금액에 이미 반영된 경우에만 MRR을 낮춥니다.",
            ),
            counts_every_day=True,
        ),
        Profile(
            "stripe",
            Said(
                "Stripe Billing: past-due rows pay until they end; churn is taken over the trailing 30 days and"
                " divided by the customers at their start plus the new ones; joined and lost in one window counts"
                " in both. That only permanent coupons lower MRR cannot be expressed.",
                "Stripe Billing 방식: 연체 행은 끝날 때까지 결제로 봅니다. 이탈은 최근 30일을 기준으로 시작 시점 고객과"
                " 신규 고객의 합으로 나누며, 한 구간에서 가입하고 떠난 고객은 양쪽에 모두 셉니다. 영구 쿠폰만 MRR을"
                " 낮춘다는 규칙은 데이터로 표현할 수 없습니다.",
            ),
            counts_every_day=True,
            churn_window_days=30,
            divides_by_new_too=True,
        ),
        Profile(
            "baremetrics",
            Said(
                "Baremetrics: a row past due for more than 30 days has churned; churn is taken over the trailing"
                " 30 days and includes who joined inside them; its quick ratio leaves reactivation out. Its window"
                " of 365 days for annual plans cannot be expressed: billing intervals are not in the data.",
                "Baremetrics 방식: 30일 넘게 연체된 행은 이탈로 봅니다. 이탈은 최근 30일을 기준으로 그 안에 가입한 고객도"
                " 포함하며, 퀵 비율에서 재활성은 뺍니다. 연간 요금제에 365일을 쓰는 규칙은 청구 주기가 데이터에 없어"
                " 표현할 수 없습니다.",
            ),
            counts_every_day=True,
            past_due_days=30,
            churn_window_days=30,
            quick_ratio_has_returns=False,
        ),
        Profile(
            "profitwell",
            Said(
                "ProfitWell (Paddle): calendar months; who joins and leaves in one month is ignored; past-due rows"
                " pay while payment is retried. A cancellation counts at the recorded end date, which should be the"
                " end of the paid time. Credits and refunds are not in the data.",
                "ProfitWell(Paddle) 방식: 달력 월 기준이며, 한 달 안에 가입하고 떠난 고객은 무시합니다. 결제를 재시도하는"
                " 동안 연체 행은 결제로 봅니다. 해지는 기록된 종료일에 집계하며, 그 날짜는 결제된 기간의 끝이어야 합니다."
                " 크레딧과 환불은 데이터에 없습니다.",
            ),
        ),
    )
}


def profile_named(name: str) -> Profile:
    """The profile of that name; an error that names the nearest ones when there is none."""
    if name not in PROFILES:
        raise UnknownNameError(Said("vendor profile", "집계 방식"), name, PROFILES)
    return PROFILES[name]
