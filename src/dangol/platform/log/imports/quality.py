"""Can the data be trusted today? Checks that are looked at every few minutes, with thresholds, owners and a history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dangol.core.engine import World
from dangol.core.language import Said
from dangol.core.schema import NOUNS
from dangol.platform.kernel import clock
from dangol.platform.log.models import Refused, Segment
from dangol.platform.log.vocabulary import EVENTS


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw of one subject: a noun, or a source."""

    subject: str
    value: float | None
    told: Mapping[str, Any]
    """What the sentence says beside the value."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is looked at: everything known, rows that lie in the future too, and which day it is."""

    world: World
    today: date

    def nouns(self, *names: str) -> list[str]:
        """The dated nouns that the data holds, or those of these names."""
        held = [noun for noun in NOUNS if noun in self.world.nouns and NOUNS[noun].happened]
        return [noun for noun in held if noun in names] if names else held

    def one(self, sql: str) -> tuple[Any, ...]:
        """The one row of a query."""
        (row,) = self.world.engine.run(sql).rows
        return tuple(row)


Look = Callable[[Scene], Iterator[Seen]]


@dataclass(frozen=True, slots=True)
class Check:
    """One question to the data: it fails above its threshold."""

    name: str
    title: Said
    says: Said
    finding: Said
    """With {subject}, {value}, {threshold} and what `Seen.told` holds."""
    unit: str
    threshold: float
    look: Look


CHECKS: Final[dict[str, Check]] = {}


def check(
    name: str, *, title: Said, says: Said, finding: Said, unit: str, threshold: float
) -> Callable[[Look], Look]:
    """Register a check; its thresholds and owners can be set a subject."""

    def registered(look: Look) -> Look:
        CHECKS[name] = Check(name, title, says, finding, unit, threshold, look)
        return look

    return registered


@check(
    "stale",
    title=Said("Freshness", "최신성"),
    says=Said("Days since the last row of a table.", "표의 마지막 행 이후 지난 날수입니다."),
    finding=Said("The last row of {noun} is of {last}, {value:.0f} days ago.", "{noun}의 마지막 행은 {last}, {value:.0f}일 전 것입니다."),
    unit="days",
    threshold=3,
)  # fmt: skip
def _stale(scene: Scene) -> Iterator[Seen]:
    for noun in scene.nouns("events", "orders", "messages", "answers", "tickets"):
        (last,) = scene.one(f"select max({NOUNS[noun].happened}) from {noun}")
        if last is not None:
            yield Seen(noun, float((scene.today - last).days), {"last": last})


@check(
    "without_person",
    title=Said("Rows without a person", "고객 없는 행"),
    says=Said("Share of the rows of a table that belong to nobody known.", "아는 고객에게 속하지 않는 행의 비율입니다."),
    finding=Said("{value:.1%} of the rows of {noun} name nobody.", "{noun} 행의 {value:.1%}에 고객이 없습니다."),
    unit="ratio",
    threshold=0.05,
)  # fmt: skip
def _without_person(scene: Scene) -> Iterator[Seen]:
    for noun in scene.nouns():
        every, nobody = scene.one(
            f"select count(*), count(*) filter (coalesce(person_id, 0) <= 0) from {noun}"
        )
        if every:
            yield Seen(noun, nobody / every, {})


@check(
    "future",
    title=Said("Dates in the future", "미래 날짜"),
    says=Said("Rows of a table whose day has not come yet.", "아직 오지 않은 날짜의 행 수입니다."),
    finding=Said("{value:.0f} rows of {noun} lie in the future.", "{noun}에 미래 날짜의 행이 {value:.0f}개 있습니다."),
    unit="rows",
    threshold=0,
)  # fmt: skip
def _future(scene: Scene) -> Iterator[Seen]:
    for noun in scene.nouns():
        day = NOUNS[noun].happened
        (count,) = scene.one(f"select count(*) from {noun} where {day} >= date '{scene.today}' + 1")
        yield Seen(noun, float(count), {})


@check(
    "repeated_orders",
    title=Said("Orders told twice", "중복 주문"),
    says=Said("Share of the orders whose number stands more than once.", "주문번호가 두 번 이상 있는 주문의 비율입니다."),
    finding=Said("{value:.1%} of the orders carry a number that another one has.", "주문의 {value:.1%}가 다른 주문과 번호가 같습니다."),
    unit="ratio",
    threshold=0.001,
)  # fmt: skip
def _repeated_orders(scene: Scene) -> Iterator[Seen]:
    if not scene.nouns("orders"):
        return
    every, distinct = scene.one(
        "select count(order_id), count(distinct (order_id, person_id)) from orders "
        "where not is_return and order_id is not null"
    )
    if every:
        yield Seen("orders", 1 - distinct / every, {})


