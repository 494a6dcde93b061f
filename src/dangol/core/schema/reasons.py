"""Why is a number not known? The codes that stand beside a null, and how they are said."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said

EMPTY_DENOMINATOR: Final = "empty_denominator"
TOO_FEW: Final = "too_few"
UNFINISHED: Final = "unfinished"
NOT_REACHED: Final = "not_reached"
NOT_RECORDED: Final = "not_recorded"
MIXED_CURRENCIES: Final = "mixed_currencies"
NO_CHURN: Final = "no_churn"
BEFORE_HISTORY: Final = "before_history"
ALREADY_LOW: Final = "already_low"

REASONS: Final[dict[str, Said]] = {
    EMPTY_DENOMINATOR: Said("nobody to divide by", "나눌 대상이 없습니다"),
    TOO_FEW: Said("too few to say", "말하기에는 수가 너무 적습니다"),
    UNFINISHED: Said("the period is not over yet", "기간이 아직 끝나지 않았습니다"),
    NOT_REACHED: Said("fewer than half have got there yet", "아직 절반이 도달하지 않았습니다"),
    NOT_RECORDED: Said("it was not recorded", "기록되지 않았습니다"),
    MIXED_CURRENCIES: Said(
        "amounts are in several currencies, which are not added", "통화가 섞여 있어 더하지 않습니다"
    ),
    NO_CHURN: Said("nobody left, so the lifetime has no end", "떠난 고객이 없어 수명을 셀 수 없습니다"),
    BEFORE_HISTORY: Said(
        "the data does not reach back far enough", "데이터가 그만큼 과거까지 거슬러 가지 않습니다"
    ),
    ALREADY_LOW: Said("it is as low from the first day of silence", "조용해진 첫날부터 이미 그만큼 낮습니다"),
}
