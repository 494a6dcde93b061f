"""How does a loose row become a typed one, or a refused one with its reason? The SQL of it, in one pass.

Four selects inside one another, all streamed: cells as they stand (r_), moments (w_ in the business's zone, i_ with
an offset), typed values, and the reason why the row is refused (null when it is kept).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from dangol.core.engine.duck import quoted
from dangol.core.engine.files import moments, money, refusals
from dangol.core.engine.files.headings import is_utc, plain
from dangol.core.engine.files.moments import DayOrder, Moment
from dangol.core.engine.files.source import Raw
from dangol.core.engine.files.understanding import Understood
from dangol.core.schema import MONEY, NOUNS, Column

_WORDS: Final = ("string", "boolean")
_BLANKS: Final = "'', ' ', 'NULL', 'null', 'NaN', 'nan', 'N/A', '#N/A', 'None', '\\N', '-'"
_TEXT_TYPES: Final = ("VARCHAR", "JSON")
_IDS: Final = ("person_id", "referrer_id")
_YES: Final = "'true', 't', 'yes', 'y', '1', '예', '네', 'o'"
_NO: Final = "'false', 'f', 'no', 'n', '0', '아니오', '아니요', 'x'"
_STATUS: Final[Mapping[str, str]] = {
    "trial": "'trial', 'trialing', 'trialling', 'in_trial', '체험', '무료체험'",
    "paused": "'paused', 'pause', 'on_hold', '일시정지', '정지', '휴면'",
    "past_due": "'past_due', 'unpaid', 'pastdue', 'overdue', '연체', '미납'",
}
_CANCELLED: Final = (
    "'canceled', 'cancelled', 'ended', 'expired', 'churned', 'terminated', '해지', '취소', '만료', '종료'"
)
_NOT_BOUGHT: Final = (
    "'refunded', 'voided', 'void', 'cancelled', 'canceled', 'failed', 'declined', 'expired', 'abandoned', "
    "'취소', '주문취소', '취소완료', '결제취소', '반품', '반품완료', '환불', '환불완료', '미결제', '입금전', '결제실패'"
)
_SQL_TYPES: Final = {"string": "varchar", "int64": "bigint", "float64": "double"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a typed table depends on beside its source."""

    part: int
    zone: str
    not_after: date | None
    day_orders: Mapping[str, DayOrder]


def typed_sql(table: Understood, reading: Reading, relation: str) -> str:
    """The rows of a source as: part, row_number, the noun's columns, has_time, has_zone, reason."""
    return _Rows(table, reading).sql(relation)


def typed_columns(noun: str) -> list[str]:
    """The noun's columns as a typed row has them: people by the id of the source."""
    return [name for name in NOUNS[noun].dtypes if name != "external_id"]


def sql_type(dtype: str) -> str:
    """DuckDB's name of one of the schema's types."""
    return _SQL_TYPES.get(dtype, dtype)


