"""How is the business doing? What the opening page says, from stored answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from dangol.core.calendar import Grain, Period, bucket_start, next_start
from dangol.core.language import Said
from dangol.core.rollups.stays import TENURE_CLASSES
from dangol.core.schema.causes import CAUSES, UNKNOWN
from dangol.platform.insight.answering import present_day, world_of
from dangol.platform.insight.models import HoleOwner, StoredAnswer
from dangol.platform.insight.queries import NOTED, AnswerView, answer_to, known_now, store
from dangol.platform.insight.queries import shown as seen
from dangol.platform.insight.questions import asked
from dangol.platform.insight.spans import before, span_period
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.log.queries import position

Row = Mapping[str, Any]

DIVISIONS: Final = {
    "tenure": Said("When in life", "이용 기간"),
    "reason": Said("Why", "사유"),
    "plan": Said("Plan", "요금제"),
    "channel": Said("Came from", "유입 경로"),
}
"""By what the holes of the bucket can be told apart; the first that says something is shown."""
MOST_HOLES: Final = 6


@dataclass(frozen=True, slots=True)
class HomeFigure:
    """One number of the opening page with what it needs to be read rightly."""

    metric: str
    column: str
    value: Any
    reason: str | None
    period: Period | None
    n: int | None
    change: float | None
    """Against the period before it: a difference of rates, a relative change of money."""
    base: Period | None
    people: str = ""
    """The group of `behind` that it counts; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Hole:
    """One hole of the bucket: who left through it, what went with them, and who looks after it."""

    code: str
    title: Said
    lost_count: int
    share_rate: float
    lost_amount: Any
    owner_id: int | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What came in, what is kept and what went out over a period, and through which holes."""

    period: Period
    divided_by: str
    divisions: tuple[str, ...]
    months: tuple[Row, ...]
    new_count: int
    returned_count: int
    lost_count: int
    stock: int
    holes: tuple[Hole, ...]
    is_current: bool


@dataclass(frozen=True, slots=True)
class Week:
    """A finished week against the one before it."""

    period: Period
    base: Period
    new_count: int
    new_before: int
    lost_count: int
    lost_before: int
    returned_count: int
    active_count: int | None
    active_before: int | None


@dataclass(frozen=True, slots=True)
class Home:
    """The opening page as data; `kept` is None until there is a finished month with customers."""

    currency: str
    figures: tuple[HomeFigure, ...]
    kept: Row | None
    bucket: Bucket | None
    early: Row | None
    """The hole of those who left soonest in life, with its share."""
    week: Week | None
    at_risk: Row | None
    missing: Said | None
    """Why there is nothing to show yet."""
    computed_at: datetime | None
    is_fresh: bool


class _Asked:
    """The answers of one page: fetched at once, those that are missing counted over one world."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.answers: list[AnswerView] = []
        questions = [asked(viewer, metric, **given) for metric, given in _questions()]
        digests = [each.digest for each in questions]
        self._stored = StoredAnswer.objects.in_bulk(digests)
        late = StoredAnswer.objects.filter(pk__in=digests, wanted_at__lt=clock.now() - NOTED)
        late.update(wanted_at=clock.now())
        missing = [each for each in questions if not _is_counted(self._stored.get(each.digest))]
        if missing:
            since = known_now()
            with world_of(missing[0], present_day()) as world:
                self._stored |= {each.digest: store(each, world, since) for each in missing}

    def rows(self, metric: str, **given: Any) -> list[dict[str, Any]]:
        """The rows of an answer; none where the data has nothing to ask."""
        question = asked(self.viewer, metric, **given)
        stored = self._stored.get(question.digest)
        found = answer_to(question) if stored is None else seen(question, stored)
        self.answers.append(found)
        return found.rows


def _is_counted(stored: StoredAnswer | None) -> bool:
    return stored is not None and stored.computed_at is not None


def _questions() -> Iterator[tuple[str, dict[str, Any]]]:
    """What the page asks, so that it can be fetched, or counted, at once."""
    as_of = present_day()
    year, months, weeks = span_period("last_12_months", as_of), _year_to_now(as_of), _two_weeks(as_of)
    yield "customer_retention_rate", {"period": months}
    yield "customer_churn_rate", {"period": months}
    yield "leaky_bucket", {"period": months}
    yield "leaky_bucket", {"period": weeks, "grain": Grain.WEEK}
    yield "active_users", {"period": weeks, "window_days": 7}
    yield "value_at_risk", {}
    for by in DIVISIONS:
        yield "leak_holes", {"period": year, "by": by}
    if business().kind == "shop":
        yield "repeat_purchase_rate", {"period": year}
        yield "repeat_purchase_rate", {"period": before(year)}
        yield "historic_lifetime_value", {}
    else:
        yield "net_dollar_retention", {"period": months}
        yield "lifetime_value", {}