@check(
    "currencies",
    title=Said("Currencies mixed", "통화 섞임"),
    says=Said("Share of the orders that are not in the currency of most.", "대부분과 다른 통화로 된 주문의 비율입니다."),
    finding=Said("{value:.1%} of the amounts of {noun} are in another currency than {main}.", "{noun} 금액의 {value:.1%}가 {main} 이외의 통화입니다."),
    unit="ratio",
    threshold=0,
)  # fmt: skip
def _currencies(scene: Scene) -> Iterator[Seen]:
    for noun in scene.nouns("orders", "subscriptions"):
        rows = scene.world.engine.run(
            f"select currency, count(*) as n from {noun} where currency is not null group by 1 order by 2 desc, 1"
        ).rows
        if rows:
            every = sum(count for _, count in rows)
            yield Seen(noun, 1 - rows[0][1] / every, {"main": rows[0][0]})


@check(
    "drop",
    title=Said("Sudden drop", "갑작스러운 감소"),
    says=Said(
        "How far yesterday's rows lie below the median of the same weekday in the eight weeks before.",
        "어제 행 수가 지난 8주 같은 요일의 중앙값보다 얼마나 적은지입니다.",
    ),
    finding=Said("{day} brought {rows:,} rows of {noun}, {value:.0%} fewer than is usual on that weekday ({usual:,.0f}).", "{day}에 {noun} {rows:,}행이 들어와 같은 요일 평소({usual:,.0f}행)보다 {value:.0%} 적습니다."),
    unit="ratio",
    threshold=0.5,
)  # fmt: skip
def _drop(scene: Scene) -> Iterator[Seen]:
    yesterday = scene.today - timedelta(days=1)
    for noun in scene.nouns("events", "orders"):
        counts = _by_day(scene.world, noun, yesterday)
        before = sorted(counts.get(yesterday - timedelta(weeks=week), 0) for week in range(1, 9))
        usual = (before[3] + before[4]) / 2
        if usual >= 20:
            rows = counts.get(yesterday, 0)
            yield Seen(noun, max(0.0, 1 - rows / usual), {"day": yesterday, "rows": rows, "usual": usual})


def _by_day(world: World, noun: str, until: date) -> dict[date, int]:
    day = NOUNS[noun].happened
    rows = world.engine.run(
        f"select {day}, count(*) from {noun} where {day} between date '{until - timedelta(weeks=8)}' and date '{until}' group by 1"
    ).rows
    return dict(rows)


@check(
    "new_events",
    title=Said("New event names", "새 이벤트 이름"),
    says=Said(
        "Names that came up in the last 7 days for the first time and have no meaning here: often a slip in writing.",
        "최근 7일에 처음 나타났고 정해진 뜻이 없는 이름의 수입니다. 오타인 경우가 많습니다.",
    ),
    finding=Said("{value:.0f} event names are new and unknown: {names}.", "처음 보는 이벤트 이름이 {value:.0f}개 있습니다: {names}."),
    unit="rows",
    threshold=0,
)  # fmt: skip
def _new_events(scene: Scene) -> Iterator[Seen]:
    if not scene.nouns("events"):
        return
    rows = scene.world.engine.run("select name, min(occurred_on) as first from events group by 1").rows
    start = min((first for _, first in rows), default=scene.today)
    horizon = scene.today - timedelta(days=7)
    if start < horizon - timedelta(days=21):
        names = sorted(str(name) for name, first in rows if first >= horizon and name not in EVENTS)
        yield Seen("events", float(len(names)), {"names": ", ".join(names[:5]) or "-"})


@check(
    "refused",
    title=Said("Refused at the door", "거부된 메시지"),
    says=Said("Share of what came in the last day that was refused.", "최근 하루 동안 들어온 것 가운데 거부된 비율입니다."),
    finding=Said("{value:.1%} of what came in the last day was refused ({count:,} messages).", "최근 하루 동안 들어온 것의 {value:.1%}({count:,}건)가 거부되었습니다."),
    unit="ratio",
    threshold=0.02,
)  # fmt: skip
def _refused(scene: Scene) -> Iterator[Seen]:
    since = clock.now() - timedelta(days=1)
    refused = Refused.objects.filter(received_at__gte=since).count()
    came = sum(Segment.objects.filter(made_at__gte=since).values_list("row_count", flat=True))
    if refused + came:
        yield Seen("", refused / (refused + came), {"count": refused})
