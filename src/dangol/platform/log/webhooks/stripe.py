"""What does an event of Stripe say in our words? Customers, subscriptions, invoices, payments and refunds.

A customer is called by Stripe's customer id. Where the business writes its own id into the metadata
(`metadata.user_id`), that is the userId and Stripe's is the anonymousId, which the two tie together. Each message
carries the moment and an id made of the event's own, so that a call that comes again is once in the log.
Stripe's way to write money and states: docs.stripe.com/api (events, subscriptions, invoices, charges).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from dangol.platform.log.webhooks.terms import money, terms

Object = dict[str, Any]
Told = Iterator[tuple[str, Object]]
"""Names of our events with their properties."""

_REASONS: Final = {
    "too_expensive": "price",
    "missing_features": "missing_feature",
    "switched_service": "competitor",
    "unused": "onboarding_failed",
    "customer_service": "poor_support",
    "too_complex": "onboarding_failed",
    "payment_failed": "payment_failure",
    "payment_disputed": "payment_failure",
    "low_quality": "other",
    "other": "other",
}
"""Stripe's feedback as codes of our causes."""


def messages_of(event: Object, *, uses_metadata: bool = False) -> Iterator[Object]:
    """The messages of the Segment specification that an event becomes; none for events without a meaning here."""
    told = event["data"]
    thing, before = told["object"], told.get("previous_attributes") or {}
    moment = _moment(event["created"])
    who = _who(thing, uses_metadata=uses_metadata)
    for index, message in enumerate(_messages(event["type"], thing, before)):
        yield message | who | {"messageId": f"stripe:{event['id']}:{index}", "timestamp": moment}


def _messages(kind: str, thing: Object, before: Object) -> Iterator[Object]:
    if kind in ("customer.created", "customer.updated"):
        yield {"type": "identify", "traits": _present(_traits(thing))}
        return
    tell = _TELL.get(kind)
    for name, properties in tell(thing, before) if tell else ():
        yield {"type": "track", "event": name, "properties": _present(properties)}


def _present(told: Object) -> Object:
    return {key: value for key, value in told.items() if value is not None}


def _traits(customer: Object) -> Object:
    return {
        "email": customer.get("email"),
        "name": customer.get("name"),
        "phone": customer.get("phone"),
        "country": (customer.get("address") or {}).get("country"),
        "stripe_customer_id": customer["id"],
    }


def _who(thing: Object, *, uses_metadata: bool) -> Object:
    """Whose event it is; a guest of the checkout has no customer id."""
    customer = thing["id"] if thing.get("object") == "customer" else _id(thing.get("customer"))
    if not uses_metadata:
        return {"userId": customer} if customer else {"anonymousId": f"stripe:{thing['id']}"}
    own = _own_id(thing)
    return ({"userId": own} if own else {}) | {"anonymousId": customer or f"stripe:{thing['id']}"}


def _own_id(thing: Object) -> str | None:
    """The id that the business itself gave, from the metadata of the object or of its subscription."""
    parent = (
        (thing.get("parent") or {}).get("subscription_details") or thing.get("subscription_details") or {}
    )
    for metadata in (thing.get("metadata"), parent.get("metadata")):
        found = (metadata or {}).get("user_id") or (metadata or {}).get("userId")
        if found:
            return str(found)
    return None


def _id(told: Any) -> str | None:
    """An id, where Stripe gives either that or the whole object."""
    return told.get("id") if isinstance(told, dict) else told


# Subscriptions


def _created(thing: Object, _: Object) -> Told:
    if thing["status"] == "trialing":
        yield "Trial Started", terms(thing) | {"trial_ends_at": _moment(thing.get("trial_end"))}
    elif thing["status"] in ("active", "past_due"):
        yield "Subscription Started", terms(thing)


def _updated(thing: Object, before: Object) -> Told:
    yield from _new_status(thing, before)
    if "pause_collection" in before:
        yield from _paused(thing, bool(thing.get("pause_collection")), bool(before["pause_collection"]))
    if _is_ending(thing) and not _was_ending(thing, before):
        yield (
            "Subscription Cancelled",
            {
                "subscription_id": thing["id"],
                "ends_at": _moment(thing.get("cancel_at") or _period_end(thing)),
                "reason": _reason(thing),
            },
        )


