"""Do NPS, CSAT and CES count the answers that belong to them, per period and over all?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dangol.core.calendar import Period
from dangol.core.engine import World, world


def _answers(survey: str, *scores: tuple[float | None, int]) -> World:
    rows = [
        {"answer_id": f"{n}", "person_id": n, "survey": survey, "score": score, "answered_on": date(2025, month, 9),
         "answered_at": date(2025, month, 9)}
        for n, (score, month) in enumerate(scores)
    ]  # fmt: skip
    return world({"answers": rows}, as_of=date(2025, 4, 1))


def test_nps_of_the_literature_over_all_periods() -> None:
    scores = [(10.0, 1)] * 60 + [(9.0, 2)] * 40 + [(7.0, 1)] * 60 + [(6.0, 2)] * 40
    rows = _answers("NPS", *scores).metric("nps").records()
    assert [row["starts_on"] for row in rows] == [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1), None]
    whole = rows[-1]
    names = ("score", "low", "high", "adjusted_score", "adjusted_low", "adjusted_high")
    assert [round(whole[name], 1) for name in names] == [30.0, 19.2, 40.8, 29.6, 18.8, 40.3]
    assert (whole["promoter_count"], whole["passive_count"], whole["detractor_count"]) == (100, 60, 40)
    assert [row["score"] for row in rows[:2]] == [50.0, 0.0]
    assert (rows[2]["score"], rows[2]["answer_count"], rows[2]["reason"]) == (None, 0, "too_few")


def test_answers_off_the_scale_or_without_a_score_are_not_counted() -> None:
    scores = ((5.0, 1), (1.0, 1), (None, 1), (0.0, 1), (6.0, 1))
    row = _answers("csat", *scores).metric("csat").records()[-1]
    assert (row["answer_count"], row["satisfied_count"], row["rate"]) == (2, 1, 0.5)


def test_ces_names_two_definitions() -> None:
    row = _answers("ces", (7.0, 1), (7.0, 1), (4.0, 1), (2.0, 1)).metric("ces").records()[-1]
    assert (row["mean_score"], row["easy_rate"], row["easy_count"]) == (5.0, 0.5, 2)
    # s = sqrt(6), t(3) = 3.18
    assert row["mean_high"] - row["mean_score"] == pytest.approx(3.1824 * 6**0.5 / 2, rel=2e-3)
    one = _answers("ces", (7.0, 1)).metric("ces").records()[-1]
    assert (one["mean_score"], one["mean_low"], one["reason"]) == (7.0, None, None)


def test_only_the_survey_asked_for_and_only_in_the_period(cast: World) -> None:
    march = Period(date(2025, 3, 1), date(2025, 3, 3))
    row = cast.metric("nps", period=march).records()[-1]
    assert (row["answer_count"], row["score"]) == (2, 0.0)
    assert cast.metric("nps", survey="none such").records()[-1]["answer_count"] == 0


def test_the_cast_says_the_same_on_both_engines(engine: Any, cast: World) -> None:
    from tests_support.cast import TABLES
    from tests_support.compare import assert_same_rows

    other = world(TABLES, engine=engine)
    for name in ("nps", "csat", "ces"):
        assert_same_rows(cast.metric(name), other.metric(name))
