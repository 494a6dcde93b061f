"""With which sentence does a metric's page open? The present figure in words, each number a link to its people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.platform.web.numbers.cells import is_share, shown
from dangol.platform.web.numbers.grids import ACTIVE
from dangol.platform.web.numbers.scales import is_over
from dangol.platform.web.numbers.shapes import shape_of
from dangol.platform.web.numbers.words import code_title
from dangol.platform.web.templatetags.figures import percent, points, voice

Row = Mapping[str, Any]
Linked = Callable[[Row, str, str], SafeString | str]
"""A figure's words as a link to its people, where it has any: row, column, words."""

SENTENCES: Final[dict[str, Said]] = {
    "customer_retention_rate": Said(
        "You kept {rate} of the {start_count} customers you had at the start of {period}.",
        "{period} 초의 고객 {start_count}명 가운데 {rate}를 지켰습니다.",
    ),
    "customer_churn_rate": Said(
        "{lost_count} of the {start_count} customers of {period} left: {rate}.",
        "{period}에는 고객 {start_count}명 가운데 {lost_count}명, {rate}가 떠났습니다.",
    ),
    "leaky_bucket": Said(
        "In {period} {new_count} customers came, {returned_count} came back and {lost_count} left.",
        "{period}에 {new_count}명이 새로 왔고 {returned_count}명이 돌아왔으며 {lost_count}명이 떠났습니다.",
    ),
    "repeat_purchase_rate": Said(
        "{repeat_count} of {buyer_count} buyers bought again: {rate}.",
        "구매자 {buyer_count}명 가운데 {repeat_count}명, {rate}가 다시 구매했습니다.",
    ),
    "net_dollar_retention": Said(
        "Customers who paid {then_amount} a month then pay {now_amount} now: {rate}.",
        "그때 매달 {then_amount}을 내던 고객이 지금 {now_amount}을 냅니다. 순 매출 유지율은 {rate}입니다.",
    ),
    "gross_dollar_retention": Said(
        "Without upgrades, {rate} of the {then_amount} a month is kept.",
        "늘어난 금액을 빼면, 매달 {then_amount} 가운데 {rate}가 남았습니다.",
    ),
    "mrr": Said(
        "{customer_count} customers pay {mrr_amount} a month at the end of {period}.",
        "{period} 말, 고객 {customer_count}명이 매달 {mrr_amount}을 냅니다.",
    ),
    "value_at_risk": Said(
        "{overdue_count} customers who bring {amount} a month have been silent for far longer than is usual for them.",
        "매달 {amount}을 내는 고객 {overdue_count}명이 평소보다 훨씬 오래 조용합니다.",
    ),
    "active_users": Said(
        "{active_count} people were active in the window that ended on {period}.",
        "{period}까지의 구간에 {active_count}명이 활동했습니다.",
    ),
    "nps": Said(
        "The score of {period} is {score}, of {answer_count} answers: {promoter_count} recommend, {detractor_count} do not.",
        "{period}의 점수는 {score}입니다. 응답 {answer_count}건 가운데 추천 {promoter_count}건, 비추천 {detractor_count}건입니다.",
    ),
    "csat": Said(
        "{rate} of {answer_count} answers of {period} were satisfied.",
        "{period} 응답 {answer_count}건 가운데 {rate}가 만족했습니다.",
    ),
    "ces": Said(
        "The mean effort score of {period} is {mean_score}, of {answer_count} answers.",
        "{period}의 평균 노력 점수는 {mean_score}입니다(응답 {answer_count}건).",
    ),
    "cohort_retention": Said(
        "One period after their first, {rate} of {cohort_count} people came back.",
        "첫 기간의 다음 기간에 {cohort_count}명 가운데 {rate}가 다시 활동했습니다.",
    ),
    "historic_lifetime_value": Said(
        "A customer has spent {mean_amount} so far, on the mean of {customer_count}.",
        "고객 {customer_count}명이 지금까지 평균 {mean_amount}을 썼습니다.",
    ),
    "purchase_frequency": Said(
        "{buyer_count} buyers of {period} ordered {mean_order_count} times each.",
        "{period}의 구매자 {buyer_count}명은 평균 {mean_order_count}번 주문했습니다.",
    ),
    "purchase_interval": Said(
        "Half of all repurchases come within {median_days} days.",
        "재구매의 절반은 {median_days}일 안에 일어납니다.",
    ),
    "inactivity_window": Said(
        "After {suggested_days} days of silence a customer is more likely gone than not.",
        "{suggested_days}일 동안 조용하면 떠났다고 보는 편이 맞습니다.",
    ),
    "lifecycle_flows": Said(
        "{people_count} people who were active before fell silent in {period}.",
        "{period}에는 활동하던 고객 {people_count}명이 조용해졌습니다.",
    ),
    "mrr_movements": Said(
        "MRR went from {start_amount} to {end_amount}.",
        "MRR은 {start_amount}에서 {end_amount}이 되었습니다.",
    ),
}  # fmt: skip
RANKED: Final = Said("{name} comes first: {value}.", "{name}: {value}로 가장 큽니다.")
PLAIN: Final = Said("{title}: {value}, {period}.", "{title}: {period} {value}.")
UNDATED: Final = Said("{title}: {value}.", "{title}: {value}.")
COMPARED: Final = Said("{change} against {base} ({value}).", "{base}({value})보다 {change}.")


