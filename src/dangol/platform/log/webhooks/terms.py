"""What does a subscription of Stripe cost a month? Its items, by their intervals, less its discounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

Object = dict[str, Any]

_NO_DECIMALS: Final = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "JPY",
        "KMF",
        "KRW",
        "MGA",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE_DECIMALS: Final = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
_DAYS_A_MONTH: Final = Decimal("365.25") / 12
_MONTHS: Final = {
    "day": 1 / _DAYS_A_MONTH,
    "week": 7 / _DAYS_A_MONTH,
    "month": Decimal(1),
    "year": Decimal(12),
}
"""How many months an interval has."""


def money(amount: Any, currency: str) -> str:
    """Whole units of the currency; Stripe counts in its smallest one."""
    code = currency.upper()
    digits = 0 if code in _NO_DECIMALS else 3 if code in _THREE_DECIMALS else 2
    return f"{Decimal(str(amount)).scaleb(-digits):f}"


def terms(subscription: Object) -> Object:
    """Plan, monthly amount, currency, seats and standing."""
    items = (subscription.get("items") or {}).get("data") or []
    currency = subscription.get("currency") or next((_price(each)["currency"] for each in items), "usd")
    prices = [_price(each) for each in items]
    plans = [str(each.get("nickname") or each.get("lookup_key") or each["id"]) for each in prices]
    a_month = sum((_a_month(each) for each in items), Decimal(0))
    for discount in _discounts(subscription):
        a_month = _less(a_month, discount, items)
    return {
        "subscription_id": subscription["id"],
        "plan": " + ".join(plans) or None,
        "mrr_amount": money(a_month.quantize(Decimal("0.01")), currency),
        "currency": currency.upper(),
        "quantity": sum(each.get("quantity") or 0 for each in items) or None,
        "status": "past_due" if subscription["status"] in ("past_due", "unpaid") else "active",
    }


def _price(item: Object) -> Object:
    found: Object = item.get("price") or item["plan"]
    return found


def _a_month(item: Object) -> Decimal:
    """The smallest units that an item brings a month; what is metered is not known beforehand."""
    price = _price(item)
    amount = price.get("unit_amount_decimal") or price.get("unit_amount") or price.get("amount") or 0
    return Decimal(str(amount)) * (item.get("quantity") or 0) / _months(price)


def _months(price: Object) -> Decimal:
    told = price.get("recurring") or price
    return _MONTHS.get(told.get("interval", "month"), Decimal(1)) * (told.get("interval_count") or 1)


def _discounts(subscription: Object) -> list[Object]:
    told = [subscription.get("discount"), *(subscription.get("discounts") or [])]
    coupons = [
        each.get("coupon") or (each.get("source") or {}).get("coupon")
        for each in told
        if isinstance(each, dict)
    ]
    return [each for each in coupons if isinstance(each, dict) and each.get("duration") != "once"]


def _less(a_month: Decimal, coupon: Object, items: list[Object]) -> Decimal:
    if coupon.get("percent_off"):
        return a_month * (100 - Decimal(str(coupon["percent_off"]))) / 100
    off = Decimal(str(coupon.get("amount_off") or 0))
    return max(Decimal(0), a_month - off / (_months(_price(items[0])) if items else 1))
