"""What does the customer file say? People and the accounts they belong to."""

from __future__ import annotations

import numpy as np

from dangol.core.engine.writer import Coded, Column, Columns, Joined, Numbered
from dangol.core.simulate.block import Block, chosen
from dangol.core.simulate.business import CHANNELS, PLANS
from dangol.core.simulate.season import Flags, day_stamp

_KOREAN = (
    tuple("김이박최정강조윤장임한오서신권황안송류홍"),
    (
        "민준", "서연", "도윤", "지우", "서준", "하은", "예준", "지민", "주원", "수아", "지호", "하윤", "준서", "채원",
        "현우", "유진", "건우", "소율", "우진", "다은", "선우", "지아", "연우", "나윤", "정우", "은서", "승현", "가은",
    ),
)  # fmt: skip
_ENGLISH = (
    ("Adams", "Baker", "Clark", "Davis", "Evans", "Foster", "Green", "Hughes", "Irwin", "Jones", "Kelly", "Lewis"),
    ("Alex", "Blake", "Casey", "Drew", "Emery", "Finley", "Gray", "Harper", "Jamie", "Kai", "Logan", "Morgan"),
)  # fmt: skip
_COUNTRIES = ("KR", "US", "GB", "SG", "AU")
_TRAITS = ('{"language": "ko"}', '{"language": "en"}')
_INDUSTRIES = ("software", "retail", "education", "manufacturing", "healthcare", "finance")
_OWNERS = ("Ann", "Bob", "Cat")


def people_rows(block: Block) -> Columns:
    """The people of a block."""
    people, rng, n = block.people, block.rng("directory"), block.count
    country = np.where(people.is_english, rng.integers(1, len(_COUNTRIES), n), 0)
    columns: dict[str, Column] = {
        "person_id": people.ids,
        "external_id": Numbered("cus-", people.ids),
        "name": _names(rng, people.is_english),
        "email": Numbered("customer", people.ids, "@example.com"),
        "account_id": Numbered("acc-", people.account),
        "joined_on": day_stamp(block.business.start, people.joined),
        "channel": Coded(tuple(channel.name for channel in CHANNELS), people.channel),
        "country": Coded(_COUNTRIES, country.astype(np.int8)),
        "plan": Coded(PLANS, np.where(people.is_subscriber, people.plan, -1).astype(np.int8)),
        "referrer_id": np.where(people.referrer > 0, people.referrer, np.nan),
        "traits": Coded(_TRAITS, people.is_english.astype(np.int8)),
    }
    return columns


def _names(rng: np.random.Generator, is_english: Flags) -> Joined:
    """Family name first in Korean and last in English."""
    n = len(is_english)
    family, given = rng.random(n), rng.random(n)
    parts = [
        (_KOREAN[0], family, ~is_english, ""),
        (_KOREAN[1], given, ~is_english, ""),
        (_ENGLISH[1], given, is_english, " "),
        (_ENGLISH[0], family, is_english, ""),
    ]
    return Joined(
        tuple(
            Coded(
                tuple(word + after for word in words), np.where(shown, draw * len(words), -1).astype(np.int8)
            )
            for words, draw, shown, after in parts
        ),
        between="",
    )


def account_rows(block: Block) -> Columns:
    """The firms of a block; each pays for its people's seats and sometimes a few more."""
    people, rng = block.people, block.rng("accounts")
    numbers, first, members = np.unique(
        people.account[people.account > 0], return_index=True, return_counts=True
    )
    lead = np.flatnonzero(people.account > 0)[first]
    n = len(numbers)
    columns: dict[str, Column] = {
        "account_id": Numbered("acc-", numbers),
        "name": Numbered("Company ", numbers),
        "plan": Coded(PLANS, people.plan[lead]),
        "industry": Coded(_INDUSTRIES, chosen(rng, (0.3, 0.2, 0.15, 0.15, 0.1, 0.1), n)),
        "owner": Coded(_OWNERS, rng.integers(0, len(_OWNERS), n).astype(np.int8)),
        "created_on": day_stamp(block.business.start, people.joined[lead]),
        "seats_count": members + rng.poisson(0.8, n),
    }
    return columns
