"""Which people are there, in which order? Pages by key, filters, and search, through one viewer's eyes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet

from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people import search as index
from dangol.platform.people.folding import folded, phone_digits
from dangol.platform.people.models import Person
from dangol.platform.people.seeing import visible_to

Audience = Callable[[QuerySet[Person]], QuerySet[Person]] | Iterable[int] | None
"""Whom a saved audience holds: a function that narrows the rows, or their numbers."""
FEW: Final = 5_000
"""So many numbers fit into a query; of more, the list is walked in its order."""
AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort the list."""

    field: str
    title: Said
    is_descending: bool = False


ORDERS: Final[dict[str, Order]] = {
    "seen": Order("last_seen_at", Said("Last seen", "최근 활동")),
    "name": Order("name", Said("Name", "이름")),
    "joined": Order("joined_on", Said("Joined", "가입일")),
    "value": Order("amount", Said("Value", "구매 금액")),
}
"""By what the list is sorted; a minus sign before the key turns it round."""
FILTERS: Final = ("unit", "account_id", "plan", "country", "channel", "is_verified")


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list."""

    id: int
    title: str
    name: str
    email: str
    phone: str
    external_id: str
    account_id: str
    plan: str
    country: str
    channel: str
    joined_on: date | None
    first_seen_at: datetime
    last_seen_at: datetime | None
    order_count: int | None
    amount: Decimal | None
    last_order_at: datetime | None
    unit: str
    is_verified: bool
    claimed_name: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some lines, and the key after which the next ones begin; None at the end."""

    lines: list[PersonLine]
    after: str | None
    is_cut: bool = False
    """Search found more than it ranks: one more letter narrows it."""


def page_of(
    viewer: Viewer,
    *,
    search: str = "",
    filters: Mapping[str, Any] | None = None,
    audience: Audience = None,
    order: str = "-seen",
    after: str | None = None,
    limit: int = 50,
) -> PeoplePage:
    """A page of the people a viewer sees."""
    wanted = _order(order)
    rows = _filtered(visible_to(viewer), filters or {})
    limit = max(1, min(limit, 500))
    if search.strip():
        return _searched(viewer, rows, audience, search, after, limit)
    return _by_key(rows, audience, wanted, after, limit)


def _order(asked: str) -> Order:
    key = asked.removeprefix("-")
    if key not in ORDERS:
        raise UnknownNameError(Said("order", "정렬"), asked, ORDERS)
    return replace(ORDERS[key], is_descending=asked != key)


def count_of(
    viewer: Viewer, *, search: str = "", filters: Mapping[str, Any] | None = None, audience: Audience = None
) -> int:
    """How many people a list holds."""
    rows = _filtered(visible_to(viewer), filters or {})
    if search.strip():
        return len(_candidates(viewer, rows, audience, search))
    if audience is None or callable(audience):
        return (audience(rows) if callable(audience) else rows).count()
    numbers = list(audience)
    return sum(rows.filter(pk__in=numbers[i : i + FEW]).count() for i in range(0, len(numbers), FEW))


def rows_for_export(
    viewer: Viewer,
    *,
    search: str = "",
    filters: Mapping[str, Any] | None = None,
    audience: Audience = None,
    order: str = "-seen",
) -> Iterator[PersonLine]:
    """Every line of a list, page by page, so that a large one is never in memory at once."""
    after: str | None = None
    while True:
        found = page_of(
            viewer, search=search, filters=filters, audience=audience, order=order, after=after, limit=500
        )
        yield from found.lines
        after = found.after
        if after is None:
            return


def choices(viewer: Viewer, field: str, most: int = 50) -> list[str]:
    """The values of a filter that the visible people have, the first fifty in the alphabet."""
    if field not in {"plan", "country", "channel"}:
        raise UnknownNameError(Said("filter", "필터"), field, ("plan", "country", "channel"))
    rows = visible_to(viewer)
    found: list[str] = []
    last = ""
    while len(found) < most:  # one look into the index a value; a DISTINCT would read every row
        following = (
            rows.filter(**{f"{field}__gt": last}).order_by(field).values_list(field, flat=True).first()
        )
        if following is None:
            break
        found.append(last := following)
    return found


def units_of(viewer: Viewer) -> list[tuple[int, str]]:
    """The units that the viewer may narrow a list to."""
    units = Unit.objects.order_by("name")
    if viewer.units is not None:
        units = units.filter(pk__in=viewer.units)
    return list(units.values_list("pk", "name"))


def _filtered(rows: QuerySet[Person], filters: Mapping[str, Any]) -> QuerySet[Person]:
    for name, value in filters.items():
        if name not in FILTERS:
            raise UnknownNameError(Said("filter", "필터"), name, FILTERS)
        if value not in (None, ""):
            rows = rows.filter(**{name: value})
    return rows


# By key


def _by_key(
    rows: QuerySet[Person], audience: Audience, order: Order, after: str | None, limit: int
) -> PeoplePage:
    if callable(audience):
        rows, audience = audience(rows), None
    numbers = None if audience is None else frozenset(audience)
    if numbers is not None and len(numbers) <= FEW:
        rows, numbers = rows.filter(pk__in=numbers), None
    found: list[Person] = []
    for person in _walk(rows, order, _key_of(after, order), limit + 1 if numbers is None else AT_ONCE):
        if numbers is None or person.pk in numbers:
            found.append(person)
        if len(found) > limit:
            break
    is_more = len(found) > limit
    found = found[:limit]
    return PeoplePage([line_of(each) for each in found], _key_after(found[-1], order) if is_more else None)


