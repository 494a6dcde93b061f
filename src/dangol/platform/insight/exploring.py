"""What is in the data that no metric asks for? Any measure of any table, over time or by what its rows say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import ibis
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.calendar import Grain, Period
from dangol.core.engine.parameters import value_of
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.core.rollups.periods import Buckets
from dangol.core.schema import NOUNS

EXPLORE: Final = "explore"
"""The name under which views of the explorer are stored and pinned, beside the metrics."""
RETURNS: Final = {
    "starts_on": "date", "ends_on": "date", "name": "string", "split": "string", "value": "float64",
    "row_count": "int64",
}  # fmt: skip
MOST_ROWS: Final = 1_000
MOST_GROUPS: Final = 40
MOST_SPLITS: Final = 5
MOST_DAYS: Final = 3_700
MEASURES: Final = {
    "count": Said("how many", "건수"),
    "people": Said("how many people", "인원"),
    "sum": Said("sum of", "합계"),
    "mean": Said("mean of", "평균"),
    "rate": Said("share with", "비율"),
}
TIMES: Final = ("day", "week", "month")
PERSONAL: Final = ("plan", "channel", "country")
"""What a row's person says, where the row itself does not."""


@dataclass(frozen=True, slots=True)
class Source:
    """One table that can be explored: what can be added up, what is a share of it, and what it can be divided by."""

    noun: str
    amounts: tuple[str, ...] = ()
    shares: Mapping[str, Said] | None = None
    groups: tuple[str, ...] = ()
    has_properties: bool = False


_OPENED: Final = Said("opened", "열람")
SOURCES: Final[dict[str, Source]] = {
    "events": Source("events", ("amount",), None, ("name", "account_id"), has_properties=True),
    "orders": Source("orders", ("amount", "item_count"), {"is_return": Said("a return", "반품")}, ("channel", "currency")),
    "subscriptions": Source("subscriptions", ("mrr_amount",), {"ended_on": Said("an end", "종료")}, ("plan", "status", "ended_because", "account_id")),
    "tickets": Source("tickets", (), {"replied_at": Said("a reply", "답변"), "resolved_at": Said("a solution", "해결")}, ("topic", "priority")),
    "answers": Source("answers", ("score",), {"comment": Said("a comment", "의견")}, ("survey",)),
    "messages": Source("messages", (), {"opened_at": _OPENED, "clicked_at": Said("a click", "클릭"), "is_bounced": Said("a bounce", "반송")}, ("channel", "campaign")),
}  # fmt: skip
FIELDS: Final = ("table", "measure", "of", "by", "split", "only", "period")


@dataclass(frozen=True, slots=True)
class Exploration:
    """One question of the explorer, its names checked."""

    source: Source
    measure: str
    of: str
    by: str
    split: str
    only: str
    """Events of this name only."""
    period: Period | None

    @property
    def is_over_time(self) -> bool:
        """Whether rows are periods."""
        return self.by in TIMES


def exploration(given: Mapping[str, str]) -> Exploration:
    """The question that these texts ask; errors name what would work."""
    for name in given:
        _known(Said("setting of the explorer", "탐색기의 설정"), name, FIELDS)
    told = {name: str(given.get(name, "")).strip() for name in FIELDS}
    source = SOURCES[_known(Said("table", "표"), told["table"] or "events", tuple(SOURCES))]
    measure = _known(Said("measure", "측정값"), told["measure"] or "count", tuple(MEASURES))
    of = told["of"]
    if measure in ("sum", "mean"):
        of = _known(Said("number", "숫자 열"), of or (source.amounts or ("",))[0], source.amounts)
    elif measure == "rate":
        of = _known(
            Said("share", "비율 열"), of or next(iter(source.shares or ("",))), tuple(source.shares or ())
        )
    else:
        of = ""
    by = _group(source, told["by"] or "month")
    split = _group(source, told["split"]) if told["split"] else ""
    if split in TIMES or (split and by not in TIMES):
        raise _one_division()
    period = value_of("period", Period, told["period"]) if told["period"] else None
    if period and period.days > MOST_DAYS:
        raise _too_long(period)
    return Exploration(source, measure, of, by, split, told["only"], period)


def groups_of(source: Source) -> tuple[str, ...]:
    """By what a table's rows can be divided, besides time and properties."""
    return tuple(dict.fromkeys((*source.groups, *PERSONAL)))


def explored(asked: Exploration, tables: Mapping[str, Table], period: Period) -> Table:
    """The answer as a table of RETURNS; at most MOST_ROWS rows."""
    noun = NOUNS[asked.source.noun]
    if noun.name not in tables:
        raise _not_there(noun.title)
    rows, day = tables[noun.name], noun.happened or ""
    rows = rows.filter(rows[day] >= ibis.literal(period.start), rows[day] < ibis.literal(period.end))
    if asked.only and asked.source.noun == "events":
        rows = rows.filter(rows.name == asked.only)
    if asked.is_over_time:
        return _over_time(asked, rows, tables, period, day)
    named = _with_group(rows, asked.by, tables, "name_")
    each = named.group_by(name=named.name_).agg(**_measures(asked, named))
    top = each.order_by(each.row_count.desc(), each.name).limit(MOST_GROUPS)
    nothing = ibis.null("date")
    return top.select(starts_on=nothing, ends_on=nothing, name=top.name, split=ibis.null("string"), value=top.value, row_count=top.row_count)  # fmt: skip


