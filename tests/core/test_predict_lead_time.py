"""Is the lead of a planted signal found within two weeks, and is what shows anyway taken for no lead?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from dangol.core.engine import World, world
from dangol.core.engine.foreseeing_signals import leading_indicators
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.lead_time import Signal, Stretches, first_leads, lead_times, stretches
from dangol.core.simulate import Business, simulated_tables
from dangol.core.simulate.business import PAST_DUE_DAYS

SAID = Said("A signal", "신호")


def _planted(
    seed: int, lead: float, spread: float, background: float, n: int = 300
) -> tuple[Signal, Stretches]:
    """Half of `n` losses show the signal so many days before; everybody shows it at random besides."""
    rng = np.random.default_rng(seed)
    people, until = np.arange(4 * n), rng.integers(400, 700, 4 * n)
    is_lost = people < n
    shows = is_lost & (rng.random(4 * n) < 0.5)
    days = np.where(shows, until - np.maximum(1, np.round(rng.normal(lead, spread, 4 * n))), -1).astype(
        np.int64
    )
    noise = rng.random(4 * n) < background
    random_days = until - rng.integers(1, 91, 4 * n)
    who = np.concatenate([people[shows], people[noise]])
    return Signal("planted", SAID, who, np.concatenate([days[shows], random_days[noise]])), Stretches(people, until, is_lost)  # fmt: skip


@pytest.mark.parametrize("background", [0.0, 0.3])
@pytest.mark.parametrize("lead", [10, 30, 60])
def test_a_planted_lead_is_estimated_within_two_weeks_and_lies_in_its_interval(
    lead: int, background: float
) -> None:
    held = 0
    for seed in range(20):
        (row,) = lead_times([_planted(seed, lead, 5, background)[0]], _planted(seed, lead, 5, background)[1])
        assert row.median_days is not None
        assert row.low_days is not None
        assert row.high_days is not None
        assert abs(row.median_days - lead) <= 14
        held += row.low_days <= lead <= row.high_days
    assert held >= 18


def test_the_share_caught_and_the_false_alarms_are_counted_with_their_intervals() -> None:
    signal, known = _planted(1, 20, 3, 0.1)
    (row,) = lead_times([signal], known)
    leads = first_leads(signal, known, 90)
    shown = ~np.isnan(leads)
    assert row.caught_share == shown[known.is_lost].mean()
    assert row.false_alarm_share == shown[~known.is_lost].mean()
    assert row.caught_low is not None
    assert row.caught_low < 0.55 < (row.caught_high or 0)
    assert (row.false_alarm_low or 1) < 0.1 < (row.false_alarm_high or 0)
    assert row.times == pytest.approx(row.caught_share / row.false_alarm_share)


def test_what_shows_as_often_without_a_loss_has_no_lead() -> None:
    rng = np.random.default_rng(5)
    known = Stretches(np.arange(900), np.full(900, 500), np.arange(900) < 300)
    signal = Signal("noise", SAID, np.arange(900), 500 - rng.integers(1, 150, 900))
    (row,) = lead_times([signal], known)
    assert row.median_days is None
    assert row.reason is not None
    assert row.reason.en == "It shows as often where nobody leaves."


def test_the_signals_that_tell_most_come_first_and_rare_ones_say_why_they_have_no_lead() -> None:
    good, known = _planted(1, 20, 3, 0.0)
    rare = Signal("rare", SAID, np.arange(3), known.until[:3] - 5)
    rows = lead_times([rare, good], known)
    assert [row.name for row in rows] == ["planted", "rare"]
    assert rows[1].reason is not None
    assert "fewer than 10 losses" in rows[1].reason.en


def test_the_first_show_within_the_stretch_counts_and_nothing_of_the_last_day_or_before_it() -> None:
    known = Stretches(np.array([1, 2, 3]), np.array([500, 500, 500]), np.array([True, True, False]))
    signal = Signal("s", SAID, np.array([1, 1, 1, 2, 3]), np.array([480, 490, 400, 500, 410]))
    assert first_leads(signal, known, 90)[0] == 20
    assert np.isnan(first_leads(signal, known, 90)[1])
    assert first_leads(signal, known, 90)[2] == 90


def test_stretches_without_a_loss_end_while_no_loss_is_near() -> None:
    rng = np.random.default_rng(3)
    started = rng.integers(0, 300, 500)
    ended = np.where(rng.random(500) < 0.4, started + rng.integers(1, 600, 500), np.nan)
    made = stretches(np.arange(500), started, ended, 700)
    ends = ended[made.person_ids]
    assert (made.until[made.is_lost] == ends[made.is_lost]).all()
    assert (made.until[~made.is_lost] <= 700 - 90).all()
    assert (made.until - started[made.person_ids] >= 90).all()
    quiet = ends[~made.is_lost]
    assert (np.isnan(quiet) | (quiet >= 700)).all()


def test_without_a_loss_there_is_a_sentence() -> None:
    signal, known = _planted(1, 20, 3, 0.0)
    with pytest.raises(RequestError, match="None of 1200 stretches ended with a loss"):
        lead_times([signal], Stretches(known.person_ids, known.until, np.zeros(1200, dtype=bool)))


# --- The simulated business -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def simulated() -> Iterator[World]:
    business = Business(seed=7, customers=2_500, kind="subscription")
    made = world(simulated_tables(business), as_of=business.end)
    yield made
    made.close()


def test_the_planted_lead_of_failed_payments_is_found_in_the_panel(simulated: World) -> None:
    rows = {row.name: row for row in leading_indicators(simulated)}
    assert set(rows) == {"payment_failed", "ticket_opened", "nps_detractor", "early_warning"}
    failed = rows["payment_failed"]
    assert failed.median_days is not None
    assert abs(failed.median_days - PAST_DUE_DAYS) <= 1
    assert failed.false_alarm_share == 0
    assert failed.times is None
    # Tickets are opened anyway; they are a signal only as far as they show more often before losses.
    assert rows["ticket_opened"].times is not None
    assert rows["ticket_opened"].false_alarm_share is not None
    assert rows["ticket_opened"].false_alarm_share > 0.1


def test_data_that_does_not_say_who_left_is_a_sentence() -> None:
    events = [{"person_id": "ann", "name": "Report Viewed", "occurred_at": "2026-01-03T10:00:00Z"}]
    with pytest.raises(RequestError, match="does not say who left when"):
        leading_indicators(world({"events": events}, as_of=date(2026, 1, 6)))
