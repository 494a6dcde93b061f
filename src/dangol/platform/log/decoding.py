"""What do the lines of the envelopes say? JSON to columns, clocks put right; DuckDB does it for all at once.

The result is the table `messages`, one row a readable message, in the order in which they came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dangol.core.engine.duck import DuckDB
from dangol.platform.log.duck import listed
from dangol.platform.log.models import Source
from dangol.platform.log.vocabulary import PAGE_VIEWED, SCREEN_VIEWED

LATE_SECONDS: Final = 3600
"""What comes later than this after it happened triggers nothing."""
EARLIEST: Final = "1990-01-01"
"""A time before it is a clock that was never set."""
UNTRUSTED: Final = Source.Kind.BROWSER.value
AHEAD: Final = '{"dangolNote":"clock_ahead"}'
"""Put into the context of a row whose clock said a time that had not come yet."""

_SPEC: Final = (
    '{"type":"VARCHAR","messageId":"VARCHAR","userId":"VARCHAR","anonymousId":"VARCHAR","previousId":"VARCHAR",'
    '"groupId":"VARCHAR","event":"VARCHAR","name":"VARCHAR","category":"VARCHAR","timestamp":"VARCHAR",'
    '"originalTimestamp":"VARCHAR","sentAt":"VARCHAR","dangolTrusted":"BOOLEAN","dangolLive":"BOOLEAN",'
    '"properties":"JSON","traits":"JSON","context":"JSON"}'
)
_OBJECTS: Final = (
    "order_id", "subscription_id", "case_id", "answer_id", "message_id", "invoice_id", "experiment_id", "cart_id",
    "checkout_id", "product_id", "object_id",
)  # fmt: skip
"""Which property says what an event is about: the first that is there."""
_AMOUNTS: Final = ("total", "mrr_amount", "revenue", "amount", "value", "price")
"""Which property says its money: the first that is there."""
_PICKED: Final = (*_OBJECTS, *_AMOUNTS, "currency")


@dataclass(frozen=True, slots=True)
class Lines:
    """What was taken out of the envelopes: one entry a message."""

    bodies: list[str]
    source_ids: list[int]
    received: list[int]
    """Microseconds since 1970."""
    kinds: list[str]
    """The kind of each message's source."""


def decode(engine: DuckDB, lines: Lines) -> None:
    """Make the table `messages` of the lines that are JSON; `unreadable` holds the numbers of the others."""
    given: dict[str, Any] = {
        "line": np.array(lines.bodies, dtype=object),
        "source_id": np.array(lines.source_ids, dtype=np.int64),
        "received": np.array(lines.received, dtype=np.int64),
        "kind": np.array(lines.kinds, dtype=object),
        "n": np.arange(len(lines.bodies), dtype=np.int64),
    }
    engine.connection.register("given_lines", given)
    try:
        engine.execute("create or replace temp table lines as select * from given_lines")
    finally:
        engine.connection.unregister("given_lines")
    engine.execute(
        "create or replace temp table unreadable as select n from lines where not json_valid(line)"
    )
    engine.execute(f"create or replace temp table messages as {_messages_sql()}")
    engine.execute("drop table lines")


def unreadable(engine: DuckDB) -> list[int]:
    """Which lines could not be read, by their numbers."""
    return [row[0] for row in engine.execute("select n from unreadable").fetchall()]


def _messages_sql() -> str:
    return f"""
with {_dated()}
select n, source_id, received_at, m.type as type, {_belief()},
    coalesce(epoch(said_at)::bigint // 3600, 0) as hour,
    (md5_number_lower(source_id || ':' || m.messageId)::hugeint - 9223372036854775808)::bigint as hash,
    nullif(m.userId, '') as user_id,
    coalesce(nullif(m.anonymousId, ''), case when m.type = 'alias' then nullif(m.previousId, '') end) as anonymous_id,
    coalesce(m.groupId, m.context->>'$.groupId') as group_id,
    case m.type when 'track' then m.event when 'page' then '{PAGE_VIEWED}' when 'screen' then '{SCREEN_VIEWED}'
        else '' end as name,
    least(meant_at, received_at) as occurred_at,
    {_first_text()} as object_id,
    {_first_money()} as amount,
    upper(p[{len(_PICKED)}]) as currency,
    {_properties()} as properties,
    coalesce(m.traits, '{{}}')::varchar as traits,
    case when meant_at > received_at + interval 1 minute
        then json_merge_patch(coalesce(m.context, '{{}}'), '{AHEAD}')::varchar
        else coalesce(m.context, '{{}}')::varchar end as context
from dated
where m.type in ({listed(list(_TYPES))}) and m.messageId is not null
    and coalesce(nullif(m.userId, ''), nullif(m.anonymousId, ''), nullif(m.previousId, ''), m.groupId) is not null
"""


def _dated() -> str:
    """The messages with `meant_at`: when it happened by our clock, not by the sender's."""
    moment = "try_cast({} as timestamptz)::timestamp"
    paths = ", ".join(f"'$.{name}'" for name in _PICKED)  # all at once: the text is parsed once
    return f"""read as (
    select n, source_id, make_timestamp(received) as received_at, kind, from_json(line, '{_SPEC}') as m
    from lines where json_valid(line)
), told as (
    select n, source_id, received_at, kind, m, json_extract_string(m.properties, [{paths}]) as p,
        coalesce({moment.format("m.originalTimestamp")}, {moment.format("m.timestamp")}) as said_at,
        {moment.format("m.sentAt")} as sent_at
    from read
), dated as (
    select *, case
        when said_at is null or said_at < timestamp '{EARLIEST}' then received_at
        when sent_at is null or sent_at < timestamp '{EARLIEST}' or sent_at < said_at then said_at
        else received_at - (sent_at - said_at)
    end as meant_at
    from told
)"""


def _belief() -> str:
    """Whether the sender is believed, and whether the message may trigger something."""
    history = f"(kind = '{Source.Kind.IMPORT.value}' or not coalesce(m.dangolLive, true))"
    return f"""kind <> '{UNTRUSTED}' or coalesce(m.dangolTrusted, false) as is_trusted,
    {history} as is_import,
    coalesce(m.dangolLive, true) and meant_at >= received_at - interval {LATE_SECONDS} seconds as is_live"""


_TYPES: Final = ("identify", "track", "page", "screen", "group", "alias")


def _properties() -> str:
    """The properties as JSON text; name and category of a page, and what an alias was, are among them."""
    return (
        "case when m.type in ('page', 'screen') and coalesce(m.name, m.category) is not null then "
        "json_merge_patch(json_object('name', m.name, 'category', m.category), coalesce(m.properties, '{}'))::varchar "
        "else coalesce(m.properties, '{}')::varchar end"
    )


def _first_text() -> str:
    return "coalesce(" + ", ".join(f"nullif(p[{n + 1}], '')" for n in range(len(_OBJECTS))) + ")"


def _first_money() -> str:
    start = len(_OBJECTS) + 1
    return (
        "coalesce("
        + ", ".join(f"try_cast(p[{start + n}] as decimal(18,4))" for n in range(len(_AMOUNTS)))
        + ")"
    )
