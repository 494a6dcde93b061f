"""Whose row is it? People and accounts for the messages of one batch: the table `fresh` becomes `named`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dangol.core.engine.duck import DuckDB
from dangol.platform.log.identities import DIRECTORY, Name
from dangol.platform.log.seats import Seats

_NAMED = """
create or replace temp table named as
with people as (
    select f.*, u.person_id as user_person_id, a.person_id as own_anonymous_id
    from fresh f
    left join numbers u on f.user_id = u.value and u.kind = case when f.is_trusted then 'user_id' else 'unverified_user_id' end
    left join numbers a on f.anonymous_id = a.value and a.kind = 'anonymous_id'
)
select * exclude (user_person_id, own_anonymous_id),
    coalesce(user_person_id, own_anonymous_id, 0) as person_id,
    case when own_anonymous_id <> user_person_id then own_anonymous_id end as anonymous_person_id
from people
"""


def name_people(engine: DuckDB) -> Seats:
    """Make the table `named`: `fresh` with person_id, anonymous_person_id and account_id; the seats that it moves.

    An anonymous id that is new and comes beside a trusted user id is that user's from the start. A browser's
    claim of a user id is a name of another kind, so that it never becomes the verified person by itself.
    """
    rows = engine.execute(
        "select distinct case when is_trusted then 'user_id' else 'unverified_user_id' end, user_id "
        "from fresh where user_id is not null union all "
        "select distinct 'anonymous_id', anonymous_id from fresh where anonymous_id is not null"
    ).fetchall()
    beside = engine.execute(
        "select anonymous_id, arg_min(user_id, n) from fresh where is_trusted and user_id is not null "
        "and anonymous_id is not null group by anonymous_id"
    ).fetchall()
    same_as: dict[Name, Name] = {("anonymous_id", anonymous): ("user_id", user) for anonymous, user in beside}
    numbers = DIRECTORY.numbered([(kind, value) for kind, value in rows], same_as)
    _with_table(engine, numbers, _NAMED)
    return _seat(engine)


def _with_table(engine: DuckDB, numbers: Mapping[Name, int], sql: str) -> None:
    given: dict[str, Any] = {
        "kind": np.array([name[0] for name in numbers], dtype=object),
        "value": np.array([name[1] for name in numbers], dtype=object),
        "person_id": np.fromiter(numbers.values(), dtype=np.int64, count=len(numbers)),
    }
    engine.connection.register("numbers", given)
    try:
        engine.execute(sql)
    finally:
        engine.connection.unregister("numbers")


def _seat(engine: DuckDB) -> Seats:
    """Give the rows their accounts: what they say themselves, or the account that the person was put into before."""
    people = [row[0] for row in engine.execute("select distinct person_id from named").fetchall()]
    seats = Seats(people)
    moves = engine.execute(
        "select person_id, group_id, n from named where type = 'group' and is_trusted and group_id is not null "
        "and person_id > 0 order by n"
    ).fetchall()
    given: dict[str, Any] = {
        "person_id": np.fromiter(seats.accounts, dtype=np.int64, count=len(seats.accounts)),
        "account_id": np.array(list(seats.accounts.values()), dtype=object),
        "n": np.full(len(seats.accounts), -1, dtype=np.int64),
    }
    engine.connection.register("given_seats", given)
    try:
        engine.execute(
            "create or replace temp table seats as select person_id, account_id::varchar as account_id, n from given_seats"
        )
    finally:
        engine.connection.unregister("given_seats")
    if moves:
        engine.connection.executemany("insert into seats values (?, ?, ?)", [list(move) for move in moves])
        seats.move({person: account for person, account, _ in moves})
    engine.execute(
        "create or replace temp table named as select named.* exclude (group_id), "
        "coalesce(named.group_id, seats.account_id) as account_id from named "
        "asof left join seats on named.person_id = seats.person_id and named.n >= seats.n"
        if seats.accounts or moves
        else "create or replace temp table named as select * exclude (group_id), group_id as account_id from named"
    )
    engine.execute("drop table seats")
    return seats
