"""What does an estimate of lifetime value take for granted? The codes that stand beside it, and how they are said."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said

CONSTANT_CHURN: Final = "constant_churn"
LAST_MONTH_GOES_ON: Final = "last_month_goes_on"
AS_OBSERVED: Final = "as_observed"
PAST_ONLY: Final = "past_only"

ASSUMPTIONS: Final[dict[str, Said]] = {
    CONSTANT_CHURN: Said(
        "Everyone leaves at the same constant monthly rate, that of the last twelve months; a lifetime is cut at"
        " the horizon, since the value explodes at low churn.",
        "모든 고객이 최근 12개월과 같은 일정한 월 이탈률로 떠난다고 봅니다. 이탈률이 낮으면 값이 지나치게 커지므로 수명을"
        " 기간 한도에서 자릅니다.",
    ),
    LAST_MONTH_GOES_ON: Said(
        "Retention stays as it was in the last whole month, for everyone; a lifetime is cut at the horizon.",
        "지난 한 달의 유지율이 모든 고객에게 계속된다고 봅니다. 수명은 기간 한도에서 자릅니다.",
    ),
    AS_OBSERVED: Said(
        "New customers stay as long as past ones did, up to the horizon; nothing is counted beyond it, and everyone"
        " pays the present average.",
        "새 고객도 지금까지의 고객만큼, 기간 한도까지 머문다고 봅니다. 그 뒤는 세지 않으며 모두 현재 평균 금액을 낸다고"
        " 봅니다.",
    ),
    PAST_ONLY: Said(
        "Only what has been paid so far is counted; what is still to come is not.",
        "지금까지 낸 금액만 세고 앞으로 낼 금액은 세지 않습니다.",
    ),
}