def _year_to_now(as_of: date) -> Period:
    """Twelve whole months and the present one."""
    return Period(span_period("last_12_months", as_of).start, as_of)


def _two_weeks(as_of: date) -> Period:
    """The last whole week and the one before it."""
    end = bucket_start(as_of - timedelta(days=1), Grain.WEEK)
    return Period(next_start(end, Grain.WEEK, -2), end)


def prepare() -> None:
    """Count the opening page before anybody opens it, and keep it wanted."""
    if position():
        _Asked(SYSTEM)


def home(viewer: Viewer, by: str = "") -> Home:
    """The opening page as the viewer may see it; `by` chooses how the holes are told apart."""
    page = _Asked(viewer)
    months = _year_to_now(present_day())
    kept = page.rows("customer_retention_rate", period=months)
    holes = _bucket(page, by)
    risk = next(iter(page.rows("value_at_risk")), None)
    figures = (_first(page, months), _retention(kept), _churn(page, months), _value(page), _risk(risk))
    known = [row for row in kept if row["rate"] is not None and row["start_count"]]
    return Home(
        currency=business().currency,
        figures=figures,
        kept=known[-1] if known else None,
        bucket=holes,
        early=_early(page, holes),
        week=_week(page),
        at_risk=risk if risk and risk["reason"] is None else None,
        missing=next((each.failure for each in page.answers if each.failure), None),
        computed_at=min((each.computed_at for each in page.answers), default=None),
        is_fresh=all(each.is_fresh for each in page.answers),
    )


def _first(page: _Asked, months: Period) -> HomeFigure:
    """Net dollar retention first; where nothing recurs, the share of buyers who bought again."""
    if business().kind != "shop":
        rows = page.rows("net_dollar_retention", period=months)
        if rows:
            return _latest("net_dollar_retention", rows, "then_count")
    year = span_period("last_12_months", present_day())
    now, then = (page.rows("repeat_purchase_rate", period=each) for each in (year, before(year)))
    row, earlier = (rows[0] if rows else {} for rows in (now, then))
    base = before(year) if earlier.get("rate") is not None else None
    change = _difference(row.get("rate"), earlier.get("rate"))
    return HomeFigure(
        "repeat_purchase_rate", "rate", row.get("rate"), row.get("reason"), year, row.get("buyer_count"), change, base
    )  # fmt: skip


def _latest(metric: str, rows: list[dict[str, Any]], of: str, people: str = "") -> HomeFigure:
    """The last finished month of a series, against the one before it."""
    known = [row for row in rows if row["rate"] is not None and row.get("is_finished", True)]
    if not known:
        last = rows[-1] if rows else {}
        return HomeFigure(metric, "rate", None, last.get("reason"), None, last.get(of), None, None)
    row, earlier = known[-1], known[-2] if len(known) > 1 else None
    return HomeFigure(
        metric, "rate", row["rate"], None, _month(row), row[of],
        _difference(row["rate"], earlier["rate"]) if earlier else None,
        _month(earlier) if earlier else None, people,
    )  # fmt: skip


def _month(row: Row) -> Period:
    start = row.get("starts_on") or bucket_start(row["ends_on"] - timedelta(days=1), Grain.MONTH)
    return Period(start, row["ends_on"])


def _retention(rows: list[dict[str, Any]]) -> HomeFigure:
    return _latest("customer_retention_rate", rows, "start_count", "kept")


def _churn(page: _Asked, months: Period) -> HomeFigure:
    rows = page.rows("customer_churn_rate", period=months)
    return _latest("customer_churn_rate", rows, "start_count", "lost")


def _value(page: _Asked) -> HomeFigure:
    """What one customer is worth: by observed survival for subscriptions, what was spent so far in a shop."""
    rows = page.rows("lifetime_value") if business().kind != "shop" else []
    row = next((each for each in rows if each["variant"] == "observed_survival"), None)
    metric = "lifetime_value"
    if row is None:
        metric, row = "historic_lifetime_value", next(iter(page.rows("historic_lifetime_value")), {})
    value, n = row.get("mean_amount"), row.get("customer_count")
    return HomeFigure(metric, "mean_amount", value, row.get("reason"), None, n, None, None)


