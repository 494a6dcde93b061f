"""What does the page say where settings are unset, everybody has left, nobody returns, or a query fails?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dangol.core.engine import Settings, World, world
from dangol.core.errors import QueryError, RequestError
from dangol.core.language import LANGUAGES, Language
from dangol.core.report import make_report
from tests_support.cast import TABLES

WEEKLY = [
    {"person_id": p, "ordered_on": date(2025, 1, 1) + timedelta(days=7 * week), "amount": 10}
    for p in range(60)
    for week in range(1 + p % 12)
]
ONCE = [{"person_id": p, "ordered_on": date(2025, 1, 1), "amount": 10} for p in range(60)]
AS_OF = date(2025, 8, 1)


def _setting(rows: list[dict[str, Any]], settings: Settings | None = None) -> tuple[str, World]:
    opened = world({"orders": rows}, as_of=AS_OF, settings=settings)
    return make_report(opened).settings[0], opened


def test_days_nobody_has_given_are_suggested_by_the_data() -> None:
    assert _setting(WEEKLY)[0].startswith(
        "A customer counts as gone after 7 days without a purchase. The data"
    )


@pytest.mark.parametrize("days", [30, 90])
def test_days_that_were_given_are_kept_even_where_they_are_the_usual_ones(days: int) -> None:
    said, _ = _setting(WEEKLY, Settings(inactivity_days=days))
    assert said == f"A customer counts as gone after {days} days without a purchase, as you said."


def test_where_the_data_cannot_tell_ninety_days_are_taken_and_said() -> None:
    said, opened = _setting(ONCE)
    assert "after 90 days" in said
    assert "the data cannot tell" in said
    assert (opened.settings.inactivity_days, opened.settings.gone_after_days) == (None, 90)


def test_less_than_a_day_is_refused() -> None:
    with pytest.raises(RequestError, match="Give 1 day or more"):
        Settings(inactivity_days=0)


def test_who_never_come_back_are_said_so_in_place_of_a_day_of_slipping() -> None:
    rows = ONCE + [{**row, "ordered_on": date(2025, 1, 21)} for row in ONCE[:20]]
    report = make_report(world({"orders": rows}, as_of=AS_OF))
    section = next(section for section in report.sections if section.name == "slipping")
    assert section.finding.startswith("Even right after a purchase, only 25.0% come back within 90 days")
    assert [f.value for f in report.headline if f.name == "return_rate"] == [0.25]
    assert not [f for f in report.headline if f.name == "slipping_days"]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The cast, on an engine that fails on one metric."""
    opened, asked = world(TABLES), World.metric

    def metric(self: World, name: str, **parameters: Any) -> Any:
        if name == "leak_holes":
            raise QueryError("duckdb", "select 1", "out of memory")
        return asked(self, name, **parameters)

    monkeypatch.setattr(World, "metric", metric)
    yield opened
    opened.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_query_that_fails_costs_one_section_and_says_so(failing: World, language: Language) -> None:
    report = make_report(failing, language=language)
    failed = next(section for section in report.sections if section.name == "leaks")
    assert "out of memory" in failed.notes[0]
    assert not failed.charts
    assert len(report.sections) >= 8
    said, *_ = report.failures
    assert "select 1" in said
    assert "out of memory" in report.html()
    assert "select 1" not in report.html()


def _subscription(person: str, start: date, end: date | None) -> dict[str, Any]:
    return {"person_id": person, "started_on": start, "ended_on": end, "mrr_amount": 10}


def test_when_everybody_has_left_the_page_opens_with_the_last_month_that_kept_anybody() -> None:
    spans = [("Ann", date(2025, 3, 1)), ("Bob", date(2025, 2, 10)), ("Cat", date(2025, 3, 1))]
    rows = [_subscription(who, date(2025, 1, 1), end) for who, end in spans]
    report = make_report(world({"subscriptions": rows}))
    assert report.opening[0].text == (
        "Every customer had left by 1 Mar 2025. In Feb 2025, the last month that kept anybody, 66.7% of 3 customers stayed."
    )
    kept = next(section for section in report.sections if section.name == "kept")
    assert kept.sentences[0].startswith("Every subscription in the data has an end.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_that_kept_nobody_while_others_came_says_so(language: Language) -> None:
    rows = [_subscription("Bob", date(2025, 1, 1), date(2025, 2, 10))]
    rows += [_subscription("Ann", date(2025, 2, 20), None)]
    said = (
        make_report(world({"subscriptions": rows}, as_of=date(2025, 3, 1)), language=language).opening[0].text
    )
    assert said.startswith("None of the 1 customer" if language == "en" else "2025년 2월 초의 고객 1명은")


@pytest.mark.data
def test_the_playbook_opens_with_december_of_which_the_published_movements_tell(data: Path) -> None:
    report = make_report(world(data / "mrr_playbook_subscription_periods.csv"))
    (kept,) = (figure for figure in report.headline if figure.name == "customer_retention_rate")
    assert (round(1 - float(kept.value or 0), 4), kept.basis.period) == (0.4048, "Dec 2019")
    assert "Every customer had left by 1 Feb 2020" in report.opening[0].text
    assert not [sentence.text for sentence in report.opening if "0.0%" in sentence.text]


def test_no_advice_is_about_people_of_whom_there_are_none() -> None:
    rows = ONCE + [{**row, "ordered_on": date(2025, 1, 21)} for row in ONCE[:20]]
    report = make_report(world({"orders": rows}, as_of=AS_OF))
    who = " ".join(each.who for each in report.suggestions)
    assert "nobody" in who
    assert " 0 " not in who
