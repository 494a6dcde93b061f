"""What are the terms, and what is about to happen to them? From the subscriptions that run on the day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis.expr.types import Table

from dangol.core.features.family import Family, Known, count, flag
from dangol.core.features.feature import Feature
from dangol.core.features.traits import DISCOUNT, latest
from dangol.core.language import Said
from dangol.core.rollups.tenures import held

_FEATURES: Final = (
    Feature("contract_plan", Said("Plan", "요금제"), "contract", "category"),
    Feature("contract_terms_days", Said("Days since the terms last changed", "계약 조건이 바뀐 후 지난 날"), "contract", "days"),
    Feature("contract_renewal_days", Said("Days until the next monthly renewal", "다음 월 갱신까지 남은 날"), "contract", "days"),
    Feature("contract_is_paused", Said("Paused", "일시 정지 중"), "contract", "flag", 1),
    Feature("contract_had_trial", Said("Began with a trial", "체험으로 시작"), "contract", "flag"),
    Feature("contract_change_count", Said("Times that the terms changed", "계약 조건이 바뀐 횟수"), "contract", "count"),
    Feature("contract_discount_days", Said("Days until the discount ends", "할인 종료까지 남은 날"), "contract", "days"),
)  # fmt: skip


def _build(known: Known) -> Sequence[Table]:
    rows, discount = known.nouns.get("subscriptions"), latest(known, DISCOUNT)
    ends = (
        [] if discount is None else [discount.select("person_id", contract_discount_days=discount.until_days)]
    )
    return ends if rows is None else [*ends, _terms(rows)]


def _terms(rows: Table) -> Table:
    """Of several subscriptions that run, the one that pays most."""
    is_trial = rows.status == "trial"
    each = rows.group_by("person_id", "subscription_id").agg(
        began_renewal=rows.renewal_days.argmax(rows.age, where=~is_trial),
        row_count=count(~is_trial),
        trial_count=count(is_trial),
    )
    order = ["subscription_id", "age", "plan", "renewal_days"]
    place = ibis.row_number().over(
        ibis.window(group_by="person_id", order_by=[ibis.desc("mrr_amount"), *order])
    )
    now = running(held(rows)).mutate(place=place).filter(ibis._.place == 0)
    # A source without ids of subscriptions has one contract a person.
    both = now.left_join(
        each, [now.person_id == each.person_id, now.subscription_id.identical_to(each.subscription_id)]
    )
    return both.select(
        person_id=now.person_id,
        contract_plan=now.plan,
        contract_terms_days=now.age,
        contract_renewal_days=ibis.coalesce(each.began_renewal, now.renewal_days),
        contract_is_paused=flag(now.status == "paused"),
        contract_had_trial=flag(each.trial_count > 0),
        contract_change_count=each.row_count - 1,
    )


def running(rows: Table) -> Table:
    """The rows whose terms hold on the morning of the day: not known to have ended."""
    return rows.filter(rows.ended_on.isnull())


CONTRACT: Final = Family(_FEATURES, _build)
