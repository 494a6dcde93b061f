"""Which typed rows count once, and what do they make together? Duplicates, currencies, lines into orders.

Works on the views `kept_NOUN` of the typed tables; what is dropped goes to the table `dropped` with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.engine.files import refusals
from dangol.core.engine.files.typing_sql import typed_columns
from dangol.core.engine.files.understanding import Understood
from dangol.core.schema import NOUNS

_IDS: Final[Mapping[str, str]] = {
    "orders": "order_id", "subscriptions": "subscription_id", "messages": "message_id", "answers": "answer_id",
    "tickets": "ticket_id",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One typed table: its number, what it came from, and the span of its rows."""

    number: int
    table: Understood
    first: datetime | None
    last: datetime | None

    @property
    def content(self) -> set[str]:
        """The columns in which two of its rows can differ."""
        return set(self.table.columns) | ({"amount"} if "unit_price" in self.table.columns else set())


def main_currency(duck: DuckDB, nouns: Sequence[str]) -> str | None:
    """The currency that most rows have, over orders and subscriptions; None when none is named."""
    named = [noun for noun in nouns if "currency" in NOUNS[noun].dtypes]
    if not named:
        return None
    union = " union all ".join(f"select currency from kept_{noun}" for noun in named)
    found = duck.execute(
        f"select currency from ({union}) where currency is not null group by 1 order by count(*) desc, 1 limit 1"
    ).fetchall()
    return str(found[0][0]) if found else None


def drop_other_currencies(duck: DuckDB, noun: str, currency: str) -> None:
    """Refuse what is in another currency; a row that names none is taken to be in the main one."""
    if "currency" in NOUNS[noun].dtypes:
        _drop(duck, f"select part, row_number, '{refusals.OTHER_CURRENCY}' from kept_{noun} "
                    f"where currency <> {quoted(currency)}")  # fmt: skip


def ids_repeat(duck: DuckDB, noun: str, parts: Sequence[Part]) -> bool:
    """Whether two rows have the same id, cheaply; without ids they do not."""
    key = _IDS.get(noun)
    if key is None or not any(key in part.table.columns for part in parts):
        return False
    rows = f"select {key}, person_id from kept_{noun} where {key} is not null"
    return _has_repeats(duck, rows, f"{key}, person_id")


def drop_repeated(duck: DuckDB, noun: str, parts: Sequence[Part], *, ids_are_repeated: bool) -> None:
    """Refuse rows that say again what another row has said."""
    if noun in ("people", "accounts"):
        _drop_superseded(duck, noun)
        return
    if noun in _IDS:
        for part in parts:
            if not part.table.is_lines:
                _drop_duplicates(duck, noun, part, ids_are_repeated=ids_are_repeated)
    if len(parts) > 1:
        _drop_seen_elsewhere(duck, noun, parts)


def _drop(duck: DuckDB, rows: str) -> None:
    duck.execute(f"insert into dropped {rows}")


def _drop_superseded(duck: DuckDB, noun: str) -> None:
    """Of several rows about one person or account the last one holds."""
    key = NOUNS[noun].key[0]
    before = f"row_number() over (partition by {key} order by part desc, row_number desc)"
    _drop(duck, f"select part, row_number, '{refusals.SUPERSEDED}' from "
                f"(select part, row_number, {before} as n from kept_{noun}) where n > 1")  # fmt: skip


def _drop_duplicates(duck: DuckDB, noun: str, part: Part, *, ids_are_repeated: bool) -> None:
    """Equal rows are one when they have an id, or a time of day; on a mere day they may be two purchases."""
    key = _IDS[noun]
    with_id = f"{key} is not null or has_time" if ids_are_repeated else f"{key} is null and has_time"
    is_certain = f"part = {part.number} and ({with_id})"
    content = ", ".join(sorted(set(typed_columns(noun)) & part.content))
    rows = f"select part, row_number, {content} from kept_{noun} where {is_certain}"
    if _has_repeats(duck, rows, content):
        _drop(duck, f"select part, row_number, '{refusals.DUPLICATE}' from (select part, row_number, row_number() "
                    f"over (partition by {content} order by row_number) as n from ({rows})) where n > 1")  # fmt: skip


def has_equal_days(duck: DuckDB, part: Part) -> bool:
    """Whether an order table has equal rows that say neither an id nor a time of day."""
    if part.table.noun != "orders" or part.table.is_lines or not part.table.source.is_file:
        return False
    content = ", ".join(sorted(set(typed_columns("orders")) & part.content))
    is_open = f"part = {part.number} and order_id is null and not has_time"
    return _has_repeats(duck, f"select {content} from kept_orders where {is_open}", content)