def _new_status(thing: Object, before: Object) -> Told:
    now, was = thing["status"], before.get("status")
    if was == "trialing" and now in ("active", "past_due"):
        yield "Trial Ended", {"subscription_id": thing["id"], "is_converted": True}
        yield "Subscription Started", terms(thing)
    elif was in ("incomplete", "unpaid") and now == "active":
        yield "Subscription Started", terms(thing)
    elif "paused" in (was, now) and was is not None:
        yield from _paused(thing, now == "paused", was == "paused")
    elif now != "trialing" and (was in ("active", "past_due") or _is_repriced(before)):
        yield "Subscription Changed", terms(thing)


def _is_repriced(before: Object) -> bool:
    return any(name in before for name in ("items", "plan", "quantity", "discount", "discounts"))


def _paused(thing: Object, is_paused: bool, was_paused: bool) -> Told:
    if is_paused and not was_paused:
        resumes = (thing.get("pause_collection") or {}).get("resumes_at")
        yield "Subscription Paused", {"subscription_id": thing["id"], "resumes_at": _moment(resumes)}
    elif was_paused and not is_paused:
        yield "Subscription Resumed", terms(thing)


def _is_ending(thing: Object) -> bool:
    return bool(thing.get("cancel_at_period_end") or thing.get("cancel_at"))


def _was_ending(thing: Object, before: Object) -> bool:
    changed = "cancel_at_period_end" in before or "cancel_at" in before
    return _is_ending({**thing, **before}) if changed else _is_ending(thing)


def _period_end(thing: Object) -> int | None:
    """Since 2025 the period stands with the items."""
    items = (thing.get("items") or {}).get("data") or []
    return thing.get("current_period_end") or next((each.get("current_period_end") for each in items), None)


def _deleted(thing: Object, _: Object) -> Told:
    trial_end, ended = thing.get("trial_end"), thing.get("ended_at") or thing.get("canceled_at")
    if trial_end and ended and ended <= trial_end:
        yield "Trial Ended", {"subscription_id": thing["id"], "is_converted": False}
    yield "Subscription Ended", {"subscription_id": thing["id"], "reason": _reason(thing)}


def _reason(thing: Object) -> str | None:
    """What the customer chose, then what they wrote, then why Stripe ended it."""
    told = thing.get("cancellation_details") or {}
    return (
        _REASONS.get(told.get("feedback") or "")
        or told.get("comment")
        or _REASONS.get(told.get("reason") or "")
    )


# Invoices, payments, refunds


def _invoice(thing: Object, amount: int) -> Object:
    parent = (thing.get("parent") or {}).get("subscription_details") or {}
    return {
        "invoice_id": thing["id"],
        "subscription_id": _id(thing.get("subscription") or parent.get("subscription")),
        "amount": money(amount, thing["currency"]),
        "currency": thing["currency"].upper(),
    }


def _invoice_paid(thing: Object, _: Object) -> Told:
    yield "Invoice Paid", _invoice(thing, thing["amount_paid"])


def _invoice_failed(thing: Object, _: Object) -> Told:
    yield (
        "Invoice Failed",
        _invoice(thing, thing["amount_due"])
        | {
            "attempt_count": thing.get("attempt_count"),
            "next_attempt_at": _moment(thing.get("next_payment_attempt")),
            "reason": "payment_failure",
        },
    )


def _is_of_invoice(charge: Object) -> bool:
    """A charge for an invoice is told by the invoice; newer versions only say so in its description."""
    told = charge.get("description") or ""
    return bool(charge.get("invoice")) or told.startswith(("Subscription ", "Payment for Invoice"))


def _order(charge: Object, amount: int) -> Object:
    return {
        "order_id": _id(charge.get("payment_intent")) or charge["id"],
        "total": money(amount, charge["currency"]),
        "currency": charge["currency"].upper(),
    }


def _charged(charge: Object, _: Object) -> Told:
    if not _is_of_invoice(charge):
        yield "Order Completed", _order(charge, charge["amount"])


def _refunded(charge: Object, before: Object) -> Told:
    amount = charge["amount_refunded"] - (before.get("amount_refunded") or 0)
    if amount > 0 and not _is_of_invoice(charge):
        refund = f"{charge['id']}:{charge['amount_refunded']}"
        yield "Order Refunded", _order(charge, amount) | {"refund_id": refund}


_TELL: Final[dict[str, Callable[[Object, Object], Told]]] = {
    "customer.subscription.created": _created,
    "customer.subscription.updated": _updated,
    "customer.subscription.deleted": _deleted,
    "invoice.paid": _invoice_paid,
    "invoice.payment_failed": _invoice_failed,
    "charge.succeeded": _charged,
    "charge.refunded": _refunded,
}

KINDS: Final = ("customer.created", "customer.updated", *_TELL)
"""The events that Stripe should send; others are answered and left."""


def _moment(seconds: Any) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC).isoformat()
