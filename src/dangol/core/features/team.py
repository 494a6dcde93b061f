"""How is the rest of their account doing? From the account that people belong to by what they did and pay for.

Who belongs to which account is taken from subscriptions that run, else from the history of traits, else from the
account on the person's own events of 90 days: never from today's customer file, which may say where somebody
was moved since. The seats that an account pays for today are left out for the same reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import ibis
from ibis.expr.types import Table
from ibis.expr.types import Value as Expr

from dangol.core.features.contract import running
from dangol.core.features.events import HALF, counts
from dangol.core.features.family import Family, Known, count, flag, one_row, share
from dangol.core.features.feature import Feature
from dangol.core.features.traits import ACCOUNT, ROLE, latest
from dangol.core.language import Said
from dangol.core.rollups.tenures import held

_FEATURES: Final = (
    Feature("team_people_count", Said("People of the account", "거래처의 이용자 수"), "team", "count", -1),
    Feature("team_active_count_28d", Said("People of the account active in the last 28 days", "최근 28일에 이용한 거래처 이용자 수"), "team", "count", -1),
    Feature("team_active_rate_28d", Said("Share of the account's people active in the last 28 days", "최근 28일에 이용한 거래처 이용자의 비율"), "team", "rate", -1),
    Feature("team_champion_is_gone", Said("The account's most active person has stopped", "거래처에서 가장 많이 쓰던 사람이 멈춤"), "team", "flag", 1),
    Feature("team_admin_is_gone", Said("No administrator of the account is active", "이용 중인 거래처 관리자가 없음"), "team", "flag", 1),
)  # fmt: skip

ADMINS: Final = ("admin", "owner", "administrator", "관리자", "대표")


def _build(known: Known) -> Sequence[Table]:
    members = _members(known)
    if not members or known.sums is None:
        return []
    people = _people(members, known)
    accounts = _accounts(people)
    own = people.select("person_id", "account_id").inner_join(accounts, "account_id")
    return [own.drop("account_id", *(name for name in own.columns if name.endswith("_right")))]


def _people(members: Sequence[Table], known: Known) -> Table:
    """One row a person with an account: person_id, account_id, recent, earlier, and is_admin where roles are told."""
    columns = {"told": "string", "recent": "int64", "earlier": "int64"}
    parts = list(members)
    if known.sums is not None:
        seen = counts(known.sums)
        parts.append(known.sums.select("person_id", recent=seen[28], earlier=seen[90] - seen[28]))
    roles = latest(known, ROLE)
    if roles is not None:
        columns["is_admin"] = "int64"
        parts.append(roles.select("person_id", is_admin=roles.value.lower().isin(ADMINS).cast("int64")))
    people = one_row(parts, columns)
    people = people.filter(people.told.notnull())
    return people.mutate(
        account_id=people.told.substr(1),
        recent=people.recent.fill_null(0),
        earlier=people.earlier.fill_null(0),
    ).drop("told")


def _accounts(people: Table) -> Table:
    """One row an account of several people; a person alone is no team, and says nothing here."""
    # Among equals the one who is still active is the champion, so that nobody is gone without need.
    weight = people.earlier * (1 << HALF) + people.recent
    sums = people.group_by("account_id").agg(
        team_people_count=people.count(),
        team_active_count_28d=count(people.recent > 0),
        most=people.earlier.max(),
        champion_recent=people.recent.argmax(weight),
        **_admins(people),
    )
    teams = sums.filter(sums.team_people_count > 1)
    champion = ibis.ifelse(teams.most > 0, flag(teams.champion_recent == 0), ibis.null("float64"))
    return teams.mutate(
        team_active_rate_28d=share(teams.team_active_count_28d, teams.team_people_count),
        team_champion_is_gone=champion,
    ).drop("most", "champion_recent")


def _admins(people: Table) -> dict[str, Expr]:
    if "is_admin" not in people.columns:
        return {}
    return {"team_admin_is_gone": 1.0 - flag(people.recent > 0).max(where=people.is_admin == 1)}


def _members(known: Known) -> list[Table]:
    """Who belongs to which account, by each source: person_id, and told, the source's rank and the account."""
    parts = []
    if "subscriptions" in known.nouns:
        parts.append(_named(running(held(known.nouns["subscriptions"])), "account_id", 2))
    trait = latest(known, ACCOUNT)
    if trait is not None:
        parts.append(_named(trait, "value", 1))
    if known.sums is not None:
        parts.append(_named(known.sums, "account_id", 0))
    return parts


def _named(rows: Table, column: str, rank: int) -> Table:
    """Each person's account, with the rank of its source before it: the highest is taken, and of equals the last."""
    named = rows.filter(rows[column].notnull() & (rows[column] != ""))
    return named.select("person_id", told=ibis.literal(str(rank)) + named[column])


TEAM: Final = Family(_FEATURES, _build)
