"""Who speaks for an account, and who is known by what they did alone? Messages need a person to come from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from dangol.core.engine.duck import DuckDB, quoted
from dangol.platform.log.models import Identifier, Seat
from dangol.platform.log.sets import cut

_SAYS_ACCOUNT: Final = ("people", "subscriptions", "events")
_AT_ONCE: Final = 5_000


def seat_accounts(duck: DuckDB, nouns: Collection[str]) -> int:
    """Give each row of `rows_accounts` a member to be told by; how many have nobody yet and are left out."""
    told = [
        f"select s.account_id, p.external_id as user_id from staged_{noun} s join staged_people p using (person_id) "
        "where s.account_id is not null"
        for noun in _SAYS_ACCOUNT
        if noun in nouns
    ]
    duck.execute("create or replace table members (account_id varchar, user_id varchar)")
    if told:
        duck.execute(f"insert into members {' union all '.join(told)}")
    open_ids = duck.execute(
        "select account_id from rows_accounts anti join members using (account_id)"
    ).fetchall()
    for part in cut([row[0] for row in open_ids], _AT_ONCE):
        found = _seated(part)
        if found:
            duck.connection.executemany("insert into members values (?, ?)", found)
    duck.execute(
        "create or replace table rows_accounts as select r.* replace (m.user_id as user_id) from rows_accounts r "
        "left join (select account_id, min(user_id) as user_id from members group by 1) m using (account_id)"
    )
    (waiting,) = duck.execute("select count(*) from rows_accounts where user_id is null").fetchall()[0]
    duck.execute("delete from rows_accounts where user_id is null")
    return int(waiting)


def _seated(account_ids: Sequence[str]) -> list[list[str]]:
    """A member of each of these accounts, of those that the log knows."""
    seats = dict(Seat.objects.filter(account_id__in=account_ids).values_list("person_id", "account_id"))
    names = Identifier.objects.filter(kind="user_id", person_id__in=list(seats)).values_list(
        "person_id", "value"
    )
    return [[seats[person], value] for person, value in names if person is not None]


def strangers(duck: DuckDB, nouns: Collection[str], earlier: Sequence[Path]) -> list[str]:
    """Those who only did something: no row describes them, and no earlier import named them."""
    told = [f"select user_id from rows_{noun}" for noun in nouns if noun not in ("people", "accounts")]
    if not told:
        return []
    known = ["select user_id from rows_people"] if "people" in nouns else []
    if earlier:
        known.append(
            f"select user_id from read_parquet([{', '.join(quoted(str(path)) for path in earlier)}])"
        )
    anti = f"anti join ({' union all '.join(known)}) using (user_id)" if known else ""
    rows = duck.execute(
        f"select distinct user_id from ({' union all '.join(told)}) {anti} where user_id is not null order by 1"
    ).fetchall()
    return [row[0] for row in rows]