def _risk(row: Row | None) -> HomeFigure:
    found = row or {}
    return HomeFigure(
        "value_at_risk", "amount", found.get("amount"), found.get("reason"), None, found.get("overdue_count"), None,
        None, "past_usual",
    )  # fmt: skip


def _difference(now: float | None, then: float | None) -> float | None:
    return None if now is None or then is None else now - then


def _bucket(page: _Asked, by: str) -> Bucket | None:
    """The last twelve whole months in flows and holes; None without customers."""
    as_of = present_day()
    year = span_period("last_12_months", as_of)
    months = page.rows("leaky_bucket", period=_year_to_now(as_of))
    flows = [row for row in months if row["ends_on"] <= year.end]
    if not any(row["start_count"] or row["new_count"] for row in flows):
        return None
    divided = {each: page.rows("leak_holes", period=year, by=each) for each in DIVISIONS}
    telling = tuple(each for each, rows in divided.items() if _tells(rows))
    shown = by if by in telling else next(iter(telling), "tenure")
    return Bucket(
        period=year,
        divided_by=shown,
        divisions=telling,
        months=tuple(months),
        new_count=sum(row["new_count"] for row in flows),
        returned_count=sum(row["returned_count"] for row in flows),
        lost_count=sum(row["lost_count"] for row in flows),
        stock=flows[-1]["end_count"],
        holes=_holes(shown, divided[shown]),
        is_current=flows[-1]["end_count"] > 0,
    )


def _tells(rows: list[dict[str, Any]]) -> bool:
    """Whether a way to tell the holes apart has more than the hole of what is not recorded."""
    return any(row["hole"] != UNKNOWN for row in rows)


def _holes(by: str, rows: list[dict[str, Any]]) -> tuple[Hole, ...]:
    """The biggest holes, what is not recorded last; together they are the whole outflow."""
    owners = {
        each.hole: each.owner for each in HoleOwner.objects.filter(divided_by=by).select_related("owner")
    }
    rows = sorted(rows, key=lambda row: (row["hole"] == UNKNOWN, row["place"]))
    shown, rest = (rows, []) if len(rows) <= MOST_HOLES else (rows[: MOST_HOLES - 1], rows[MOST_HOLES - 1 :])
    holes = [_hole(row, owners.get(row["hole"])) for row in shown]
    if rest:
        amounts = [row["lost_amount"] for row in rest]
        whole = None if None in amounts else sum(amounts)
        count, share = sum(row["lost_count"] for row in rest), sum(row["share_rate"] or 0.0 for row in rest)
        holes.append(Hole("", Said("All others", "그 밖"), count, share, whole))
    return tuple(holes)


def _hole(row: Row, owner: Any) -> Hole:
    told = {"owner_id": owner.pk, "owner": owner.name or owner.email} if owner else {}
    return Hole(
        row["hole"], hole_title(row["hole"]), row["lost_count"], row["share_rate"] or 0.0, row["lost_amount"], **told
    )  # fmt: skip


def hole_title(code: str) -> Said:
    """What a hole is called: a stage of life, a cause, or the name of a plan or a channel."""
    if code in TENURE_CLASSES:
        return TENURE_CLASSES[code][1]
    if code in CAUSES:
        return CAUSES[code].said
    return Said("Not recorded", "기록 없음") if code == UNKNOWN else Said(code or "–", code or "–")


def _early(page: _Asked, bucket: Bucket | None) -> Row | None:
    """The biggest hole by the time of life, for the sentence that opens the page."""
    if bucket is None:
        return None
    rows = page.rows("leak_holes", period=bucket.period, by="tenure")
    return next((row for row in rows if row["place"] == 1 and row["lost_count"]), None)


def _week(page: _Asked) -> Week | None:
    """The last whole week against the one before it."""
    weeks = _two_weeks(present_day())
    start, middle, end = weeks.start, next_start(weeks.start, Grain.WEEK), weeks.end
    rows = page.rows("leaky_bucket", period=weeks, grain=Grain.WEEK)
    if len(rows) < 2:
        return None
    then, now = rows[-2:]
    use = page.rows("active_users", period=weeks, window_days=7)
    active = {row["day"]: row["active_count"] for row in use}
    return Week(
        Period(middle, end), Period(start, middle), now["new_count"], then["new_count"], now["lost_count"],
        then["lost_count"], now["returned_count"], active.get(end - timedelta(days=1)),
        active.get(middle - timedelta(days=1)),
    )  # fmt: skip
