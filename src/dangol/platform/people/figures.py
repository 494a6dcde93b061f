"""What are a person's orders worth? Counted anew from the world for whoever ordered, never added up by the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import connection, transaction

from dangol.core.engine.duck import quoted
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.kernel.queries import business
from dangol.platform.log.sets import cut
from dangol.platform.people.models import Changed, PeopleSettings, Person
from dangol.platform.people.queries.worlds import world_for
from dangol.platform.people.writing import adapted

BATCH: Final = 20_000
_AT_ONCE: Final = 2_000
Figures = tuple[int | None, Decimal | None, datetime | None]


def refresh() -> bool:
    """The figures of those who ordered since; whether there is more to do."""
    _begin_anew_in_another_currency()
    waiting = Changed.objects.filter(reader=Changed.Reader.FIGURES)
    rows = list(waiting.order_by("id").values_list("pk", "person_id")[:BATCH])
    if not rows:
        return False
    numbers = _roots(sorted({number for _, number in rows}))
    found = counted(numbers)
    for part in cut(numbers, _AT_ONCE):
        _write([(*found.get(number, (None, None, None)), number) for number in part])
    for keys in cut([pk for pk, _ in rows], _AT_ONCE):
        waiting.filter(pk__in=keys).delete()
    return len(rows) == BATCH


def _begin_anew_in_another_currency() -> None:
    """Money of another currency than the one it was counted in is counted anew, for everybody who ordered."""
    currency = business().currency
    kept = PeopleSettings.objects.order_by("pk").first() or PeopleSettings()
    if kept.figures_currency == currency:
        return
    with transaction.atomic():
        kept.figures_currency = currency
        kept.save()
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into people_changed (reader, person_id) select %s, id from people_person "
                "where last_order_at is not null",
                [Changed.Reader.FIGURES],
            )


def _roots(numbers: list[int]) -> list[int]:
    into: dict[int, int] = {}
    for part in cut(numbers, _AT_ONCE):
        merged = Person.objects.filter(pk__in=part, merged_into__isnull=False)
        into.update({number: int(root) for number, root in merged.values_list("pk", "merged_into") if root})
    found = {into.get(number, number) for number in numbers}
    return sorted(_roots(sorted(found))) if into else sorted(found)


def counted(numbers: list[int]) -> dict[int, Figures]:
    """Count, money in the currency of the business, and last moment of these people's orders."""
    world = world_for(SYSTEM, clock.today(business().time_zone) + timedelta(days=2))
    try:
        if "orders" not in world.nouns:
            return {}
        wanted = ", ".join(map(str, numbers))
        answer = world.engine.run(_sql(wanted))
    finally:
        world.close()
    return {int(row["person_id"]): _figures(row) for row in answer}


def _sql(wanted: str) -> str:
    """Returns are rows with negative amounts: they lower the amount and are no orders. Other currencies do not add up."""
    currency = quoted(business().currency)
    return (
        "select person_id, count(*) filter (where not is_return) as order_count, "
        f"sum(amount) filter (where coalesce(currency, {currency}) = {currency}) as amount, "
        "max(ordered_at) filter (where not is_return) as last_order_at "
        f"from orders where person_id in ({wanted}) group by person_id"
    )


def _figures(row: Any) -> Figures:
    last = row["last_order_at"]
    return int(row["order_count"]), row["amount"], last.replace(tzinfo=UTC) if last else None


@transaction.atomic
def _write(rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "update people_person set order_count = %s, amount = %s, last_order_at = %s where id = %s",
            [[adapted(value) for value in row] for row in rows],
        )
