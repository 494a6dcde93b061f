"""How would typed rows have been told, one event after the other? Rows of a noun as rows of the log.

Whatever a file brings is history in the words of the vocabulary, so that it lies in the log like everything else:
an order is `Order Completed`, a period of a subscription begins and ends, a message was sent and opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dangol.core.engine.duck import quoted

COLUMNS: Final = (
    "type, user_id, name, occurred_at, account_id, object_id, amount, currency, properties, traits"
)
"""What every query here gives, and before it `row_key`: what a row is known by when it is brought again."""


def told_sql(noun: str, rows: str, zone: str) -> str:
    """The query of what the rows of a relation tell. People are what the relation has in `person_id`, as text."""
    return _TOLD[noun](rows, zone)


def tellable() -> tuple[str, ...]:
    """The nouns that can be told."""
    return tuple(_TOLD)


def _midnight(day: str, zone: str) -> str:
    """The moment, in UTC, at which a day begins for the business."""
    return f"(({day})::timestamp at time zone {quoted(zone)} at time zone 'UTC')"


def _track(
    rows: str, key: str, name: str, moment: str, properties: str, *,
    about: str = "null", amount: str = "null", currency: str = "null", account: str = "null", where: str = "true",
) -> str:  # fmt: skip
    return f"""
select {key} as row_key, 'track' as type, person_id::varchar as user_id, {name} as name, {moment} as occurred_at,
    {account}::varchar as account_id, {about}::varchar as object_id, {amount}::decimal(18,4) as amount,
    {currency}::varchar as currency, ({properties})::varchar as properties, '{{}}' as traits
