"""Who is at risk, ranked by the money that may go, and what does the list amount to?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet, Sum

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.foresight.models import Score
from dangol.platform.foresight.seeing import scores_visible_to
from dangol.platform.foresight.views import BANDS, RiskLine, RiskPage, RiskTotal, reason_view
from dangol.platform.foresight.words import closing_view, name_of_user
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.models import Person
from dangol.platform.people.seeing import visible_to

ORDERS: Final = {"at_stake": "at_stake", "value": "value", "worth": "worth"}
"""By what the list is ranked: money at risk, probability, value; a minus sign before it: the highest first."""
AT_ONCE: Final = 500
_SURE: Final = 1.96
"""Standard errors on either side of the total: 95 %."""
Audience = Callable[[QuerySet[Person]], QuerySet[Person]] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries of the list: of a band (empty: all), of an owner, of some people, closed or open."""

    band: str = ""
    owner: str = ""
    """The number of a user; `nobody`; empty for all."""
    unit: str = ""
    audience: Audience = None
    is_closed: bool = False


def at_risk(
    viewer: Viewer,
    asked: Asked | None = None,
    *,
    order: str = "-at_stake",
    after: str | None = None,
    limit: int = 50,
) -> RiskPage:
    """A page of the list; those without the number that it is ranked by come last."""
    place = _Order.of(order)
    limit = max(1, min(limit, AT_ONCE))
    rows = _asked(viewer, asked or Asked())
    rows = rows.select_related("owner", "closing__closed_by")
    found: list[Score] = []
    for part in place.parts(rows, after):
        found += part[: limit + 1 - len(found)]
    is_more = len(found) > limit
    found = found[:limit]
    last = found[-1] if found else None
    return RiskPage(_lines(viewer, found), place.key(last) if last is not None and is_more else None)


@dataclass(frozen=True, slots=True)
class _Order:
    """How the list is ranked, and how it goes on behind a key."""

    field: str
    falls: bool

    @classmethod
    def of(cls, asked: str) -> _Order:
        field = asked.removeprefix("-")
        if field not in ORDERS:
            raise UnknownNameError(Said("order", "정렬"), asked, ORDERS)
        return cls(ORDERS[field], falls=asked != field)

    def key(self, row: Score) -> str:
        value = getattr(row, self.field)
        return f"{'' if value is None else repr(value)}~{row.pk}"

    def parts(self, rows: QuerySet[Score], after: str | None) -> list[QuerySet[Score]]:
        """The rows behind a key: first those that have the number, then those without; each by an index."""
        way, sign = ("lt", "-") if self.falls else ("gt", "")
        known, none = (
            rows.filter(**{f"{self.field}__isnull": False}),
            rows.filter(**{f"{self.field}__isnull": True}),
        )
        if after:
            value, number = _place(after)
            further = Q(**{f"person_id__{way}": number})
            if value is None:
                return [none.filter(further).order_by(f"{sign}person_id")]
            # The first condition says no more than the second, but lets the index be entered at its place.
            reach = {f"{self.field}__{way}e": value}
            known = known.filter(
                Q(**{f"{self.field}__{way}": value}) | Q(**{self.field: value}) & further, **reach
            )
        return [known.order_by(f"{sign}{self.field}", f"{sign}person_id"), none.order_by(f"{sign}person_id")]


def _place(after: str) -> tuple[float | None, int]:
    """The number and the person that a key was made of."""
    text, _, person = after.rpartition("~")
    try:
        value, number = (float(text) if text else None), int(person)
    except ValueError:
        raise _no_place(after) from None
    if not (math.isfinite(value or 0.0) and 0 <= number < 2**63):
        raise _no_place(after)
    return value, number


def total(viewer: Viewer, asked: Asked | None = None) -> RiskTotal:
    """What the whole list amounts to, with an interval of 95 % for customers who leave independently."""
    told = _asked(viewer, asked or Asked()).aggregate(
        count=Count("pk"), high=Count("pk", filter=Q(band_rank=BANDS["high"])), priced=Count("at_stake"),
        stake=Sum("at_stake"), spread=Sum("spread"), expected=Sum("value"), valued=Count("value"),
    )  # fmt: skip
    stake, spread = told["stake"], told["spread"]
    reach = None if spread is None else _SURE * math.sqrt(max(spread, 0.0))
    is_known = stake is not None and reach is not None
    return RiskTotal(
        told["count"], told["high"], told["count"] - told["priced"], stake,
        max(0.0, stake - reach) if is_known else None, stake + reach if is_known else None,
        told["expected"] if told["valued"] else None,
    )  # fmt: skip


def lines_for_export(
    viewer: Viewer, asked: Asked | None = None, *, order: str = "-at_stake"
) -> Iterator[RiskLine]:
    """Every line of the list, page by page."""
    after: str | None = None
    while True:
        found = at_risk(viewer, asked, order=order, after=after, limit=AT_ONCE)
        yield from found.lines
        after = found.after
        if after is None:
            return


def _asked(viewer: Viewer, asked: Asked) -> QuerySet[Score]:
    rows = scores_visible_to(viewer).filter(closing__isnull=not asked.is_closed)
    if asked.band:
        if asked.band not in BANDS:
            raise UnknownNameError(Said("band", "등급"), asked.band, BANDS)
        rows = rows.filter(band_rank=BANDS[asked.band])
    if asked.owner == "nobody":
        rows = rows.filter(owner=None)
    elif asked.owner:
        rows = rows.filter(owner_id=_number(asked.owner))
    return _of_people(viewer, rows, asked)


def _of_people(viewer: Viewer, rows: QuerySet[Score], asked: Asked) -> QuerySet[Score]:
    if not (asked.unit or asked.audience):
        return rows
    people = visible_to(viewer)
    if asked.unit:
        people = people.filter(unit_id=_number(asked.unit))
    if asked.audience:
        people = asked.audience(people)
    return rows.filter(person_id__in=people.values("pk"))


def _number(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 19:
        return int(text)
    raise UnknownNameError(Said("number", "번호"), text, ("nobody",))


def _no_place(after: str) -> RequestError:
    return RequestError(
        Said(f"The list behind {after!r} was asked for.", f"{after!r} 다음의 목록을 요청하셨습니다."),
        Said("No page ended there.", "그런 위치는 없습니다."),
        Said("Begin with the first page.", "첫 쪽부터 보십시오."),
    )


def _lines(viewer: Viewer, rows: list[Score]) -> tuple[RiskLine, ...]:
    people = visible_to(viewer).in_bulk([row.pk for row in rows])
    return tuple(line_of(row, people[row.pk]) for row in rows if row.pk in people)


def line_of(row: Score, person: Person) -> RiskLine:
    """One line of the list."""
    told: Mapping[str, Any] = {
        name: getattr(row, name)
        for name in ("value", "band", "worth", "worth_low", "worth_high", "at_stake", "scored_at", "as_of")
    }
    return RiskLine(
        person_id=row.pk, name=person.title or f"#{row.pk}", account_id=person.account_id,
        reasons=tuple(map(reason_view, row.reasons)), owner_id=row.owner_id,
        owner=name_of_user(row.owner), closing=closing_view(row.closing) if row.closing else None,
        model_id=row.model_id, **told,
    )  # fmt: skip
