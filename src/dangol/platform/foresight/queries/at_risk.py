"""Who is at risk, ranked by the money that may go, and what does the list amount to?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet, Sum

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
"""By what the list is ranked, the highest first: money at risk, probability, value."""
AT_ONCE: Final = 500
_SURE: Final = 1.96
"""Standard errors on either side of the total: 95 %."""
Audience = Callable[[QuerySet[Person]], QuerySet[Person]] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries of the list: of a band (empty: medium and high), of an owner, of some people, closed or open."""

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
    order: str = "at_stake",
    after: str | None = None,
    limit: int = 50,
) -> RiskPage:
    """A page of the list, the largest first; those without the number that it is ranked by come last."""
    if order not in ORDERS:
        raise UnknownNameError(Said("order", "정렬"), order, ORDERS)
    limit = max(1, min(limit, AT_ONCE))
    rows = _asked(viewer, asked or Asked())
    if after:
        rows = rows.filter(_behind(order, after))
    found = list(
        rows.select_related("owner", "closing__closed_by").order_by(
            F(order).desc(nulls_last=True), "-person_id"
        )[: limit + 1]
    )
    is_more = len(found) > limit
    found = found[:limit]
    last = found[-1] if found else None
    return RiskPage(_lines(viewer, found), _key(last, order) if last is not None and is_more else None)


def total(viewer: Viewer, asked: Asked | None = None) -> RiskTotal:
    """What the whole list amounts to, with an interval of 95 % for customers who leave independently."""
    told = _asked(viewer, asked or Asked()).aggregate(
        count=Count("pk"), at_risk=Count("pk", filter=Q(band_rank__gte=BANDS["medium"])), priced=Count("at_stake"),
        stake=Sum("at_stake"), spread=Sum("spread"), expected=Sum("value"), valued=Count("value"),
    )  # fmt: skip
    stake, spread = told["stake"], told["spread"]
    reach = None if spread is None else _SURE * math.sqrt(max(spread, 0.0))
    is_known = stake is not None and reach is not None
    return RiskTotal(
        told["count"], told["at_risk"], told["count"] - told["priced"], stake,
        max(0.0, stake - reach) if is_known else None, stake + reach if is_known else None,
        told["expected"] if told["valued"] else None,
    )  # fmt: skip


def lines_for_export(
    viewer: Viewer, asked: Asked | None = None, *, order: str = "at_stake"
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
    if asked.band == "":
        rows = rows.filter(band_rank__gte=BANDS["medium"])
    elif asked.band != "all":
        if asked.band not in BANDS:
            raise UnknownNameError(Said("band", "등급"), asked.band, (*BANDS, "all"))
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


def _behind(order: str, after: str) -> Q:
    """The rows behind a key: lower ones, equal ones with a lower number, and those without a number."""
    text, _, person = after.rpartition("~")
    try:
        value, number = (float(text) if text else None), _number(person)
    except ValueError:
        raise _no_place(after) from None
    if value is None:
        return Q(**{f"{order}__isnull": True, "person_id__lt": number})
    if not math.isfinite(value):
        raise _no_place(after)
    lower, equal = Q(**{f"{order}__lt": value}), Q(**{order: value, "person_id__lt": number})
    return lower | equal | Q(**{f"{order}__isnull": True})


def _no_place(after: str) -> RequestError:
    return RequestError(
        Said(f"The list behind {after!r} was asked for.", f"{after!r} 다음의 목록을 요청하셨습니다."),
        Said("No page ended there.", "그런 위치는 없습니다."),
        Said("Begin with the first page.", "첫 쪽부터 보십시오."),
    )


def _key(row: Score, order: str) -> str:
    value = getattr(row, order)
    return f"{'' if value is None else repr(value)}~{row.pk}"


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
