"""What stands in a demo beside its data? Two teams, somebody of each role, and audiences worth looking at."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from dangol.core.language import Language, Said
from dangol.platform.audiences import actions as audiences
from dangol.platform.audiences import queries as audience_queries
from dangol.platform.experiments import actions as experiments
from dangol.platform.kernel.access.actions import create_unit, create_user, remove
from dangol.platform.kernel.access.queries import members, units, user_by_email
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.log.imports import demo, emptying
from dangol.platform.log.imports.queries import ImportView
from dangol.platform.people.actions import change_people_settings
from dangol.platform.people.queries import world_for

AUDIENCES: Final[tuple[tuple[Said, str], ...]] = (
    (Said("Paying, and silent for two weeks", "결제 중이지만 2주째 조용한 고객"), 'plan is set and did not "Signed In" within the last 14 days'),
    (Said("New in the last 30 days", "최근 30일 신규 고객"), "joined_on within the last 30 days"),
    (Said("Bought three times in 90 days", "90일에 세 번 이상 구매"), 'did "Order Completed" at least 3 times within the last 90 days'),
    (Said("Low score, no answer yet", "낮은 점수를 준 고객"), 'did "Survey Answered" where (score under 7) within the last 60 days'),
    (Said("Came through a friend", "친구 추천으로 온 고객"), "channel is friend"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Somebody:
    """One of the team of the demo."""

    email: str
    name: Said
    role: Role
    unit: str | None = None


TEAM: Final = (
    _Somebody("owner@demo.example", Said("Dana Owner", "오다나"), Role.OWNER),
    _Somebody("admin@demo.example", Said("Adam Admin", "관아담"), Role.ADMIN),
    _Somebody("analyst@demo.example", Said("Ann Analyst", "안앤"), Role.ANALYST),
    _Somebody("marketer@demo.example", Said("Mia Marketer", "마미아"), Role.MARKETER, "Seoul"),
    _Somebody("agent@demo.example", Said("Abel Agent", "담아벨"), Role.AGENT, "Busan"),
    _Somebody("viewer@demo.example", Said("Vic Viewer", "보빅"), Role.VIEWER),
)


def begin(
    viewer: Viewer,
    language: Language,
    *,
    customers: int = demo.CUSTOMERS,
    seed: int = 1,
    password: str | None = None,
) -> ImportView:
    """Everything of the demo; the worker brings its data. With a password, its team can sign in."""
    made = demo.begin_demo(viewer, customers=customers, seed=seed, language=language)
    with transaction.atomic():
        _make_team(language, password)
        change_people_settings(viewer, unit_trait=demo.UNIT_TRAIT)
        _save_audiences(viewer, language)
        experiments.show(viewer, language, newcomers=AUDIENCES[1][0].in_(language))
    return made


def _make_team(language: Language, password: str | None) -> None:
    known = {each.name: each.unit_id for each in units(SYSTEM)}
    places = {name: known.get(name) or create_unit(SYSTEM, name) for name in demo.UNITS}
    for each in TEAM:
        if user_by_email(each.email) is None:
            own = None if each.unit is None else [places[each.unit]]
            told = {"name": each.name.in_(language), "language": language}
            create_user(SYSTEM, each.email, password, each.role, unit_ids=own, **told)


def _save_audiences(viewer: Viewer, language: Language) -> None:
    saved = {each.name for each in audience_queries.saved(viewer)}
    for name, rule in AUDIENCES:
        if name.in_(language) not in saved:
            audiences.save(viewer, name.in_(language), rule)


def contents(viewer: Viewer) -> dict[str, int]:
    """How many rows of each noun would go when the simulated business is emptied."""
    with closing(world_for(viewer)) as world:
        return {
            noun: int(world.engine.run(f"select count(*) from {noun}").rows[0][0])
            for noun in sorted(world.nouns)
        }


def empty(viewer: Viewer) -> None:
    """The simulated business gives way; so do the team and the audiences that came with it."""
    emptying.empty(viewer, ("people", "insight", "foresight", "audiences", "experiments"))
    for each in members(viewer):
        is_own = each.email not in {somebody.email for somebody in TEAM} or each.user_id == viewer.user_id
        is_last = each.role == Role.OWNER and viewer.user_id is None
        if not (is_own or is_last):
            remove(viewer, each.user_id)
