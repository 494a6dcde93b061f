"""In which words and pictures does the opening page say what `insight.home` found?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from dangol.core.calendar import Period
from dangol.core.language import Said
from dangol.core.metrics import find
from dangol.core.report.charts import Stack, both, columns
from dangol.core.report.sections.leaks import WHEN
from dangol.core.report.series import count_axis
from dangol.platform.insight.answering import present_day
from dangol.platform.insight.home import DIVISIONS, Bucket, Hole, Home, HomeFigure, Week
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.web.behind import people_href
from dangol.platform.web.bucket import Stream, drawing
from dangol.platform.web.charts import Figures, Picture, picture
from dangol.platform.web.templatetags.figures import money, number, percent, points, voice

LABELS: Final = {
    "net_dollar_retention": Said("Net dollar retention", "순 매출 유지율"),
    "repeat_purchase_rate": Said("Repeat purchase rate", "재구매율"),
    "customer_retention_rate": Said("Customers kept", "고객 유지율"),
    "customer_churn_rate": Said("Customers lost", "고객 이탈률"),
    "lifetime_value": Said("Lifetime value", "고객 생애 가치"),
    "historic_lifetime_value": Said("Spent by a customer so far", "고객당 누적 구매액"),
    "value_at_risk": Said("Value at risk, a month", "위험에 놓인 월 금액"),
}
PEOPLE: Final = Said("{n} customers", "고객 {n}명")


@dataclass(frozen=True, slots=True)
class Shown:
    """One statistic as the template shows it."""

    name: str
    label: Said
    value: str | None
    means: Said
    period: str
    n: str
    change: str
    is_better: bool | None
    href: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownHole:
    """One hole with its words and its address."""

    hole: Hole
    href: str
    share: str
    money: str
    width: int


def told(found: Home, viewer: Viewer) -> dict[str, Any]:
    """What the template of the opening page reads."""
    may_see_people = viewer.may("see_people")
    bucket = found.bucket
    shown: dict[str, Any] = {
        "home": found,
        "stats": [_shown(each, found.currency, may_see_people) for each in found.figures],
        "opening": _opening(found, may_see_people),
        "risk": _risk(found, may_see_people),
        "week": found.week,
        "week_period": voice().period(found.week.period.start, found.week.period.end) if found.week else "",
        "changes": list(_changes(found.week, may_see_people)) if found.week else [],
    }
    if bucket is not None:
        holes = _holes(bucket, found.currency, may_see_people)
        shown |= {
            "holes": holes,
            "drawing": _drawing(bucket, holes, may_see_people),
            "divisions": [
                {"title": DIVISIONS[each], "href": f"?by={each}#holes", "is_here": each == bucket.divided_by}
                for each in bucket.divisions
            ],
            "unowned": sum(not each.hole.owner for each in holes if each.hole.code),
            "bucket_period": voice().period(bucket.period.start, bucket.period.end),
        }
    return shown


def _shown(each: HomeFigure, currency: str, may_see_people: bool) -> Shown:
    metric = find(each.metric)
    say = voice()
    value = None
    if each.value is not None:
        value = percent(each.value) if each.column == "rate" else money(each.value, currency)
    change, is_better = "", None
    if each.change is not None and each.base is not None:
        base = say.period(each.base.start, each.base.end)
        change = say(Said("{n} against {base}", "{base}보다 {n}"), n=points(each.change), base=base)
        is_better = None if abs(each.change) < 0.0005 else (each.change > 0) == (metric.better == "up")
    href = f"/metrics/{each.metric}"
    if may_see_people and each.people and (each.period or each.metric == "value_at_risk"):
        href = people_href(each.people, each.period or _to_now())
    return Shown(
        each.metric, LABELS[each.metric], value, metric.says, _period(each.period),
        say(PEOPLE, n=number(each.n)) if each.n is not None else "", change, is_better, href, each.reason or "",
    )  # fmt: skip


def _period(period: Period | None) -> str:
    """The days that a number is of; the last day known where it is of everything."""
    if period is not None:
        return voice().period(period.start, period.end)
    return voice()(Said("as of {day}", "{day} 기준"), day=voice().day(present_day() - timedelta(days=1)))


def _to_now() -> Period:
    """Everything that is known, as a period that ends today."""
    return Period(present_day().replace(year=present_day().year - 1), present_day())


def _opening(found: Home, may_see_people: bool) -> dict[str, Any] | None:
    """The numbers of the first sentence, and the lists behind them."""
    row = found.kept
    if row is None:
        return None
    month = Period(row["starts_on"], row["ends_on"])
    parts: dict[str, Any] = {
        "rate": row["rate"], "start": row["start_count"], "month": row["starts_on"],
        "kept_href": people_href("kept", month) if may_see_people else "/metrics/customer_retention_rate",
        "start_href": people_href("start", month) if may_see_people else "/metrics/customer_retention_rate",
    }  # fmt: skip
    if found.early and found.bucket:
        hole = {"by": "tenure", "hole": found.early["hole"]}
        parts |= {
            "share": found.early["share_rate"],
            "when": WHEN.get(found.early["hole"]),
            "lost": found.bucket.lost_count,
            "hole_href": people_href("hole", found.bucket.period, **hole) if may_see_people else "#holes",
        }
    return parts


def _risk(found: Home, may_see_people: bool) -> dict[str, Any] | None:
    row = found.at_risk
    if row is None or not row["overdue_count"]:
        return None
    href = people_href("past_usual", _to_now()) if may_see_people else "/metrics/value_at_risk"
    return {"n": row["overdue_count"], "amount": row["amount"], "href": href}


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence of what changed, and whether that is good."""

    text: SafeString
    kind: str