from {rows} where person_id is not null and {moment} is not null and {where}"""


def _fields(**values: str) -> str:
    """JSON of those fields that are known."""
    pairs = ", ".join(f"{quoted(name)}, {value}" for name, value in values.items())
    return f"json_merge_patch('{{}}', json_object({pairs}))"


def _events(rows: str, zone: str) -> str:
    alike = "concat_ws(chr(31), person_id, name, occurred_at, object_id, amount, properties)"
    numbered = (
        "(select *, row_number() over (partition by hash(text)) as alike "
        f"from (select *, {alike} as text from {rows}))"
    )
    key = "concat(text, chr(31), alike)"
    return _track(
        numbered, key, "name", "occurred_at", "coalesce(properties, '{}')", about="object_id", amount="amount",
        account="account_id",
    )  # fmt: skip


def _orders(rows: str, zone: str) -> str:
    kept = (
        f"(select *, coalesce(order_id, concat_ws('/', person_id, ordered_at, amount)) as own_id from {rows})"
    )
    properties = _fields(
        order_id="own_id", total="abs(amount)", currency="currency", channel="channel",
        products="case when item_count is not null then json_array(json_object('quantity', item_count)) end",
        refund_id="case when is_return then concat(own_id, '/', ordered_at) end",
    )  # fmt: skip
    name = "case when is_return then 'Order Refunded' else 'Order Completed' end"
    return _track(
        kept, "concat_ws(chr(31), own_id, is_return, ordered_at)", name, "ordered_at", properties, about="own_id",
        amount="abs(amount)", currency="currency",
    )  # fmt: skip


def _subscriptions(rows: str, zone: str) -> str:
    kept = (
        "(select *, coalesce(subscription_id, person_id::varchar) as own_id, "
        "lead(started_on) over (partition by coalesce(subscription_id, person_id::varchar) order by started_on) "
        f"as next_on from {rows})"
    )
    terms = _fields(subscription_id="own_id", plan="plan", mrr_amount="mrr_amount", currency="currency")
    start, end = _midnight("started_on", zone), _midnight("ended_on", zone)

    def step(name: str, moment: str, properties: str, where: str) -> str:
        key = f"concat_ws(chr(31), own_id, started_on, {name}, {moment})"
        return _track(
            kept, key, name, moment, properties, about="own_id", amount="mrr_amount", currency="currency",
            account="account_id", where=where,
        )  # fmt: skip

    begins = "case status when 'trial' then 'Trial Started' else 'Subscription Started' end"
    only = _fields(subscription_id="own_id")
    due = _fields(subscription_id="own_id", status="'past_due'")
    over = _fields(subscription_id="own_id", reason="ended_because")
    return " union all ".join(
        (
            step(begins, start, terms, "true"),
            step("'Subscription Paused'", f"{start} + interval 1 second", only, "status = 'paused'"),
            step("'Subscription Changed'", f"{start} + interval 1 second", due, "status = 'past_due'"),
            step(
                "'Subscription Ended'",
                end,
                over,
                "ended_on is not null and next_on is distinct from ended_on",
            ),
        )
    )


def _messages(rows: str, zone: str) -> str:
    kept = (
        f"(select *, coalesce(message_id, concat_ws('/', person_id, sent_at, channel)) as own_id from {rows})"
    )
    properties = _fields(message_id="own_id", channel="channel", campaign="campaign")

    def step(name: str, moment: str, where: str = "true") -> str:
        key = f"concat_ws(chr(31), own_id, '{name}')"
        return _track(kept, key, f"'{name}'", moment, properties, about="own_id", where=where)

    return " union all ".join(
        (
            step("Message Sent", "sent_at"),
            step("Message Opened", "opened_at"),
            step("Message Clicked", "clicked_at"),
            step("Message Bounced", "sent_at", "is_bounced"),
        )
    )


def _answers(rows: str, zone: str) -> str:
    kept = f"(select *, coalesce(answer_id, concat_ws('/', person_id, answered_at, survey)) as own_id from {rows})"
    properties = _fields(answer_id="own_id", survey="survey", score="score", comment="comment")
    key = "concat_ws(chr(31), own_id, answered_at, score)"
    return _track(kept, key, "'Survey Answered'", "answered_at", properties, about="own_id")


def _tickets(rows: str, zone: str) -> str:
    kept = f"(select *, coalesce(ticket_id, concat_ws('/', person_id, opened_at)) as own_id from {rows})"
    properties = _fields(case_id="own_id", topic="topic", priority="priority")

    def step(name: str, moment: str) -> str:
        return _track(
            kept, f"concat_ws(chr(31), own_id, '{name}')", f"'{name}'", moment, properties, about="own_id"
        )

    return " union all ".join(
        (
            step("Case Opened", "opened_at"),
            step("Case Replied", "replied_at"),
            step("Case Resolved", "resolved_at"),
        )
    )


def _exposures(rows: str, zone: str) -> str:
    properties = _fields(experiment_id="experiment", variation_id="arm")
    moment = f"coalesce(exposed_at, {_midnight('exposed_on', zone)})"
    key = "concat_ws(chr(31), person_id, experiment)"
    return _track(rows, key, "'Experiment Viewed'", moment, properties, about="experiment")


def _people(rows: str, zone: str) -> str:
    fields = ("name", "email", "account_id", "joined_on", "channel", "country", "plan")
    known = _fields(**{name: f"{name}::varchar" for name in fields})
    moment = f"coalesce({_midnight('joined_on', zone)}, timestamp '1990-01-02')"
    return f"""
select concat_ws(chr(31), person_id, {known}, traits) as row_key, 'identify' as type,
    coalesce(external_id, person_id::varchar) as user_id, '' as name, {moment} as occurred_at, null as account_id,
    null as object_id, null::decimal(18,4) as amount, null as currency, '{{}}' as properties,
    json_merge_patch(coalesce(traits, '{{}}'), {known})::varchar as traits
from {rows} where person_id is not null"""


_TOLD: Final[dict[str, Callable[[str, str], str]]] = {
    "people": _people,
    "events": _events,
    "orders": _orders,
    "subscriptions": _subscriptions,
    "messages": _messages,
    "answers": _answers,
    "tickets": _tickets,
    "exposures": _exposures,
}
