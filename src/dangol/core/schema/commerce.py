"""What did they pay for? Orders and subscriptions."""

from __future__ import annotations

from typing import Final

from dangol.core.language import Said
from dangol.core.schema.behaviour import RECEIVED
from dangol.core.schema.noun import MONEY, Column, Noun
from dangol.core.schema.who import PERSON

CURRENCY: Final = Column(
    "currency",
    "string",
    Said("ISO 4217 code", "통화 코드"),
    headings=("currency", "currency_code", "통화", "화폐"),
)

ORDERS: Final = Noun(
    "orders",
    Said("Orders", "주문"),
    (
        Column("order_id", "string", Said("The order's id in the source", "주문번호"),
               headings=("order_id", "orderid", "order", "order_no", "order_number", "invoice", "invoiceno",
                         "invoice_no", "transaction_id", "주문번호", "주문ID", "거래번호", "송장번호")),
        PERSON,
        Column("ordered_on", "date", Said("Day of the order, in the business's zone", "주문일"), is_required=True),
        Column("ordered_at", "timestamp", Said("When it was ordered (UTC)", "주문 시각(UTC)"), is_required=True,
               headings=("ordered_at", "order_date", "orderdate", "invoicedate", "invoice_date", "purchase_date",
                         "transaction_date", "date", "datetime", "timestamp", "created_at", "day",
                         "주문일", "주문일자", "주문일시", "주문날짜", "구매일", "구매일자", "결제일", "결제일시", "거래일", "날짜", "일자")),
        RECEIVED,
        Column("amount", MONEY, Said("What was paid; negative for a return", "결제 금액(반품은 음수)"),
               headings=("amount", "total", "revenue", "order_total", "total_amount", "value", "dollar_value",
                         "sales", "spend", "price_total", "금액", "결제금액", "주문금액", "총금액", "매출", "매출액", "합계")),
        CURRENCY,
        Column("item_count", "int64", Said("Items in it", "수량"),
               headings=("quantity", "qty", "items", "item_count", "number_of_cds", "수량", "개수")),
        Column("is_return", "boolean", Said("A return or refund rather than a purchase", "반품 여부"), is_required=True),
        Column("channel", "string", Said("Where it was ordered", "주문 경로"),
               headings=("channel", "store", "source", "채널", "매장", "판매처")),
    ),
    key=("order_id",),
    happened="ordered_on",
)  # fmt: skip

SUBSCRIPTIONS: Final = Noun(
    "subscriptions",
    Said("Subscriptions", "구독"),
    (
        Column("subscription_id", "string", Said("The subscription's id; several rows when terms change", "구독번호"),
               headings=("subscription_id", "subscription", "contract_id", "구독번호", "계약번호")),
        PERSON,
        Column("account_id", "string", Said("Account that pays", "결제 거래처"),
               headings=("account_id", "company_id", "거래처번호")),
        Column("plan", "string", Said("Plan", "요금제"), headings=("plan", "plan_name", "product", "tier", "요금제", "상품")),
        Column("started_on", "date", Said("First day of this row's terms", "시작일"), is_required=True,
               headings=("started_on", "start_date", "started_at", "start", "valid_from", "시작일", "시작일자", "개시일", "가입일")),
        Column("ended_on", "date", Said("First day on which the terms no longer hold; null while they do", "종료일"),
               headings=("ended_on", "end_date", "ended_at", "end", "cancelled_at", "canceled_at", "valid_to",
                         "종료일", "종료일자", "해지일", "만료일")),
        Column("mrr_amount", MONEY, Said("What the row pays a month, before tax", "월 반복 매출"), is_required=True,
               headings=("mrr_amount", "mrr", "monthly_amount", "monthly_price", "monthly_revenue", "amount",
                         "월금액", "월매출", "월요금", "월정액", "금액")),
        CURRENCY,
        Column("status", "string", Said("active, trial, paused or past_due", "상태"), is_required=True,
               headings=("status", "state", "상태", "구독상태")),
        Column("ended_because", "string", Said("Why it ended, as recorded", "해지 사유"),
               headings=("ended_because", "churn_reason", "cancel_reason", "cancellation_reason", "reason",
                         "해지사유", "이탈사유", "취소사유")),
        RECEIVED,
    ),
    key=("subscription_id", "started_on"),
    happened="started_on",
)  # fmt: skip
