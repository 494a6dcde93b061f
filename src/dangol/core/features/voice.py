"""What do they say, and do they listen? From survey answers, their comments, and messages opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table
from ibis.expr.types import Value as Expr

from dangol.core.features.family import Family, Known, count, share
from dangol.core.features.feature import Feature
from dangol.core.language import Said

_FEATURES: Final = (
    Feature("voice_nps_score", Said("Last NPS score", "마지막 NPS 점수"), "voice", "score", -1),
    Feature("voice_nps_change", Said("Last NPS score less the one before", "마지막 NPS 점수에서 그 앞 점수를 뺀 값"), "voice", "score", -1),
    Feature("voice_nps_days", Said("Days since the last NPS answer", "마지막 NPS 응답 후 지난 날"), "voice", "days"),
    Feature("voice_csat_score", Said("Last CSAT score", "마지막 CSAT 점수"), "voice", "score", -1),
    Feature("voice_csat_change", Said("Last CSAT score less the one before", "마지막 CSAT 점수에서 그 앞 점수를 뺀 값"), "voice", "score", -1),
    Feature("voice_ces_score", Said("Last CES score", "마지막 CES 점수"), "voice", "score", -1),
    Feature("voice_answer_count_90d", Said("Survey answers in the last 90 days", "최근 90일 설문 응답"), "voice", "count"),
    Feature("voice_comment_tone", Said("Tone of the last comment, from -1 (complaint) to 1 (praise)", "마지막 의견의 어조(-1 불만, 1 칭찬)"), "voice", "score", -1),
    Feature("voice_message_open_rate_90d", Said("Share of messages opened, over 90 days", "최근 90일 메시지를 열어 본 비율"), "voice", "rate", -1),
)  # fmt: skip

PRAISE: Final = (
    "great", "good", "love", "excellent", "helpful", "easy", "happy", "perfect", "amazing", "fast", "thank",
    "좋", "만족", "훌륭", "최고", "편리", "편하", "감사", "빠르", "친절", "추천", "쉽", "마음에 들",
)  # fmt: skip
COMPLAINT: Final = (
    "not good", "not happy", "not helpful", "not easy", "bad", "poor", "terrible", "slow", "difficult", "hard to", "confus",
    "expensive", "broken", "bug", "error", "missing", "cancel", "disappoint", "frustrat", "unhelpful", "no response", "waited",
    "안 좋", "좋지 않", "좋겠", "불만", "불편", "느리", "느려", "어려", "어렵", "복잡", "비싸", "비쌉", "부담", "오류", "답답", "아쉬", "부족",
    "헷갈", "막혀", "해지", "실망", "못했", "못하", "없어서", "없었", "안 됩", "안 돼", "안됩", "불친절", "추천하지 않",
)  # fmt: skip
"""Pieces of lower-case text, English and Korean; a complaint is looked for first, so that its words praise nobody."""


def _build(known: Known) -> Sequence[Table]:
    answers, messages = known.nouns.get("answers"), known.nouns.get("messages")
    told = [] if answers is None else [_answered(answers)]
    return told if messages is None else [*told, _opened(messages)]


def _answered(answers: Table) -> Table:
    """The last answers of each person; several of one moment stand in the order of their ids and scores."""
    order = [ibis.desc(each) for each in ("answered_at", "answer_id", "score", "comment")]
    named = answers.mutate(
        survey=answers.survey.lower(),
        is_scored=answers.score.notnull(),
        is_said=_tone(answers.comment).notnull(),
    )
    by_survey = ibis.window(group_by=["person_id", "survey", "is_scored"], order_by=order)
    by_comment = ibis.window(group_by=["person_id", "is_said"], order_by=order)
    rows = named.mutate(
        tone=_tone(named.comment),
        place=ibis.row_number().over(by_survey),
        said_place=ibis.row_number().over(by_comment),
    )

    def score(survey: str, place: int) -> Expr:
        return rows.score.max(where=(rows.survey == survey) & rows.is_scored & (rows.place == place))

    people = rows.group_by("person_id").agg(
        voice_nps_score=score("nps", 0), nps_before=score("nps", 1), voice_nps_days=rows.age.min(where=rows.survey == "nps"),
        voice_csat_score=score("csat", 0), csat_before=score("csat", 1), voice_ces_score=score("ces", 0),
        voice_answer_count_90d=count(rows.age <= 90),
        voice_comment_tone=rows.tone.max(where=rows.is_said & (rows.said_place == 0)),
    )  # fmt: skip
    return people.mutate(
        voice_nps_change=_.voice_nps_score - _.nps_before,
        voice_csat_change=_.voice_csat_score - _.csat_before,
    ).drop("nps_before", "csat_before")


def _tone(comment: StringValue) -> Expr:
    """-1 a complaint, 0 both, 1 praise, by the words known here; null where it has none of them."""
    text = comment.lower()
    is_complaint = text.re_search("|".join(COMPLAINT))
    rest = text.re_replace("|".join(COMPLAINT), " ")
    is_praise = rest.re_search("|".join(PRAISE))
    return ibis.cases(
        (is_complaint & is_praise, 0.0), (is_complaint, -1.0), (is_praise, 1.0), else_=ibis.null("float64")
    )  # fmt: skip


def _opened(messages: Table) -> Table:
    lately = messages.filter((messages.age <= 90) & ~messages.is_bounced.fill_null(ibis.literal(value=False)))
    return lately.group_by("person_id").agg(
        voice_message_open_rate_90d=share(count(lately.opened_at.notnull()), lately.count())
    )


VOICE: Final = Family(_FEATURES, _build, ("voice_answer_count_90d",))
