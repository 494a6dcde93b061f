"""Why do customers leave? The causes, whether they could be avoided, and the words they are found by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import ibis
from ibis.expr.types import StringValue

from dangol.core.language import Said

Kind = Literal["avoidable", "involuntary", "natural", "unknown"]

KINDS: Final[dict[Kind, Said]] = {
    "avoidable": Said("could have been avoided", "막을 수 있던 이탈"),
    "involuntary": Said("payment failed; nobody chose to leave", "결제 실패로 인한 비자발적 이탈"),
    "natural": Said("natural: moved, closed, no longer in need", "자연스러운 이탈"),
    "unknown": Said("not recorded", "사유 미기록"),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause of leaving. `words` are pieces of lower-case text, English and Korean, that point to it; plain letters only."""

    code: str
    said: Said
    kind: Kind
    words: tuple[str, ...] = ()


UNKNOWN: Final = "unknown"
OTHER: Final = "other"

# In this order: a text that points to two causes gets the first one.
_CAUSES: Final = (
    Cause(
        "payment_failure", Said("Payment failed", "결제 실패"), "involuntary",
        ("payment fail", "failed payment", "payment declined", "card declined", "card expired", "expired card",
         "past due", "unpaid", "insufficient funds", "delinquent", "dunning", "involuntary",
         "결제 실패", "결제실패", "결제 오류", "결제오류", "카드 만료", "카드만료", "잔액 부족", "잔액부족", "미납", "연체"),
    ),
    Cause(
        "competitor", Said("Went to a competitor", "경쟁 서비스로 이동"), "avoidable",
        ("competitor", "switched to", "switching to", "moved to another", "alternative", "other provider",
         "경쟁", "타사", "다른 서비스", "다른 업체", "다른 회사", "갈아타"),
    ),
    Cause(
        "missing_feature", Said("A feature is missing", "필요한 기능 부족"), "avoidable",
        ("missing feature", "feature", "functionality", "integration", "not supported",
         "기능", "연동", "지원 안", "지원하지 않"),
    ),
    Cause(
        "poor_support", Said("Poor support", "고객 지원 불만"), "avoidable",
        ("support", "customer service", "slow response", "no response", "rude",
         "상담", "응대", "고객센터", "답변", "불친절", "고객 지원", "고객지원"),
    ),
    Cause(
        "onboarding_failed", Said("Never got started", "초기 정착 실패"), "avoidable",
        ("onboarding", "too complicated", "too complex", "hard to use", "difficult to use", "confusing",
         "never used", "did not use", "unused", "not using", "setup", "set up",
         "온보딩", "정착", "어려", "복잡", "사용법", "설치", "안 써", "사용 안", "미사용"),
    ),
    Cause(
        "price", Said("Price", "가격"), "avoidable",
        ("price", "pricing", "expensive", "cost", "too much", "budget", "afford", "cheaper",
         "가격", "비싸", "비쌈", "비용", "요금", "예산", "금액"),
    ),
    Cause(
        "natural", Said("Natural: no longer in need", "자연스러운 이탈"), "natural",
        ("natural", "no longer need", "not needed", "moved away", "moving", "relocat", "closed", "closing",
         "out of business", "bankrupt", "project ended", "seasonal", "deceased", "retired",
         "자연", "폐업", "이사", "필요 없", "필요없", "종료", "졸업", "퇴사", "사망", "은퇴"),
    ),
    Cause(OTHER, Said("Another cause", "기타"), "avoidable"),
    Cause(UNKNOWN, Said("Not recorded", "기록 없음"), "unknown",
          ("unknown", "n/a", "not recorded", "알 수 없", "모름", "미상")),
)  # fmt: skip

CAUSES: Final[dict[str, Cause]] = {cause.code: cause for cause in _CAUSES}


def cause_of(text: StringValue) -> StringValue:
    """The code of the cause that a recorded text names, as an expression.

    A code of ours (with spaces or underscores) is itself; other text goes by the words known here, in
    English and Korean; text without any of them is `other`, no text at all is `unknown`.
    """
    plain = text.lower().replace("_", " ").strip()
    exact = [(plain == code.replace("_", " "), code) for code in CAUSES]
    by_word = [
        (plain.re_search("|".join(cause.words)), cause.code) for cause in CAUSES.values() if cause.words
    ]
    missing = (text.isnull() | (plain == ""), UNKNOWN)
    return ibis.cases(missing, *exact, *by_word, else_=OTHER)


def kind_of(code: StringValue) -> StringValue:
    """Whether the cause of that code could be avoided: a code of `KINDS`."""
    return ibis.cases(*((code == cause.code, cause.kind) for cause in CAUSES.values()), else_="avoidable")
