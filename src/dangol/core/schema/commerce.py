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
    headings=("currency", "currency_code", "통화", "통화코드", "화폐", "화폐단위"),
)

ORDERS: Final = Noun(
    "orders",
    Said("Orders", "주문"),
    (
        Column("order_id", "string", Said("The order's id in the source", "주문번호"),
               headings=("order_id", "order", "order_no", "order_number", "order_name", "invoice", "invoice_no", "invoice_id",
                         "invoice_number", "transaction_id", "transaction_no", "receipt_no", "receipt_id", "payment_id",
                         "charge_id", "sale_id", "name", "주문번호", "상품주문번호", "주문id", "거래번호", "결제번호", "영수증번호", "전표번호", "송장번호")),
        PERSON,
        Column("ordered_on", "date", Said("Day of the order, in the business's zone", "주문일"), is_required=True),
        Column("ordered_at", "timestamp", Said("When it was ordered (UTC)", "주문 시각(UTC)"), is_required=True,
               headings=("ordered_at", "ordered_on", "order_date", "order_datetime", "order_time", "order_created_at",
                         "invoice_date", "purchase_date", "purchased_at", "purchase_time", "order_purchase_timestamp",
                         "transaction_date", "transaction_time", "sale_date",
                         "주문일", "주문일자", "주문일시", "주문날짜", "주문시각", "구매일", "구매일자", "구매일시", "결제일", "결제일자",
                         "결제일시", "거래일", "거래일자", "거래일시", "판매일", "판매일자", "매출일", "매출일자", "created_at", "created", "paid_at", "payment_date",
                         "date", "datetime", "timestamp", "day", "날짜", "일자", "일시", "발주일", "등록일", "등록일시")),
        RECEIVED,
        Column("amount", MONEY, Said("What was paid; negative for a return", "결제 금액(반품은 음수)"),
               headings=("amount", "total", "order_total", "total_amount", "total_price", "order_amount", "grand_total",
                         "net_amount", "amount_paid", "paid_amount", "payment_amount", "payment_value", "transaction_amount",
                         "revenue", "sales", "net_sales", "sales_amount", "spend", "amt", "dollar_value", "order_value",
                         "price_total", "line_total", "subtotal", "value", "총결제금액", "실결제금액", "최종결제금액",
                         "결제금액", "총주문금액", "주문금액", "상품별총주문금액", "총상품구매금액", "총금액", "구매금액", "판매금액", "거래금액",
                         "금액", "매출액", "매출", "매출금액", "합계", "합계금액", "총액")),
        CURRENCY,
        Column("item_count", "int64", Said("Items in it", "수량"),
               headings=("quantity", "qty", "items", "item_count", "units", "lineitem_quantity", "number_of_items",
                         "number_of_cds", "lines", "수량", "주문수량", "구매수량", "판매수량", "개수")),
        Column("is_return", "boolean", Said("A return or refund rather than a purchase", "반품 여부"), is_required=True),
        Column("channel", "string", Said("Where it was ordered", "주문 경로"),
               headings=("channel", "sales_channel", "store", "shop", "source", "채널", "판매채널", "매장", "매장명", "지점", "판매처", "쇼핑몰", "주문경로")),
    ),
    key=("order_id",),
    happened="ordered_on",
)  # fmt: skip

SUBSCRIPTIONS: Final = Noun(
    "subscriptions",
    Said("Subscriptions", "구독"),
    (
        Column("subscription_id", "string", Said("The subscription's id; several rows when terms change", "구독번호"),
               headings=("subscription_id", "subscription", "contract_id", "contract_no", "구독번호", "구독id", "계약번호")),
        PERSON,
        Column("account_id", "string", Said("Account that pays", "결제 거래처"),
               headings=("account_id", "company_id", "거래처번호")),
        Column("plan", "string", Said("Plan", "요금제"), headings=("plan", "plan_name", "plan_id", "price_id", "product", "tier", "요금제", "요금제명", "구독상품", "상품", "상품명")),
        Column("started_on", "date", Said("First day of this row's terms", "시작일"), is_required=True,
               headings=("started_on", "start_date", "started_at", "start", "valid_from", "subscription_start", "contract_start",
                         "current_period_start", "activated_at", "시작일", "시작일자", "구독시작일", "계약시작일", "이용시작일", "개시일", "가입일", "created", "created_at")),
        Column("ended_on", "date", Said("First day on which the terms no longer hold; null while they do", "종료일"),
               headings=("ended_on", "end_date", "ended_at", "end", "cancelled_at", "canceled_at", "cancelled_on", "cancel_date",
                         "cancellation_date", "churned_at", "churn_date", "valid_to", "subscription_end", "contract_end",
                         "expires_at", "종료일", "종료일자", "구독종료일", "계약종료일", "이용종료일", "해지일", "해지일자", "탈퇴일", "만료일")),
        Column("mrr_amount", MONEY, Said("What the row pays a month, before tax", "월 반복 매출"), is_required=True,
               headings=("mrr_amount", "mrr", "monthly_amount", "monthly_price", "monthly_revenue", "monthly_fee",
                         "monthly_charges", "amount", "price", "plan_amount", "월금액", "월매출", "월요금", "월이용료", "월구독료", "월정액",
                         "구독료", "이용료", "금액")),
        CURRENCY,
        Column("status", "string", Said("active, trial, paused or past_due", "상태"), is_required=True,
               headings=("status", "state", "상태", "구독상태")),
        Column("ended_because", "string", Said("Why it ended, as recorded", "해지 사유"),
               headings=("ended_because", "churn_reason", "cancel_reason", "cancellation_reason", "reason",
                         "cancellation_feedback", "해지사유", "이탈사유", "취소사유", "탈퇴사유")),
        RECEIVED,
    ),
    key=("subscription_id", "started_on"),
    happened="started_on",
)  # fmt: skip
