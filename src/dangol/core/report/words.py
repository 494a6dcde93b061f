"""Which words do the pages share? The glossary: one term, one English and one Korean word, everywhere."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said

SUBTITLE: Final = Said(
    "{covers} · as it stood just before {as_of}", "{covers} · {as_of} 직전까지 알려진 내용"
)
TITLE: Final = Said("Who stays, who leaves", "누가 남고, 누가 떠나는가")
LOOK: Final = Said("What to look at first", "먼저 살펴볼 것")
LOOK_QUESTION: Final = Said("Ranked by what it could keep", "지킬 수 있는 크기 순서입니다")
SEE: Final = Said("See the numbers", "수치 보기")
TABLE: Final = Said("The numbers behind it", "근거 수치 보기")
DEFINED: Final = Said("How each number is defined", "숫자마다의 정의")
LOADED: Final = Said("What was read, and what was refused", "읽은 데이터와 제외한 데이터")
LOADED_QUESTION: Final = Said("Is this your data?", "이 데이터가 맞습니까?")
CANNOT: Final = Said("What this data cannot answer yet", "이 데이터로 아직 답할 수 없는 것")
CANNOT_QUESTION: Final = Said(
    "Each line says what would answer it", "무엇이 있으면 답할 수 있는지 함께 적었습니다"
)
SETTINGS: Final = Said("Settings that these numbers depend on", "이 숫자들이 따르는 설정")
MADE: Final = Said(
    "Made by Dangol {version} on your own machine. This page loads nothing from anywhere.",
    "Dangol {version}이(가) 귀사의 컴퓨터에서 만들었습니다. 이 페이지는 외부에서 아무것도 불러오지 않습니다.",
)
EMPTY: Final = Said(
    "There is nothing to report yet. Give a file of orders, subscriptions or events, one row each with the "
    "customer and the day, and this page will show who stays, who leaves and when.",
    "아직 보여 드릴 것이 없습니다. 주문, 구독 또는 이벤트 파일을 주시면(한 줄에 하나씩, 고객과 날짜 포함) "
    "누가 남고, 누가 떠나며, 언제 떠나는지 이 페이지에 나타납니다.",
)
FAILED: Final = Said(
    "This could not be counted: the engine failed on it", "계산하지 못했습니다. 엔진이 질의에 실패했습니다"
)
HATCHED: Final = Said("Hatched: the period is not over yet.", "빗금: 아직 끝나지 않은 기간입니다.")