def headline(metric: str, rows: Sequence[Row], today: date) -> Row | None:
    """The row that speaks: the last finished one that is known, the first of a rank, the sum of cohorts."""
    shape = shape_of(metric)
    known = [row for row in rows if row.get(shape.y) is not None]
    if shape.kind == "heat":
        return _mean(shape.x, known)
    if shape.kind == "flows":
        return _fallen(known, today)
    if shape.kind == "bridge":
        over = [row for row in known if row["is_finished"]]
        return {**over[-1], "start_amount": over[0]["start_amount"]} if over else None
    if shape.kind == "ranked":
        own = [row for row in known if row.get("starts_on") is None or is_over(row, today)]
        return max(own, key=lambda row: float(row[shape.y]), default=None)
    dated = [row for row in known if not shape.x or row.get(shape.x) is not None]
    return next((row for row in reversed(dated) if is_over(row, today)), None)


def _mean(age: str, known: list[Row]) -> Row | None:
    """Of everybody whose first age of return has passed."""
    first = [row for row in known if row[age] == 1 and row.get("retained_count") is not None]
    size = sum(row["cohort_count"] for row in first)
    if not size:
        return None
    back = sum(row["retained_count"] for row in first)
    return {"rate": back / size, "cohort_count": size, "retained_count": back, age: 1, "segment": None}


def _fallen(known: list[Row], today: date) -> Row | None:
    """How many of the active ones fell silent in the last finished period."""
    last = max((row["starts_on"] for row in known if is_over(row, today)), default=None)
    own = [row for row in known if row["starts_on"] == last]
    if not own:
        return None
    fell = [row for row in own if row["from_state"] in ACTIVE and row["to_state"] not in ACTIVE]
    dates = {name: own[0][name] for name in ("starts_on", "ends_on")}
    return {**dates, "people_count": sum(row["people_count"] for row in fell)}


def sentence(metric: str, row: Row, asked: Period | None, linked: Linked) -> SafeString:
    """The opening sentence; words of figures are linked where they have people."""
    shape = shape_of(metric)
    said = SENTENCES.get(metric)
    if said is not None:
        names = [name for name in find(metric).returns if "{" + name + "}" in said.en]
        told = {name: linked(row, name, shown(metric, name, row.get(name), row)) for name in names}
        return _filled(said, period=period_words(row, asked), **told)
    value = linked(row, shape.y, shown(metric, shape.y, row[shape.y], row))
    if shape.kind == "ranked" and row.get(shape.x) is not None:
        name = row[shape.x]
        return _filled(RANKED, name=voice()(code_title(shape.x, str(name))), value=value)
    words = period_words(row, asked)
    return _filled(PLAIN if words else UNDATED, title=voice()(find(metric).title), value=value, period=words)


def comparison(metric: str, row: Row, other: Row | None, base: str) -> SafeString | None:
    """How far the figure is from the other one, in words; None where either is not known."""
    shape = shape_of(metric)
    if other is None or other.get(shape.y) is None or row.get(shape.y) is None:
        return None
    now, then = float(row[shape.y]), float(other[shape.y])
    if is_share(metric, shape.y):
        change = points(now - then)
    elif then:
        change = ("+" if now >= then else "−") + percent(abs(now / then - 1))
    else:
        return None
    return _filled(COMPARED, change=change, base=base, value=shown(metric, shape.y, other[shape.y], other))


def is_better(metric: str, row: Row, other: Row | None) -> bool | None:
    """Whether the figure is on the good side of the other one; None where neither side is good."""
    shape, better = shape_of(metric), find(metric).better
    if other is None or better == "none" or None in (row.get(shape.y), other.get(shape.y)):
        return None
    now, then = float(row[shape.y]), float(other[shape.y])
    return None if now == then else (now > then) == (better == "up")


def period_words(row: Row, asked: Period | None) -> str:
    """Which days a row stands for."""
    if row.get("day") is not None:
        return voice().day(row["day"])
    if row.get("starts_on") is not None and row.get("ends_on") is not None:
        return voice().period(row["starts_on"], row["ends_on"])
    if row.get("ends_on") is not None:
        return voice().last_day(row["ends_on"])
    return voice().period(asked.start, asked.end) if asked else ""


def _filled(said: Said, **values: SafeString | str) -> SafeString:
    text = voice()(said)
    return format_html(mark_safe(text), **values)  # noqa: S308 the text is our own, its values are escaped