def _changes(week: Week, may_see_people: bool) -> Iterator[Change]:
    """The sentences of the week; a number leads to its people where the viewer may see them."""
    came = Said("{n} customers came, {change}.", "{n}명이 새로 왔습니다. {change}.")
    left = Said("{n} customers left, {change}.", "{n}명이 떠났습니다. {change}.")
    used = Said("{n} people were active, {change}.", "{n}명이 활동했습니다. {change}.")
    back = Said("{n} who had left came back.", "떠났던 {n}명이 다시 왔습니다.")
    yield _change(came, "new", week.new_count, week.new_before, week, may_see_people)
    yield _change(left, "lost", week.lost_count, week.lost_before, week, may_see_people, is_loss=True)
    if week.active_count is not None and week.active_before is not None:
        yield _change(used, "active", week.active_count, week.active_before, week, may_see_people)
    if week.returned_count:
        yield Change(format_html(voice()(back), n=number(week.returned_count)), "good")


def _change(
    words: Said, group: str, now: int, then: int, week: Week, may_see_people: bool, *, is_loss: bool = False
) -> Change:
    shown: str | SafeString = number(now)
    if may_see_people and now:
        shown = format_html('<a href="{}">{}</a>', people_href(group, week.period), shown)
    kind = "" if now == then else "good" if (now > then) != is_loss else "bad"
    return Change(format_html(voice()(words), n=shown, change=_against(now, then)), kind)


def _against(now: int, then: int) -> str:
    if now == then:
        return voice()(Said("as many as in the week before", "전주와 같습니다"))
    words = (
        Said("{n} more than in the week before", "전주보다 {n}명 많습니다")
        if now > then
        else Said("{n} fewer than in the week before", "전주보다 {n}명 적습니다")
    )
    return voice()(words, n=number(abs(now - then)))


def _holes(bucket: Bucket, currency: str, may_see_people: bool) -> list[ShownHole]:
    most = max((each.lost_count for each in bucket.holes), default=1) or 1
    return [
        ShownHole(
            each,
            people_href("hole", bucket.period, by=bucket.divided_by, hole=each.code)
            if may_see_people and each.code
            else "",
            percent(each.share_rate, 0),
            money(each.lost_amount, currency) if each.lost_amount is not None else "",
            round(100 * each.lost_count / most),
        )
        for each in bucket.holes
    ]


