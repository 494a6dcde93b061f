"""Who was written to, and who was in which arm? Messages and exposures."""

from __future__ import annotations

import numpy as np

from dangol.core.engine.writer import Coded, Column, Columns, Numbered, joined
from dangol.core.simulate.block import Block
from dangol.core.simulate.business import CAMPAIGNS
from dangol.core.simulate.lives import Exposure, Lives
from dangol.core.simulate.season import SECOND, Floats, Ints, day_stamp, day_stamps, moment, month_starts
from dangol.core.simulate.voices import Presence

ARMS = ("control", "treated")
CHANNELS = ("email", "sms", "push")
_NAMES = ("newsletter", *(campaign.name for campaign in CAMPAIGNS))
OPENED, CLICKED, BOUNCED = 0.36, 0.18, 0.012
"""Shares of the delivered that open, of the opened that click, and of the sent that bounce."""


def exposures_of(block: Block, lives: Lives) -> Columns:
    """One row for everyone in a campaign, in either arm, at the same moment."""
    return joined([_exposed(block, number, exposure) for number, exposure in enumerate(lives.exposures)])


def _exposed(block: Block, number: int, exposure: Exposure) -> dict[str, Column]:
    who, start = np.flatnonzero(exposure.is_exposed), block.business.start
    day = np.full(len(who), float(exposure.day))
    return {
        "person_id": block.people.ids[who],
        "experiment": Coded(_NAMES, np.full(len(who), number + 1, dtype=np.int8)),
        "arm": Coded(ARMS, exposure.is_treated[who].astype(np.int8)),
        "exposed_on": day_stamp(start, day),
        "exposed_at": day_stamps(moment(start, day)),
    }


def messages_of(block: Block, lives: Lives, presence: Presence) -> Columns:
    """A newsletter on the fifth day of every month, and each campaign's message to its treated arm."""
    rng, business = block.rng("messages"), block.business
    news = np.array(
        [float(d + 4) for d in month_starts(business.start, business.days) if d + 4 < business.days]
    )
    who, turn = np.nonzero((presence.start[:, None] < news) & (presence.end[:, None] > news))
    people, days, names = [who], [news[turn]], [np.zeros(len(who), dtype=np.int8)]
    for number, exposure in enumerate(lives.exposures):
        treated = np.flatnonzero(exposure.is_treated)
        people.append(treated)
        days.append(np.full(len(treated), float(exposure.day)))
        names.append(np.full(len(treated), number + 1, dtype=np.int8))
    return _letters(
        block, rng, np.concatenate(people), np.concatenate(days), Coded(_NAMES, np.concatenate(names))
    )


def _letters(block: Block, rng: np.random.Generator, who: Ints, day: Floats, campaign: Coded) -> Columns:
    start, n = block.business.start, len(who)
    sent = moment(start, day + 0.3 * rng.random(n))
    end = int(moment(start, np.array([float(block.business.days)]))[0])
    bounced = rng.random(n) < BOUNCED
    opened = sent + (rng.exponential(5 * 3600, n) * SECOND).astype(np.int64)
    clicked = opened + (rng.exponential(120, n) * SECOND).astype(np.int64)
    opens = ~bounced & (rng.random(n) < OPENED) & (opened < end)
    clicks = opens & (rng.random(n) < CLICKED) & (clicked < end)
    columns: dict[str, Column] = {
        "message_id": Numbered("msg-", block.first * 1_000 + np.arange(n)),
        "person_id": block.people.ids[who],
        "channel": Coded(CHANNELS, np.zeros(n, dtype=np.int8)),
        "campaign": campaign,
        "sent_on": day_stamp(start, day),
        "sent_at": day_stamps(sent),
        "opened_at": day_stamps(opened, known=opens),
        "clicked_at": day_stamps(clicked, known=clicks),
        "is_bounced": bounced,
    }
    return columns
