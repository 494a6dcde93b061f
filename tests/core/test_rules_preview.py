"""Is the count that a rule previews the count by hand, for many random rules and on both engines? [I-04]"""

from __future__ import annotations

from typing import Any

import ibis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.core.engine import Engine
from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.rules import Moment, count
from tests_support.rule_oracle import expected
from tests_support.rule_worlds import AT, Records, define, hand_over, trees, worlds

TREES = 9


@given(records=worlds, rules=st.lists(trees, min_size=TREES, max_size=TREES))
@settings(derandomize=True, max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_preview_counts_as_by_hand(engine: Any, records: Records, rules: list[dict[str, Any]]) -> None:
    duck = DuckDB(threads=1)
    where: Engine = duck if engine == "duckdb" else engine
    tables = define(duck, records) if where is duck else hand_over(duck, records, where)
    counts = [
        count(each, tables, Moment(AT)).mutate(place=ibis.literal(place)) for place, each in enumerate(rules)
    ]
    found = {
        row["place"]: row["member_count"] for row in where.run(compiled(ibis.union(*counts), where.dialect))
    }
    duck.close()
    assert found == {place: len(expected(each, records, AT)) for place, each in enumerate(rules)}
