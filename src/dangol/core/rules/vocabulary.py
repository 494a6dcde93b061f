"""Which words does a rule know? The whole list: readers, documents and tests go by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dangol.core.language import Said
from dangol.core.rules.timing import COMPARISONS
from dangol.core.rules.words import Family, Shape, Word

_LAST_WEEK: Final = "within the last 7 days"
_OTHERS: Final[tuple[tuple[str, Family, Shape, str, str, str], ...]] = (
    ("all", "logic", "rules", "every one of the rules holds; `and` in text", "모든 규칙을 만족함. 글에서는 and",
     "plan is pro and email is set"),
    ("any", "logic", "rules", "at least one of the rules holds; `or` in text", "하나 이상의 규칙을 만족함. 글에서는 or",
     "plan is pro or plan is team"),
    ("not", "logic", "rules", "the rule does not hold", "규칙을 만족하지 않음", "not plan is pro"),
    ("trait", "head", "name", "a column of people, or `traits.KEY`; text needs no word for it",
     "고객의 항목 또는 traits.KEY. 글에서는 이름만 씀", 'traits.city is "Seoul"'),
    ("account trait", "head", "name", "a column of the person's account, or `traits.KEY` of it; `account` in text",
     "고객이 속한 거래처의 항목. 글에서는 account", "account industry is retail"),
    ("did", "head", "name", "the event happened to the person", "이벤트를 했음",
     f'did "Order Completed" {_LAST_WEEK}'),
    ("did not", "head", "name", "the opposite of did, with all that follows", "뒤에 오는 조건까지 포함해 하지 않았음",
     f'did not "Order Completed" {_LAST_WEEK}'),
    ("account did", "head", "name", "anybody of the person's account did", "거래처의 누군가가 했음",
     f'account did "Report Viewed" {_LAST_WEEK}'),
    ("account did not", "head", "name", "nobody of the person's account did", "거래처의 누구도 하지 않았음",
     f'account did not "Report Viewed" {_LAST_WEEK}'),
    ("first did", "head", "name", "the first time ever, compared with a day or a window", "처음 한 시각을 비교함",
     f'first did "Order Completed" {_LAST_WEEK}'),
    ("last did", "head", "name", "the last time, compared with a day or a window", "마지막으로 한 시각을 비교함",
     'last did "Order Completed" before 2025-01-01'),
    ("account first did", "head", "name", "the first time of anybody in the account", "거래처에서 처음 한 시각을 비교함",
     f'account first did "Order Completed" {_LAST_WEEK}'),
    ("account last did", "head", "name", "the last time of anybody in the account", "거래처에서 마지막으로 한 시각을 비교함",
     f'account last did "Order Completed" {_LAST_WEEK}'),
    ("score", "head", "name", "the latest value of a score", "점수의 최근 값", "score churn over 0.7"),
    ("band", "head", "name", "the band of the latest value of a score", "점수의 최근 등급", "band churn is high"),
    ("random", "head", "name", "a share of people drawn by lot, always the same under the same name; in percent, "
     "the upper end not included", "이름에 따라 늘 같은 결과로 뽑는 무작위 비율(퍼센트, 끝값 제외)", "random spring under 20"),
    ("audience", "head", "name", "is in another audience", "다른 고객 그룹에 속함", 'audience "VIP"'),
    ("at least", "measure", "count", "so many times or more", "몇 회 이상", f'did "Order Completed" at least 2 times {_LAST_WEEK}'),
    ("at most", "measure", "count", "so many times or fewer; also never", "몇 회 이하(0회 포함)",
     f'did "Order Completed" at most 2 times {_LAST_WEEK}'),
    ("exactly", "measure", "count", "so many times, no more and no fewer", "정확히 몇 회",
     f'did "Order Completed" exactly 1 time {_LAST_WEEK}'),
    ("total", "measure", "name", "the sum of a property over, under or between numbers; of nothing it is 0",
     "속성의 합계를 비교함. 없으면 0", f'did "Order Completed" total amount over 100 {_LAST_WEEK}'),
    ("average", "measure", "name", "the mean of a property where it is known; of nothing it passes no test",
     "속성의 평균을 비교함. 없으면 어떤 비교도 통과하지 않음", 'did "Survey Answered" average score under 7'),
    ("during", "window", "days", "from one day to another, both included", "한 날짜부터 다른 날짜까지(양끝 포함)",
     'did "Order Completed" during 2025-01-01 to 2025-01-31'),
    ("since", "window", "day", "on this day or later", "이 날짜 이후(당일 포함)", 'did "Order Completed" since 2025-01-01'),
    ("then", "sequence", "name", "another event later than the first, in the time that `within` says",
     "첫 이벤트 뒤에 within 기간 안에 이어진 다른 이벤트", 'did "Signed Up" then "Order Completed" within 7 days'),
    ("then not", "sequence", "name", "no such event later than the first, and the time of `within` is over",
     "첫 이벤트 뒤에 within 기간이 다 지나도록 없는 이벤트", 'did "Signed Up" then not "Order Completed" within 7 days'),
    ("within", "sequence", "span", "how much later the second event may be", "두 번째 이벤트까지의 기간",
     'did "Ticket Opened" then "Ticket Resolved" within 24 hours'),
    ("where", "condition", "conditions", "only events whose properties pass", "속성이 조건에 맞는 이벤트만",
     'did "Order Completed" where (amount over 100 and channel is web)'),
    ("property", "condition", "name", "what a condition of `where` looks at; text needs no word for it",
     "where 조건이 보는 속성. 글에서는 이름만 씀", 'did "Order Completed" where (amount over 100)'),
)  # fmt: skip

WORDS: Final[Mapping[str, Word]] = {
    **{w: Word(w, family, shape, Said(en, ko), text) for w, family, shape, en, ko, text in _OTHERS},
    **{w: Word(w, "comparison", each.shape, each.means, each.example) for w, each in COMPARISONS.items()},
}
"""Every word of the vocabulary, by its spelling. `within the last` is a comparison and a window."""


def of_family(*families: Family) -> dict[str, Word]:
    """The words of some families."""
    return {name: word for name, word in WORDS.items() if word.family in families}
