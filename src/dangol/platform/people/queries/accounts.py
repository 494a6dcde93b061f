"""Which accounts are there, and who sits in them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum

from dangol.core.engine.duck import quoted
from dangol.core.errors import UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.log import queries as log
from dangol.platform.people.merging import lineage
from dangol.platform.people.models import Account, Person, Seat
from dangol.platform.people.profiles import moment_of, value_of
from dangol.platform.people.queries.listing import PersonLine, line_of
from dangol.platform.people.queries.person import FieldView, source_names
from dangol.platform.people.queries.worlds import world_for
from dangol.platform.people.seeing import accounts_visible_to, seen_account, visible_to
from dangol.platform.people.told import ACCOUNT_FIELDS

ACCOUNT_ORDERS: Final = {"seen": "seen_at", "name": "name"}


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One line of the list of accounts."""

    account_id: str
    name: str
    plan: str
    industry: str
    owner: str
    created_on: date | None
    seats_count: int | None
    people_count: int
    amount: Any
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """Some accounts, and the key of the next page."""

    lines: list[AccountLine]
    after: str | None


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account with its people and where its fields come from."""

    line: AccountLine
    fields: list[FieldView]
    people: list[tuple[PersonLine, str]]
    """Each with their role in the account."""
    person_ids: list[int]
    is_cut: bool
    """There are more people than are listed."""


def accounts(
    viewer: Viewer, *, search: str = "", order: str = "-seen", after: str | None = None, limit: int = 50
) -> AccountsPage:
    """A page of the accounts that the viewer sees."""
    key = order.removeprefix("-")
    if key not in ACCOUNT_ORDERS:
        raise UnknownNameError(Said("order", "정렬"), order, ACCOUNT_ORDERS)
    rows = accounts_visible_to(viewer)
    if text := search.strip():
        rows = rows.filter(Q(name__icontains=text) | Q(account_id=text))
    start = int(after) if after and after.isdigit() else 0
    by = F(ACCOUNT_ORDERS[key])
    rows = rows.annotate(seen_at=Subquery(_last_seen()))
    ordered = (by.desc(nulls_last=True), "-id") if order != key else (by.asc(nulls_last=True), "id")
    limit = max(1, min(limit, 500))
    found = list(rows.order_by(*ordered)[start : start + limit + 1])
    return AccountsPage(_lines(viewer, found[:limit]), str(start + limit) if len(found) > limit else None)


def _last_seen() -> QuerySet[Person, Any]:
    """When somebody of the account was last seen: one look into an index an account."""
    people = Person.objects.filter(account_id=OuterRef("account_id"), last_seen_at__isnull=False)
    return people.order_by("-last_seen_at").values("last_seen_at")[:1]


def _lines(viewer: Viewer, rows: Sequence[Account]) -> list[AccountLine]:
    counts = _people_of(viewer, [row.account_id for row in rows])
    return [_line(row, *counts.get(row.account_id, (0, None, None))) for row in rows]


def _people_of(viewer: Viewer, account_ids: list[str]) -> dict[str, tuple[int, Any, Any]]:
    """How many visible people belong to each, what their orders brought, when one of them was last seen."""
    found = (
        visible_to(viewer)
        .filter(account_id__in=account_ids)
        .order_by()
        .values_list("account_id")
        .annotate(Count("pk"), Sum("amount"), Max("last_seen_at"))
    )
    return {account_id: (count, amount, seen_at) for account_id, count, amount, seen_at in found}


def _line(row: Account, people_count: int, amount: Any, seen_at: datetime | None) -> AccountLine:
    return AccountLine(
        row.account_id, row.name, row.plan, row.industry, row.owner, row.created_on, row.seats_count, people_count,
        amount, seen_at,
    )  # fmt: skip


def account(viewer: Viewer, account_id: str, *, most: int = 200) -> AccountView:
    """One account; a NotFoundError when there is none that the viewer sees."""
    row = seen_account(viewer, account_id)
    people = list(_belonging(viewer, row).select_related("unit").order_by("-last_seen_at")[: most + 1])
    roles = dict(Seat.objects.filter(account=row, left_at=None).values_list("person_id", "role"))
    sources = source_names()
    return AccountView(
        line=_lines(viewer, [row])[0],
        fields=_fields(row, sources),
        people=[(line_of(each), roles.get(each.pk, "")) for each in people[:most]],
        person_ids=[each.pk for each in people[:most]],
        is_cut=len(people) > most,
    )


def accounts_for_export(viewer: Viewer, *, search: str = "") -> Iterator[AccountLine]:
    """Every account, page by page."""
    after: str | None = None
    while True:
        found = accounts(viewer, search=search, order="name", after=after, limit=500)
        yield from found.lines
        after = found.after
        if after is None:
            return


def mrr_of(viewer: Viewer, account_ids: Sequence[str]) -> dict[str, Decimal]:
    """What the running subscriptions of these accounts pay a month, in the currency of the business."""
    if not account_ids:
        return {}
    world = world_for(viewer)
    try:
        if "subscriptions" not in world.nouns:
            return {}
        return {str(key): Decimal(amount) for key, amount in world.engine.run(_mrr_sql(account_ids)).rows}
    finally:
        world.close()


def _mrr_sql(account_ids: Sequence[str]) -> str:
    wanted = ", ".join(quoted(each) for each in account_ids)
    currency = quoted(business().currency)
    return (
        "select coalesce(s.account_id, p.account_id) as account_id, sum(s.mrr_amount) as mrr_amount "
        "from subscriptions s left join people p using (person_id) "
        f"where s.ended_on is null and coalesce(s.currency, {currency}) = {currency} "
        f"and coalesce(s.account_id, p.account_id) in ({wanted}) group by 1"
    )


def account_timeline(viewer: Viewer, account_id: str, *, limit: int = 50) -> list[dict[str, Any]]:
    """What the account's people did last."""
    view = account(viewer, account_id)
    ids = [number for each in view.person_ids for number in lineage(each)]
    return log.timeline(ids, limit)


def _belonging(viewer: Viewer, row: Account) -> QuerySet[Person]:
    seated = Seat.objects.filter(account=row, left_at=None, is_verified=True).values("person_id")
    return visible_to(viewer).filter(Q(account_id=row.account_id) | Q(pk__in=seated))


def _fields(row: Account, sources: dict[int, str]) -> list[FieldView]:
    names = [name for name in ACCOUNT_FIELDS if value_of(row, name) not in (None, "")] + sorted(row.traits)
    found = []
    for name in names:
        told = row.provenance.get(name, {})
        said_at = moment_of(told["at"]) if told.get("at") else None
        source = told.get("by") or sources.get(told.get("source", 0), "")
        found.append(FieldView(name, value_of(row, name), source, said_at, told.get("position"), None))
    return found
