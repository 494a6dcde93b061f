"""What did they do, and which arm of an experiment were they shown? Events and exposures."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.schema.noun import MONEY, Column, Noun
from dangol.core.schema.who import PERSON

RECEIVED: Final = Column(
    "received_at",
    "timestamp",
    Said("When it became known here (UTC)", "이곳에 알려진 시각(UTC)"),
    headings=("received_at", "recorded_at", "ingested_at", "수신시각", "수집시각"),
)

EVENTS: Final = Noun(
    "events",
    Said("Events", "이벤트"),
    (
        PERSON,
        Column("name", "string", Said("What happened, Object Past-Tense-Verb", "무슨 일이 있었는지"), is_required=True,
               headings=("event", "event_name", "event_type", "activity", "action", "name", "이벤트", "이벤트명", "이벤트이름", "행동", "활동")),
        Column("occurred_on", "date", Said("Day it happened, in the business's zone", "발생일"), is_required=True),
        Column("occurred_at", "timestamp", Said("When it happened (UTC)", "발생 시각(UTC)"), is_required=True,
               headings=("occurred_at", "event_time", "event_timestamp", "event_date", "timestamp", "ts", "original_timestamp",
                         "time", "datetime", "date", "created_at", "발생일시", "발생시각", "이벤트시간", "이벤트일시", "일시", "시각", "날짜")),
        RECEIVED,
        Column("account_id", "string", Said("Account it belongs to", "소속 거래처"),
               headings=("account_id", "group_id", "company_id", "거래처번호")),
        Column("object_id", "string", Said("What it is about (cart, order, ticket)", "대상 식별자"),
               headings=("object_id", "product_id", "cart_id", "item_id", "대상", "상품번호")),
        Column("amount", MONEY, Said("Money that came with it", "금액"),
               headings=("amount", "value", "revenue", "price", "금액", "매출")),
        Column("properties", "string", Said("Every other field, as JSON text", "그 밖의 속성(JSON)"),
               headings=("properties", "props", "context", "속성")),
    ),
    key=(),
    happened="occurred_on",
)  # fmt: skip

EXPOSURES: Final = Noun(
    "exposures",
    Said("Exposures", "실험 노출"),
    (
        PERSON,
        Column("experiment", "string", Said("Name of the experiment", "실험 이름"), is_required=True,
               headings=("experiment", "experiment_id", "test", "실험", "실험명")),
        Column("arm", "string", Said("Arm the person was in", "실험군"), is_required=True,
               headings=("arm", "variant", "variation", "group", "segment", "실험군", "집단")),
        Column("exposed_on", "date", Said("Day of the exposure", "노출일"), is_required=True),
        Column("exposed_at", "timestamp", Said("Moment of the exposure (UTC)", "노출 시각(UTC)"),
               headings=("exposed_at", "assigned_at", "노출시각")),
    ),
    key=("person_id", "experiment"),
    happened="exposed_on",
)  # fmt: skip
