"""Which events have a meaning here, and which properties of theirs are read? Any other event is kept as it is.

Names are *Object Past-Tense-Verb* as in the Segment specification. An amount is in whole units of its
currency (9900 KRW, 12.50 USD), as a number or as text; a moment is ISO 8601.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from dangol.core.language import Said

Kind = Literal["text", "number", "money", "count", "moment", "truth", "list"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an event that is read."""

    name: str
    kind: Kind
    means: Said
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One event with a meaning: `family` says which table or figure it feeds."""

    name: str
    family: str
    means: Said
    properties: tuple[Property, ...] = ()


FAMILIES: Final = {
    "visits": Said("Visits", "방문"),
    "orders": Said("Orders", "주문"),
    "shopping": Said("Browsing and carts", "둘러보기와 장바구니"),
    "subscriptions": Said("Subscriptions", "구독"),
    "invoices": Said("Invoices", "청구"),
    "messages": Said("Messages", "메시지"),
    "answers": Said("Survey answers", "설문 응답"),
    "tickets": Said("Tickets", "문의"),
    "exposures": Said("Experiments", "실험"),
    "scores": Said("Scores", "점수"),
    "accounts": Said("Accounts of users", "이용자 계정"),
    "consent": Said("Consent", "동의"),
}

CURRENCY: Final = Property(
    "currency",
    "text",
    Said("ISO 4217 code; the business's own when empty", "통화 코드. 비우면 사업장의 통화"),
)
_ORDER = Property("order_id", "text", Said("The order's id in the source", "주문번호"), is_required=True)
_PRODUCT = Property("product_id", "text", Said("The product's id", "상품번호"))
_PRODUCTS = Property(
    "products",
    "list",
    Said("Items: product_id, name, price, quantity", "상품 목록: product_id, name, price, quantity"),
)
_VALUE = Property("value", "money", Said("Money that comes with it", "금액"))

_AMOUNTS = (
    Property("total", "money", Said("What was paid; `revenue`, then `value`, when it is missing", "결제 금액. 없으면 `revenue`, 그다음 `value`")),
    Property("revenue", "money", Said("Revenue without shipping and tax", "배송비와 세금을 뺀 매출")),
    _VALUE,
    CURRENCY,
    _PRODUCTS,
    Property("channel", "text", Said("Where it was ordered", "주문 경로")),
)  # fmt: skip

_ORDERS = (
    Event("Order Completed", "orders", Said("An order was placed and paid", "주문이 결제되었습니다"), (_ORDER, *_AMOUNTS)),
    Event("Order Updated", "orders", Said("The amount of an order changed; the latest amount counts", "주문 금액이 바뀌었습니다. 마지막 금액을 씁니다"), (_ORDER, *_AMOUNTS)),
    Event("Order Refunded", "orders", Said("Money of an order went back; without an amount, all of it", "주문이 환불되었습니다. 금액이 없으면 전액입니다"),
          (_ORDER, Property("refund_id", "text", Said("The refund's id, when an order can have several", "환불이 여러 번일 때의 환불번호")), *_AMOUNTS)),
    Event("Order Cancelled", "orders", Said("An order was called off: as if all of it was refunded", "주문이 취소되었습니다. 전액 환불과 같습니다"), (_ORDER, *_AMOUNTS)),
)  # fmt: skip

_SHOPPING = (
    Event("Products Searched", "shopping", Said("Somebody searched", "상품을 검색했습니다"), (Property("query", "text", Said("What was searched", "검색어")),)),
    Event("Product List Viewed", "shopping", Said("A list or category was looked at", "상품 목록을 보았습니다"), (Property("list_id", "text", Said("The list's id", "목록 식별자")), Property("category", "text", Said("Category", "분류")), _PRODUCTS)),
    Event("Product Clicked", "shopping", Said("A product was chosen from a list", "목록에서 상품을 골랐습니다"), (_PRODUCT, _VALUE, CURRENCY)),
    Event("Product Viewed", "shopping", Said("A product was looked at", "상품을 보았습니다"), (_PRODUCT, _VALUE, CURRENCY)),
    Event("Product Added", "shopping", Said("A product went into the cart", "장바구니에 담았습니다"), (Property("cart_id", "text", Said("The cart's id", "장바구니 식별자")), _PRODUCT, _VALUE, CURRENCY)),
    Event("Product Removed", "shopping", Said("A product was taken out of the cart", "장바구니에서 뺐습니다"), (Property("cart_id", "text", Said("The cart's id", "장바구니 식별자")), _PRODUCT, _VALUE, CURRENCY)),
    Event("Cart Viewed", "shopping", Said("The cart was looked at", "장바구니를 보았습니다"), (Property("cart_id", "text", Said("The cart's id", "장바구니 식별자")), _PRODUCTS)),
    Event("Checkout Started", "shopping", Said("Paying was begun", "결제를 시작했습니다"), (_ORDER, *_AMOUNTS)),
    Event("Coupon Applied", "shopping", Said("A coupon was used", "쿠폰을 적용했습니다"), (Property("coupon_id", "text", Said("The coupon's id", "쿠폰 식별자")), Property("discount", "money", Said("What it took off", "할인 금액")))),
    Event("Product Added to Wishlist", "shopping", Said("A product was wished for", "찜했습니다"), (_PRODUCT, _VALUE, CURRENCY)),
    Event("Product Reviewed", "shopping", Said("A product was reviewed", "상품을 평가했습니다"), (_PRODUCT, Property("rating", "number", Said("Stars", "별점")), Property("review_body", "text", Said("What was written", "후기")))),
)  # fmt: skip

_SUBSCRIPTION = Property(
    "subscription_id", "text", Said("The subscription's id", "구독번호"), is_required=True
)
_PLAN = Property("plan", "text", Said("Plan", "요금제"))
_TERMS = (
    _SUBSCRIPTION,
    _PLAN,
    Property("mrr_amount", "money", Said("What is paid a month, before tax", "월 반복 매출(세금 제외)")),
    CURRENCY,
    Property("quantity", "count", Said("Seats", "좌석 수")),
)
_REASON = Property(
    "reason",
    "text",
    Said("Why, as recorded: a code of the causes, or free text", "사유: 원인 코드나 자유 문장"),
)

_SUBSCRIPTIONS = (
    Event("Trial Started", "subscriptions", Said("A trial began", "체험이 시작되었습니다"), (*_TERMS, Property("trial_ends_at", "moment", Said("When the trial ends", "체험 종료 시각")))),
    Event("Trial Ended", "subscriptions", Said("A trial ended; if it was not converted, so did the subscription", "체험이 끝났습니다. 전환되지 않았다면 구독도 끝납니다"), (_SUBSCRIPTION, Property("is_converted", "truth", Said("Whether it goes on as a paid one", "유료 전환 여부")))),
    Event("Subscription Started", "subscriptions", Said("A paid subscription began", "유료 구독이 시작되었습니다"), _TERMS),
    Event("Subscription Changed", "subscriptions", Said("Plan, price, seats or standing changed from now on", "요금제, 가격, 좌석, 상태가 바뀌었습니다"), (*_TERMS, Property("status", "text", Said("active or past_due", "active 또는 past_due")))),
    Event("Subscription Paused", "subscriptions", Said("Nothing is paid for a while", "결제가 잠시 멈추었습니다"), (_SUBSCRIPTION, Property("resumes_at", "moment", Said("When it goes on, if known", "재개 예정 시각")))),
    Event("Subscription Resumed", "subscriptions", Said("A paused subscription goes on", "멈춘 구독이 다시 시작되었습니다"), _TERMS),
    Event("Subscription Cancelled", "subscriptions", Said("The customer gave notice; it still runs until it ends", "해지를 신청했습니다. 종료일까지는 이어집니다"), (_SUBSCRIPTION, Property("ends_at", "moment", Said("When it will end", "종료 예정 시각")), _REASON)),
    Event("Subscription Ended", "subscriptions", Said("The subscription is over", "구독이 끝났습니다"), (_SUBSCRIPTION, _REASON)),
)  # fmt: skip

_INVOICE = (
    Property("invoice_id", "text", Said("The invoice's id", "청구서 번호"), is_required=True),
    Property("subscription_id", "text", Said("The subscription that it is for", "구독번호")),
    Property("amount", "money", Said("What was charged", "청구 금액")),
    CURRENCY,
)
_INVOICES = (
    Event("Invoice Paid", "invoices", Said("An invoice was paid", "청구 금액이 결제되었습니다"), _INVOICE),
    Event("Invoice Failed", "invoices", Said("Charging an invoice failed", "청구 결제가 실패했습니다"), (*_INVOICE, _REASON, Property("attempt_count", "count", Said("How often it was tried", "시도 횟수")), Property("next_attempt_at", "moment", Said("When it is tried again", "다음 시도 시각")))),
)  # fmt: skip

_MESSAGE = (
    Property("message_id", "text", Said("The message's id", "메시지 번호"), is_required=True),
    Property("channel", "text", Said("email, sms, push, ...", "채널: email, sms, push 등")),
    Property("campaign", "text", Said("Campaign or journey it belongs to", "캠페인")),
)
_MESSAGES = (
    Event("Message Sent", "messages", Said("A message was handed over", "메시지를 보냈습니다"), _MESSAGE),
    Event("Message Delivered", "messages", Said("It arrived", "도착했습니다"), _MESSAGE),
    Event("Message Opened", "messages", Said("It was opened", "열어 보았습니다"), _MESSAGE),
    Event("Message Clicked", "messages", Said("A link in it was followed", "링크를 눌렀습니다"), (*_MESSAGE, Property("url", "text", Said("The link", "링크")))),
    Event("Message Bounced", "messages", Said("It came back", "반송되었습니다"), _MESSAGE),
    Event("Message Complained", "messages", Said("It was reported as unwanted", "수신을 원하지 않는다고 신고했습니다"), _MESSAGE),
    Event("Message Unsubscribed", "messages", Said("No more of these, please", "수신을 거부했습니다"), (*_MESSAGE, Property("purpose", "text", Said("What no longer to send; empty: everything", "거부한 종류. 비우면 전체")))),
)  # fmt: skip

_SURVEY = Property(
    "survey", "text", Said("nps, csat, ces or the survey's own name", "설문 종류"), is_required=True
)
_ANSWERS = (
    Event("Survey Shown", "answers", Said("A survey was shown", "설문을 보여 주었습니다"), (_SURVEY,)),
    Event("Survey Answered", "answers", Said("A survey was answered", "설문에 응답했습니다"),
          (_SURVEY, Property("answer_id", "text", Said("The answer's id; an answer sent again replaces it", "응답 번호. 다시 보내면 바꿉니다")),
           Property("score", "number", Said("The number that was chosen", "점수")), Property("comment", "text", Said("What was written", "의견")))),
)  # fmt: skip

_CASE = Property("case_id", "text", Said("The ticket's id", "문의 번호"), is_required=True)
_ABOUT = (
    _CASE,
    Property("topic", "text", Said("What it is about", "주제")),
    Property("priority", "text", Said("Priority", "우선순위")),
)
_TICKETS = (
    Event("Case Opened", "tickets", Said("Somebody asked for help", "문의가 접수되었습니다"), _ABOUT),
    Event("Case Replied", "tickets", Said("A person of ours replied", "담당자가 답변했습니다"), (_CASE,)),
    Event("Case Resolved", "tickets", Said("It was solved", "해결되었습니다"), (_CASE,)),
    Event("Case Closed", "tickets", Said("It was closed", "종료되었습니다"), (_CASE,)),
    Event("Case Reopened", "tickets", Said("It was not solved after all", "다시 열렸습니다"), (_CASE,)),
)  # fmt: skip

_EXPOSURES = (
    Event("Experiment Viewed", "exposures", Said("Somebody was shown an arm of an experiment", "실험군을 보았습니다"),
          (Property("experiment_id", "text", Said("The experiment's name", "실험 이름"), is_required=True), Property("variation_id", "text", Said("The arm", "실험군"), is_required=True))),
)  # fmt: skip

_SCORES = (
    Event("Score Given", "scores", Said("A model gave a person a score, or its band changed", "모형이 점수를 매겼거나 등급이 바뀌었습니다"),
          (Property("name", "text", Said("Name of the score, such as churn", "점수 이름"), is_required=True), Property("value", "number", Said("The score", "점수 값")), Property("band", "text", Said("Band of the score, such as high", "점수 등급")))),
)  # fmt: skip

_ACCOUNTS = (
    Event("Signed Up", "accounts", Said("A user account was made", "가입했습니다"), (Property("channel", "text", Said("Where the person came from", "유입 경로")),)),
    Event("Signed In", "accounts", Said("A user signed in", "로그인했습니다")),
    Event("Signed Out", "accounts", Said("A user signed out", "로그아웃했습니다")),
    Event("Account Deleted", "accounts", Said("A user account was deleted by its user", "계정을 삭제했습니다"), (_REASON,)),
)  # fmt: skip

_ASKED = (
    Property(
        "channel", "text", Said("email, sms, kakao, push or phone", "email, sms, kakao, push, phone 중 하나")
    ),
    Property(
        "purpose",
        "text",
        Said(
            "What for: marketing, night_marketing, personal_data, ...",
            "목적: marketing, night_marketing, personal_data 등",
        ),
    ),
    Property("wording", "text", Said("What they were shown", "보여 준 문구")),
)
_CONSENT = (
    Event("Consent Given", "consent", Said("Somebody agreed; believed only from a server or a signed page", "동의했습니다. 서버나 서명된 페이지가 보낸 것만 사실로 봅니다"), _ASKED),
    Event("Consent Refused", "consent", Said("Somebody was asked and said no", "물었고 거부했습니다"), _ASKED),
    Event("Consent Withdrawn", "consent", Said("Somebody agreed before and does not any more", "동의를 철회했습니다"), _ASKED),
)  # fmt: skip

_WHERE = (
    Property("url", "text", Said("Address", "주소")),
    Property("path", "text", Said("Path of the address", "경로")),
    Property("title", "text", Said("Title", "제목")),
    Property("referrer", "text", Said("Where the visitor came from", "이전 주소")),
)
PAGE_VIEWED: Final = "Page Viewed"
"""What a message of type `page` is called."""
SCREEN_VIEWED: Final = "Screen Viewed"
"""What a message of type `screen` is called."""
_VISITS = (
    Event(PAGE_VIEWED, "visits", Said("A page was looked at (type `page`)", "페이지를 보았습니다(`page` 유형)"), _WHERE),
    Event(SCREEN_VIEWED, "visits", Said("A screen of an app was looked at (type `screen`)", "앱 화면을 보았습니다(`screen` 유형)"), _WHERE[2:3]),
)  # fmt: skip

EVENTS: Final[dict[str, Event]] = {
    each.name: each
    for family in (
        _VISITS, _ORDERS, _SHOPPING, _SUBSCRIPTIONS, _INVOICES, _MESSAGES, _ANSWERS, _TICKETS, _EXPOSURES, _SCORES, _ACCOUNTS, _CONSENT,
    )
    for each in family
}  # fmt: skip
"""Every event with a meaning, by its name."""


def names_of(family: str) -> tuple[str, ...]:
    """The names of one family, as projections ask for them."""
    return tuple(each.name for each in EVENTS.values() if each.family == family)
