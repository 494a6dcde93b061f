"""Do signed calls of other programs become the right events, once, in their documented wire formats?"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from dangol.core.errors import RequestError
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.log import actions
from dangol.platform.log.actions import sources as source_actions
from dangol.platform.log.models import Envelope
from dangol.platform.log.vocabulary import EVENTS
from dangol.platform.log.webhooks import generic, stripe
from dangol.platform.log.webhooks.signatures import is_signed_by_standard, is_signed_by_stripe
from tests_support.brought import asked
from tests_support.door import Answer, Call, ask

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
SECRET = "whsec_test_secret"
STANDARD = "whsec_" + base64.b64encode(b"k" * 24).decode()


def stripe_signature(body: bytes, secret: str = SECRET, moment: int = SECONDS) -> str:
    """As docs.stripe.com/webhooks says that it is made."""
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={'0' * 64},v1={signed},v0=ignored"


def standard_headers(body: bytes, name: str = "msg_1", moment: int = SECONDS) -> list[tuple[str, str]]:
    """As the standardwebhooks specification says that they are made."""
    key = base64.b64decode(STANDARD.removeprefix("whsec_"))
    signed = hmac.new(key, f"{name}.{moment}.".encode() + body, hashlib.sha256).digest()
    return [
        ("webhook-id", name),
        ("webhook-timestamp", str(moment)),
        (
            "webhook-signature",
            f"v1a,{base64.b64encode(b'no').decode()} v1,{base64.b64encode(signed).decode()}",
        ),
    ]


def subscription(**fields: Any) -> dict[str, Any]:
    """A subscription as Stripe sends it: two seats of a plan of 10.00 USD a month."""
    price = {
        "id": "price_1",
        "nickname": "Pro",
        "unit_amount": 1000,
        "currency": "usd",
        "recurring": {"interval": "month", "interval_count": 1},
    }
    return {
        "id": "sub_1", "object": "subscription", "customer": "cus_ann", "status": "active", "currency": "usd",
        "items": {"object": "list", "data": [{"id": "si_1", "quantity": 2, "price": price, "current_period_end": SECONDS + 86_400}]},
        "cancel_at_period_end": False, "cancel_at": None, "pause_collection": None, "trial_end": None, "metadata": {},
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
    } | fields  # fmt: skip


def event(kind: str, thing: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """An event of Stripe around an object."""
    data = {"object": thing} | ({"previous_attributes": before} if before is not None else {})
    return {
        "id": "evt_1",
        "object": "event",
        "created": SECONDS,
        "type": kind,
        "data": data,
        "livemode": True,
    }


def told(kind: str, thing: dict[str, Any], before: dict[str, Any] | None = None) -> list[tuple[str, Any]]:
    """Names and properties of the events that it becomes; each is in the vocabulary, with known properties."""
    found = list(stripe.messages_of(event(kind, thing, before)))
    for each in found:
        assert each["userId"] == "cus_ann"
        assert each["timestamp"] == "2026-03-02T09:00:00+00:00"
        known = {one.name for one in EVENTS[each["event"]].properties}
        assert set(each["properties"]) <= known | {"status"}
    assert [each["messageId"] for each in found] == [f"stripe:evt_1:{n}" for n in range(len(found))]
    return [(each["event"], each["properties"]) for each in found]


TERMS = {"subscription_id": "sub_1", "plan": "Pro", "mrr_amount": "20.0000", "currency": "USD", "quantity": 2, "status": "active"}  # fmt: skip


def test_a_subscription_from_trial_to_end() -> None:
    trial = subscription(status="trialing", trial_end=SECONDS + 86_400)
    assert told("customer.subscription.created", trial) == [
        ("Trial Started", TERMS | {"trial_ends_at": "2026-03-03T09:00:00+00:00"})
    ]
    assert told("customer.subscription.updated", subscription(), {"status": "trialing"}) == [
        ("Trial Ended", {"subscription_id": "sub_1", "is_converted": True}),
        ("Subscription Started", TERMS),
    ]
    assert told("customer.subscription.created", subscription()) == [("Subscription Started", TERMS)]
    assert told("customer.subscription.created", subscription(status="incomplete")) == []
    assert told("customer.subscription.updated", subscription(), {"status": "incomplete"}) == [
        ("Subscription Started", TERMS)
    ]
    ended = subscription(
        status="canceled", ended_at=SECONDS, cancellation_details={"feedback": "too_expensive"}
    )
    assert told("customer.subscription.deleted", ended) == [
        ("Subscription Ended", {"subscription_id": "sub_1", "reason": "price"})
    ]


def test_changes_of_a_subscription() -> None:
    kind = "customer.subscription.updated"
    assert told(kind, subscription(), {"items": {}}) == [("Subscription Changed", TERMS)]
    assert told(kind, subscription(status="past_due"), {"status": "active"})[0][1]["status"] == "past_due"
    assert told(kind, subscription(), {"latest_invoice": "in_0"}) == []
    leaving = subscription(cancel_at_period_end=True, cancellation_details={"comment": "moving abroad"})
    assert told(kind, leaving, {"cancel_at_period_end": False}) == [
        ("Subscription Cancelled",
         {"subscription_id": "sub_1", "ends_at": "2026-03-03T09:00:00+00:00", "reason": "moving abroad"})
    ]  # fmt: skip
    assert told(kind, leaving, {"cancellation_details": {}}) == []
    paused = subscription(pause_collection={"behavior": "void", "resumes_at": SECONDS})
    assert told(kind, paused, {"pause_collection": None}) == [
        ("Subscription Paused", {"subscription_id": "sub_1", "resumes_at": "2026-03-02T09:00:00+00:00"})
    ]
    assert told(kind, subscription(), {"pause_collection": {"behavior": "void"}}) == [
        ("Subscription Resumed", TERMS)
    ]


def test_a_trial_that_is_not_converted() -> None:
    ended = subscription(status="canceled", ended_at=SECONDS, trial_end=SECONDS)
    assert [name for name, _ in told("customer.subscription.deleted", ended)] == [
        "Trial Ended", "Subscription Ended",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("price", "quantity", "a_month"),
    [
        ({"unit_amount": 12000, "currency": "usd", "recurring": {"interval": "year", "interval_count": 1}}, 1, "10.0000"),
        ({"unit_amount": 29900, "currency": "krw", "recurring": {"interval": "month", "interval_count": 1}}, 1, "29900.00"),
        ({"unit_amount": 700, "currency": "usd", "recurring": {"interval": "week", "interval_count": 1}}, 1, "30.4375"),
        ({"unit_amount_decimal": "0.5", "currency": "usd", "recurring": {"interval": "month", "interval_count": 1}}, 1000, "5.0000"),
        ({"unit_amount": 3000, "currency": "usd", "recurring": {"interval": "month", "interval_count": 3}}, 1, "10.0000"),
    ],
)  # fmt: skip
def test_every_interval_is_told_a_month(price: dict[str, Any], quantity: int, a_month: str) -> None:
    thing = subscription(
        currency=price["currency"], items={"data": [{"quantity": quantity, "price": {"id": "p"} | price}]}
    )
    assert told("customer.subscription.created", thing)[0][1]["mrr_amount"] == a_month


def test_a_lasting_discount_counts_and_a_single_one_does_not() -> None:
    half = {"coupon": {"percent_off": 50, "duration": "forever"}}
    once = {"coupon": {"amount_off": 100, "duration": "once"}}
    thing = subscription(discount=half, discounts=["di_1", once])
    assert told("customer.subscription.created", thing)[0][1]["mrr_amount"] == "10.0000"


def test_invoices_and_payments() -> None:
    invoice = {"id": "in_1", "object": "invoice", "customer": "cus_ann", "currency": "usd", "amount_paid": 2000,
               "amount_due": 2000, "attempt_count": 1, "next_payment_attempt": SECONDS, "subscription": "sub_1"}  # fmt: skip
    paid = {"invoice_id": "in_1", "subscription_id": "sub_1", "amount": "20.00", "currency": "USD"}
    assert told("invoice.paid", invoice) == [("Invoice Paid", paid)]
    newer = {k: v for k, v in invoice.items() if k != "subscription"}
    newer["parent"] = {"subscription_details": {"subscription": "sub_1", "metadata": {}}}
    assert told("invoice.paid", newer) == [("Invoice Paid", paid)]
    ((name, failed),) = told("invoice.payment_failed", invoice)
    assert (name, failed["reason"], failed["attempt_count"]) == ("Invoice Failed", "payment_failure", 1)
    charge = {"id": "ch_1", "object": "charge", "customer": "cus_ann", "currency": "krw", "amount": 19900,
              "amount_refunded": 0, "payment_intent": "pi_1", "invoice": None, "description": None}  # fmt: skip
    order = {"order_id": "pi_1", "total": "19900", "currency": "KRW"}
    assert told("charge.succeeded", charge) == [("Order Completed", order)]
    assert told("charge.succeeded", charge | {"invoice": "in_1"}) == []
    refund = charge | {"amount_refunded": 5000}
    assert told("charge.refunded", refund, {"amount_refunded": 2000}) == [
        ("Order Refunded", order | {"total": "3000", "refund_id": "ch_1:5000"})
    ]


def test_customers_and_their_ids() -> None:
    customer = {"id": "cus_ann", "object": "customer", "email": "ann@example.com", "name": None,
                "address": {"country": "KR"}, "metadata": {"user_id": "ann"}}  # fmt: skip
    (identify,) = stripe.messages_of(event("customer.created", customer))
    assert identify["userId"] == "cus_ann"
    assert identify["traits"] == {
        "email": "ann@example.com",
        "country": "KR",
        "stripe_customer_id": "cus_ann",
    }
    (own,) = stripe.messages_of(event("customer.created", customer), uses_metadata=True)
    assert (own["userId"], own["anonymousId"]) == ("ann", "cus_ann")
    (later,) = stripe.messages_of(event("customer.subscription.created", subscription()), uses_metadata=True)
    assert "userId" not in later
    assert later["anonymousId"] == "cus_ann"
    guest = {"id": "ch_2", "object": "charge", "customer": None, "currency": "usd", "amount": 500}
    (order,) = stripe.messages_of(event("charge.succeeded", guest))
    assert order["anonymousId"] == "stripe:ch_2"
    assert list(stripe.messages_of(event("payout.paid", {"id": "po_1", "object": "payout"}))) == []


# Signatures


def test_only_stripe_s_own_recent_signature_counts() -> None:
    body = b'{"id":"evt_1"}'

    def signed(told: str, secret: str = SECRET, given: bytes = body) -> bool:
        return is_signed_by_stripe(given, {b"stripe-signature": told.encode()}, secret, NOW)

    right = stripe_signature(body)
    assert signed(right)
    assert not signed(right, given=body + b" ")
    assert not signed(right, secret="whsec_other")
    assert not signed(right, secret="")
    assert not signed(stripe_signature(body, moment=SECONDS - 301))
    assert not signed(stripe_signature(body, moment=SECONDS + 301))
    for broken in (
        "",
        "t=,v1=",
        f"t={SECONDS}",
        f"v1={'0' * 64}",
        "t=x,v1=é",
        f"t={SECONDS},v0={right[-64:]}",
    ):
        assert not signed(broken)


def test_only_a_standard_signature_counts() -> None:
    body = b"{}"
    headers = {name.encode(): value.encode() for name, value in standard_headers(body)}
    assert is_signed_by_standard(body, headers, STANDARD, NOW)
    assert not is_signed_by_standard(b"{} ", headers, STANDARD, NOW)
    assert not is_signed_by_standard(body, headers | {b"webhook-id": b"msg_2"}, STANDARD, NOW)
    assert not is_signed_by_standard(body, {**headers, b"webhook-timestamp": b"1"}, STANDARD, NOW)
    assert not is_signed_by_standard(body, headers, "whsec_???", NOW)
    assert not is_signed_by_standard(body, headers, "", NOW)


# Any program, by a mapping

MAPPING = {
    "each": "$.orders",
    "messages": [
        {
            "when": {"$.state": "paid"}, "type": "track", "event": "Order Completed", "userId": "$.buyer.id",
            "timestamp": "$.paid_at", "properties": {"order_id": "$.id", "total": "$.amount", "items": ["$.lines.0.sku"]},
        }
    ],
}  # fmt: skip


def test_a_mapping_makes_messages_of_any_body() -> None:
    paid = {"id": "o1", "state": "paid", "buyer": {"id": 5}, "amount": 100, "lines": [{"sku": "s"}]}
    body = {"orders": [paid, paid | {"state": "open"}, 5]}
    assert generic.checked_mapping(MAPPING) == MAPPING
    assert list(generic.messages_of(body, MAPPING, "msg_1")) == [
        {"type": "track", "event": "Order Completed", "userId": "5", "messageId": "msg_1:0",
         "properties": {"order_id": "o1", "total": 100, "items": ["s"]}},
    ]  # fmt: skip
    assert list(generic.messages_of({"orders": 5}, MAPPING, "msg_1")) == []


def test_without_a_mapping_the_body_is_the_message() -> None:
    assert list(generic.messages_of({"type": "track"}, None, "m")) == [{"type": "track", "messageId": "m:0"}]
    assert list(generic.messages_of({"batch": [{"messageId": "own"}]}, None, "m")) == [{"messageId": "own"}]


@pytest.mark.parametrize(
    "wrong",
    [
        [], {}, {"messages": []}, {"messages": [{}]}, {"messages": [{"type": "track", "user": "$.id"}]},
        {"messages": [{"type": "track"}], "each": "orders"}, {"messages": [{"type": "track", "when": {"state": 1}}]},
        {"messages": [{"type": "track", "event": "x" * 70_000}]},
    ],
)  # fmt: skip
def test_a_mapping_that_means_nothing_is_refused(wrong: Any) -> None:
    with pytest.raises(RequestError):
        generic.checked_mapping(wrong)


# By HTTP


def kept() -> list[dict[str, Any]]:
    """Every message that is on disk."""
    return [
        json.loads(line) for each in Envelope.objects.order_by("pk") for line in bytes(each.body).split(b"\n")
    ]


def call(key: str, body: bytes, headers: list[tuple[str, str]]) -> Answer:
    """One call of a webhook."""
    return ask(Call(f"/v1/webhooks/{key}", body, headers=headers))[0]


@pytest.mark.django_db(transaction=True)
def test_stripe_calls(clock: Any) -> None:
    clock.set(NOW)
    source = source_actions.make_source(SYSTEM, "Stripe", "webhook", provider="stripe")
    body = json.dumps(event("customer.subscription.created", subscription())).encode()
    headers = [("Stripe-Signature", stripe_signature(body))]
    assert call(source.write_key, body, headers).status == 401  # no secret is kept yet
    actions.keep_signing_secret(SYSTEM, source.id, SECRET)
    assert call("wk_unknown", body, headers).status == 404
    assert call(source.write_key, body + b" ", headers).status == 401
    for _ in range(2):
        assert call(source.write_key, body, headers).status == 200
    first, again = kept()
    assert first == again  # the same id and moment: once in the log
    assert first["event"] == "Subscription Started"
    other = b'{"id": 5}'
    assert call(source.write_key, other, [("Stripe-Signature", stripe_signature(other))]).status == 400


@pytest.mark.django_db(transaction=True)
def test_standard_calls(clock: Any) -> None:
    clock.set(NOW)
    source = source_actions.make_source(SYSTEM, "Any", "webhook")
    actions.keep_signing_secret(SYSTEM, source.id, STANDARD)
    body = b'{"type":"track","userId":"ann","event":"Signed Up"}'
    assert call(source.write_key, body, standard_headers(body)).status == 200
    assert kept()[0]["messageId"] == "msg_1:0"
    actions.keep_mapping(SYSTEM, source.id, MAPPING)
    mapped = b'{"orders":[{"id":"o1","state":"paid","buyer":{"id":"bob"},"amount":"9.90"}]}'
    assert call(source.write_key, mapped, standard_headers(mapped, "msg_2")).status == 200
    assert kept()[1]["userId"] == "bob"
    nobody = b'{"orders":[{"id":"o1","state":"paid"}]}'
    answer = call(source.write_key, nobody, standard_headers(nobody, "msg_3"))
    assert (answer.status, answer.told["refused"][0]["reason"]) == (400, "no_identity")
    broken = b"{"
    assert call(source.write_key, broken, standard_headers(broken)).status == 400
    assert actions.make_signing_secret(SYSTEM, source.id).startswith("whsec_")
    assert call(source.write_key, body, standard_headers(body)).status == 401


@pytest.mark.django_db(transaction=True)
def test_a_life_at_stripe_is_a_subscription_here(clock: Any, run_chores: Any) -> None:
    source = source_actions.make_source(SYSTEM, "Stripe", "webhook", provider="stripe")
    price = {
        "id": "p2",
        "nickname": "Team",
        "unit_amount": 3000,
        "currency": "usd",
        "recurring": {"interval": "month"},
    }
    life = [
        ("2026-01-01", "customer.subscription.created", subscription(status="trialing", trial_end=SECONDS), None),
        ("2026-01-15", "customer.subscription.updated", subscription(), {"status": "trialing"}),
        ("2026-02-01", "customer.subscription.updated", subscription(items={"data": [{"quantity": 1, "price": price}]}), {"items": {}}),
        ("2026-03-01", "customer.subscription.deleted", subscription(status="canceled", cancellation_details={"feedback": "switched_service"}), None),
    ]  # fmt: skip
    for day, kind, thing, before in life:
        moment = datetime.fromisoformat(f"{day}T03:00:00+00:00")
        told = event(kind, thing, before) | {"id": f"evt_{day}", "created": int(moment.timestamp())}
        for _ in range(2):
            assert not actions.accept(list(stripe.messages_of(told)), source.id).refused
    run_chores()
    rows = asked(
        "select plan, status, started_on::varchar, ended_on::varchar, mrr_amount::double, ended_because "
        "from subscriptions order by started_on"
    )
    assert rows == [
        ("Pro", "trial", "2026-01-01", "2026-01-15", 20.0, None),
        ("Pro", "active", "2026-01-15", "2026-02-01", 20.0, None),
        ("Team", "active", "2026-02-01", "2026-03-01", 30.0, "competitor"),
    ]
