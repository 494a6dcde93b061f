"""What do customers ask and answer? Tickets with their waits, and answers to NPS, CSAT and CES surveys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dangol.core.engine.writer import Coded, Column, Columns, Numbered
from dangol.core.simulate.block import Block, chosen_by_row
from dangol.core.simulate.business import (
    MISSING_FEATURE,
    ONBOARDING_FAILED,
    PAYMENT_FAILURE,
    POOR_SUPPORT,
    PRICE,
)
from dangol.core.simulate.comments import INDIFFERENCE, PRAISE, comments
from dangol.core.simulate.lives import Lives
from dangol.core.simulate.purchases import Purchases
from dangol.core.simulate.season import MILLISECOND, Codes, Flags, Floats, Ints, day_stamp, day_stamps, moment

TOPICS = ("how-to", "billing", "bug", "feature request", "account", "delivery")
_TOPIC_OF_CAUSE = {ONBOARDING_FAILED: 0, PRICE: 1, MISSING_FEATURE: 3, POOR_SUPPORT: 2, PAYMENT_FAILURE: 1}
PRIORITIES = ("low", "normal", "high", "urgent")
SURVEYS = ("nps", "csat", "ces")
TICKETS_A_DAY = 0.0028
SOON = 60
"""Days before leaving in which people answer as leavers."""

# Shares of promoters, passives and detractors among people who stay, and who leave soon.
NPS_STAYING, NPS_LEAVING = (0.48, 0.34, 0.18), (0.10, 0.25, 0.65)


@dataclass(frozen=True)
class Presence:
    """When each customer of a block is there, and why they leave; `ended` may lie behind the data."""

    start: Floats
    end: Floats
    ended: Floats
    cause: Codes


def presence_of(block: Block, lives: Lives, purchases: Purchases) -> Presence:
    """First lives of the subscribers, and the time in which shoppers shop."""
    is_shopper, days = ~block.people.is_subscriber, block.business.days
    gone = np.where(purchases.last < days, purchases.last, np.inf)
    ended = np.where(is_shopper, gone, lives.ended)
    return Presence(block.people.joined, np.minimum(ended, days), ended, lives.cause)


@dataclass(frozen=True)
class Cases:
    """The tickets of a block before they are written: one element a ticket."""

    person: Ints
    opened: Floats
    is_bad: Flags
    topic: Codes
    wait: Floats
    """Hours to the first reply."""
    work: Floats
    """Hours from the reply to the solution; `inf` for never."""


def cases_of(block: Block, presence: Presence) -> Cases:
    """Ordinary tickets at any time, and bad ones shortly before people leave over poor support."""
    rng, n = block.rng("tickets"), block.count
    length = presence.end - presence.start
    usual = rng.poisson(TICKETS_A_DAY * length)
    bad = np.where(presence.cause == POOR_SUPPORT, 2 + rng.poisson(1.0, n), 0)
    person = np.concatenate([np.repeat(np.arange(n), usual), np.repeat(np.arange(n), bad)])
    is_bad = np.arange(len(person)) >= usual.sum()
    soonest = np.where(
        is_bad, np.maximum(presence.ended - 45, presence.start)[person], presence.start[person]
    )
    until = np.where(is_bad, presence.ended[person], presence.end[person])
    opened = soonest + rng.random(len(person)) * (until - soonest)
    wait = np.exp(np.where(is_bad, np.log(55), np.log(3)) + 0.8 * rng.standard_normal(len(person)))
    work = np.exp(np.log(8) + rng.standard_normal(len(person)))
    work = np.where(rng.random(len(person)) < np.where(is_bad, 0.6, 0.03), np.inf, work)
    topic = _topics(rng, presence, person, opened)
    seen = opened < block.business.days
    return Cases(person[seen], opened[seen], is_bad[seen], topic[seen], wait[seen], work[seen])


def _topics(rng: np.random.Generator, presence: Presence, person: Ints, opened: Floats) -> Codes:
    """Anything, but in the last weeks mostly what people leave for."""
    any_topic = rng.integers(0, len(TOPICS), len(person))
    own = np.array([_TOPIC_OF_CAUSE.get(cause, 4) for cause in range(-1, 7)])[presence.cause[person] + 1]
    is_late = (presence.ended[person] - opened < SOON) & (rng.random(len(person)) < 0.7)
    return np.where(is_late & (presence.cause[person] >= 0), own, any_topic).astype(np.int8)


def tickets_of(block: Block, cases: Cases) -> Columns:
    """The ticket rows of a block; what has not happened by the end of the data is null."""
    business, n = block.business, len(cases.person)
    opened = moment(business.start, cases.opened)
    replied = opened + _micros(cases.wait)
    resolved = replied + _micros(np.where(np.isfinite(cases.work), cases.work, 0))
    end = int(moment(business.start, np.array([float(business.days)]))[0])
    priority = np.where(cases.is_bad, 2, 1) + (block.rng("priority").random(n) < 0.2)
    columns: dict[str, Column] = {
        "ticket_id": Numbered("tic-", block.first * 1_000 + np.arange(n)),
        "person_id": block.people.ids[cases.person],
        "topic": Coded(TOPICS, cases.topic),
        "priority": Coded(PRIORITIES, priority.astype(np.int8)),
        "opened_on": day_stamp(business.start, cases.opened),
        "opened_at": day_stamps(opened),
        "replied_at": day_stamps(replied, known=replied < end),
        "resolved_at": day_stamps(resolved, known=np.isfinite(cases.work) & (resolved < end)),
    }
    return columns


def _micros(hours: Floats) -> Ints:
    return (np.minimum(hours, 24 * 365) * 3_600_000).astype(np.int64) * MILLISECOND


@dataclass(frozen=True)
class Replies:
    """The answers of a block before they are written. `expected_nps` sums promoters less detractors, planted."""

    person: Ints
    day: Floats
    survey: Codes
    score: Floats
    is_leaving: Flags
    asked_nps: int
    expected_nps: float


def replies_of(block: Block, presence: Presence, cases: Cases) -> Replies:
    """NPS a month after joining and every quarter from then; CSAT and CES after tickets."""
    rng, days = block.rng("answers"), block.business.days
    who, day = _asked(rng, presence)
    is_leaving = presence.ended[who] - day < SOON
    shares = np.where(is_leaving[:, None], NPS_LEAVING, NPS_STAYING)
    kind = chosen_by_row(rng, shares)
    score = np.select([kind == 0, kind == 1], [rng.integers(9, 11, len(who)), rng.integers(7, 9, len(who))],
                      rng.integers(0, 7, len(who)))  # fmt: skip
    after = cases.opened + (cases.wait + np.where(np.isfinite(cases.work), cases.work, 4)) / 24
    csat = np.where(
        cases.is_bad, rng.integers(1, 3, len(after)), np.minimum(rng.integers(3, 7, len(after)), 5)
    )
    ces = np.where(cases.is_bad, rng.integers(1, 4, len(after)), rng.integers(4, 8, len(after)))
    rates = (after < days) & (rng.random(len(after)) < 0.45)
    weighs = (after < days) & (rng.random(len(after)) < 0.25)
    leaving = presence.ended[cases.person] - cases.opened < SOON
    return Replies(
        np.concatenate([who, cases.person[rates], cases.person[weighs]]),
        np.concatenate([day, after[rates], after[weighs]]),
        np.repeat(np.array([0, 1, 2], dtype=np.int8), [len(who), rates.sum(), weighs.sum()]),
        np.concatenate([score, csat[rates], ces[weighs]]).astype(np.float64),
        np.concatenate([is_leaving, leaving[rates], leaving[weighs]]),
        len(who),
        float((shares[:, 0] - shares[:, 2]).sum()),
    )


def _asked(rng: np.random.Generator, presence: Presence) -> tuple[Ints, Floats]:
    """Who answers an NPS survey on which day: three in ten of those who are asked."""
    rounds = np.arange(0, max(1, int((presence.end - presence.start).max()) // 90 + 1))
    day = presence.start[:, None] + 30 + 90 * rounds
    asked = (day < presence.end[:, None]) & (rng.random(day.shape) < 0.3)
    who, turn = np.nonzero(asked)
    return who, day[who, turn] + rng.random(len(who))


def answers_of(block: Block, presence: Presence, replies: Replies) -> Columns:
    """The answer rows of a block; four in ten have a comment, leavers' mostly on why they leave."""
    rng, business, n = block.rng("comments"), block.business, len(replies.person)
    columns: dict[str, Column] = {
        "answer_id": Numbered("ans-", block.first * 1_000 + np.arange(n)),
        "person_id": block.people.ids[replies.person],
        "survey": Coded(SURVEYS, replies.survey),
        "score": replies.score,
        "comment": comments(
            rng,
            _comment_topics(rng, presence, replies),
            block.people.is_english[replies.person],
            rng.random(n) < 0.4,
        ),
        "answered_on": day_stamp(business.start, replies.day),
        "answered_at": day_stamps(moment(business.start, replies.day)),
    }
    return columns


def _comment_topics(rng: np.random.Generator, presence: Presence, replies: Replies) -> Codes:
    """The cause for who leaves soon; praise from the content; any complaint from the discontent."""
    content = np.array([9, 4, 6])[replies.survey] <= replies.score
    middling = np.array([7, 3, 4])[replies.survey] <= replies.score
    complaint = rng.integers(1, 4, len(replies.person))
    cause = presence.cause[replies.person]
    own = replies.is_leaving & (cause >= 0) & ~content
    return np.select([own, content, middling], [cause, PRAISE, INDIFFERENCE], complaint).astype(np.int8)
