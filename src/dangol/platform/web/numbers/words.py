"""What is each column, setting and code of a metric called? In both languages, for heads of tables and for fields."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.report.sections.levers import NAMES as LEVERS
from dangol.core.report.sections.value import NAMES as VARIANTS
from dangol.core.rollups.lifecycle import OUTSIDE, STATES
from dangol.core.rollups.rfm import SEGMENTS
from dangol.core.rollups.stays import TENURE_CLASSES
from dangol.core.schema.causes import CAUSES, KINDS, UNKNOWN
from dangol.core.schema.reasons import REASONS

COLUMNS: Final[dict[str, Said]] = {
    "starts_on": Said("From", "시작일"), "ends_on": Said("To", "종료일"), "base_on": Said("Against", "기준일"),
    "cohort_on": Said("Cohort", "코호트"), "day": Said("Day", "날짜"), "month": Said("Month", "월"),
    "bucket": Said("Periods since", "경과 기간"), "bracket": Said("Range", "구간"), "days": Said("Days", "일수"),
    "rate": Said("Rate", "비율"), "score": Said("Score", "점수"), "ratio": Said("Ratio", "배율"),
    "low": Said("95% low", "95% 하한"), "high": Said("95% high", "95% 상한"), "amount": Said("Money", "금액"),
    "reason": Said("Why not known", "알 수 없는 이유"), "currency": Said("Currency", "통화"),
    "profile": Said("Counted as", "계산 기준"), "segment": Said("Segment", "고객군"), "name": Said("Name", "이름"),
    "is_finished": Said("Over", "끝난 기간"), "is_alarm": Said("Alarm", "경보"), "state": Said("State", "상태"),
    "from_state": Said("From state", "이전 상태"), "to_state": Said("To state", "다음 상태"),
    "cause": Said("Cause", "사유"), "kind": Said("Kind", "종류"), "hole": Said("Hole", "구멍"),
    "divided_by": Said("Divided by", "나눈 기준"), "place": Said("Place", "순위"), "feature": Said("Feature", "기능"),
    "feature_count": Said("Features used", "사용 기능 수"), "step": Said("Step", "단계"), "lever": Said("Lever", "지렛대"),
    "variant": Said("Variant", "계산 방식"), "stratum": Said("Group", "집단"), "is_referred": Said("Referred", "추천 여부"),
    "activation": Said("First value", "가치 도달"), "assumption": Said("Assumption", "가정"),
    "assumes_en": Said("It assumes", "가정(영어)"), "assumes_ko": Said("It assumes (Korean)", "가정"),
    "tenure_year": Said("Year with us", "이용 연차"), "months": Said("Months back", "비교 개월"),
    "start_count": Said("At the start", "시작 고객"), "end_count": Said("At the end", "끝 고객"),
    "new_count": Said("New", "신규"), "lost_count": Said("Left", "떠난 고객"), "kept_count": Said("Kept", "유지"),
    "returned_count": Said("Came back", "돌아옴"), "base_count": Said("Divided by", "분모"),
    "formula_rate": Said("(E − N) / S", "(E − N) / S "), "annual_rate": Said("A year", "연 환산"),
    "daily_count": Said("Active that day", "그날 활동"), "active_count": Said("Active", "활동"),
    "churned_count": Said("Fell silent", "조용해짐"), "stickiness_rate": Said("Stickiness", "고착도"),
    "mrr_amount": Said("MRR", "MRR "), "arr_amount": Said("ARR", "ARR "), "mean_amount": Said("Mean", "평균"),
    "median_amount": Said("Median", "중앙값"), "customer_count": Said("Customers", "고객"),
    "low_amount": Said("95% low", "95% 하한"), "high_amount": Said("95% high", "95% 상한"),
    "low_rate": Said("95% low", "95% 하한"), "high_rate": Said("95% high", "95% 상한"),
    "max_spend_amount": Said("Most to spend", "최대 지출"), "spent_amount": Said("Spent so far", "누적 구매액"),
    "avoidable_count": Said("Avoidable", "막을 수 있던 이탈"), "involuntary_count": Said("Involuntary", "비자발적"),
    "natural_count": Said("Natural", "자연스러운 이탈"), "unknown_count": Said("Not recorded", "기록 없음"),
    "avoidable_rate": Said("Avoidable share", "막을 수 있던 비율"), "share_rate": Said("Share", "비중"),
    "amount_share_rate": Said("Share of money", "금액 비중"), "lost_amount": Said("Lost a month", "잃은 월 금액"),
    "amount_reason": Said("Why no money", "금액이 없는 이유"), "answer_count": Said("Answers", "응답"),
    "mean_score": Said("Mean score", "평균 점수"), "mean_low": Said("Mean, low", "평균 하한"),
    "mean_high": Said("Mean, high", "평균 상한"), "easy_count": Said("Found it easy", "쉬웠다는 응답"),
    "easy_rate": Said("Share easy", "쉬웠다는 비율"), "easy_low": Said("Easy, low", "쉬움 하한"),
    "easy_high": Said("Easy, high", "쉬움 상한"), "satisfied_count": Said("Satisfied", "만족"),
    "promoter_count": Said("Promoters", "추천"), "passive_count": Said("Passives", "중립"),
    "detractor_count": Said("Detractors", "비추천"), "adjusted_score": Said("Adjusted score", "보정 점수"),
    "adjusted_low": Said("Adjusted, low", "보정 하한"), "adjusted_high": Said("Adjusted, high", "보정 상한"),
    "from_day": Said("From day", "시작 일차"), "to_day": Said("To day", "끝 일차"),
    "cohort_count": Said("In the cohort", "코호트 인원"), "eligible_count": Said("Reached it", "도달 인원"),
    "retained_count": Said("Came back", "다시 활동"), "share_so_far": Said("So far", "지금까지"),
    "first_amount": Said("Paid first", "첫 기간 금액"), "user_count": Said("Used it", "사용 인원"),
    "adoption_rate": Said("Adoption", "채택률"), "use_count": Said("Uses", "사용 횟수"),
    "mean_uses": Said("Uses a person", "1인당 사용"), "median_days": Said("Median days", "중앙값(일)"),
    "early_count": Said("Early users", "초기 사용"), "early_kept_rate": Said("Early users kept", "초기 사용자의 유지"),
    "other_count": Said("Others", "그 밖"), "other_kept_rate": Said("Others kept", "그 밖의 유지"),
    "kept_gap": Said("Difference", "차이"), "gap_low": Said("Difference, low", "차이 하한"),
    "gap_high": Said("Difference, high", "차이 상한"), "person_count": Said("People", "인원"),
    "people_count": Said("People", "인원"), "within_days": Said("Within days", "기한(일)"),
    "observed_count": Said("Observed", "관찰 인원"), "converted_count": Said("Bought again", "재구매"),
    "wait_reason": Said("Why no median", "중앙값이 없는 이유"), "then_amount": Said("Paid then", "그때 금액"),
    "now_amount": Said("Paid now", "지금 금액"), "contraction_amount": Said("Downgrades", "하향"),
    "expansion_amount": Said("Upgrades", "상향"), "pause_amount": Said("Paused", "일시정지"),
    "churn_amount": Said("Cancelled", "해지"), "then_count": Said("Customers then", "그때 고객"),
    "customer_rate": Said("Customers kept", "고객 비율"), "suggested_days": Said("Suggested days", "제안 일수"),
    "slipping_days": Said("Slipping from", "주의 일수"), "slipping_reason": Said("Why no such day", "일수가 없는 이유"),
    "threshold": Said("Threshold", "기준"), "horizon_days": Said("Looked ahead", "관찰 일수"),
    "horizon_months": Said("Months counted", "계산 개월"), "gap_count": Said("Gaps", "간격 수"),
    "open_gap_count": Said("Open gaps", "열린 간격"), "p25_days": Said("25% within", "25%(일)"),
    "p75_days": Said("75% within", "75%(일)"), "p80_days": Said("80% within", "80%(일)"),
    "p90_days": Said("90% within", "90%(일)"), "p95_days": Said("95% within", "95%(일)"),
    "censored_median_days": Said("Median with open gaps", "열린 간격 포함 중앙값"),
    "censored_p80_days": Said("80% with open gaps", "열린 간격 포함 80%"), "mean_days": Said("Mean days", "평균(일)"),
    "inflow_amount": Said("Came in a month", "들어온 월 금액"), "outflow_amount": Said("Went out a month", "나간 월 금액"),
    "leak_rate": Said("Leak", "새는 비율"), "gross_rate": Said("Gross", "총"), "net_rate": Said("Net", "순"),
    "regained_amount": Said("Regained", "되찾은 금액"), "churn_count": Said("Cancelled", "해지 고객"),
    "start_amount": Said("At the start", "시작 금액"), "end_amount": Said("At the end", "끝 금액"),
    "new_amount": Said("New", "신규 금액"), "reactivation_amount": Said("Reactivated", "재활성 금액"),
    "resume_amount": Said("Resumed", "재개 금액"), "reactivation_count": Said("Reactivated", "재활성 고객"),
    "resume_count": Said("Resumed", "재개 고객"), "expansion_count": Said("Upgraded", "상향 고객"),
    "contraction_count": Said("Downgraded", "하향 고객"), "pause_count": Said("Paused", "일시정지 고객"),
    "existing_count": Said("Existing", "기존 고객"), "existing_amount": Said("Existing, money", "기존 금액"),
    "new_mean_amount": Said("A new one", "신규 1인당"), "existing_mean_amount": Said("An existing one", "기존 1인당"),
    "ratio_low": Said("Ratio, low", "배율 하한"), "ratio_high": Said("Ratio, high", "배율 상한"),
    "step_rate": Said("Of the step before", "앞 단계 대비"), "order_count": Said("Orders", "주문"),
    "buyer_count": Said("Buyers", "구매자"), "mean_order_count": Said("Orders a buyer", "1인당 주문"),
    "repeat_count": Said("Bought again", "재구매자"), "gained_amount": Said("Gained", "더한 금액"),
    "conversion_rate": Said("Became customers", "전환율"), "conversion_low_rate": Said("Conversion, low", "전환 하한"),
    "conversion_high_rate": Said("Conversion, high", "전환 상한"), "watched_count": Said("Watched", "관찰 인원"),
    "kept_rate": Said("Kept", "유지율"), "kept_low_rate": Said("Kept, low", "유지 하한"),
    "kept_high_rate": Said("Kept, high", "유지 상한"), "kept_reason": Said("Why not known", "유지율이 없는 이유"),
    "inactive_days": Said("Days of silence", "조용한 일수"), "at_risk_count": Said("Still waiting", "남은 인원"),
    "away_rate": Said("Still away", "돌아오지 않음"), "return_rate": Said("Return", "복귀율"),
    "difference_amount": Said("More that month", "그 달의 차이"), "profit_amount": Said("Profit", "이익"),
    "total_difference_amount": Said("More in all", "누적 차이"), "mean_recency_days": Said("Days away", "평균 경과일"),
    "mean_day_count": Said("Purchase days", "평균 구매 일수"), "buyer_rate": Said("Bought", "구매 비율"),
    "buyer_mean_amount": Said("A buyer", "구매자 1인당"), "activated_count": Said("Got there", "도달 인원"),
    "activated_rate": Said("Got there", "도달 비율"), "within_1_rate": Said("Within 1 day", "1일 안"),
    "within_7_rate": Said("Within 7 days", "7일 안"), "within_30_rate": Said("Within 30 days", "30일 안"),
    "known_count": Said("With a rhythm", "주기를 아는 고객"), "overdue_count": Said("Silent too long", "오래 조용한 고객"),
    "overdue_rate": Said("Share silent", "조용한 비율"),
}  # fmt: skip

SETTINGS: Final[dict[str, Said]] = {
    "grain": Said("By", "단위"), "as_of": Said("As of", "기준일"), "window_days": Said("Window in days", "구간(일)"),
    "profile": Said("Counted as", "계산 기준"), "currency": Said("Currency", "통화"), "per": Said("For each", "대상"),
    "fiscal_start": Said("Year begins in month", "회계 연도 시작 월"), "survey": Said("Survey", "설문"),
    "kind": Said("Came back", "돌아온 기준"), "segment": Said("Told apart by", "나누는 기준"),
    "alarm_rate": Said("Alarm from churn of", "경보 이탈률"), "early_days": Said("Early means days", "초기 일수"),
    "kept_days": Said("Kept means days", "유지 일수"), "within": Said("Within days", "기한(일)"),
    "margin": Said("Margin (0–1)", "마진(0–1)"), "threshold": Said("Threshold (0–1)", "기준(0–1)"),
    "horizon_days": Said("Look ahead, days", "관찰 일수"), "until_days": Said("Until day", "최대 일수"),
    "by": Said("Divided by", "나누는 기준"), "at_risk_windows": Said("Windows at risk", "위험 구간 수"),
    "cap_months": Said("At most months", "최대 개월"), "months": Said("Months back", "비교 개월"),
    "min_buyers": Said("At least buyers", "최소 구매자"), "after_days": Said("After days", "경과 일수"),
    "acquisition": Said("More new customers", "신규 증가"), "churn": Said("Less churn", "이탈 감소"),
    "price": Said("More price", "가격 인상"), "monthly_cost": Said("Cost a month", "월 비용"),
    "activation": Said("First value is", "가치 도달 기준"), "times": Said("Times their usual", "평소의 몇 배"),
}  # fmt: skip

CHOICES: Final[dict[str, Said]] = {
    "day": Said("day", "일"), "week": Said("week", "주"), "month": Said("month", "월"),
    "quarter": Said("quarter", "분기"), "year": Said("year", "년"), "person": Said("person", "사람"),
    "account": Said("account", "거래처"), "on": Said("in that period", "그 기간에"),
    "unbounded": Said("then or later", "그때 또는 그 뒤에"), "tenure": Said("time of life", "이용 기간"),
    "reason": Said("reason", "사유"), "plan": Said("plan", "요금제"), "channel": Said("channel", "유입 경로"),
    "country": Said("country", "국가"), "sets": Said("same people", "같은 고객"), "true": Said("yes", "예"),
    "false": Said("no", "아니요"), "playbook": Said("the usual way", "일반 기준"),
}  # fmt: skip

_HOLES: Final = {
    **{code: cause.said for code, cause in CAUSES.items()},
    **{code: words for code, (_, words) in TENURE_CLASSES.items()},
    UNKNOWN: Said("Not recorded", "기록 없음"),
}
_STATES: Final = {**STATES, OUTSIDE: Said("Not here before", "처음 온 사람")}
CODES: Final[dict[str, dict[str, Said]]] = {
    "state": _STATES, "from_state": _STATES, "to_state": _STATES, "segment": SEGMENTS, "lever": LEVERS,
    "variant": VARIANTS, "hole": _HOLES, "cause": _HOLES, "divided_by": CHOICES,
    "kind": {str(kind): words for kind, words in KINDS.items()},
}  # fmt: skip
"""What the codes in columns of text mean, by column."""


def column_title(name: str) -> Said:
    """What a column is called; its own name where nothing better is known."""
    return COLUMNS.get(name, Said(name, name))


def code_title(column: str, code: str) -> Said:
    """What a code in a column means; the code itself where it is a name."""
    if column == "reason" or column.endswith("_reason"):
        known = REASONS.get(code)
    else:
        known = CODES.get(column, {}).get(code)
    return known or Said(code or "–", code or "–")
