"""What is foreseen of them? Scores, as a model or the business itself gave them."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
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
