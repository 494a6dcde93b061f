"""What do the log's rows amount to? Each noun of the core as a query over rows of the log.

    rows   log rows, as in a segment (see `segments.ROW`)
    facts  the rows that a keyed noun is made of, with the key (order id, case id, ...) they are about
    noun   the typed rows: events are the rows themselves; the others follow from all facts of their keys

Facts may come in any order and any batches: a keyed noun is a function of the set of its facts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import ibis

from dangol.core.engine.duck import quoted
from dangol.core.engine.engine import compiled
from dangol.core.engine.files.typing_sql import sql_type
from dangol.core.rollups.subscriptions import CHANGES, KINDS, subscription_periods
from dangol.core.schema import NOUNS
from dangol.platform.log.duck import listed
from dangol.platform.log.vocabulary import names_of

BEHAVIOUR: Final = ("track", "page", "screen")
KEYED: Final = ("orders", "subscriptions", "messages", "answers", "tickets", "exposures", "scores")
"""Nouns whose rows follow from the facts of a key."""
LOGGED: Final = ("events", *KEYED)
"""Every noun that comes out of the log."""

PASSIVE: Final = frozenset({
    "Message Sent", "Message Delivered", "Message Bounced", "Invoice Paid", "Invoice Failed", "Case Replied",
    "Case Resolved", "Case Closed", "Survey Shown", "Experiment Viewed", "Order Refunded", "Order Cancelled",
    "Subscription Ended", "Trial Ended", "Score Given",
})  # fmt: skip
"""Events that are done to somebody, not by them: kept and usable in rules, but nobody is active by them."""

FACT: Final = {
    "key": "varchar",
    "position": "bigint",
    "person_id": "bigint",
    "name": "varchar",
    "occurred_at": "timestamp",
    "known_at": "timestamp",
    "account_id": "varchar",
    "amount": "decimal(18,4)",
    "currency": "varchar",
    "properties": "varchar",
}
EXTRA: Final = {"position": "bigint", "source_id": "bigint", "context": "varchar"}
"""What events keep beyond the columns of their noun."""

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "orders": names_of("orders"),
    "subscriptions": KINDS,
    "messages": names_of("messages"),
    "answers": ("Survey Answered",),
    "tickets": names_of("tickets"),
    "exposures": names_of("exposures"),
    "scores": names_of("scores"),
}
_KEYS: Final[dict[str, str]] = {
    "orders": "properties->>'$.order_id'",
    "subscriptions": "properties->>'$.subscription_id'",
    "messages": "properties->>'$.message_id'",
    "answers": "properties->>'$.answer_id'",
    "tickets": "properties->>'$.case_id'",
    "exposures": "concat(person_id, ':', properties->>'$.experiment_id')",
    "scores": "concat(person_id, ':', occurred_at::date, ':', properties->>'$.name')",
}
_NEEDS_KEY: Final = frozenset({"subscriptions", "messages", "tickets"})
"""Without a key a fact of these is about nothing; an order or an answer without one stands for itself."""


def columns_of(noun: str) -> dict[str, str]:
    """The columns of a noun as DuckDB's types, in order; for events with what is kept besides."""
    typed = {name: sql_type(dtype) for name, dtype in NOUNS[noun].dtypes.items()}
    return typed | (EXTRA if noun == "events" else {"key": "varchar"})


def names_behind(noun: str) -> tuple[str, ...]:
    """The names of the events that a keyed noun is made of."""
    return _NAMES[noun]


def day_of(moment: str, zone: str) -> str:
    """SQL of the day, in the business's zone, of a UTC timestamp."""
    if zone == "UTC":
        return f"({moment})::date"
    return f"(({moment}) at time zone 'UTC' at time zone {quoted(zone)})::date"


def events_sql(rows: str, zone: str) -> str:
    """What people did: every row of a track, page or screen message."""
    return f"""
select person_id, name, {day_of("occurred_at", zone)} as occurred_on, occurred_at,
    case when not is_import then received_at end as received_at,
    account_id, object_id, amount, properties, position, source_id, context
from {rows} where type in ({listed(list(BEHAVIOUR))}) and person_id > 0
"""