def _drop_seen_elsewhere(duck: DuckDB, noun: str, parts: Sequence[Part]) -> None:
    """Where files overlap in time, the n-th copy of a row in a later file is the n-th one in the earlier."""
    span = _overlap(parts)
    if span is None:
        return
    shared = set.intersection(*(part.content for part in parts)) & set(typed_columns(noun))
    content = ", ".join(sorted(shared | {"person_id", moment_of(noun)}))
    near = (
        f"select part, row_number, {content} from kept_{noun} "
        f"where {moment_of(noun)} between timestamp '{span[0]}' and timestamp '{span[1]}'"
    )
    if _has_repeats(duck, near, content):
        copies = f"row_number() over (partition by part, {content} order by row_number)"
        again = f"row_number() over (partition by {content}, copy order by part)"
        _drop(duck, f"select part, row_number, '{refusals.DUPLICATE_FILE}' from (select part, row_number, {again} as n "
                    f"from (select *, {copies} as copy from ({near}))) where n > 1")  # fmt: skip


def _has_repeats(duck: DuckDB, rows: str, content: str) -> bool:
    """Whether any rows are equal, cheaply: by the hash of what they hold."""
    counted = f"select count(*) as n from ({rows}) group by hash({content})"
    return bool(duck.execute(f"select coalesce(max(n), 0) > 1 from ({counted})").fetchall()[0][0])


def _overlap(parts: Sequence[Part]) -> tuple[datetime, datetime] | None:
    """From the first to the last moment that two of the parts share."""
    spans = sorted((p.first, p.last) for p in parts if p.first is not None and p.last is not None)
    shared = [
        (max(a[0], b[0]), min(a[1], b[1]))
        for n, a in enumerate(spans)
        for b in spans[n + 1 :]
        if max(a[0], b[0]) <= min(a[1], b[1])
    ]
    return (min(s[0] for s in shared), max(s[1] for s in shared)) if shared else None


def moment_of(noun: str) -> str:
    """The column of a noun that says when, as finely as it does."""
    happened = NOUNS[noun].happened or ""
    at = happened[:-3] + "_at"
    return at if at in NOUNS[noun].dtypes else happened


def has_total_on_every_line(duck: DuckDB, part: Part) -> bool:
    """Whether the rows of one order all carry the same amount: its total, written on each line."""
    if not part.table.is_lines or not {"amount", "order_id"} <= set(part.table.columns):
        return False
    found = duck.execute(
        "select count(*), count(*) filter (lo = hi) from (select min(amount) as lo, max(amount) as hi "
        f"from kept_orders where part = {part.number} and order_id is not null and amount is not null "
        "group by order_id, person_id having count(*) > 1)"
    ).fetchall()[0]
    return bool(found[0] >= 2 and found[0] == found[1])


def orders_sql(parts: Sequence[Part], totals: Sequence[int], *, ids_are_repeated: bool) -> str:
    """The kept rows as orders: lines together by order id, else by person and moment; the others as they are."""
    kept = "kept_orders"
    lines = [part.number for part in parts if part.table.is_lines]
    if not lines and not ids_are_repeated:
        return f"select {', '.join(typed_columns('orders'))} from {kept}"
    is_line = f"part in ({', '.join(map(str, lines or [-1]))})"
    is_total = f"part in ({', '.join(map(str, totals or [-1]))})"
    alone = f"case when order_id is null and not {is_line} then part::bigint << 48 | row_number end"
    rows = (
        f"select *, case when order_id is null and {is_line} then ordered_at end as together_at, "
        f"case when order_id is null then is_return end as together_return, {alone} as alone, "
        f"{is_total} as is_total from {kept}"
    )
    made: dict[str, str] = {
        "ordered_on": "min(ordered_on)", "ordered_at": "min(ordered_at)", "received_at": "min(received_at)",
        "amount": "case when bool_or(is_total) then max(amount) else sum(amount) end::decimal(18, 4)",
        "currency": "any_value(currency)", "item_count": "sum(item_count)::bigint",
        "is_return": "bool_and(is_return)" + (" or coalesce(sum(amount) < 0, false)" if lines else ""), "channel": "min(channel)",
    }  # fmt: skip
    values = ", ".join(
        f"{made[name]} as {name}" if name in made else name for name in typed_columns("orders")
    )
    return f"select {values} from ({rows}) group by order_id, person_id, together_at, together_return, alone"
