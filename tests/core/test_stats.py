"""Do the intervals give the published figures, merge, and work alike on numbers and on columns?"""

from __future__ import annotations

from statistics import fmean, variance
from typing import Any

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.engine.duck import DuckDB
from dangol.core.engine.engine import compiled
from dangol.core.errors import RequestError
from dangol.core.stats import (
    Mean,
    NetScore,
    Proportion,
    RatioOfMeans,
    difference,
    newcombe,
    relative_difference,
)
from dangol.core.stats.interval import normal_quantile, student_quantile
from dangol.core.stats.mean import mean_interval
from dangol.core.stats.net_score import adjusted_net_score, net_score
from dangol.core.stats.proportion import wilson

VALUES = st.lists(st.floats(-1000, 1000), min_size=2, max_size=30)
lawful = settings(derandomize=True, max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "wald", "adjusted"),
    [(100, 40, 200, (30.0, 19.2, 40.8), (29.6, 18.8, 40.3)), (19, 4, 36, (41.7, 19.4, 63.9), (38.5, 16.7, 60.2))],
)  # fmt: skip
def test_net_promoter_intervals_of_the_literature(
    promoters: int, detractors: int, n: int, wald: Any, adjusted: Any
) -> None:
    score = NetScore(promoters, detractors, n)
    assert tuple(round(x, 1) for x in score.wald() or ()) == wald
    assert tuple(round(x, 1) for x in score.adjusted() or ()) == adjusted


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [((48, 80), (56, 70), (0.2, 0.0524, 0.3339)), ((3, 10), (9, 10), (0.6, 0.1705, 0.8090)),
     ((2, 7), (6, 7), (0.5714, 0.0582, 0.8062)), ((0, 29), (5, 56), (0.0893, -0.0381, 0.1926))],
)  # fmt: skip
def test_difference_of_proportions_as_newcombe_printed_it(one: Any, other: Any, expected: Any) -> None:
    found = newcombe(Proportion(*one), Proportion(*other))
    assert found is not None
    assert [round(x, 4) for x in found] == list(expected)


def test_student_quantiles_of_the_tables() -> None:
    table = {4: 2.7764, 5: 2.5706, 10: 2.2281, 30: 2.0423, 120: 1.9799}
    assert all(abs(student_quantile(n) - t) < 0.001 for n, t in table.items())
    assert student_quantile(1e9) == pytest.approx(normal_quantile(), abs=1e-8)


def test_difference_of_two_means_by_hand() -> None:
    one, other = Mean.of([1, 2, 3]), Mean.of([4, 6, 8])
    found = difference(one, other)
    assert found is not None
    assert found.value == 4
    # s^2/n = 1/3 and 4/3; the error is sqrt(5/3), Welch's degrees 2.94, t = 3.22.
    assert found.high - found.value == pytest.approx(1.29099 * 3.2196, abs=0.02)


def test_ratio_of_means_equals_the_mean_when_everybody_has_the_same_denominator() -> None:
    values = [1.0, 5.0, 2.5, 9.0]
    ratio, mean = RatioOfMeans.of((v, 1.0) for v in values), Mean.of(values)
    assert ratio.value == mean.value
    assert ratio.variance == pytest.approx(mean.variance)
    assert ratio.interval() == pytest.approx(mean.interval())


def test_ratio_of_means_is_net_revenue_retention_with_an_interval() -> None:
    ratio = RatioOfMeans.of([(150, 100), (80, 100), (0, 100)])
    assert ratio.value == pytest.approx(0.7667, abs=1e-4)
    assert ratio.variance == pytest.approx(variance([1.5, 0.8, 0.0]))


def test_what_cannot_be_said_is_none() -> None:
    assert Proportion(0, 0).rate is None
    assert Proportion(0, 0).interval() is None
    assert newcombe(Proportion(0, 0), Proportion(1, 2)) is None
    assert NetScore(0, 0, 0).wald() is None
    assert NetScore(0, 0, 0).adjusted() is None
    assert Mean.of([1.0]).interval() is None
    assert difference(Mean.of([1.0]), Mean.of([1.0, 2.0])) is None
    assert relative_difference(Mean.of([0.0, 0.0]), Mean.of([1.0, 2.0])) is None
    assert RatioOfMeans.of([(1, 0), (2, 0)]).interval() is None
    with pytest.raises(RequestError, match="between 0 and n"):
        Proportion(3, 2)