class _Rows:
    """One source on its way to typed rows."""

    def __init__(self, table: Understood, reading: Reading) -> None:
        self.table, self.reading = table, reading
        self.noun = NOUNS[table.noun]
        self.columns = table.columns
        self.moments = {
            name: self._moment(name, raw) for name, raw in self.columns.items() if self._is_moment(name)
        }

    def sql(self, relation: str) -> str:
        cells = ", ".join(self._cells())
        read = ", ".join(f"{m.wall} as w_{name}, {m.instant} as i_{name}" for name, m in self.moments.items())
        typed = ", ".join(f"{expr} as {name}" for name, expr in self._typed())
        names = ", ".join(typed_columns(self.noun.name))
        one = f"select {cells} from {relation}"
        quick = ", ".join(f"{m.quick} as q_{name}" for name, m in self.moments.items())
        two = f"select *, {read} from (select *, {quick} from ({one}))" if read else one
        three = f"select *, {typed}, {self._has_time()} from ({two})"
        return (
            f"select {self.reading.part}::integer as part, row_number, {names}, has_time, has_zone, "
            f"{self._reason()} as reason from ({three})"
        )

    def _cells(self) -> Iterator[str]:
        yield f"{self.table.source.row_number} as row_number"
        for name, raw in self.columns.items():
            yield f"{_cell(raw, is_word=self.noun.dtypes.get(name, 'string') in _WORDS or name in _IDS)} as r_{name}"
        if self.table.source.is_broken:
            every = ", ".join(f"{raw.sql}::varchar" for raw in self.table.source.columns)
            yield f"contains(concat({every}), chr(65533)) as is_broken"
        if surplus := self.table.source.surplus:
            yield f"nullif(trim({surplus}), '') is not null as has_surplus"
        if (rest := self._rest_column()) is not None:
            pairs = ", ".join(f"{quoted(raw.heading)}, {raw.sql}" for raw in self.table.rest)
            yield f"json_object({pairs})::varchar as r_{rest}"

    def _rest_column(self) -> str | None:
        """Where the columns that were not understood go as JSON: events, people and accounts have a place."""
        place = next((name for name in ("properties", "traits") if name in self.noun.dtypes), None)
        is_free = place is not None and place not in self.columns and self.table.rest
        return place if is_free else None

    def _is_moment(self, name: str) -> bool:
        return self.noun.dtypes.get(name) in ("date", "timestamp")

    def _moment(self, name: str, raw: Raw) -> Moment:
        order = self.reading.day_orders.get(name, "mdy")
        return moments.moment(f"r_{name}", raw.dtype, order, is_utc=is_utc(raw.heading))

    def _typed(self) -> Iterator[tuple[str, str]]:
        for column in self.noun.columns:
            if column.name != "external_id":
                yield column.name, self._value(column)

    def _value(self, column: Column) -> str:
        special = getattr(self, f"_{self.noun.name}_{column.name}", None)
        if special is not None:
            return str(special())
        if column.name in _IDS:
            return self._identity(column.name)
        if column.dtype in ("date", "timestamp"):
            return self._when(column)
        if column.name == self._rest_column():
            return f"r_{column.name}"
        if column.name not in self.columns:
            return f"null::{sql_type(column.dtype)}"
        return self._cell_value(column)

    def _cell_value(self, column: Column) -> str:
        raw, cell = self.columns[column.name], f"r_{column.name}"
        is_text = raw.dtype in _TEXT_TYPES
        if column.name == "currency":
            return f"currency_code({cell}::varchar)"
        if column.dtype == MONEY:
            return money.amount(cell, raw.dtype, self.table.cells(column.name))
        if column.dtype == "int64":
            return f"try_cast({money.amount(cell, raw.dtype, self.table.cells(column.name))} as bigint)"
        if column.dtype == "float64":
            return f"try_cast({cell} as double)"
        if column.dtype == "boolean" and is_text:
            return (
                f"case when lower({cell}) in ({_YES}) then true when lower({cell}) in ({_NO}) then false end"
            )
        if column.dtype == "boolean":
            return f"{cell}::boolean"
        return self._identity(column.name)

    def _when(self, column: Column) -> str:
        """A day or a moment; `_on` and `_at` of the same thing stand in for one another."""
        on, at = column.name[:-3] + "_on", column.name[:-3] + "_at"
        zone = self.reading.zone
        if column.dtype == "date":
            name = on if on in self.moments else at
            value = moments.day(self._read(name), zone) if name in self.moments else "null::date"
        elif at in self.moments and on in self.moments:
            value = moments.utc(self._read(at), "UTC")
        else:
            name = at if at in self.moments else on
            is_known = name in self.moments and (name == at or on in self.noun.dtypes)
            value = moments.utc(self._read(name), zone) if is_known else "null::timestamp"
        if value.startswith("null::"):
            return value
        return moments.plausible(value)

    def _read(self, name: str) -> Moment:
        return Moment(f"w_{name}", f"i_{name}")

    def _happened(self) -> str | None:
        """The raw column that says when; None for people and accounts."""
        on = self.noun.happened
        if on is None:
            return None
        at = on[:-3] + "_at"
        return at if at in self.moments else on if on in self.moments else None

    def _has_time(self) -> str:
        name = self._happened()
        if name is None:
            return "false as has_time, false as has_zone"
        return (
            f"(i_{name} is not null or w_{name} <> date_trunc('day', w_{name})) as has_time, "
            f"i_{name} is not null as has_zone"
        )

    # What an order or a subscription says in its own way.

    def _orders_amount(self) -> str:
        if "amount" in self.columns:
            return self._cell_value(self.noun["amount"])
        if "unit_price" not in self.columns:
            return "null::decimal(18, 4)"
        price = money.amount("r_unit_price", self.columns["unit_price"].dtype, self.table.cells("unit_price"))
        if "item_count" not in self.columns:
            return price
        return f"({price} * {self._cell_value(self.noun['item_count'])})::decimal(18, 4)"

    def _orders_currency(self) -> str:
        if "currency" in self.columns:
            return self._cell_value(self.noun["currency"])
        name = next((n for n in ("amount", "unit_price") if n in self.columns), None)
        if name and self.columns[name].dtype == "VARCHAR" and money.has_signs(self.table.cells(name)):
            return f"currency_of_text(r_{name})"
        return "null::varchar"

    def _orders_is_return(self) -> str:
        signs = [f"{self._orders_amount()} < 0"]
        if "item_count" in self.columns and self.table.is_lines:
            signs.append(f"{self._cell_value(self.noun['item_count'])} < 0")
        if "order_id" in self.columns and self.table.is_lines:
            signs.append("regexp_matches(r_order_id::varchar, '^[Cc][0-9]{4,}$')")
        told = f"coalesce({' or '.join(signs)}, false)"
        if "is_return" in self.columns:
            return f"coalesce({self._cell_value(self.noun['is_return'])}, {told})"
        return told

    def _subscriptions_mrr_amount(self) -> str:
        if "mrr_amount" not in self.columns:
            return "null::decimal(18, 4)"
        amount = self._cell_value(self.noun["mrr_amount"])
        if "interval" not in self.columns:
            return amount
        return (
            f"({amount} / case when regexp_matches(lower(r_interval), 'year|annual|연|년') then 12 "
            "when regexp_matches(lower(r_interval), 'quarter|분기') then 3 else 1 end)::decimal(18, 4)"
        )

    def _subscriptions_ended_on(self) -> str:
        if "ended_on" not in self.columns:
            return "null::date"
        day = moments.day(self._read("ended_on"), self.reading.zone)
        return f"case when {moments.open_ended(day)} then null else {moments.plausible(day)} end"

    def _subscriptions_status(self) -> str:
        if "status" not in self.columns:
            return "'active'"
        cases = " ".join(
            f"when lower(r_status::varchar) in ({words}) then '{name}'" for name, words in _STATUS.items()
        )
        return f"case {cases} else 'active' end"

    def _answers_survey(self) -> str:
        if "survey" in self.columns:
            return self._identity("survey")
        heading = plain(self.columns["score"].heading) if "score" in self.columns else ""
        return quoted(heading if heading in ("nps", "csat", "ces") else "survey")

    def _identity(self, name: str) -> str:
        """An id or a word as text; 17850.0, as frames write a whole number, is 17850."""
        raw, cell = self.columns.get(name), f"r_{name}"
        if raw is None:
            return "null::varchar"
        if raw.dtype in ("DOUBLE", "FLOAT"):
            return f"case when {cell} = trunc({cell}) then {cell}::bigint::varchar else {cell}::varchar end"
        if raw.dtype != "VARCHAR":
            return f"{cell}::varchar"
        filled = [str(value) for value in self.table.cells(name) if value is not None]
        is_float = bool(filled) and all(re.fullmatch(r"\d+\.0", value) for value in filled)
        return (
            f"regexp_replace({cell}, '^([0-9]+)\\.0$', '\\1')" if is_float and name.endswith("_id") else cell
        )

    # Why a row is refused: the first reason that holds.

    def _reason(self) -> str:
        cases = " ".join(f"when {when} then {self._code(code)}" for when, code in self._refusals())
        return f"case {cases} end" if cases else "null::varchar"

    def _code(self, code: str) -> str:
        """The reason; another one where a line break in an id, a day or a number tells of a quote left open."""
        if self.table.source.slow_relation is None:
            return f"'{code}'"
        short = (
            name
            for name in self.columns
            if name in _IDS or self.noun.dtypes.get(name, "string") not in _WORDS
        )
        breaks = " or ".join(f"contains(coalesce(r_{name}, ''), chr(10))" for name in short)
        return f"case when {breaks or 'false'} then '{refusals.UNCLOSED_QUOTE}' else '{code}' end"

    def _refusals(self) -> Iterator[tuple[str, str]]:
        if self.table.source.is_broken:
            yield "is_broken", refusals.BROKEN_TEXT
        if self.table.source.surplus:
            yield "has_surplus", refusals.TOO_MANY_CELLS
        blank = " and ".join(f"r_{name} is null" for name in self.columns)
        yield blank or "true", refusals.EMPTY_ROW
        owner = "account_id" if self.noun.name == "accounts" else "person_id"
        yield f"{owner} is null", refusals.NO_ID
        yield from self._date_refusals()
        yield from self._value_refusals()
        yield from self._own_refusals()

    def _date_refusals(self) -> Iterator[tuple[str, str]]:
        name, happened = self._happened(), self.noun.happened
        if name and happened:
            yield f"r_{name} is null", refusals.NO_DATE
            yield f"{happened} is null", refusals.BAD_DATE
            if self.reading.not_after:
                yield f"{happened} > date '{self.reading.not_after}'", refusals.FUTURE
        for other in self.moments:
            open_end = f" and not coalesce({self._is_open(other)}, false)" if other == "ended_on" else ""
            if other != name:
                yield f"r_{other} is not null and {other} is null{open_end}", refusals.BAD_DATE
        if "ended_on" in self.columns:
            yield "ended_on < started_on", refusals.END_BEFORE_START

    def _is_open(self, name: str) -> str:
        return moments.open_ended(moments.day(self._read(name), self.reading.zone))

    def _value_refusals(self) -> Iterator[tuple[str, str]]:
        for name in self.columns:
            dtype = self.noun.dtypes.get(name)
            if name == "unit_price":
                if "amount" not in self.columns:
                    yield self._is_unreadable_price(), refusals.BAD_AMOUNT
            elif dtype == MONEY:
                yield f"r_{name} is not null and {name} is null", refusals.BAD_AMOUNT
            elif dtype in ("int64", "float64", "boolean") and name not in _IDS:
                yield f"r_{name} is not null and {name} is null", refusals.BAD_VALUE

    def _is_unreadable_price(self) -> str:
        """A price, and a quantity where there is one, of which no amount comes."""
        filled = ["r_unit_price", *(["r_item_count"] if "item_count" in self.columns else [])]
        return " and ".join(f"{cell} is not null" for cell in filled) + " and amount is null"

    def _own_refusals(self) -> Iterator[tuple[str, str]]:
        if self.noun.name == "subscriptions":
            yield "mrr_amount is null", refusals.NO_AMOUNT
            if "status" in self.columns:
                yield f"ended_on is null and lower(r_status::varchar) in ({_CANCELLED})", refusals.NO_END
        if self.noun.name == "orders" and "status" in self.columns:
            bought_not = f"lower(r_status::varchar) in ({_NOT_BOUGHT}) and not coalesce(amount < 0, false)"
            yield bought_not, refusals.NOT_A_PURCHASE
        for column in self.noun.columns:
            is_text = column.is_required and column.dtype == "string" and column.name != "account_id"
            if is_text and column.name in self.columns:
                yield f"{column.name} is null", refusals.NO_VALUE


def _cell(raw: Raw, *, is_word: bool) -> str:
    """The cell as it stands; null when it is blank, however blank is written."""
    if raw.dtype == "VARCHAR":
        text = f"trim({raw.sql})" if is_word else raw.sql  # numbers and days pass over spaces by themselves
        return f"case when {text} in ({_BLANKS}) then null else {text} end"
    if raw.dtype in ("DOUBLE", "FLOAT"):
        return f"case when isnan({raw.sql}) or isinf({raw.sql}) then null else {raw.sql} end"
    return raw.sql
