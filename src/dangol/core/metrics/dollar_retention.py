"""Dollar retention: of the recurring revenue of those who paid then, how much is still there?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from dangol.core.calendar import Period
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.metrics.metric import metric
from dangol.core.rollups.recurring import Per, changes, facts, in_currency, months_of
from dangol.core.rollups.then_and_now import RETENTION, then_and_now
from dangol.core.rollups.vendor_profiles import profile_named
from dangol.core.schema.noun import MONEY

_PARTS: Final = {name: MONEY for name, dtype in RETENTION.items() if dtype == MONEY}
_NET: Final = {
    "profile": "string", "months": "int64", "currency": "string", "base_on": "date", "ends_on": "date",
    "is_finished": "boolean", "rate": "float64", **_PARTS, "then_count": "int64", "kept_count": "int64",
    "customer_rate": "float64", "reason": "string",
}  # fmt: skip
_GROSS: Final = {name: dtype for name, dtype in _NET.items() if name != "expansion_amount"}


@metric(
    title=Said("Net dollar retention (NDR)", "순 매출 유지율 (NDR)"),
    says=Said(
        "Of the recurring revenue of the customers at the base date, the share that these same customers pay now,"
        " with upgrades, downgrades, pauses and cancellations.",
        "기준일에 결제하던 고객의 반복 매출 가운데 같은 고객이 지금 내는 비율입니다. 상향, 하향, 일시정지, 해지를 모두"
        " 반영합니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("W-15", "W-16"),
    returns=_NET,
)
def net_dollar_retention(
    subscriptions: Table,
    period: Period,
    as_of: date,
    months: int = 12,
    profile: str = "playbook",
    currency: str | None = None,
    per: Per = "person",
) -> Table:
    """Net dollar retention at the end of each month against `months` months before. A ratio, also above 1.

        NDR = sum of MRR now / sum of MRR then          over the customers paying then
            = (then + expansion - contraction - pause - churn) / then

    New customers are left out; who left and came back counts at today's MRR. A paused customer pays 0 now, and
    is shown as `pause`, not `churn`. Every part is in the row, so that the rate can be checked. `months` is 1,
    3, 6 or 12. Yearly rates are not products of monthly ones. Of the profile only its rule for past-due rows
    matters here. Source: SCIENCE 5.3; seeds W-15, W-16.

    Three customers of 100 each pay 150, 80 and 0 later: NDR 76.7 %, GRR 60.0 %, customers 66.7 %.

    >>> import dangol
    >>> from datetime import date
    >>> turn = date(2025, 2, 1)
    >>> world = dangol.world({"subscriptions": [
    ...     dict(person_id=who, started_on=start, ended_on=end, mrr_amount=pays) for who, later in
    ...     (("Ann", 150), ("Bob", 80), ("Cat", 0)) for start, end, pays in
    ...     ((date(2024, 12, 1), turn, 100), (turn, None, later))]}, as_of=date(2025, 3, 1))
    >>> row = world.metric("net_dollar_retention", months=1).records()[-1]
    >>> round(row["rate"], 3), round(row["customer_rate"], 3), str(row["churn_amount"])
    (0.767, 0.667, '100.0000')
    """
    rows = _retention(subscriptions, period, as_of, months, profile, currency, per)
    return rows.mutate(rate=_.net_rate).select(*_NET).order_by("ends_on")


@metric(
    title=Said("Gross dollar retention (GRR)", "총 매출 유지율 (GRR)"),
    says=Said(
        "Of the recurring revenue of the customers at the base date, the share that is left when nobody's growth is"
        " counted: downgrades, pauses and cancellations only. Never above 1.",
        "기준일에 결제하던 고객의 반복 매출 가운데, 늘어난 금액은 빼고 하향과 일시정지와 해지만 반영했을 때 남은"
        " 비율입니다. 1을 넘지 않습니다.",
    ),
    unit="ratio",
    better="up",
    seeds=("W-15", "W-16"),
    returns=_GROSS,
)
def gross_dollar_retention(
    subscriptions: Table,
    period: Period,
    as_of: date,
    months: int = 12,
    profile: str = "playbook",
    currency: str | None = None,
    per: Per = "person",
) -> Table:
    """Gross dollar retention at the end of each month against `months` months before. A ratio, 0 to 1.

        GRR = sum of min(MRR now, MRR then) / sum of MRR then     over the customers paying then
            = (then - contraction - pause - churn) / then

    `now_amount` is that sum of the smaller ones. Source: SCIENCE 5.3; seeds W-15, W-16.

    >>> import dangol
    >>> from datetime import date
    >>> turn = date(2025, 2, 1)
    >>> world = dangol.world({"subscriptions": [
    ...     dict(person_id=who, started_on=start, ended_on=end, mrr_amount=pays) for who, later in
    ...     (("Ann", 150), ("Bob", 80), ("Cat", 0)) for start, end, pays in
    ...     ((date(2024, 12, 1), turn, 100), (turn, None, later))]}, as_of=date(2025, 3, 1))
    >>> world.metric("gross_dollar_retention", months=1).records()[-1]["rate"]
    0.6
    """
    rows = _retention(subscriptions, period, as_of, months, profile, currency, per)
    smaller = (_.now_amount - _.expansion_amount).cast(MONEY)
    return rows.mutate(rate=_.gross_rate, now_amount=smaller).select(*_GROSS).order_by("ends_on")


def _retention(
    subscriptions: Table,
    period: Period,
    as_of: date,
    months: int,
    profile: str,
    currency: str | None,
    per: Per,
) -> Table:
    if months not in (1, 3, 6, 12):
        raise RequestError(
            Said(
                f"Retention over {months} months was asked for.", f"{months}개월의 유지율을 요청하셨습니다."
            ),
            Said("It is measured over 1, 3, 6 or 12 months.", "1, 3, 6, 12개월에 대해 계산합니다."),
            Said("Write months=12 for the usual one.", "보통은 months=12라고 쓰십시오."),
        )
    windows = months_of(period)
    rows = in_currency(subscriptions, currency)
    # Two moments are compared, so what happens inside a month does not matter: only its end does.
    by_month = replace(profile_named(profile), counts_every_day=False)
    ledger = changes(rows, by_month, windows, as_of, per)
    compared = then_and_now(ledger, facts(rows, currency), windows, as_of, months)
    return compared.mutate(profile=ibis.literal(profile), months=ibis.literal(months).cast("int64"))