@lawful
@given(VALUES, VALUES)
def test_merging_two_samples_is_sampling_both(one: list[float], other: list[float]) -> None:
    merged, whole = Mean.of(one) + Mean.of(other), Mean.of(one + other)
    assert merged.n == whole.n
    assert merged.value == pytest.approx(fmean(one + other), abs=1e-9)
    assert merged.variance == pytest.approx(variance(one + other), rel=1e-6, abs=1e-6)
    pairs = [(v, 1.0) for v in one], [(v, 2.0) for v in other]
    both = RatioOfMeans.of(pairs[0]) + RatioOfMeans.of(pairs[1])
    assert both.value == pytest.approx(RatioOfMeans.of(pairs[0] + pairs[1]).value, abs=1e-9)


@pytest.mark.parametrize("n", range(2, 30))
def test_equal_values_have_an_interval_of_no_width(n: int) -> None:
    # 5.1 summed five times leaves a variance of -4e-15: an interval that was null, or a complex number.
    same = Mean.of([5.1] * n)
    found = same.interval()
    assert found is not None
    assert found.low == pytest.approx(5.1, abs=1e-6)
    assert found.high == pytest.approx(5.1, abs=1e-6)
    other = difference(same, Mean.of([5.1] * (n + 1)))
    assert other is not None
    assert other.low == pytest.approx(0, abs=1e-6)
    ratio = RatioOfMeans.of([(5.1 * k, 1.7 * k) for k in range(1, n + 1)]).interval()
    assert ratio is not None
    assert ratio.high == pytest.approx(3.0, abs=1e-6)


@lawful
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_holds_the_share_and_stays_a_share(of: tuple[int, int]) -> None:
    low, high = wilson(*of)
    assert -1e-12 <= low <= of[0] / of[1] + 1e-12
    assert of[0] / of[1] - 1e-12 <= high <= 1 + 1e-12
    found = newcombe(Proportion(*of), Proportion(*of))
    assert found is not None
    assert found.low <= 0 <= found.high


def test_columns_give_what_numbers_give() -> None:
    rows = [(30.0, 10.0, 60.0), (1.0, 0.0, 2.0), (19.0, 4.0, 36.0)]
    table = ibis.array([ibis.struct({"p": p, "d": d, "n": n}) for p, d, n in rows])
    table = table.unnest().name("row").as_table().unpack("row")
    low, high = wilson(table.p, table.n)
    score, score_low, _ = net_score(table.p, table.d, table.n)
    adjusted = adjusted_net_score(table.p, table.d, table.n)[0]
    mean_low, mean_high = mean_interval(table.n, table.p, table.p * table.p)
    columns = {
        "low": low,
        "high": high,
        "score": score,
        "score_low": score_low,
        "adjusted": adjusted,
        "a": mean_low,
        "b": mean_high,
    }
    answer = DuckDB().run(compiled(table.select("p", "d", "n", **columns), "duckdb"))
    for (p, d, n), row in zip(rows, answer, strict=True):
        expected = (
            *wilson(p, n),
            *net_score(p, d, n)[:2],
            adjusted_net_score(p, d, n)[0],
            *mean_interval(n, p, p * p),
        )
        assert tuple(row[name] for name in columns) == pytest.approx(expected, rel=1e-12)


def test_equal_values_of_a_column_have_an_interval_and_no_value_has_none() -> None:
    rows = ibis.array([ibis.struct({"total": sum([5.1] * 5)}), ibis.struct({"total": ibis.null("float64")})])
    table = rows.unnest().name("row").as_table().unpack("row")
    low, high = mean_interval(5.0, table.total, table.total * 0 + sum([5.1 * 5.1] * 5))
    answer = DuckDB().run(compiled(table.select("total", low=low, high=high), "duckdb"))
    one, none = sorted(answer, key=lambda row: row["total"] is None)
    assert (one["low"], one["high"]) == pytest.approx((5.1, 5.1), abs=1e-6)
    assert (none["low"], none["high"]) == (None, None)
