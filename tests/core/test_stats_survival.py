"""Does Kaplan-Meier count those for whom it has not happened yet, as published, on both engines?"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.engine.duck import DuckDB, quoted
from dangol.core.engine.engine import Engine, compiled
from dangol.core.stats.survival import (
    chi_square_tail,
    kaplan_meier,
    log_rank,
    restricted_mean,
    risk_sets,
    survival_at,
    survival_quantile,
)
from tests_support.compare import assert_same_rows

SPELLS = ibis.table(
    {"duration": "int64", "is_event": "boolean", "arm": "string", "people": "int64"}, name="spells"
)
# The remission times of Freireich et al. 1963 (weeks; True: relapse), the classic example of the method.
TREATED = [(6, True)] * 3 + [(7, True), (10, True), (13, True), (16, True), (22, True), (23, True), (6, False),
    (9, False), (10, False), (11, False), (17, False), (19, False), (20, False), (25, False), (32, False),
    (32, False), (34, False), (35, False)]  # fmt: skip
PLACEBO = [(t, True) for t in (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)]
REMISSION = [(t, e, "treated", 1) for t, e in TREATED] + [(t, e, "placebo", 1) for t, e in PLACEBO]


def _values(rows: list[tuple[Any, ...]]) -> str:
    values = ", ".join(f"(cast({t} as bigint), {e}, '{arm}', cast({n} as bigint))" for t, e, arm, n in rows)
    return f"select * from (values {values}) as v(duration, is_event, arm, people)"


@pytest.fixture
def remission(engine: Any) -> Engine:
    chosen: Engine = DuckDB() if engine == "duckdb" else engine
    chosen.define("spells", _values(REMISSION))
    return chosen


def test_remission_curve_of_the_textbooks(remission: Engine) -> None:
    curve = remission.run(compiled(kaplan_meier(SPELLS, ["arm"]), remission.dialect))
    treated = {row["duration"]: row for row in curve if row["arm"] == "treated" and row["events"]}
    # Klein & Moeschberger 2003, table 4.1B.
    expected = {6: (.857, .076), 7: (.807, .087), 10: (.753, .096), 13: (.690, .107), 16: (.627, .114),
                22: (.538, .128), 23: (.448, .135)}  # fmt: skip
    assert {
        t: (round(r["survival"], 3), round(r["standard_error"], 3)) for t, r in treated.items()
    } == expected
    assert [treated[t]["at_risk"] for t in expected] == [21, 17, 15, 12, 11, 7, 6]
    assert (round(treated[6]["low"], 3), round(treated[6]["high"], 3)) == (0.620, 0.952)


def test_median_restricted_mean_and_lookup(remission: Engine) -> None:
    curve = kaplan_meier(SPELLS, ["arm"])
    medians = remission.run(compiled(survival_quantile(curve, ["arm"]), remission.dialect))
    assert {r["arm"]: r["duration"] for r in medians} == {"treated": 23, "placebo": 8}
    never = remission.run(compiled(survival_quantile(curve, ["arm"], reached=0.9), remission.dialect))
    assert {r["arm"]: r["duration"] for r in never} == {"treated": None, "placebo": 17}
    means = remission.run(compiled(restricted_mean(curve, 23, ["arm"]), remission.dialect))
    assert {r["arm"]: round(r["duration"], 3) for r in means} == {"placebo": 8.667, "treated": 17.909}
    lookup = curve.group_by("arm").agg(**{f"s{t}": survival_at(curve, t) for t in (0, 8, 24, 40)})
    looked = {r["arm"]: r for r in remission.run(compiled(lookup, remission.dialect))}
    assert looked["treated"]["s0"] == 1.0
    assert looked["treated"]["s8"] == pytest.approx(0.807, abs=5e-4)
    assert looked["treated"]["s40"] is None
    assert looked["placebo"]["s24"] == 0.0


def test_log_rank_of_the_remission_study() -> None:
    duck = DuckDB()
    duck.define("spells", _values(REMISSION))
    test = log_rank(duck.run(compiled(risk_sets(SPELLS, "arm"), "duckdb")), "arm")
    assert (round(test.chi_square, 2), test.degrees) == (16.79, 1)
    assert test.p_value == pytest.approx(4.17e-5, rel=0.01)


def test_chi_square_tails_of_the_tables() -> None:
    table = {(3.841, 1): 0.05, (5.991, 2): 0.05, (7.815, 3): 0.05, (9.488, 4): 0.05, (15.086, 5): 0.01}
    assert all(chi_square_tail(x, n) == pytest.approx(p, rel=1e-3) for (x, n), p in table.items())


def test_a_weight_stands_for_so_many_people() -> None:
    duck = DuckDB()
    duck.define("spells", _values(REMISSION))
    one_each = duck.run(compiled(kaplan_meier(SPELLS).order_by("duration"), "duckdb"))
    grouped = "select duration, is_event, 'x' as arm, count(*) as people from ({}) group by all"
    duck.define("spells", grouped.format(_values(REMISSION)))
    weighted = kaplan_meier(SPELLS, weight="people")
    answer = duck.run(
        compiled(
            weighted.mutate(at_risk=weighted.at_risk.cast("int64"), events=weighted.events.cast("int64")),
            "duckdb",
        )
    )
    assert_same_rows(one_each, answer)


@pytest.mark.data
def test_telco_survival_by_month(data: Path, engine: Any) -> None:
    chosen: Engine = DuckDB() if engine == "duckdb" else engine
    rows = DuckDB().execute(
        f"select tenure::bigint, Churn = 'Yes', Contract, 1 from read_csv({quoted(str(data / 'telco.csv'))})"
    ).fetchall()  # fmt: skip
    assert len(rows) == 7043
    grouped: dict[tuple[Any, ...], int] = {}
    for row in rows:
        grouped[row[:3]] = grouped.get(row[:3], 0) + 1
    chosen.define("spells", _values([(*key, count) for key, count in grouped.items()]))
    curve = kaplan_meier(SPELLS, weight="people")
    at = chosen.run(
        compiled(
            curve.agg(**{f"s{t}": survival_at(curve, t) for t in (1, 12, 24, 36, 48, 60, 72)}), chosen.dialect
        )
    )
    assert [round(s, 4) for s in at.rows[0]] == [0.9460, 0.8432, 0.7887, 0.7485, 0.7088, 0.6644, 0.5928]
    if chosen.name == "duckdb":
        chosen.define("spells", _values(rows))
        test = log_rank(chosen.run(compiled(risk_sets(SPELLS, "arm"), "duckdb")), "arm")
        assert (round(test.chi_square, 2), test.degrees, test.p_value) == (2352.87, 2, 0.0)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=25))
def test_the_curve_is_the_product_of_its_steps(spells: list[tuple[int, bool]]) -> None:
    duck = DuckDB()
    duck.define("spells", _values([(t, e, "x", 1) for t, e in spells]))
    expected = 1.0
    for row in duck.run(compiled(kaplan_meier(SPELLS).order_by("duration"), "duckdb")):
        at_risk = sum(t >= row["duration"] for t, _ in spells)
        events = sum(t == row["duration"] and e for t, e in spells)
        expected *= 1 - events / at_risk
        assert (row["at_risk"], row["events"]) == (at_risk, events)
        assert row["survival"] == pytest.approx(expected, abs=1e-12)
        assert row["low"] is None or 0 <= row["low"] <= row["survival"] <= row["high"] <= 1
        assert row["standard_error"] is None or math.isfinite(row["standard_error"])
    duck.close()
