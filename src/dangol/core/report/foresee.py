"""How is a world, or a plain table of customers, asked who will leave and what everybody is worth?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from dangol.core.engine.foreseeing_value import purchase_days_of, subscribers_of
from dangol.core.engine.world import World
from dangol.core.language import Language, Said
from dangol.core.predict.card import Card
from dangol.core.predict.churn_model import ChurnModel, bands_from
from dangol.core.predict.labelled import Labelled
from dangol.core.predict.labelled_table import read_labelled_table
from dangol.core.predict.value.contractual import ContractualModel, Subscribers, contractual_value
from dangol.core.predict.value.discounting import MONTH_DAYS, Terms
from dangol.core.predict.value.lifetime import fit_value
from dangol.core.report.evidence import currency_of
from dangol.core.report.foresight_found import (
    Chances,
    Found,
    Money,
    Numbers,
    Refused,
    attempted,
    put_together,
)
from dangol.core.report.loaded import loaded
from dangol.core.report.model import Loaded
from dangol.core.report.rule_reasons import rhythm_reasons
from dangol.core.report.settle import settled
from dangol.core.report.table_lives import TableLives, lives_in, names_in
from dangol.core.report.voice import Voice
from dangol.core.schema import NOUNS

LEAVING: Final = Said("Who will leave?", "누가 떠나겠습니까?")
WORTH: Final = Said("What is each customer still worth?", "고객마다 남은 가치는 얼마입니까?")
SNAPSHOTS: Final = 14
"""Four weeks apart: one more than a year, so that the last of them has one of the same season before it."""
MOST_REASONS: Final = 3
BY_PURCHASES: Final = Said(
    "the rhythm of each customer's purchases alone (the chance of no purchase)",
    "고객마다의 구매 간격만으로 계산한 확률(구매하지 않을 확률)",
)
BY_LIVES: Final = Said(
    "how long each customer has stayed (the chance of leaving at the next renewals)",
    "이용 기간만으로 계산한 확률(다음 갱신들에서 떠날 확률)",
)


def foresee(
    world: World, *, horizon_days: int, terms: Terms | None = None, seed: int = 1, trusted: Sequence[str] = ()
) -> Found:
    """Chances and values of everybody in a world, and what could not be said and why.

    `trusted` names features that may be very strong.
    """
    terms, refused = terms or Terms(), list[Refused]()
    money = attempted(WORTH, lambda: _money_of(world, horizon_days, terms, seed), refused)
    leaving = attempted(LEAVING, lambda: _chances_of(world, horizon_days, seed, trusted), refused)
    if leaving is None or leaving.card is None or not leaving.card.is_usable:
        refused += [Refused(LEAVING, leaving.card.verdict)] if leaving and leaving.card else []
        leaving = _by_rule(leaving, money, world)

    def named(ids: Sequence[int]) -> list[str]:
        people = NOUNS["people"].table().select("person_id", "external_id")
        known = {int(number): str(name) for number, name in world.ask(people).rows}
        return [known.get(number, str(number)) for number in ids]

    return put_together(
        leaving, money, as_of=world.as_of, horizon_days=horizon_days,
        currency=money.card.facts.get("currency") if money else None, refused=refused, named=named,
    )  # fmt: skip


def foresee_table(
    columns: Mapping[str, Sequence[str | None]], *, terms: Terms | None = None, seed: int = 1,
    trusted: Sequence[str] = (), leave_out: Sequence[str] = (),
) -> Found:  # fmt: skip
    """The same of a plain table whose rows say who left: those who have not are scored.

    Columns in `leave_out` are not learned from.
    """
    terms, refused = terms or Terms(), list[Refused]()
    names, lives = names_in(columns), lives_in(columns)
    labelled = read_labelled_table(columns, leave_out)
    leaving = attempted(LEAVING, lambda: _chances_of_table(labelled, seed, trusted), refused)
    money = None if lives is None else attempted(WORTH, lambda: _money_of_lives(lives, terms, seed), refused)
    if lives is None:
        refused.append(Refused(WORTH, _NO_TENURE))
    if leaving is not None and leaving.card is not None and not leaving.card.is_usable:
        refused.append(Refused(LEAVING, leaving.card.verdict))
        leaving = leaving if money else None
    return put_together(
        leaving, money, as_of=None, horizon_days=None, currency=None, refused=refused,
        named=lambda ids: [names[number] for number in ids],
    )  # fmt: skip


def _chances_of(world: World, horizon_days: int, seed: int, trusted: Sequence[str]) -> Chances:
    from dangol.core.predict.churn import fit_churn

    training = world.training(horizon_days, snapshots=SNAPSHOTS)
    model = fit_churn(training, horizon_days=horizon_days, seed=seed, trusted=trusted)
    if not model.card.is_usable:
        return _nobody(model.card)
    matrix = world.features()
    chances = model.score(matrix)
    return Chances(
        matrix.person_ids, chances, tuple(model.bands(chances)), tuple(model.reasons(matrix, MOST_REASONS)),
        model.card,
    )  # fmt: skip


def _nobody(card: Card) -> Chances:
    """No chances, and the card that says why."""
    none = np.empty(0)
    return Chances(none.astype(np.int64), none, (), (), card)


def _chances_of_table(labelled: Labelled, seed: int, trusted: Sequence[str]) -> Chances:
    from dangol.core.predict.churn import fit_churn

    model: ChurnModel = fit_churn([labelled], horizon_days=1, seed=seed, trusted=trusted)
    if not model.card.is_usable:
        return _nobody(model.card)
    matrix = labelled.matrix.take(~labelled.has_left)
    chances = model.score(matrix)
    return Chances(
        matrix.person_ids, chances, tuple(model.bands(chances)), tuple(model.reasons(matrix, MOST_REASONS)),
        model.card,
    )  # fmt: skip


def _money_of(world: World, horizon_days: int, terms: Terms, seed: int) -> Money:
    if world.customers_by == "subscriptions":
        subscribers = subscribers_of(world)
        return _money_of_subscribers(subscribers, world, horizon_days, terms, seed)
    days = purchase_days_of(world)
    histories = days.histories(world.as_of)
    model = fit_value(histories, purchases=days, terms=terms, seed=seed)
    values = model.score(histories)
    silent = model.purchases.silent(histories, float(horizon_days))
    return Money(
        values.person_ids, values.expected_purchases, values.expected_amount, values.low, values.high, silent,
        model.card, rhythm_reasons(histories),
    )  # fmt: skip


def _money_of_subscribers(
    subscribers: Subscribers, world: World, horizon_days: int, terms: Terms, seed: int
) -> Money:
    model = contractual_value(subscribers, world.as_of, terms=terms, seed=seed)
    values = model.score(subscribers, world.as_of)
    passed = subscribers.renewals(world.as_of)[0][subscribers.is_open(world.as_of)]
    leaves = _leaves(model, passed, horizon_days)
    return Money(
        values.person_ids, values.expected_months, values.expected_amount, values.low, values.high, leaves,
        model.card,
    )  # fmt: skip


def _leaves(model: ContractualModel, passed: Numbers, horizon_days: int) -> Numbers:
    """P(leaves at one of the renewals within the horizon) by tenure alone."""
    ahead = max(round(horizon_days / MONTH_DAYS), 1)
    whole = model.lives.survival(int(passed.max(initial=0.0)) + ahead)
    at = passed.astype(int)
    return np.asarray(1.0 - whole[at + ahead] / whole[at])


def _money_of_lives(lives: TableLives, terms: Terms, seed: int) -> Money:
    subscribers = lives.subscribers
    model = contractual_value(subscribers, lives.as_of, terms=terms, seed=seed, is_dated=False)
    values = model.score(subscribers, lives.as_of)
    return Money(
        values.person_ids, values.expected_months, values.expected_amount, values.low, values.high,
        np.zeros(len(values.person_ids)), model.card,
    )  # fmt: skip


def _by_rule(leaving: Chances | None, money: Money | None, world: World) -> Chances | None:
    """The list of the rule, where no model may be used: by the rhythm of purchases, or by how long somebody stayed."""
    if money is None or not money.card.is_usable:
        return leaving if leaving is not None and len(leaving.person_ids) else None
    is_shop = world.customers_by != "subscriptions"
    ids = _customers(world, money) if is_shop else money.person_ids
    kept = np.isin(money.person_ids, ids)
    chances = np.clip(money.rule_chances[kept], 0.0, 1.0)
    base = float(np.clip(chances.mean(), 1e-6, 1 - 1e-6)) if len(chances) else 0.5
    medium, high = bands_from(base)
    names = ("low", "medium", "high")
    bands = tuple(names[int(chance >= medium) + int(chance >= high)] for chance in chances)
    reasons = tuple((money.reasons[at],) for at in np.flatnonzero(kept)) if money.reasons else ()
    return Chances(
        money.person_ids[kept], chances, bands, reasons, leaving.card if leaving else None,
        BY_PURCHASES if is_shop else BY_LIVES,
    )  # fmt: skip


def _customers(world: World, money: Money) -> npt.NDArray[np.int64]:
    """Who is a customer of the shop on the day; everybody where the features cannot say."""
    refused: list[Refused] = []
    matrix = attempted(LEAVING, world.features, refused)
    return money.person_ids if matrix is None else matrix.person_ids


_NO_TENURE: Final = Said(
    "The table does not say how long each customer has stayed and what they pay a month. "
    "Name columns such as tenure (in months) and MonthlyCharges.",
    "고객마다 얼마나 이용했는지, 한 달에 얼마를 내는지 적혀 있지 않습니다. "
    "이용개월과 월요금 같은 열을 넣어 주십시오.",
)


def covered(world: World, language: Language) -> tuple[World, str, Loaded, tuple[str, ...]]:
    """The world under the settings that its data suggests, the days that it covers, what was read, and the settings said."""
    say = Voice(language, currency_of(world))
    world, settings = settled(world, say)
    days = world.period()
    return world, say.period(days.start, days.end), loaded(world, say), settings
