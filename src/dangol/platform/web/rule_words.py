"""What are the words of a rule called in the builder? Short, as a form wants them; the reference has the long meaning."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said

HEADS: Final[dict[str, Said]] = {
    "did": Said("did", "한 일"),
    "did not": Said("did not do", "하지 않은 일"),
    "trait": Said("is or has", "고객 정보"),
    "first did": Said("first did", "처음 한 때"),
    "last did": Said("last did", "마지막으로 한 때"),
    "audience": Said("is in the audience", "다른 그룹에 속함"),
    "account trait": Said("account is or has", "거래처 정보"),
    "account did": Said("account did", "거래처가 한 일"),
    "account did not": Said("account did not do", "거래처가 하지 않은 일"),
    "account first did": Said("account first did", "거래처가 처음 한 때"),
    "account last did": Said("account last did", "거래처가 마지막으로 한 때"),
    "score": Said("score", "점수"),
    "band": Said("score band", "점수 등급"),
    "random": Said("random share named", "무작위 비율"),
}
"""In the order in which the builder offers them."""

WORDS: Final[dict[str, Said]] = {
    "at least": Said("at least (times)", "최소 횟수"),
    "at most": Said("at most (times)", "최대 횟수"),
    "exactly": Said("exactly (times)", "정확한 횟수"),
    "total": Said("total of the property", "속성의 합계"),
    "average": Said("average of the property", "속성의 평균"),
    "during": Said("from day to day", "기간(양끝 포함)"),
    "since": Said("since the day", "이 날부터"),
    "then": Said("and then did", "그다음에 한 일"),
    "then not": Said("and then did not do", "그다음에 하지 않은 일"),
    "within": Said("that within", "그 사이 기간"),
    "where": Said("only where", "이 조건의 것만"),
    "is": Said("is", "같음"),
    "is not": Said("is not", "같지 않음"),
    "any of": Said("is any of (commas)", "이 가운데 하나(쉼표)"),
    "none of": Said("is none of (commas)", "이 가운데 없음(쉼표)"),
    "contains": Said("contains", "포함"),
    "starts with": Said("starts with", "이것으로 시작"),
    "ends with": Said("ends with", "이것으로 끝남"),
    "over": Said("is over", "초과"),
    "under": Said("is under", "미만"),
    "between": Said("is between", "사이"),
    "is set": Said("is filled in", "값이 있음"),
    "is empty": Said("is empty", "값이 없음"),
    "before": Said("before the day", "이 날 이전"),
    "after": Said("after the day", "이 날 이후"),
    "within the last": Said("in the last", "최근"),
    "within the next": Said("in the next", "앞으로"),
    "anniversary within": Said("has its day of the year within", "기념일까지"),
}
