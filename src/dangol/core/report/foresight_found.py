"""What is foreseen of each customer, before it is written down? Chances, reasons, values, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DangolError, DataError
from dangol.core.language import Said
from dangol.core.predict.card import Card
from dangol.core.predict.reason import Reason
from dangol.core.predict.value.retention_spend import ranked, value_at_risk

Numbers = npt.NDArray[np.float64]
Answer = TypeVar("Answer")

GONE: Final = "gone"
"""The band of somebody who is no customer any more, of whom a return may still be expected."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A question that was not answered, and why."""

    question: Said
    why: Said


@dataclass(frozen=True, eq=False)
class Money:
    """What customers are still worth: one row each, money NaN where it is not known."""

    person_ids: npt.NDArray[np.int64]
    expected_purchases: Numbers
    expected_amount: Numbers
    low: Numbers
    high: Numbers
    rule_chances: Numbers
    """What the model of purchases (or of lives) alone says of leaving within the horizon of the chances."""
    card: Card
    reasons: tuple[Reason, ...] = ()
    """What the rule looks at, for each customer; empty where there is nothing to tell."""


@dataclass(frozen=True, eq=False)
class Chances:
    """Who will leave: one row a customer at risk. `reasons` may be empty."""

    person_ids: npt.NDArray[np.int64]
    chances: Numbers
    bands: tuple[str, ...]
    reasons: tuple[tuple[Reason, ...], ...]
    card: Card | None
    by_rule: Said | None = None
    """The rule that the list is by, where no model is used."""


@dataclass(frozen=True, eq=False)
class Found:
    """Everybody, most at risk first. `chances` is NaN of those who are no customers any more."""

    as_of: date | None
    horizon_days: int | None
    person_ids: npt.NDArray[np.int64]
    names: tuple[str, ...]
    chances: Numbers
    bands: tuple[str, ...]
    reasons: tuple[tuple[Reason, ...], ...]
    expected_purchases: Numbers
    expected_amount: Numbers
    low: Numbers
    high: Numbers
    at_risk: Numbers
    currency: str | None
    churn: Card | None
    value: Card | None
    by_rule: Said | None
    refused: tuple[Refused, ...]

    def __len__(self) -> int:
        return len(self.person_ids)

    @property
    def is_empty(self) -> bool:
        """Whether nobody is left of whom anything could be said."""
        return not len(self)

    @property
    def is_customer(self) -> npt.NDArray[np.bool_]:
        """Who can leave at all."""
        return ~np.isnan(self.chances)


def attempted(question: Said, ask: Callable[[], Answer], refused: list[Refused]) -> Answer | None:
    """The answer, or None with the refusal noted."""
    try:
        return ask()
    except DangolError as error:
        refused.append(Refused(question, _after_the_question(error)))
        return None