def _drawing(bucket: Bucket, holes: list[ShownHole], may_see_people: bool) -> SafeString:
    say = voice()
    new_href = people_href("new", bucket.period) if may_see_people else ""
    inflow = [
        Stream(
            bucket.new_count, say(Said("New", "신규")), f"+{number(bucket.new_count)}", "", new_href, "heat-2"
        )
    ]
    if bucket.returned_count:
        back = say(Said("Came back", "다시 옴"))
        inflow.append(
            Stream(bucket.returned_count, back, f"+{number(bucket.returned_count)}", colour="heat-1")
        )
    outflow = [_stream(n, each) for n, each in enumerate(holes)]
    return drawing(
        inflow,
        outflow,
        number(bucket.stock),
        say(Said("customers, {day}", "고객, {day}"), day=say.last_day(bucket.period.end)),
    )


def _stream(place: int, shown: ShownHole) -> Stream:
    say, each = voice(), shown.hole
    a_month = say(Said("{money} a month", "월 {money}"), money=shown.money) if shown.money else ""
    facts = " · ".join(part for part in (f"−{number(each.lost_count)}", shown.share, a_month) if part)
    owner = each.owner or (say(Said("nobody looks after it", "담당자 없음")) if each.code else "")
    colour = "bad" if place == 0 else "pale" if each.code in {"", "unknown"} else "grey"
    return Stream(each.lost_count, say(each.title), facts, owner, shown.href, colour)


def months_picture(bucket: Bucket) -> Picture:
    """In and out, month by month; the month that is not over is hatched."""
    say, months, today = voice(), bucket.months, present_day()
    new, back, lost = (
        [float(row[f"{name}_count"]) for row in months] for name in ("new", "returned", "lost")
    )
    stacks = [
        Stack(new, say(Said("New", "신규")), "accent"),
        Stack(back, say(Said("Came back", "다시 옴")), "heat-3"),
        Stack([-each for each in lost], say(Said("Left", "떠남")), "grey"),
    ]
    axis = count_axis([*(a + b for a, b in zip(new, back, strict=True)), *(-each for each in lost)], say)
    ticks = [
        (float(n), say.short_month(row["starts_on"]))
        for n, row in enumerate(months)
        if n % 2 == len(months) % 2
    ]
    unfinished = frozenset(n for n, row in enumerate(months) if row["ends_on"] > today)
    title = _months_title(months, unfinished)
    chart = both(
        "months", title, title,
        lambda width: columns(width, stacks, x_ticks=ticks, y_ticks=axis.ticks, y_range=axis.range, unfinished=unfinished),
    )  # fmt: skip
    heads = (
        Said("Month", "월"),
        Said("New", "신규"),
        Said("Came back", "다시 옴"),
        Said("Left", "떠남"),
        Said("At the end", "끝 고객"),
    )
    rows = [
        (
            say.month(row["starts_on"]),
            *(number(row[f"{name}_count"]) for name in ("new", "returned", "lost", "end")),
        )
        for row in months
    ]
    return picture(chart, Figures([say(head) for head in heads], rows))


def _months_title(months: Any, unfinished: frozenset[int]) -> str:
    """The finding: in how many of the finished months more left than came."""
    over = [row for n, row in enumerate(months) if n not in unfinished]
    worse = sum(row["lost_count"] > row["new_count"] + row["returned_count"] for row in over)
    if not worse:
        return voice()(
            Said(
                "In each of the last {n} months more came than left",
                "지난 {n}개월 동안 매달 떠난 고객보다 들어온 고객이 많았습니다",
            ),
            n=len(over),
        )
    words = Said(
        "In {k} of the last {n} months more left than came",
        "지난 {n}개월 가운데 {k}개월은 들어온 고객보다 떠난 고객이 많았습니다",
    )
    return voice()(words, k=worse, n=len(over))
