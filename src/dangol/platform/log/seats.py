"""Which account does a person belong to? What a trusted `group` said last is given to later events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db import connection

from dangol.platform.log.models import Seat
from dangol.platform.log.sets import as_set, cut, member_of

_AT_ONCE: Final = 50_000


class Seats:
    """The accounts of some people as they are in the database, and how a batch moves them."""

    def __init__(self, person_ids: Iterable[int]) -> None:
        self.accounts: dict[int, str] = {}
        self._moved: dict[int, str] = {}
        sql = f"select person_id, account_id from log_seat where person_id {member_of('bigint')}"
        with connection.cursor() as cursor:
            for part in cut(list(person_ids), _AT_ONCE):
                cursor.execute(sql, [as_set(part)])
                self.accounts.update(cursor.fetchall())

    def move(self, accounts: Mapping[int, str]) -> None:
        """Note who belongs where from now on."""
        self._moved.update(accounts)

    def save(self) -> None:
        """Write down the moves; part of the transaction of the batch."""
        Seat.objects.bulk_create(
            [Seat(person_id=person, account_id=account) for person, account in self._moved.items()],
            update_conflicts=True,
            unique_fields=["person_id"],
            update_fields=["account_id"],
        )
