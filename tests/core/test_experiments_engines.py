"""Are the outcomes of logged experiments counted right, and alike on DuckDB and Spark? Against a count by hand."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from dangol.core.engine import world
from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.experiments import Arm, Design, summaries_of_columns, summaries_on
from dangol.core.experiments.exposure import assigned
from dangol.core.experiments.outcomes import OUTCOMES, outcome, units_of
from dangol.core.experiments.trial import read_exposures
from dangol.core.stats.capping import capped, limits
from dangol.core.stats.moments import Moments

START, DAYS, PEOPLE = date(2026, 3, 1), 30, 60
DESIGN = Design(
    "offer",
    (Arm("control", 0.5), Arm("offer", 0.5)),
    "revenue",
    "offer-1",
    horizon_days=DAYS,
    segments=("plan",),
)
Rows = list[dict[str, Any]]


def _tables() -> dict[str, Rows]:
    rng = np.random.default_rng(11)

    def day(low: int, high: int) -> date:
        return START + timedelta(days=int(rng.integers(low, high)))

    people = [
        {"person_id": f"p{n}", "name": "x", "plan": ("basic", "pro")[n % 2], "account_id": f"a{n % 20}"}
        for n in range(PEOPLE)
    ]
    exposures = [
        {
            "person_id": f"p{n}",
            "experiment": "offer",
            "arm": ("control", "offer")[n % 2],
            "exposed_at": datetime(2026, 3, 1 + n % 3, 9),
        }
        for n in range(PEOPLE)
    ]
    exposures += [
        {"person_id": "late", "experiment": "offer", "arm": "offer", "exposed_at": datetime(2026, 5, 20)},
        {"person_id": "p1", "experiment": "other", "arm": "control", "exposed_at": datetime(2026, 3, 1)},
    ]
    subscriptions = []
    for n in range(0, PEOPLE, 2):
        started, ended = day(-200, -20), day(-10, 80)
        subscriptions.append(
            {"person_id": f"p{n}", "started_on": started, "ended_on": ended if n % 3 else None,
             "mrr_amount": 10 + n, "status": "active", "subscription_id": f"s{n}"}
        )  # fmt: skip
        if n % 8 == 0:
            subscriptions.append(
                {"person_id": f"p{n}", "started_on": START + timedelta(days=10), "ended_on": None,
                 "mrr_amount": 5, "status": "active", "subscription_id": f"t{n}"}
            )  # fmt: skip
    orders = [
        {
            "person_id": f"p{rng.integers(PEOPLE)}",
            "ordered_on": day(-60, 60),
            "amount": int(rng.integers(5, 90)),
            "order_id": f"o{n}",
        }
        for n in range(200)
    ]
    answers = [
        {"person_id": f"p{rng.integers(PEOPLE)}", "survey": "nps", "score": int(rng.integers(0, 11)),
         "answered_at": datetime.combine(day(-20, 50), datetime.min.time()), "answer_id": f"n{n}"}
        for n in range(80)
    ]  # fmt: skip
    tickets = [
        {
            "person_id": f"p{rng.integers(PEOPLE)}",
            "opened_at": datetime.combine(day(-40, 50), datetime.min.time()),
            "ticket_id": f"t{n}",
        }
        for n in range(90)
    ]
    return {
        "people": people, "exposures": exposures, "subscriptions": subscriptions, "orders": orders,
        "answers": answers, "tickets": tickets,
    }  # fmt: skip


TABLES = _tables()
AS_OF = date(2026, 6, 1)
ON_SPARK = ("kept", "grr", "value", "nps")
"""Each kind of outcome once: a plan of all of them takes Spark half a minute."""
NAMES = ("kept", "ndr", "grr", "monthly_revenue", "revenue", "value", "bought", "nps", "tickets")


def _by_hand() -> dict[str, dict[str, Any]]:
    """What became of each person, by loops over the rows."""
    found: dict[str, dict[str, Any]] = {}
    for exposure in TABLES["exposures"][:PEOPLE]:
        who, start = exposure["person_id"], exposure["exposed_at"].date()
        end = start + timedelta(days=DAYS)
        terms = [row for row in TABLES["subscriptions"] if row["person_id"] == who]
        paid = defaultdict(float)
        for row in terms:
            for name, moment in (("then", end), ("now", start)):
                if row["started_on"] < moment and (row["ended_on"] is None or row["ended_on"] >= moment):
                    paid[name] += row["mrr_amount"]
        bought = [
            r["amount"] for r in TABLES["orders"] if r["person_id"] == who and start <= r["ordered_on"] < end
        ]
        scores = [
            (r["score"] >= 9) * 100.0 - (r["score"] <= 6) * 100.0
            for r in TABLES["answers"]
            if r["person_id"] == who and start <= r["answered_at"].date() < end
        ]
        days = sum(
            row["mrr_amount"]
            * max((min(row["ended_on"] or end, end) - max(row["started_on"], start)).days, 0)
            for row in terms
        )
        found[who] = {
            "arm": exposure["arm"], "kept": float(paid["then"] > 0), "ndr": paid["then"] if paid["now"] else 0.0,
            "ndr_base": paid["now"], "grr": min(paid["then"], paid["now"]), "grr_base": paid["now"],
            "monthly_revenue": paid["then"], "monthly_revenue_before": paid["now"], "revenue": float(sum(bought)),
            "value": sum(bought) + days / (365.25 / 12), "bought": float(bool(bought)),
            "nps": float(np.mean(scores)) if scores else None,
            "tickets": float(sum(
                r["person_id"] == who and start <= r["opened_at"].date() < end for r in TABLES["tickets"]
            )),
        }  # fmt: skip
    return found


def test_outcomes_are_those_counted_by_hand(engine: Any) -> None:
    known = world(TABLES, engine=engine, as_of=AS_OF)
    everybody = assigned(known.tables()["exposures"], "offer")
    asked = NAMES if engine == "duckdb" else ON_SPARK
    units = units_of(known.tables(), everybody, asked, horizon_days=DAYS, as_of=AS_OF)
    rows = known.ask(units).records()
    names = known.external_ids(row["unit_id"] for row in rows)
    by_hand = _by_hand()
    assert set(asked) <= set(rows[0])
    assert len(rows) == PEOPLE, "whose horizon is not over is not among them"
    for row in rows:
        who = names[row["unit_id"]]
        for name, expected in by_hand[who].items():
            if name not in row:
                continue
            if isinstance(expected, float):
                assert float(row[name]) == pytest.approx(expected), (who, name)
            else:
                assert row[name] == expected, (who, name)
    known.close()


def test_summaries_of_an_engine_are_those_in_memory(engine: Any) -> None:
    known = world(TABLES, engine=engine, as_of=AS_OF)
    everybody = assigned(known.tables()["exposures"], "offer")
    units = units_of(known.tables(), everybody, ("revenue", "ndr"), horizon_days=DAYS, as_of=AS_OF)
    judged = [outcome(name).judged for name in ("revenue", "ndr")]
    rows = known.ask(units).records()
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    there, here = summaries_on(known.ask, units, judged), summaries_of_columns(columns, judged)
    assert there.counts == here.counts
    assert there.counts_among == here.counts_among
    for one, other in zip(there.outcomes, here.outcomes, strict=True):
        _assert_equal(one.arms, other.arms)
    (row,) = known.ask(limits(units, ("revenue",), 0.9))
    limit = float(row["revenue"])
    assert limit == pytest.approx(float(np.quantile(columns["revenue"].astype(float), 0.9)))
    cut = known.ask(capped(units, {"revenue": limit})).column("revenue")
    assert max(map(float, cut)) == pytest.approx(limit)
    known.close()


def _assert_equal(one: Any, other: Any) -> None:
    assert set(one) == set(other)
    for arm in one:
        left, right = one[arm], other[arm]
        assert isinstance(left, Moments)
        assert left.n == right.n
        np.testing.assert_allclose(left.sums, right.sums, rtol=1e-9)
        np.testing.assert_allclose(left.products, right.products, rtol=1e-9)


@pytest.fixture(scope="module")
def known() -> Any:
    opened = world(TABLES, as_of=AS_OF)
    yield opened
    opened.close()


def test_a_whole_readout_from_what_was_logged(known: Any) -> None:
    found = read_exposures(known.ask, known.tables(), DESIGN, as_of=date(2026, 6, 1), also=("tickets",))
    assert found.main is not None
    by_hand = _by_hand()
    for figures in (found.main.treated, found.main.untreated):
        own = [float(each["revenue"] or 0) for each in by_hand.values() if each["arm"] == figures.arm]
        assert figures.n == len(own)
        assert figures.value == pytest.approx(sum(own) / len(own))
    assert {each.value for each in found.segments} <= {"basic", "pro", "-"}
    assert found.waiting_count == 1


def test_who_still_waits_is_counted_and_not_judged(known: Any) -> None:
    found = read_exposures(known.ask, known.tables(), DESIGN, as_of=date(2026, 4, 1))
    assert (found.waiting_count, found.main and found.main.treated.n + found.main.untreated.n) == (21, 40)
    assert any("horizon of 21" in sentence.en for sentence in found.sentences)


def test_accounts_are_units_of_their_people(known: Any) -> None:
    from dataclasses import replace

    design = replace(DESIGN, unit="account", segments=())
    found = read_exposures(known.ask, known.tables(), design, as_of=AS_OF)
    assert found.srm is not None
    assert sum(found.srm.counts.values()) == 20
    assert found.excluded_count == 0


def test_units_in_several_arms_are_excluded_and_counted() -> None:
    twice = [
        {"person_id": "p1", "experiment": "offer", "arm": "control", "exposed_at": datetime(2026, 3, 9)},
    ]
    people = [
        {**row, "account_id": "a0" if row["person_id"] in ("p0", "p1") else row["account_id"]}
        for row in TABLES["people"]
    ]
    changed = world({**TABLES, "people": people, "exposures": [*TABLES["exposures"], *twice]}, as_of=AS_OF)
    from dataclasses import replace

    design = replace(DESIGN, unit="account", segments=())
    found = read_exposures(changed.ask, changed.tables(), design, as_of=AS_OF)
    assert found.excluded_count >= 1
    assert any("several arms" in sentence.en for sentence in found.sentences)
    changed.close()


def test_what_the_data_cannot_answer_is_said(known: Any) -> None:
    from dataclasses import replace

    with pytest.raises(RequestError, match="holds no events"):
        read_exposures(known.ask, known.tables(), replace(DESIGN, outcome="active_days"), as_of=AS_OF)
    with pytest.raises(UnknownNameError):
        outcome("happiness")


def test_every_outcome_is_said_in_both_languages() -> None:
    for name, each in OUTCOMES.items():
        assert name == each.measured.name
        assert each.measured.said.ko != each.measured.said.en or name == "nps"
