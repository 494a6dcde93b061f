"""How is a written rule read here, and who does it name now? Names are checked against what this business has."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, timedelta
from typing import Any

from dangol.core.engine import World
from dangol.core.rules import Known, Moment, Tree, members, members_only, rule
from dangol.core.rules.tree import Named, Not, Some, joined
from dangol.core.schema import NOUNS
from dangol.platform.audiences.models import Audience
from dangol.platform.kernel import clock
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.queries import business
from dangol.platform.people.queries import world_for


def known(*, without: str = "") -> Known:
    """The other audiences that a rule may name. Events and traits are not closed lists: they may come yet."""
    others = Audience.objects.exclude(name=without).values_list("name", "rule")
    return Known(audiences=dict(others))


def read(written: Any, *, without: str = "") -> Tree:
    """The tree of a rule in text, YAML, JSON or plain values; errors name the nearest valid word."""
    return rule(written, known(without=without))


def inlined(tree: Tree) -> Tree:
    """The same rule, with the audiences that it names written out: it means the same when they change."""
    if isinstance(tree, Named):
        return inlined(tree.rule)
    if isinstance(tree, Not):
        return Not(inlined(tree.rule))
    if isinstance(tree, Some):
        return joined(type(tree), [inlined(each) for each in tree.rules])
    return tree


def open_world(viewer: Viewer) -> closing[World]:
    """The world of everything known now, as this viewer sees it."""
    zone = business().time_zone
    return closing(world_for(viewer, clock.today(zone) + timedelta(days=1)))


def moment() -> Moment:
    """The present moment, with the days of the business around it."""
    zone = business().time_zone
    return Moment(
        clock.now().astimezone(UTC).replace(tzinfo=None), Moment.of_day(clock.today(zone), zone).zone
    )


def tables_of(world: World) -> Mapping[str, Any]:
    """The tables that rules read."""
    return {name: NOUNS[name].table() for name in world.nouns}


def member_ids(world: World, tree: Tree) -> list[int]:
    """Who is in the audience now."""
    return [
        int(each) for each in world.ask(members_only(tree, tables_of(world), moment())).column("person_id")
    ]


def members_and_flip(world: World, tree: Tree) -> tuple[list[int], Any]:
    """Who is in the audience now, and the first moment (naive UTC) at which time alone changes somebody."""
    everyone = members(tree, tables_of(world), moment())
    inside = world.ask(everyone.filter(everyone.is_member).select("person_id")).column("person_id")
    (first,) = world.ask(everyone.aggregate(first=everyone.next_flip_at.min())).column("first")
    return [int(each) for each in inside], first
