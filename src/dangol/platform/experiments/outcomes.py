"""By what can something that was tried be judged here? Each outcome with its query over a roster of units.

A query reads `roster` (unit_id, person_id, start_on, days) and gives unit_id, value, base and before: what happened
in the horizon behind each unit's own start, for a ratio what it is divided by, and the same thing in as many days
before the start, which nothing that was tried can have changed (CUPED).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dangol.core.experiments.readout import Measured
from dangol.core.language import Said

_ENDS: Final = "r.start_on + r.days"
_BEGINS: Final = "r.start_on - r.days"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way of judging. `needs` are the tables (nouns, or `tenures`) without which it cannot be asked."""

    measured: Measured
    needs: tuple[str, ...]
    sql: str
    means: Said
    is_money: bool = False
    has_before: bool = True
    """Whether what was before the start is known, by which the spread may be cut."""


def _within(column: str, table: str, value: str, condition: str = "true") -> str:
    """A sum over rows of a table in the horizon, and the same over as many days before the start."""
    return f"""
select r.unit_id, coalesce(sum({value}) filter (t.{column} >= r.start_on), 0)::double as value,
    null::double as base, coalesce(sum({value}) filter (t.{column} < r.start_on), 0)::double as before
from roster r left join {table} t on t.person_id = r.person_id and {condition}
    and t.{column} >= {_BEGINS} and t.{column} < {_ENDS}
group by r.unit_id"""


def _stays(moment: str) -> str:
    return f"t.started_on < {moment} and (t.ended_on is null or t.ended_on >= {moment})"


_KEPT: Final = f"""
select r.unit_id, max(case when {_stays(_ENDS)} then 1 else 0 end)::double as value, null::double as base,
    max(date_diff('day', t.started_on, r.start_on))::double as before
from roster r left join tenures t on t.person_id = r.person_id and t.started_on < {_ENDS}
group by r.unit_id"""
_BOUGHT: Final = f"""
select r.unit_id, max(case when t.ordered_on >= r.start_on then 1 else 0 end)::double as value, null::double as base,
    count(*) filter (t.ordered_on < r.start_on)::double as before
from roster r left join orders t on t.person_id = r.person_id and not t.is_return
    and t.ordered_on >= {_BEGINS} and t.ordered_on < {_ENDS}
group by r.unit_id"""
_MRR: Final = "t.mrr_amount > 0 and t.status <> 'trial'"
_NDR: Final = f"""
select r.unit_id, coalesce(sum(t.mrr_amount) filter ({_stays(_ENDS)}), 0)::double as value,
    coalesce(sum(t.mrr_amount) filter ({_stays("r.start_on")}), 0)::double as base, null::double as before
from roster r left join subscriptions t on t.person_id = r.person_id and {_MRR} and t.started_on < {_ENDS}
group by r.unit_id"""
_MONTHLY: Final = f"""
select r.unit_id, coalesce(sum(t.mrr_amount) filter ({_stays(_ENDS)}), 0)::double as value,
    null::double as base, coalesce(sum(t.mrr_amount) filter ({_stays("r.start_on")}), 0)::double as before
from roster r left join subscriptions t on t.person_id = r.person_id and {_MRR} and t.started_on < {_ENDS}
group by r.unit_id"""
_DAYS_ACTIVE: Final = f"""
select r.unit_id, count(distinct (t.person_id, t.occurred_on)) filter (t.occurred_on >= r.start_on)::double as value,
    null::double as base, count(distinct (t.person_id, t.occurred_on)) filter (t.occurred_on < r.start_on)::double as before
from roster r left join events t on t.person_id = r.person_id
    and t.occurred_on >= {_BEGINS} and t.occurred_on < {_ENDS}
group by r.unit_id"""


def _answered(survey: str, score: str) -> str:
    """The mean of what a unit's people answered; null where nobody did."""
    return f"""
select r.unit_id, avg({score}) filter (t.answered_on >= r.start_on)::double as value, null::double as base,
    null::double as before
from roster r left join answers t on t.person_id = r.person_id and lower(t.survey) = '{survey}'
    and t.score is not null and t.answered_on >= r.start_on and t.answered_on < {_ENDS}
group by r.unit_id"""


def _measured(name: str, en: str, ko: str, kind: str = "mean", better: str = "up") -> Measured:
    return Measured(name, Said(en, ko), kind, better)  # type: ignore[arg-type]


OUTCOMES: Final[Mapping[str, Outcome]] = {
    each.measured.name: each
    for each in (
        Outcome(
            _measured("kept", "customers kept", "고객 유지율", "share"), ("tenures",), _KEPT,
            means=Said("Whether the unit is still a customer at the end of the horizon.", "관찰 기간이 끝날 때 여전히 고객인지입니다."),
        ),
        Outcome(
            _measured("ndr", "net revenue retention", "순매출유지율(NDR)", "ratio"), ("subscriptions",), _NDR, has_before=False,
            means=Said("Monthly revenue at the end of the horizon over that at the start, of those who paid then.", "시작할 때 결제하던 고객의 관찰 기간 말 월 매출을 시작할 때의 월 매출로 나눈 값입니다."),
        ),
        Outcome(
            _measured("monthly_revenue", "monthly revenue a customer", "고객당 월 반복 매출"), ("subscriptions",), _MONTHLY, is_money=True,
            means=Said("Recurring revenue a month at the end of the horizon.", "관찰 기간이 끝날 때의 월 반복 매출입니다."),
        ),
        Outcome(
            _measured("revenue", "revenue a customer", "고객당 매출"), ("orders",), _within("ordered_on", "orders", "t.amount"), is_money=True,
            means=Said("What was bought in the horizon, returns taken off.", "관찰 기간에 구매한 금액에서 반품을 뺀 값입니다."),
        ),
        Outcome(
            _measured("bought", "customers who bought again", "재구매율", "share"), ("orders",), _BOUGHT,
            means=Said("Whether anything was bought in the horizon.", "관찰 기간에 한 번이라도 구매했는지입니다."),
        ),
        Outcome(
            _measured("orders", "orders a customer", "고객당 주문 수"), ("orders",), _within("ordered_on", "orders", "1", "not t.is_return"),
            means=Said("Orders in the horizon.", "관찰 기간의 주문 수입니다."),
        ),
        Outcome(
            _measured("active_days", "active days", "이용 일수"), ("events",), _DAYS_ACTIVE,
            means=Said("Days of the horizon on which something was done.", "관찰 기간에 무언가를 한 날의 수입니다."),
        ),
        Outcome(
            _measured("nps", "NPS", "순추천지수(NPS)"), ("answers",),
            _answered("nps", "case when t.score >= 9 then 100 when t.score <= 6 then -100 else 0 end"), has_before=False,
            means=Said("Promoters less detractors among those who answered in the horizon.", "관찰 기간에 응답한 고객의 추천 비율에서 비추천 비율을 뺀 값입니다."),
        ),
        Outcome(
            _measured("csat", "satisfied answers", "만족 응답률"), ("answers",), _answered("csat", "case when t.score >= 4 then 1 else 0 end"), has_before=False,
            means=Said("Share of 4 and 5 among the answers of the horizon.", "관찰 기간의 응답 가운데 4점과 5점의 비율입니다."),
        ),
        Outcome(
            _measured("tickets", "requests for help", "문의 수", better="down"), ("tickets",), _within("opened_on", "tickets", "1"),
            means=Said("Tickets opened in the horizon.", "관찰 기간에 접수된 문의 수입니다."),
        ),
    )
}  # fmt: skip
"""By name; the first that the data can answer is proposed."""