def facts_sql(noun: str, rows: str) -> str:
    """The rows that a keyed noun is made of."""
    alone = "" if noun in _NEEDS_KEY else ", chr(31) || position"
    return f"""
select coalesce(nullif({_KEYS[noun]}, ''){alone}) as key, position, person_id, name, occurred_at,
    case when not is_import then received_at end as known_at, account_id, amount, currency, properties
from {rows}
where name in ({listed(list(_NAMES[noun]))}) and type = 'track' and person_id > 0
    and coalesce(nullif({_KEYS[noun]}, ''){alone}) is not null
"""


def noun_sql(noun: str, facts: str, zone: str) -> str:
    """The typed rows of a keyed noun that these facts amount to, each with its `key`."""
    return _MADE[noun](facts, zone)


def _text(name: str, column: str = "properties") -> str:
    return f"nullif({column}->>'$.{name}', '')"


def _orders(facts: str, zone: str) -> str:
    """One row an order, and one a refund or cancellation: what was known of an order stays as it was then."""
    told = "name in ('Order Completed', 'Order Updated')"
    return f"""
with facts as (select *, (occurred_at, position) as place from {facts}
), bought as (
    select key, min(place) as place, arg_min(person_id, place) as person_id, min(occurred_at) as ordered_at,
        arg_min(known_at, place) as known_at, arg_max(abs(amount), place) as amount,
        arg_max(currency, place) as currency, arg_max(properties, place) as properties,
        arg_max(account_id, place) as account_id
    from facts where {told} group by key
), refunded as (
    select f.key, coalesce({_text("refund_id", "f.properties")}, f.position::varchar) as refund,
        arg_max(coalesce(abs(f.amount), b.amount), f.place) as amount, arg_max(f.person_id, f.place) as person_id,
        min(f.occurred_at) as ordered_at, arg_min(f.known_at, f.place) as known_at,
        arg_max(coalesce(f.currency, b.currency), f.place) as currency, arg_max(f.properties, f.place) as properties
    from facts f left join bought b using (key) where f.name = 'Order Refunded' group by all
), cancelled as (
    select f.key, arg_min(f.person_id, f.place) as person_id, min(f.occurred_at) as ordered_at,
        arg_min(f.known_at, f.place) as known_at,
        any_value(coalesce(b.amount, abs(f.amount))) as amount, any_value(coalesce(b.currency, f.currency)) as currency,
        arg_max(f.properties, f.place) as properties
    from facts f left join bought b using (key) where f.name = 'Order Cancelled' group by f.key
), rows as (
    select key, person_id, ordered_at, known_at, amount, currency, properties, false as is_return from bought
    union all
    select key, person_id, ordered_at, known_at, -amount, currency, properties, true from refunded
    union all
    select c.key, c.person_id, c.ordered_at, c.known_at, -greatest(0, c.amount - coalesce(r.amount, 0)), c.currency,
        c.properties, true
    from cancelled c left join (select key, sum(amount) as amount from refunded group by key) r using (key)
)
select case when key[1] <> chr(31) then key end as order_id, person_id, {day_of("ordered_at", zone)} as ordered_on,
    ordered_at, known_at as received_at, amount::decimal(18,4) as amount, currency,
    list_sum(list_transform(from_json(properties->'$.products', '[{{"quantity":"BIGINT"}}]'),
        lambda p: coalesce(p.quantity, 1)))::bigint as item_count,
    is_return, {_text("channel")} as channel, key
from rows
"""


def _subscriptions(facts: str, zone: str) -> str:
    """Periods of terms, by the pure function of the core."""
    columns = ", ".join(CHANGES)
    money = f"try_cast(coalesce({_text('mrr_amount')}, {_text('amount')}) as decimal(18,4))"
    ends = f"try_cast({_text('ends_at')} as timestamptz)::timestamp"
    changes = f"""
select key as subscription_id, person_id, coalesce({_text("account_id")}, account_id) as account_id, name as kind,
    {_text("plan")} as plan, case when name like 'Invoice%' then null else {money} end as mrr_amount,
    case when name like 'Invoice%' then null else currency end as currency,
    {_text("status")} as status, {_text("reason")} as reason,
    try_cast({_text("is_converted")} as boolean) as is_converted, occurred_at as changed_at,
    {day_of("occurred_at", zone)} as changed_on, position, {day_of(ends, zone)} as ends_on, known_at as received_at
from {facts}"""
    periods = compiled(subscription_periods(ibis.table(CHANGES, name="subscription_changes")), "duckdb")
    return (
        f"with subscription_changes as (select {columns} from ({changes})) "
        f"select *, subscription_id as key from ({periods}) as periods"
    )