def _over_time(
    asked: Exploration, rows: Table, tables: Mapping[str, Table], period: Period, day: str
) -> Table:
    buckets = Buckets.of(period, Grain(asked.by), 1, None)
    if asked.split:
        rows = _with_group(rows, asked.split, tables, "split_")
        counted = rows.group_by("split_").agg(n=rows.count())
        largest = counted.order_by(counted.n.desc(), counted.split_).limit(MOST_SPLITS)
        rows = rows.semi_join(largest, rows.split_.identical_to(largest.split_))
    else:
        rows = rows.mutate(split_=ibis.null("string"))
    rows = rows.mutate(bucket=buckets.index(rows[day]))
    each = rows.group_by("bucket", split=rows.split_).agg(**_measures(asked, rows))
    every = buckets.table()
    if asked.split:
        dated = every.inner_join(each, "bucket")
    else:
        dated = every.left_join(each, "bucket")
    is_count = asked.measure in ("count", "people", "sum")
    value = dated.value.fill_null(0.0) if is_count else dated.value
    return dated.select(
        "starts_on", "ends_on", name=ibis.null("string"), split=dated.split, value=value,
        row_count=dated.row_count.fill_null(0),
    ).order_by("starts_on", "split").limit(MOST_ROWS)  # fmt: skip


def _with_group(rows: Table, name: str, tables: Mapping[str, Table], called: str) -> Table:
    """The rows with what they are divided by, as text."""
    if name.startswith("property:"):
        return rows.mutate(**{called: _property(rows.properties, "$." + name.removeprefix("property:"))})
    if name in rows.columns:
        return rows.mutate(**{called: rows[name].cast("string")})
    people = tables["people"].select("person_id", **{called: tables["people"][name]})
    return rows.left_join(people, "person_id").drop("person_id_right")


def _measures(asked: Exploration, rows: Table) -> dict[str, Expr]:
    if asked.measure == "people":
        value = rows.person_id.nunique()
    elif asked.measure in ("sum", "mean"):
        column = rows[asked.of].cast("float64")
        value = column.sum() if asked.measure == "sum" else column.mean()
    elif asked.measure == "rate":
        column = rows[asked.of]
        holds = (
            column.fill_null(ibis.literal(value=False)) if column.type().is_boolean() else column.notnull()
        )
        value = holds.cast("float64").mean()
    else:
        value = rows.count()
    return {"value": value.cast("float64"), "row_count": rows.count()}


@ibis.udf.scalar.builtin(name="get_json_object")  # type: ignore[untyped-decorator]
def _property(text: str, path: str) -> str:  # type: ignore[empty-body]
    """One field of JSON text."""


def _group(source: Source, name: str) -> str:
    if name.startswith("property:") and source.has_properties:
        key = name.removeprefix("property:")
        if key.replace("_", "").replace("-", "").isalnum() and len(key) <= 80:
            return name
    known = (*TIMES, *groups_of(source), *(("property:NAME",) if source.has_properties else ()))
    return _known(Said("division", "나누는 기준"), name, known)


def _known(kind: Said, name: str, known: tuple[str, ...]) -> str:
    if name not in known:
        raise UnknownNameError(kind, name, known)
    return name


def _not_there(title: Said) -> RequestError:
    return RequestError(
        Said(f"{title.en} were to be explored.", f"‘{title.ko}’ 데이터를 탐색하려고 했습니다."),
        Said("There are none yet.", "아직 데이터가 없습니다."),
        Said("Bring them under Data.", "데이터 화면에서 가져오십시오."),
    )


def _one_division() -> RequestError:
    return RequestError(
        Said("A picture divided twice was asked for.", "두 번 나눈 그림을 요청하셨습니다."),
        Said("Only what lies along time can be divided once more.", "시간을 따라 나눌 때만 한 번 더 나눌 수 있습니다."),
        Said("Choose day, week or month first.", "먼저 일, 주, 월 가운데 하나를 고르십시오."),
    )  # fmt: skip


def _too_long(period: Period) -> RequestError:
    return RequestError(
        Said(f"{period.days} days were to be explored.", f"{period.days}일을 탐색하려고 했습니다."),
        Said(f"The explorer looks at {MOST_DAYS} days at most.", f"탐색기는 {MOST_DAYS}일까지 봅니다."),
        Said("Choose a shorter period.", "더 짧은 기간을 고르십시오."),
    )


def answer_rows(given: Mapping[str, str], tables: Mapping[str, Table], as_of: Any) -> Table:
    """The expression for settings as they are stored; without a period, the year before `as_of`."""
    asked = exploration(given)
    return explored(
        asked,
        tables,
        asked.period or Period(as_of.replace(year=as_of.year - 1, day=min(as_of.day, 28)), as_of),
    )
