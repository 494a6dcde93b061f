"""Which signals show before customers leave, and how long before? The panel of leading indicators of a world."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import ibis
import numpy as np
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.engine.foreseeing_days import (
    FAR,
    columns,
    daily_record,
    day_number,
)
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.predict.daily_counts import HISTORY_DAYS, DailyRecord
from dangol.core.predict.lead_time import WITHIN_DAYS, LeadTime, Signal, lead_times, stretches
from dangol.core.predict.warned import warnings_of

if TYPE_CHECKING:
    from dangol.core.engine.world import World

LOOK_EVERY_DAYS: Final = 7
DETRACTOR: Final = 6
"""The highest answer of 0 to 10 that speaks against recommending."""


def leading_indicators(
    world: World, *, within_days: int = WITHIN_DAYS, look_back_days: int = 365, seed: int = 1
) -> tuple[LeadTime, ...]:
    """How many days before a loss each signal of this world showed, of the losses of the last `look_back_days`.

    Early warnings are made again as of every seventh day, from what was known then. A RequestError without
    customers who left, or without tenures.
    """
    days = look_back_days + within_days
    record, end = _record(world, days), (world.as_of - FAR).days
    recent = ~(record.ended < end - look_back_days)
    known = stretches(
        record.stay_person_ids[recent], np.maximum(record.started[recent], end - days), record.ended[recent], end,
        within_days=within_days, seed=seed,
    )  # fmt: skip
    signals = list(recorded_signals(world, world.as_of - timedelta(days=days)))
    looks = range(end - days, end + 1, LOOK_EVERY_DAYS)
    signals.append(warnings_of(record, looks))
    return lead_times(signals, known, within_days=within_days, seed=seed)


def _record(world: World, days: int) -> DailyRecord:
    if "stays" not in world.tables():
        raise RequestError(
            Said("The signals before losses were asked for.", "이탈 전의 신호를 요청하셨습니다."),
            Said("This data does not say who left when.", "누가 언제 떠났는지 알 수 없는 데이터입니다."),
            Said("Add a file of subscriptions or orders.", "구독이나 주문 파일을 더하십시오."),
        )
    history = HISTORY_DAYS["visits" if world.activity_noun == "events" else "purchases"]
    return daily_record(world, days + history)


def recorded_signals(world: World, first: date) -> Iterator[Signal]:
    """The signals that stand in the data as they are, from the day `first`."""
    tables, since = world.tables(), ibis.literal(first)
    if "events" in tables:
        events = tables["events"]
        failed = events.filter((events.name == "Payment Failed") & (events.occurred_on >= since))
        yield _signal(
            world, "payment_failed", Said("Payment failed", "결제 실패"), failed, failed.occurred_on
        )
    if "tickets" in tables:
        tickets = tables["tickets"]
        opened = tickets.filter(tickets.opened_on >= since)
        yield _signal(world, "ticket_opened", Said("Ticket opened", "문의 접수"), opened, opened.opened_on)
    if "answers" in tables:
        answers = tables["answers"]
        against = answers.filter(
            (answers.survey.lower() == "nps") & (answers.score <= DETRACTOR) & (answers.answered_on >= since)
        )
        said = Said("NPS answer of 6 or less", "NPS 6점 이하 응답")
        yield _signal(world, "nps_detractor", said, against, against.answered_on)


def _signal(world: World, name: str, said: Said, rows: Table, day: Expr) -> Signal:
    found = columns(world, rows.select("person_id", shown=day_number(day)))
    return Signal(name, said, found["person_id"], found["shown"])