def _messages(facts: str, zone: str) -> str:
    return f"""
with facts as (select *, (occurred_at, position) as place from {facts}
), sent as (
    select key, arg_min(person_id, place) as person_id, arg_min({_text("channel")}, place) as channel,
        arg_min({_text("campaign")}, place) as campaign,
        coalesce(min(occurred_at) filter (name = 'Message Sent'), min(occurred_at)) as sent_at,
        min(occurred_at) filter (name = 'Message Opened') as opened_at,
        min(occurred_at) filter (name = 'Message Clicked') as clicked_at,
        bool_or(name = 'Message Bounced') as is_bounced
    from facts group by key
)
select key as message_id, person_id, coalesce(channel, 'email') as channel, campaign,
    {day_of("sent_at", zone)} as sent_on, sent_at, opened_at, clicked_at, is_bounced, key
from sent
"""


def _answers(facts: str, zone: str) -> str:
    return f"""
with facts as (select *, (occurred_at, position) as place from {facts}
), last as (
    select key, arg_max(person_id, place) as person_id, arg_max(properties, place) as properties,
        max(occurred_at) as answered_at
    from facts group by key
)
select case when key[1] <> chr(31) then key end as answer_id, person_id, coalesce({_text("survey")}, 'survey') as survey,
    try_cast({_text("score")} as double) as score, {_text("comment")} as comment,
    {day_of("answered_at", zone)} as answered_on, answered_at, key
from last
"""


def _tickets(facts: str, zone: str) -> str:
    return f"""
with facts as (select *, (occurred_at, position) as place from {facts}
), reopened as (
    select *, max(occurred_at) filter (name = 'Case Reopened') over (partition by key) as reopened_at from facts
), cases as (
    select key, arg_min(person_id, place) as person_id, arg_max({_text("topic")}, place) as topic,
        arg_max({_text("priority")}, place) as priority,
        coalesce(min(occurred_at) filter (name = 'Case Opened'), min(occurred_at)) as opened_at,
        min(occurred_at) filter (name = 'Case Replied') as replied_at,
        min(occurred_at) filter (name in ('Case Resolved', 'Case Closed')
            and (reopened_at is null or occurred_at >= reopened_at)) as resolved_at
    from reopened group by key
)
select key as ticket_id, person_id, topic, priority, {day_of("opened_at", zone)} as opened_on, opened_at, replied_at,
    resolved_at, key
from cases
"""


def _exposures(facts: str, zone: str) -> str:
    return f"""
with facts as (select *, (occurred_at, position) as place from {facts}
), first as (
    select key, arg_min(person_id, place) as person_id, arg_min({_text("experiment_id")}, place) as experiment,
        arg_min({_text("variation_id")}, place) as arm, min(occurred_at) as exposed_at
    from facts group by key
)
select person_id, coalesce(experiment, '') as experiment, coalesce(arm, '') as arm,
    {day_of("exposed_at", zone)} as exposed_on, exposed_at, key
from first
"""


def _scores(facts: str, zone: str) -> str:
    """One row a score and day: the last word of the day holds."""
    return f"""
with facts as (select *, (occurred_at, position) as place from {facts}
), last as (
    select key, arg_max(person_id, place) as person_id, arg_max(properties, place) as properties,
        max(occurred_at) as scored_at
    from facts group by key
)
select person_id, coalesce({_text("name")}, 'score') as name, try_cast({_text("value")} as double) as value,
    {_text("band")} as band, {day_of("scored_at", zone)} as scored_on, key
from last
"""


_MADE: Final[dict[str, Callable[[str, str], str]]] = {
    "orders": _orders,
    "subscriptions": _subscriptions,
    "messages": _messages,
    "answers": _answers,
    "tickets": _tickets,
    "exposures": _exposures,
    "scores": _scores,
}