def _walk(rows: QuerySet[Person], order: Order, key: Any, size: int) -> Iterator[Person]:
    """The rows in order from a key on: first those that have a value, then, by number, those without one."""
    sign = "-" if order.is_descending else ""
    worth = ~Q(**{order.field: ""}) if order.field == "name" else Q(**{f"{order.field}__isnull": False})
    rows = rows.select_related("unit")
    if key is None or key[0] is not None:
        yield from _part(rows.filter(worth), order, key, size, (f"{sign}{order.field}", f"{sign}id"))
        key = None
    yield from _part(rows.filter(~worth if order.field == "name" else Q(**{f"{order.field}__isnull": True})),
                     order, key, size, (f"{sign}{order.field}", f"{sign}id"))  # fmt: skip


def _part(rows: QuerySet[Person], order: Order, key: Any, size: int, by: tuple[str, ...]) -> Iterator[Person]:
    while True:
        chunk = list(_from(rows, order, key).order_by(*by)[:size])
        yield from chunk
        if len(chunk) < size:
            return
        last = chunk[-1]
        value = getattr(last, order.field)
        key = (None if value == "" else value, last.pk)


def _from(rows: QuerySet[Person], order: Order, key: Any) -> QuerySet[Person]:
    if key is None:
        return rows
    value, number = key
    side = "lt" if order.is_descending else "gt"
    if value is None:
        return rows.filter(**{f"id__{side}": number})
    # The first condition is what the index is entered by; the second takes off those of the same value.
    past = Q(**{f"{order.field}__{side}": value}) | Q(**{order.field: value, f"id__{side}": number})
    return rows.filter(Q(**{f"{order.field}__{side}e": value}), past)


def _key_after(last: Person, order: Order) -> str:
    value = getattr(last, order.field)
    text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return f"{text}~{last.pk}"


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "last_seen_at": datetime.fromisoformat,
    "joined_on": date.fromisoformat,
    "amount": Decimal,
    "name": str,
}


def _key_of(after: str | None, order: Order) -> Any:
    """The key that an address carries; one that nobody made is the beginning of the list."""
    value, _, number = (after or "").rpartition("~")
    try:
        return (_READERS[order.field](value) if value else None, int(number))
    except (ValueError, ArithmeticError):
        return None


# By search


def _searched(
    viewer: Viewer, rows: QuerySet[Person], audience: Audience, query: str, after: str | None, limit: int
) -> PeoplePage:
    found = _candidates(viewer, rows, audience, query)
    start = int(after) if after and after.isascii() and after.isdigit() and len(after) < 10 else 0
    shown = found[start : start + limit]
    people = rows.select_related("unit").in_bulk(shown)
    following = str(start + limit) if start + limit < len(found) else None
    is_cut = len(found) >= index.MOST_FOUND
    return PeoplePage([line_of(people[number]) for number in shown if number in people], following, is_cut)


def _candidates(viewer: Viewer, rows: QuerySet[Person], audience: Audience, query: str) -> list[int]:
    """Who is meant, best first: an exact id or address, then names that begin so, then names, then the rest."""
    if callable(audience):
        rows, audience = audience(rows), None
    exact = _exactly(rows, query)
    found = index.found(query, viewer.units)
    if audience is not None:
        numbers = frozenset(audience)
        exact, found = [n for n in exact if n in numbers], [n for n in found if n in numbers]
    ranked = sorted(rows.filter(pk__in=found).values_list("pk", "name", "email"), key=_rank(query))
    return list(dict.fromkeys([*exact, *(number for number, *_ in ranked)]))


def _exactly(rows: QuerySet[Person], query: str) -> list[int]:
    """Whose id, address or number it is: one look into an index each, since an OR could read every row."""
    text = query.replace("\x00", "").strip()
    wanted: list[dict[str, Any]] = [{"external_id": text}, {"email": text.lower()}, {"phone": text}]
    if len(digits := phone_digits(text)) > 7:
        wanted.append({"phone": digits})
    if text.isascii() and text.isdigit() and len(text) < 18:
        wanted.append({"pk": int(text)})
    found = [number for each in wanted for number in rows.filter(**each).values_list("pk", flat=True)[:20]]
    return list(dict.fromkeys(found))


def _rank(query: str) -> Callable[[tuple[int, str, str]], tuple[int, int]]:
    text = folded(query.strip())

    def rank(row: tuple[int, str, str]) -> tuple[int, int]:
        number, name, email = row[0], folded(row[1]), row[2]
        if name == text:
            return 0, -number
        if name.startswith(text) or email.startswith(text):
            return 1, -number
        return (2 if text in name else 3), -number

    return rank


def line_of(person: Person) -> PersonLine:
    """A row as the list shows it."""
    claimed = str(person.untrusted.get("name") or person.untrusted.get("email") or "")
    return PersonLine(
        id=person.pk, title=person.title, name=person.name, email=person.email, phone=person.phone,
        external_id=person.external_id, account_id=person.account_id, plan=person.plan, country=person.country,
        channel=person.channel, joined_on=person.joined_on, first_seen_at=person.first_seen_at,
        last_seen_at=person.last_seen_at, order_count=person.order_count, amount=person.amount,
        last_order_at=person.last_order_at, unit=person.unit.name if person.unit else "",
        is_verified=person.is_verified, claimed_name=claimed,
    )  # fmt: skip
