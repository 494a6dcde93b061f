"""What is each subscriber still worth? Payments until they leave, by how long they and their like have stayed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.language import Said
from dangol.core.predict.card import Card, CardTable, Check, Figure, card_from_plain
from dangol.core.predict.value.discounting import MONTH_DAYS, Terms
from dangol.core.predict.value.fitting import Optimum
from dangol.core.predict.value.histories import Numbers
from dangol.core.predict.value.interval import SHARE
from dangol.core.predict.value.sbg import ShiftedBetaGeometric
from dangol.core.predict.value.value_card import signed

LEAST_LEFT: Final = 20
MOST_BIAS: Final = 0.1
_SHARE_OF_TIME = 0.25
_LEAST_MONTHS = 2


@dataclass(frozen=True, eq=False)
class Subscribers:
    """One row a person: ordinals of the first day and of the first day no more (`NOT_ENDED` while it runs).

    `monthly_amounts` is what each pays a month now (NaN: not known, or in several currencies).
    """

    person_ids: npt.NDArray[np.int64]
    started: npt.NDArray[np.int64]
    ended: npt.NDArray[np.int64]
    monthly_amounts: Numbers
    currency: str | None = None

    def before(self, day: date) -> Subscribers:
        """As they were known before an earlier day: those who had started, with ends that had come."""
        at = day.toordinal()
        kept = self.started < at
        ended = np.where(self.ended[kept] < at, self.ended[kept], NOT_ENDED)
        return Subscribers(
            self.person_ids[kept], self.started[kept], ended, self.monthly_amounts[kept], self.currency
        )

    def is_open(self, as_of: date) -> npt.NDArray[np.bool_]:
        """Who is a subscriber on the day."""
        at = as_of.toordinal()
        return (self.started < at) & (self.ended >= at)

    def renewals(self, as_of: date) -> tuple[Numbers, Numbers]:
        """Monthly renewals met by each, and 1 where the last of them was not taken."""
        has_left = ~self.is_open(as_of)
        end = np.minimum(self.ended, as_of.toordinal())
        months = (end - self.started) / MONTH_DAYS
        met = np.where(has_left, np.maximum(np.rint(months), 1.0), np.floor(np.maximum(months, 0.0)))
        return met, has_left.astype(np.float64)


NOT_ENDED: Final = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, eq=False)
class SubscriberValues:
    """One row a subscriber of the day; money discounted and times the margin, NaN where the price is not known."""

    person_ids: npt.NDArray[np.int64]
    expected_months: Numbers
    expected_amount: Numbers
    low: Numbers
    high: Numbers
    horizon_days: int
    currency: str | None


@dataclass(frozen=True, eq=False)
class ContractualModel:
    """sBG on monthly renewals, with the terms of the value and its card."""

    lives: ShiftedBetaGeometric
    terms: Terms
    card: Card

    def score(self, subscribers: Subscribers, as_of: date) -> SubscriberValues:
        """The remaining value of everybody who subscribes on the day."""
        return _values(self.lives, self.terms, subscribers, as_of)

    def to_text(self) -> str:
        """The whole model as JSON text; `contractual_model_of` reads it back."""
        plain: dict[str, Any] = {
            "lives": self.lives.to_plain(),
            "terms": [self.terms.horizon_days, self.terms.yearly_discount, self.terms.margin],
            "card": self.card.to_plain(),
        }
        return json.dumps(plain, ensure_ascii=False)


def contractual_model_of(text: str) -> ContractualModel:
    """What `ContractualModel.to_text` wrote."""
    plain = json.loads(text)
    lives = plain["lives"]
    optimum = Optimum(np.array([lives["alpha"], lives["beta"]]), lives["log_likelihood"], None, ())
    return ContractualModel(
        ShiftedBetaGeometric(optimum), Terms(*plain["terms"]), card_from_plain(plain["card"])
    )


def contractual_value(
    subscribers: Subscribers, as_of: date, *, terms: Terms | None = None, seed: int = 1, is_dated: bool = True
) -> ContractualModel:
    """Fit the lives of subscribers before the day, and test them on the last quarter of the time known.

    Without real days (`is_dated`), where only lengths of stay are known, nothing can be tested. A DataError where
    nobody left yet, or nobody stayed.
    """
    terms = terms or Terms()
    known = subscribers.before(as_of)
    lives = ShiftedBetaGeometric.fit_tenures(*known.renewals(as_of))
    first = date.fromordinal(int(known.started.min()))
    tested = _back_test(known, first, as_of) if is_dated else None
    card = _card(known, lives, as_of, terms, seed, tested)
    return ContractualModel(lives, terms, card if is_dated else replace(card, as_of=None, period=None))


def _values(
    lives: ShiftedBetaGeometric, terms: Terms, subscribers: Subscribers, as_of: date
) -> SubscriberValues:
    now = subscribers.is_open(as_of)
    passed = subscribers.renewals(as_of)[0][now]
    price = subscribers.monthly_amounts[now] * terms.margin
    months, rate = _months(terms), terms.monthly_rate
    low, high = _ends(lives, passed, months, rate)
    return SubscriberValues(
        subscribers.person_ids[now], lives.residual_life(passed, months, 0.0),
        lives.residual_life(passed, months, rate) * price, low * price, high * price,
        terms.stated_days, subscribers.currency,
    )  # fmt: skip


def _ends(lives: ShiftedBetaGeometric, passed: Numbers, months: int, rate: float) -> tuple[Numbers, Numbers]:
    """Discounted payments of somebody who leaves as early, or as late, as only a tenth does."""
    tail = (1.0 - SHARE) / 2.0
    kinds, which = np.unique(passed, return_inverse=True)
    reach = [_survival_from(lives, int(kind), months) for kind in kinds]
    paid = np.cumsum(np.append(0.0, (1.0 + rate) ** -np.arange(1.0, months + 1.0)))
    low = np.array([paid[int((shares > 1.0 - tail).sum())] for shares in reach])
    high = np.array([paid[int((shares > tail).sum())] for shares in reach])
    return low[which], high[which]


def _survival_from(lives: ShiftedBetaGeometric, passed: int, months: int) -> Numbers:
    whole = lives.survival(passed + months)
    return np.asarray(whole[passed + 1 :] / whole[passed])


def _months(terms: Terms) -> int:
    return max(round(terms.stated_days / MONTH_DAYS), 1)


def _card(
    known: Subscribers, lives: ShiftedBetaGeometric, as_of: date, terms: Terms, seed: int,
    tested: tuple[float, float, int] | None,
) -> Card:  # fmt: skip
    first = date.fromordinal(int(known.started.min()))
    left = int((known.ended < as_of.toordinal()).sum())
    checks = (_enough(left), _tested_check(tested))
    is_usable = all(check.passed is not False for check in checks)
    worth = _values(lives, terms, known, as_of)
    money = None if np.isnan(worth.expected_amount).any() else float(worth.expected_amount.sum())
    return Card(
        kind="value", as_of=as_of, horizon_days=terms.stated_days, period=(first, as_of - timedelta(days=1)),
        customer_count=len(worth.person_ids), left_count=left,
        figures=(
            Figure("expected_amount", Said("Remaining value of all", "전체의 남은 가치"),
                   money, unit="money", reason=None if money is not None else _NO_PRICE),
            Figure("bias", Said("Back-test bias, staying", "과거 검증의 치우침, 잔존"),
                   tested and tested[0] / tested[1] - 1.0, unit="rate", reason=None if tested else _TOO_SHORT),
        ),
        baselines=(), checks=checks, is_usable=is_usable, verdict=_verdict(is_usable, checks), chosen="sbg",
        seed=seed,
        tables=(
            CardTable("parameters", Said("Parameters", "모수"), (Said("Parameter", "이름"), Said("Value", "값")),
                      tuple(lives.parameters.items())),
            CardTable("retention", Said("Share that stays at a renewal", "갱신 때 남는 비율"),
                      (Said("Renewal", "갱신"), Said("Stays", "남는 비율")),
                      tuple((each, float(lives.retention(float(each)))) for each in (1, 2, 3, 6, 12, 24))),
        ),
        facts={"yearly_discount": terms.yearly_discount, "margin": terms.margin, "currency": known.currency},
    )  # fmt: skip


def _back_test(known: Subscribers, first: date, as_of: date) -> tuple[float, float, int] | None:
    """Expected and actual number who stay over the last months, and how many months; None where it cannot be."""
    span = int((as_of - first).days * _SHARE_OF_TIME / MONTH_DAYS)
    if span < _LEAST_MONTHS:
        return None
    cut = as_of - timedelta(days=round(span * MONTH_DAYS))
    then = known.before(cut)
    met, has_left = then.renewals(cut)
    try:
        lives = ShiftedBetaGeometric.fit_tenures(met, has_left)
    except DataError:
        return None
    open_then = then.is_open(cut)
    passed = met[open_then].astype(int)
    whole = lives.survival(int(passed.max(initial=0)) + span)
    stayed = known.is_open(as_of)[known.started < cut.toordinal()][open_then]
    if not stayed.any():
        return None
    return float((whole[passed + span] / whole[passed]).sum()), float(stayed.sum()), span


def _enough(left: int) -> Check:
    return Check(
        "enough_left", left >= LEAST_LEFT,
        Said(f"{left:,} subscribers left; it takes {LEAST_LEFT}.",
             f"떠난 구독 고객이 {left:,}명입니다. {LEAST_LEFT}명이 필요합니다."),
    )  # fmt: skip


def _tested_check(tested: tuple[float, float, int] | None) -> Check:
    if tested is None:
        return Check("bias", None, _TOO_SHORT)
    expected, actual, months = tested
    bias = expected / actual - 1.0
    return Check(
        "bias", abs(bias) <= MOST_BIAS,
        Said(f"Over the last {months} months {expected:,.0f} were expected to stay and {actual:,.0f} did ({signed(bias)}).",
             f"지난 {months}개월 동안 {expected:,.0f}명이 남는다고 예상했고 실제로는 {actual:,.0f}명이 남았습니다({signed(bias)})."),
    )  # fmt: skip


def _verdict(is_usable: bool, checks: tuple[Check, ...]) -> Said:
    if not is_usable:
        failed = next(each.said for each in checks if each.passed is False)
        return Said(f"The values are not used. {failed.en}", f"이 가치는 쓰지 않습니다. {failed.ko}")
    tested = checks[-1].said
    return Said(f"The values are used. {tested.en}", f"이 가치를 씁니다. {tested.ko}")


_TOO_SHORT: Final = Said(
    "There are not enough days to hold back the last months and to see whether they would have been foreseen.",
    "마지막 몇 달을 떼어 두고 예측이 맞았는지 확인할 만큼의 날짜가 없습니다.",
)
_NO_PRICE: Final = Said(
    "Not every subscriber's monthly price is known.", "모든 구독 고객의 월 금액을 알 수 있는 것은 아닙니다."
)
