"""From which day is it looked at the data, and is anything known before it?"""

from __future__ import annotations

from datetime import date, timedelta

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import Engine
from dangol.core.errors import DataError, RequestError
from dangol.core.language import Said
from dangol.core.schema import NOUNS


def day_after_last(engine: Engine, nouns: frozenset[str], not_after: date | None) -> date:
    """The day after the last row of the staged tables, or after `not_after`; a DataError without a dated row."""
    dates = [
        f"select max({noun.happened}) as day from staged_{noun.name}"
        for noun in NOUNS.values()
        if noun.name in nouns and noun.happened
    ]
    if "subscriptions" in nouns:
        dates.append("select max(ended_on) as day from staged_subscriptions")
    union = " union all ".join(dates)
    (last,) = engine.run(f"select max(day) as day from ({union})").column("day") if dates else (None,)
    if last is None:
        raise DataError(
            Said("Customer data was to be read.", "고객 데이터를 읽으려고 했습니다."),
            Said(
                f"It holds {', '.join(sorted(nouns))}, but no dated row, so there is no day to look from.",
                f"{', '.join(sorted(nouns))}만 있고 날짜가 있는 행이 없어 기준일을 정할 수 없습니다.",
            ),
            Said(
                "Add orders, events or subscriptions; for rules over people alone say the day: --as-of, or as_of=date(...) in Python.",
                "주문, 이벤트, 구독 데이터를 더해 주십시오. 사람에 대한 규칙만 쓰려면 --as-of(Python에서는 as_of=date(...))로 날짜를 지정하십시오.",
            ),
        )
    return min(last, not_after or last) + timedelta(days=1)  # type: ignore[no-any-return]


def check_something_is_known(duck: DuckDB, nouns: frozenset[str], as_of: date) -> None:
    """A RequestError when every dated row is of that day or later: nothing could be said about it."""
    dated = [noun for noun in NOUNS.values() if noun.name in nouns and noun.happened]
    union = " union all ".join(f"select min({n.happened}) as day from staged_{n.name}" for n in dated)
    (first,) = duck.run(f"select min(day) as day from ({union})").column("day") if dated else (None,)
    if first is not None and first >= as_of:
        raise RequestError(
            Said(
                f"What was known before {as_of} was asked for.",
                f"{as_of} 이전에 알려진 내용을 요청하셨습니다.",
            ),
            Said(f"The first row of the data is of {first}.", f"데이터의 첫 행은 {first}의 것입니다."),
            Said(
                f"Ask as of {first + timedelta(days=1)} or later, or leave the day out.",
                f"{first + timedelta(days=1)} 이후의 날짜를 주시거나 날짜를 빼십시오.",
            ),
        )
