"""What was said to them and by them? Messages, answers to surveys, and tickets."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.schema.noun import Column, Noun
from dangol.core.schema.who import PERSON

MESSAGES: Final = Noun(
    "messages",
    Said("Messages", "메시지"),
    (
        Column("message_id", "string", Said("The message's id", "메시지 번호"), headings=("message_id", "메시지번호")),
        PERSON,
        Column("channel", "string", Said("email, sms, push, ...", "채널"), headings=("channel", "medium", "채널")),
        Column("campaign", "string", Said("Campaign or journey it belongs to", "캠페인"),
               headings=("campaign", "campaign_id", "journey", "캠페인", "캠페인명")),
        Column("sent_on", "date", Said("Day it was sent", "발송일"), is_required=True),
        Column("sent_at", "timestamp", Said("When it was sent (UTC)", "발송 시각(UTC)"), is_required=True,
               headings=("sent_at", "send_time", "발송일시", "발송일", "발송시각")),
        Column("opened_at", "timestamp", Said("First open (UTC)", "열람 시각(UTC)"), headings=("opened_at", "열람일시")),
        Column("clicked_at", "timestamp", Said("First click (UTC)", "클릭 시각(UTC)"), headings=("clicked_at", "클릭일시")),
        Column("is_bounced", "boolean", Said("It came back", "반송 여부"), headings=("bounced", "is_bounced", "반송")),
    ),
    key=("message_id",),
    happened="sent_on",
)  # fmt: skip

ANSWERS: Final = Noun(
    "answers",
    Said("Survey answers", "설문 응답"),
    (
        Column("answer_id", "string", Said("The answer's id", "응답 번호"),
               headings=("answer_id", "response_id", "응답번호")),
        PERSON,
        Column("survey", "string", Said("nps, csat, ces or the survey's own name", "설문 종류"), is_required=True,
               headings=("survey", "survey_type", "question", "설문", "설문종류", "문항")),
        Column("score", "float64", Said("The number that was chosen", "점수"),
               headings=("score", "rating", "nps", "csat", "ces", "점수", "평점", "별점")),
        Column("comment", "string", Said("What was written", "의견"),
               headings=("comment", "text", "feedback", "verbatim", "의견", "코멘트", "내용")),
        Column("answered_on", "date", Said("Day of the answer", "응답일"), is_required=True),
        Column("answered_at", "timestamp", Said("When it was answered (UTC)", "응답 시각(UTC)"), is_required=True,
               headings=("answered_at", "submitted_at", "response_date", "응답일시", "응답일", "제출일")),
    ),
    key=("answer_id",),
    happened="answered_on",
)  # fmt: skip

TICKETS: Final = Noun(
    "tickets",
    Said("Tickets", "문의"),
    (
        Column("ticket_id", "string", Said("The ticket's id", "문의 번호"),
               headings=("ticket_id", "case_id", "ticket", "문의번호", "티켓번호")),
        PERSON,
        Column("topic", "string", Said("What it is about", "주제"),
               headings=("topic", "category", "subject", "주제", "분류", "문의유형")),
        Column("priority", "string", Said("Priority", "우선순위"), headings=("priority", "우선순위")),
        Column("opened_on", "date", Said("Day it was opened", "접수일"), is_required=True),
        Column("opened_at", "timestamp", Said("When it was opened (UTC)", "접수 시각(UTC)"), is_required=True,
               headings=("opened_at", "open_date", "ticket_created_at", "접수일시", "접수일", "문의일")),
        Column("replied_at", "timestamp", Said("First reply by a person (UTC)", "첫 답변 시각(UTC)"),
               headings=("first_replied_at", "first_response_at", "replied_at", "첫답변일시", "답변일시")),
        Column("resolved_at", "timestamp", Said("When it was resolved (UTC)", "해결 시각(UTC)"),
               headings=("resolved_at", "closed_at", "해결일시", "종료일시")),
    ),
    key=("ticket_id",),
    happened="opened_on",
)  # fmt: skip
