"""What are the terms, and what is about to happen to them? From the subscriptions that run on the day."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.expr.types import IntegerValue, Table

from dangol.core.features.family import Family, Known, flag
from dangol.core.features.feature import Feature
from dangol.core.features.known import Cut
from dangol.core.language import Said
from dangol.core.rollups.tenures import held

_FEATURES: Final = (
    Feature("contract_plan", Said("Plan", "요금제"), "contract", "category"),
    Feature("contract_terms_days", Said("Days since the terms last changed", "계약 조건이 바뀐 후 지난 날"), "contract", "days"),
    Feature("contract_renewal_days", Said("Days until the next monthly renewal", "다음 월 갱신까지 남은 날"), "contract", "days"),
    Feature("contract_is_paused", Said("Paused", "일시 정지 중"), "contract", "flag", 1),
    Feature("contract_had_trial", Said("Began with a trial", "체험으로 시작"), "contract", "flag"),
    Feature("contract_change_count", Said("Times that the terms changed", "계약 조건이 바뀐 횟수"), "contract", "count"),
)  # fmt: skip


def _build(known: Known) -> Table | None:
    if "subscriptions" not in known.nouns:
        return None
    every = known.nouns["subscriptions"]
    now = running(held(every), known.cut)
    main = ibis.row_number().over(
        ibis.window(
            group_by="person_id",
            order_by=[ibis.desc("mrr_amount"), "subscription_id", ibis.desc("started_on"), "plan"],
        )
    )
    first = now.mutate(main=main).filter(_.main == 0)
    history = every.group_by("person_id", "subscription_id").agg(
        began_on=_.started_on.min(where=_.status != "trial"),
        row_count=(_.status != "trial").cast("int64").sum(),
        had_trial=(_.status == "trial").cast("int64").max(),
    )
    joined = first.left_join(history, ["person_id", "subscription_id"])
    began = ibis.coalesce(joined.began_on, joined.started_on)
    return joined.select(
        "person_id",
        contract_plan=joined.plan,
        contract_terms_days=known.cut.days_since(joined.started_on),
        contract_renewal_days=days_to_renewal(began, known.cut.as_of),
        contract_is_paused=flag(joined.status == "paused"),
        contract_had_trial=joined.had_trial.fill_null(0),
        contract_change_count=ibis.greatest(joined.row_count.fill_null(1) - 1, 0),
    )


def running(rows: Table, cut: Cut) -> Table:
    """The rows whose terms hold on the morning of the day: begun before it, and not known to have ended."""
    return rows.filter((rows.started_on < ibis.literal(cut.as_of)) & rows.ended_on.isnull())


def single_currency(rows: Table) -> Table:
    """One row: whether all amounts are in one currency, so that they can be added and compared."""
    found = rows.agg(low=_.currency.min(), high=_.currency.max())
    return found.select(is_one=found.low.isnull() | (found.low == found.high))


def days_to_renewal(began_on: IntegerValue, as_of: date) -> IntegerValue:
    """Days from the day to the next monthly renewal: the day of the month on which it began, or the month's last.

    0 is a renewal on the day itself. What a row pays is a month's worth, so it is renewed by the month.
    """
    this = calendar.monthrange(as_of.year, as_of.month)[1]
    year, month = (as_of.year, as_of.month + 1) if as_of.month < 12 else (as_of.year + 1, 1)
    following = calendar.monthrange(year, month)[1]
    day = began_on.day().cast("int64")
    here = ibis.least(day, ibis.literal(this).cast("int64")) - as_of.day
    there = ibis.least(day, ibis.literal(following).cast("int64")) + (this - as_of.day)
    return ibis.ifelse(here >= 0, here, there)


CONTRACT: Final = Family(_FEATURES, _build)