def put_together(
    leaving: Chances | None,
    money: Money | None,
    *,
    as_of: date | None,
    horizon_days: int | None,
    currency: str | None,
    refused: Sequence[Refused],
    named: Callable[[Sequence[int]], Sequence[str]],
) -> Found:
    """One row a customer, ranked by value at risk; a DataError where neither chances nor values are known."""
    has_money = money is not None and money.card.is_usable
    if leaving is None and not has_money:
        refused = [*refused, *([Refused(_WORTH, money.card.verdict)] if money else [])]
        raise DataError(
            Said("Who will leave and what they are worth was asked for.", "누가 떠나고 얼마의 가치가 있는지 요청하셨습니다."),
            Said(" ".join(each.why.en for each in refused), " ".join(each.why.ko for each in refused)),
            Said(
                "Give more customers, or a longer time; --trust FEATURE says that a strong feature was known on the day, "
                "--leave-out COLUMN leaves one of a plain table out.",
                "더 많은 고객이나 더 긴 기간의 데이터를 주십시오. 그날 알 수 있던 강한 항목은 --trust 항목으로 지정하고, "
                "고객 표의 열은 --leave-out 열로 뺄 수 있습니다.",
            ),
        )  # fmt: skip
    ids = _everybody(leaving, money)
    chances, bands, reasons = _of_leaving(ids, leaving)
    columns = _of_money(ids, money)
    at_risk = np.full(len(ids), np.nan)
    sure = ~np.isnan(chances)
    at_risk[sure] = value_at_risk(chances[sure], columns[1][sure])
    order = _order(at_risk, chances, columns[1])
    purchases, worth, low, high = (column[order] for column in columns)
    found = Found(
        as_of=as_of, horizon_days=horizon_days, person_ids=ids[order],
        names=tuple(named(ids[order].tolist())), chances=chances[order],
        bands=tuple(bands[at] for at in order), reasons=tuple(reasons[at] for at in order),
        expected_purchases=purchases, expected_amount=worth, low=low, high=high, at_risk=at_risk[order],
        currency=currency, churn=leaving.card if leaving else None, value=money.card if money else None,
        by_rule=leaving.by_rule if leaving else None, refused=tuple(refused),
    )  # fmt: skip
    return found if found.value is None or found.value.is_usable else _without_money(found)


_WORTH: Final = Said("What is each customer still worth?", "고객마다 남은 가치는 얼마입니까?")


def _order(at_risk: Numbers, chances: Numbers, worth: Numbers) -> npt.NDArray[np.intp]:
    """Customers by what is at risk; after them those who are gone, by what may still come."""
    known = ~np.isnan(chances)
    here, gone = np.flatnonzero(known), np.flatnonzero(~known)
    there = here[ranked(at_risk[here], chances[here])]
    return np.concatenate([there, gone[np.argsort(-np.nan_to_num(worth[gone]), kind="stable")]])


def _without_money(found: Found) -> Found:
    """Values that failed their card are not shown; the list is by the chances alone."""
    unknown = np.full(len(found), np.nan)
    order = np.argsort(-np.nan_to_num(found.chances, nan=-1.0), kind="stable")
    return replace(
        found, person_ids=found.person_ids[order], names=tuple(found.names[at] for at in order),
        chances=found.chances[order], bands=tuple(found.bands[at] for at in order),
        reasons=tuple(found.reasons[at] for at in order), expected_purchases=unknown,
        expected_amount=unknown, low=unknown, high=unknown, at_risk=unknown,
    )  # fmt: skip


def _everybody(leaving: Chances | None, money: Money | None) -> npt.NDArray[np.int64]:
    parts = [each.person_ids for each in (leaving, money) if each is not None]
    return np.unique(np.concatenate(parts))


def _of_leaving(
    ids: npt.NDArray[np.int64], leaving: Chances | None
) -> tuple[Numbers, list[str], list[tuple[Reason, ...]]]:
    chances = np.full(len(ids), np.nan)
    bands, reasons = [GONE] * len(ids), [()] * len(ids)
    if leaving is None:
        return chances, bands, list(reasons)
    at = np.searchsorted(ids, leaving.person_ids)
    chances[at] = leaving.chances
    told: list[tuple[Reason, ...]] = list(reasons)
    for row, place in enumerate(at.tolist()):
        bands[place] = leaving.bands[row]
        told[place] = leaving.reasons[row] if leaving.reasons else ()
    return chances, bands, told


def _of_money(ids: npt.NDArray[np.int64], money: Money | None) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    columns = tuple(np.full(len(ids), np.nan) for _ in range(4))
    if money is not None:
        at = np.searchsorted(ids, money.person_ids)
        given = (money.expected_purchases, money.expected_amount, money.low, money.high)
        for column, values in zip(columns, given, strict=True):
            column[at] = values
    return columns[0], columns[1], columns[2], columns[3]


def _after_the_question(error: DangolError) -> Said:
    return Said(f"{error.wrong.en} {error.would_work.en}", f"{error.wrong.ko} {error.would_work.ko}")
