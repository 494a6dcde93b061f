"""Which noun is a table, and which of its headings is which column? By name, English and Korean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dangol.core.schema import NOUNS

# What a file may say of an order or a subscription that is worked into other columns and not kept itself.
WORKED_IN: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "orders": {
        "unit_price": ("unit_price", "unitprice", "price", "price_each", "item_price", "lineitem_price", "sale_price",
                       "단가", "판매단가", "판매가", "상품단가", "상품가격", "개당가격"),
        "status": ("financial_status", "order_status", "payment_status", "status", "state",
                   "주문상태", "결제상태", "처리상태", "주문처리상태", "상태", "클레임상태"),
    },
    "subscriptions": {
        "interval": ("interval", "billing_interval", "billing_period", "billing_cycle", "결제주기", "청구주기"),
    },
}  # fmt: skip

# Headings that say that a row is one line of an order rather than an order.
LINE_HEADINGS: Final = frozenset(
    ("stockcode", "description", "sku", "product", "productid", "productname", "productcode", "item", "itemname",
     "lineitemname", "lineitemsku", "lineitemquantity", "상품명", "상품번호", "상품코드", "품목", "품목명", "제품명", "옵션", "옵션명",
     "옵션정보", "품번"),
)  # fmt: skip

# The columns without which a table is not that noun: each inner tuple is satisfied by any one of its words.
# The order is the order of trial.
MUSTS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "exposures": (("person_id",), ("experiment",), ("arm",), ("exposed_at", "exposed_on")),
    "subscriptions": (
        ("person_id",),
        ("started_on",),
        ("mrr_amount",),
        ("ended_on", "subscription_id", "plan", "status", "interval"),
    ),
    "messages": (
        ("person_id",),
        ("sent_at", "sent_on"),
        ("message_id", "campaign", "channel", "opened_at", "clicked_at", "is_bounced"),
    ),
    "tickets": (
        ("person_id",),
        ("opened_at", "opened_on"),
        ("ticket_id", "topic", "replied_at", "resolved_at", "priority"),
    ),
    "answers": (("person_id",), ("answered_at", "answered_on"), ("score", "comment")),
    "events": (("person_id",), ("name",), ("occurred_at", "occurred_on")),
    "orders": (
        ("person_id",),
        ("ordered_at", "ordered_on"),
        ("amount", "unit_price", "order_id", "item_count"),
    ),
    "scores": (("person_id",), ("name",), ("value", "band"), ("scored_on",)),
    "trait_changes": (("person_id",), ("name",), ("value",), ("changed_at", "changed_on")),
    "people": (
        ("person_id",),
        ("joined_on", "name", "email", "account_id", "channel", "country", "plan", "referrer_id", "traits"),
    ),
    "accounts": (("account_id",), ("name", "plan", "industry", "owner", "created_on", "seats_count")),
}

# A moment that any noun may have; used when none of the noun's own headings is there.
PLAIN_MOMENTS: Final = ("date", "datetime", "timestamp", "time", "created_at", "created", "day", "날짜", "일자", "일시",
                        "시각", "등록일", "등록일시", "작성일", "작성일시", "생성일", "생성일시")  # fmt: skip
MOMENT: Final[Mapping[str, str]] = {
    "exposures": "exposed_at", "messages": "sent_at", "tickets": "opened_at", "answers": "answered_at",
    "events": "occurred_at", "orders": "ordered_at", "subscriptions": "started_on",
    "trait_changes": "changed_at",
}  # fmt: skip

# Headings that tables of any noun have; what is found by these alone proves nothing.
_UNTELLING: Final = frozenset(
    ("id", "no", "번호", "date", "datetime", "timestamp", "time", "createdat", "created", "day", "amount", "price",
     "금액", "status", "state", "상태", "날짜", "일자", "일시", "시각", "등록일", "등록일시", "작성일", "작성일시", "생성일", "생성일시"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """A noun, and the heading of each of its columns."""

    noun: str
    headings: Mapping[str, str]

    @property
    def missing(self) -> tuple[tuple[str, ...], ...]:
        """What it lacks to be that noun."""
        return tuple(must for must in MUSTS[self.noun] if not set(must) & set(self.headings))


def plain(heading: str) -> str:
    """A heading without case, spaces, marks and units: `Order Date (UTC)` and order_date are the same."""
    text = unicodedata.normalize("NFKC", heading).casefold().strip()
    bare = re.sub(r"[(\[].*?[)\]]", "", text) or text
    return re.sub(r"[^0-9a-z가-힣]", "", bare)


def guess(noun: str, headings: Sequence[str], given: Mapping[str, str] | None = None) -> Guess:
    """The columns of a noun among these headings; what was given is not searched for."""
    free = {plain(heading): heading for heading in reversed(headings)}
    found = dict(given or {})
    for heading in found.values():
        free.pop(plain(heading), None)
    for column, names in _candidates(noun).items():
        if column in found:
            continue
        name = next((name for name in names if name in free), None)
        if name is not None:
            found[column] = free.pop(name)
    return Guess(noun, found)


def noun_of(headings: Sequence[str], given: Mapping[str, str] | None = None) -> Guess | None:
    """The first noun that has all it must have; None when there is none."""
    exact = [each for noun in NOUNS if not given and (each := _exact(noun, headings))]
    if exact:
        return max(exact, key=lambda each: len(each.headings))
    tried = (guess(noun, headings, _relevant(noun, given)) for noun in MUSTS)
    return next((each for each in tried if not each.missing and _is_likely(each)), None)


def targets(noun: str) -> frozenset[str]:
    """The columns a heading may be mapped to."""
    return frozenset(NOUNS[noun].dtypes) | frozenset(WORKED_IN.get(noun, {}))


def is_utc(heading: str) -> bool:
    """Whether a heading says that its times are in UTC, as `Created (UTC)` does."""
    return bool(re.search(r"\b(utc|gmt)\b", heading, re.IGNORECASE))


def _relevant(noun: str, given: Mapping[str, str] | None) -> dict[str, str]:
    return {column: heading for column, heading in (given or {}).items() if column in targets(noun)}


def _exact(noun: str, headings: Sequence[str]) -> Guess | None:
    """A table that already has the names of the schema, and nothing else."""
    dtypes = NOUNS[noun].dtypes
    if not set(headings) <= set(dtypes):
        return None
    found = Guess(noun, {heading: heading for heading in headings})
    return None if found.missing else found


def _candidates(noun: str) -> dict[str, tuple[str, ...]]:
    """Plain headings by column, the most telling first; an `id` that says no more comes last."""
    columns = {c.name: (c.name, *c.headings) for c in NOUNS[noun].columns if c.name not in ("external_id",)}
    columns |= WORKED_IN.get(noun, {})
    if noun in MOMENT:
        columns[MOMENT[noun]] = (*columns[MOMENT[noun]], *PLAIN_MOMENTS)
    first = "account_id" if noun == "accounts" else "person_id"
    ordered = {first: columns[first], **columns}
    key = NOUNS[noun].key[:1]
    if key and key[0] != first:
        ordered[key[0]] = (*ordered[key[0]], "id", "no", "번호")
    return {column: tuple(dict.fromkeys(map(plain, names))) for column, names in ordered.items()}


def _is_likely(each: Guess) -> bool:
    """Whether what was found is telling: an `id`, a `date` and an `amount` alone could be any noun's."""
    found = {column: plain(heading) for column, heading in each.headings.items()}
    telling = {column for column, heading in found.items() if heading not in _UNTELLING}
    if each.noun == "events":
        is_weak = found["name"] in ("name", "action", "type", "activity")
        return not is_weak or ("occurred_at" in telling and "amount" not in found)
    if each.noun == "answers":
        return "answered_at" in telling or "score" in telling
    if each.noun == "messages":
        return "sent_at" in telling or bool(telling & {"campaign", "opened_at", "clicked_at", "is_bounced"})
    if each.noun == "tickets":
        return "opened_at" in telling or bool(telling & {"ticket_id", "replied_at", "resolved_at"})
    if each.noun == "subscriptions":
        return bool(telling & {"ended_on", "mrr_amount", "subscription_id", "interval"})
    return True
