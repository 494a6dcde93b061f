"""What is foreseen of them, and what was known of them when? Scores, and the history of their traits."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.schema.behaviour import RECEIVED
from dangol.core.schema.noun import Column, Noun
from dangol.core.schema.who import PERSON

SCORES: Final = Noun(
    "scores",
    Said("Scores", "점수"),
    (
        PERSON,
        Column("name", "string", Said("Name of the score, such as churn", "점수 이름"), is_required=True,
               headings=("score_name", "점수명", "점수이름")),
        Column("value", "float64", Said("The score", "점수 값"), headings=("score_value", "점수값")),
        Column("band", "string", Said("Band of the score, such as high", "점수 등급"),
               headings=("score_band", "점수등급")),
        Column("scored_on", "date", Said("Day the score was given", "산출일"), is_required=True,
               headings=("score_date", "산출일", "산출일자")),
    ),
    key=("person_id", "name", "scored_on"),
    happened="scored_on",
)  # fmt: skip

TRAIT_CHANGES: Final = Noun(
    "trait_changes",
    Said("Changes of traits", "속성 변경 이력"),
    (
        PERSON,
        Column("name", "string", Said("Which trait, such as plan or card_expires_on", "바뀐 속성, 예: plan, card_expires_on"), is_required=True,
               headings=("trait", "trait_name", "attribute_name", "속성이름", "속성명")),
        Column("value", "string", Said("What it is from then on; empty: unknown again", "그때부터의 값. 비어 있으면 알 수 없음"),
               headings=("trait_value", "attribute_value", "속성값")),
        Column("changed_on", "date", Said("Day of the change", "변경일"), is_required=True,
               headings=("changed_on", "change_date", "변경일", "변경일자")),
        Column("changed_at", "timestamp", Said("When it changed (UTC)", "변경 시각(UTC)"),
               headings=("changed_at", "변경일시", "변경시각")),
        RECEIVED,
    ),
    key=(),
    happened="changed_on",
)  # fmt: skip
