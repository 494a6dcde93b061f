"""How good is a model of value, on what does it stand, and may its figures be used?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from dangol.core.language import Said
from dangol.core.predict.card import Card, CardTable, Check, Contender, Figure
from dangol.core.predict.value.back_test import BackTest
from dangol.core.predict.value.discounting import Terms
from dangol.core.predict.value.gamma_gamma import GammaGamma
from dangol.core.predict.value.histories import PurchaseHistories
from dangol.core.predict.value.purchase_model import PurchaseModel
from dangol.core.predict.value.season import Month, Season

LEAST_REPEATERS: Final = 50
MOST_BIAS: Final = 0.35
MOST_CORRELATION: Final = 0.3
AS_BEFORE: Final = "as_before"

NAMES: Final[dict[str, Said]] = {
    "bg_nbd": Said("BG/NBD", "BG/NBD 모형"),
    "mbg_nbd": Said("MBG/NBD", "MBG/NBD 모형"),
    "pareto_nbd": Said("Pareto/NBD", "Pareto/NBD 모형"),
    AS_BEFORE: Said("Everybody goes on as before", "모두 지금까지처럼 계속 구매"),
}


@dataclass(frozen=True)
class Rival:
    """One way of predicting on the back-test; the log-likelihood is of the time before it."""

    name: str
    log_likelihood: float | None
    tested: BackTest


@dataclass(frozen=True)
class Total:
    """Of everybody: purchases, money (None: not known), and the ends of the 95 % interval as shares of them."""

    purchases: float
    amount: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Findings:
    """What came of a fit: the models (the chosen one first), the amounts or why not, season, months, back-test."""

    fitted: tuple[PurchaseModel, ...]
    amounts: GammaGamma | None
    no_money: Said | None
    season: Season | None
    months: tuple[Month, ...]
    tested: BackTest | None
    rivals: tuple[Rival, ...]
    total: Total


def value_card(histories: PurchaseHistories, terms: Terms, found: Findings, seed: int) -> Card:
    """The card of a fitted model of value."""
    checks = _checks(histories, found)
    is_usable = all(each.passed is not False or each.name in _WARNINGS for each in checks)
    start = histories.as_of - timedelta(days=int(histories.age.max())) if histories.as_of else None
    return Card(
        kind="value",
        as_of=histories.as_of,
        horizon_days=terms.stated_days,
        period=(start, histories.as_of - timedelta(days=1)) if start and histories.as_of else None,
        customer_count=len(histories),
        left_count=None,
        figures=_figures(found),
        baselines=tuple(_contender(rival) for rival in found.rivals),
        checks=checks,
        is_usable=is_usable,
        verdict=_verdict(is_usable, checks, found),
        chosen=found.fitted[0].name,
        seed=seed,
        tables=_tables(found),
        facts={
            "yearly_discount": terms.yearly_discount,
            "margin": terms.margin,
            "currency": histories.currency,
            "repeat_customers": int((histories.repeat_count > 0).sum()),
            "log_likelihoods": {each.name: each.log_likelihood for each in found.fitted},
            "season": found.season and found.season.to_plain(),
        },
    )


def _figures(found: Findings) -> tuple[Figure, ...]:
    total, tested = found.total, found.tested
    low, high = total.low, total.high
    return (
        Figure(
            "expected_purchases", Said("Purchase days to come", "앞으로의 구매일 수"), total.purchases,
            low and total.purchases * low, high and total.purchases * high, "count",
        ),
        Figure(
            "expected_amount", Said("Remaining value of all", "전체의 남은 가치"), total.amount,
            low and total.amount and total.amount * low, high and total.amount and total.amount * high, "money",
            reason=found.no_money,
        ),
        *_figures_of(tested),
    )  # fmt: skip


def _figures_of(tested: BackTest | None) -> tuple[Figure, ...]:
    why = None if tested else NOT_TESTED
    said = (
        ("bias", "Back-test bias, purchases", "과거 검증의 치우침, 구매", "rate"),
        ("amount_bias", "Back-test bias, money", "과거 검증의 치우침, 금액", "rate"),
        ("correlation", "Back-test: correlation customer by customer", "과거 검증: 고객별 상관", "number"),
        ("amount_correlation", "Back-test: correlation of money", "과거 검증: 금액의 상관", "number"),
        ("coverage", "Back-test: inside the interval", "과거 검증: 구간 안에 든 비율", "rate"),
    )  # fmt: skip
    return tuple(
        Figure(name, Said(en, ko), getattr(tested, name) if tested else None, unit=unit, reason=why)
        for name, en, ko, unit in said
    )


def _contender(rival: Rival) -> Contender:
    test = rival.tested
    return Contender(
        rival.name,
        NAMES[rival.name],
        (
            Figure("bias", Said("Expected over actual, less 1", "예상 ÷ 실제 − 1"), test.bias, unit="rate"),
            Figure("correlation", Said("Correlation", "상관"), test.correlation),
            Figure("error", Said("Error per customer, in purchases", "고객당 오차(구매 수)"), test.error),
        ),
    )


def _checks(histories: PurchaseHistories, found: Findings) -> tuple[Check, ...]:
    repeaters = int((histories.repeat_count > 0).sum())
    chosen = found.fitted[0]
    return (
        Check(
            "enough_repeaters", repeaters >= LEAST_REPEATERS,
            Said(
                f"{repeaters:,} customers bought again; it takes {LEAST_REPEATERS}.",
                f"다시 구매한 고객이 {repeaters:,}명입니다. {LEAST_REPEATERS}명이 필요합니다.",
            ),
        ),
        Check(
            "parameters_inside", not chosen.optimum.at_edge,
            Said(
                "The data tell every parameter of the model." if not chosen.optimum.at_edge
                else "The data do not tell every parameter: one of them ran to the end of its range.",
                "모형의 모든 값을 데이터로 알 수 있습니다." if not chosen.optimum.at_edge
                else "모형의 값 하나를 데이터로 알 수 없습니다.",
            ),
        ),
        _independence(found),
        *_against_what_came(found),
    )  # fmt: skip


def _independence(found: Findings) -> Check:
    name = "amounts_independent"
    if found.amounts is None:
        why = found.no_money or Said("No amounts are known.", "금액을 알 수 없습니다.")
        return Check(name, None, why)
    r, dropped = found.amounts.correlation, found.amounts.dropped
    if r is None:
        return Check(name, None, Said("Everybody bought equally often.", "모두 같은 횟수로 구매했습니다."))
    return Check(
        name, abs(r) <= MOST_CORRELATION,
        Said(
            f"How often and how much: correlation {r:.2f}, and at most {MOST_CORRELATION:.1f} either way is "
            f"assumed. Customers with a mean of 0 or less, left out: {dropped}.",
            f"구매 횟수와 금액의 상관은 {r:.2f}이고, 모형은 ±{MOST_CORRELATION:.1f} 안이라고 봅니다. "
            f"평균이 0 이하라서 뺀 고객: {dropped}명.",
        ),
    )  # fmt: skip


def _against_what_came(found: Findings) -> tuple[Check, ...]:
    tested = found.tested
    if tested is None or tested.bias is None:
        return (Check("back_test", None, NOT_TESTED),)
    rule = next(each.tested for each in found.rivals if each.name == AS_BEFORE)
    return (
        Check(
            "bias", abs(tested.bias) <= MOST_BIAS,
            Said(
                f"In the last {tested.span_days:,.0f} days {tested.expected_purchases:,.0f} purchases were expected and "
                f"{tested.actual_purchases:,.0f} came ({signed(tested.bias)}).",
                f"지난 {tested.span_days:,.0f}일 동안 구매 {tested.expected_purchases:,.0f}회를 예상했고 "
                f"실제로는 {tested.actual_purchases:,.0f}회였습니다({signed(tested.bias)}).",
            ),
        ),
        Check(
            "beats_as_before", tested.error <= rule.error,
            Said(
                f"Error per customer {tested.error:.2f} purchases; if everybody went on as before {rule.error:.2f}.",
                f"고객당 오차는 구매 {tested.error:.2f}회이고, 모두 지금까지처럼 구매한다고 보면 {rule.error:.2f}회입니다.",
            ),
        ),
    )  # fmt: skip


def signed(rate: float) -> str:
    """A bias as it is written: +24%, with a true minus sign below 0.

    >>> signed(0.24), signed(-0.071)
    ('+24%', '−7%')
    """
    return f"{rate:+.0%}".replace("-", "−")


def _verdict(is_usable: bool, checks: tuple[Check, ...], found: Findings) -> Said:
    if not is_usable:
        failed = next(each for each in checks if each.passed is False and each.name not in _WARNINGS)
        return Said(
            f"The values are not used. {failed.said.en}", f"이 가치는 쓰지 않습니다. {failed.said.ko}"
        )
    if found.tested is None:
        return Said(
            f"The values are used, and not yet tested. {NOT_TESTED.en}",
            f"이 가치를 쓰지만 아직 검증하지 못했습니다. {NOT_TESTED.ko}",
        )
    tested = next(each for each in checks if each.name == "bias")
    return Said(f"The values are used. {tested.said.en}", f"이 가치를 씁니다. {tested.said.ko}")


def _tables(found: Findings) -> tuple[CardTable, ...]:
    number = Said("Value", "값")
    parameters: list[tuple[str, float]] = list(found.fitted[0].parameters.items())
    parameters += list(found.amounts.parameters.items()) if found.amounts else []
    tables = [
        CardTable(
            "parameters", Said("Parameters", "모수"), (Said("Parameter", "이름"), number), tuple(parameters)
        )
    ]
    if found.tested:
        tables.append(
            CardTable(
                "by_repeats", Said("By repeat purchases before", "그전 재구매 횟수별"),
                (Said("Repeats before", "그전 재구매"), Said("Customers", "고객"),
                 Said("Expected each", "한 명당 예상"), Said("Actual each", "한 명당 실제")),
                found.tested.by_repeats,
            )
        )  # fmt: skip
    if found.months:
        tables.append(
            CardTable(
                "months", Said("Repeat purchases by month", "달마다의 재구매"),
                (Said("Month", "달"), Said("Expected", "예상"), Said("Actual", "실제")),
                tuple((each.starts_on.isoformat(), each.expected, each.actual) for each in found.months),
            )
        )  # fmt: skip
    return tuple(tables)


NOT_TESTED: Final = Said(
    "The data is too short to hold back its last weeks and to see whether they would have been foreseen.",
    "마지막 몇 주를 떼어 두고 예측이 맞았는지 확인하기에는 데이터 기간이 짧습니다.",
)
_WARNINGS: Final = frozenset({"amounts_independent", "parameters_inside"})
"""Checks that are shown when they fail, without taking the values out of use."""
