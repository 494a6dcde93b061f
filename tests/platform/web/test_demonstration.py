"""Does a simulated business come in whole, say what it is, and give way to a real one without a trace?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from dangol.core.errors import RequestError
from dangol.platform.audiences.chores import refresh as refresh_audiences
from dangol.platform.audiences.queries import saved
from dangol.platform.kernel.access.queries import members, units
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.kernel.chores import every_chore
from dangol.platform.kernel.queries import business
from dangol.platform.log.imports import looking
from dangol.platform.log.imports.demo import demo_import
from dangol.platform.people.queries import world_for
from dangol.platform.web import demonstration, exporting
from tests_support.brought import bring, csv_text, orders, settle, written

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 60


@pytest.fixture
def demo() -> None:
    """A small simulated business, brought to its end."""
    every_chore()
    demonstration.begin(SYSTEM, "ko", customers=PEOPLE)
    settle()


def counted(sql: str, viewer: Viewer = SYSTEM) -> Any:
    world = world_for(viewer)
    try:
        return world.engine.run(sql).rows[0][0]
    finally:
        world.close()


def test_a_business_of_every_noun_with_teams_and_audiences(
    demo: None, client_of: Callable[..., Client]
) -> None:
    made = demo_import()
    assert made is not None
    assert (made.state, made.error) == ("done", None)
    assert counted("select count(*) from people") == PEOPLE
    for noun in (
        "accounts",
        "events",
        "orders",
        "subscriptions",
        "messages",
        "answers",
        "tickets",
        "exposures",
    ):
        told = made.record["made"].get(noun)
        assert told, noun
        assert counted(f"select count(*) from {noun}") > 0
    assert counted("select count(*) from orders") == made.record["made"]["orders"]["new"]
    by_name = {each.name: each.unit_id for each in units(SYSTEM)}
    ours = [
        counted("select count(*) from people", Viewer("x", "marketer", frozenset({unit})))
        for unit in by_name.values()
    ]
    assert sum(ours) == PEOPLE
    assert min(ours) > 0
    assert {each.role for each in members(SYSTEM)} == {
        "owner",
        "admin",
        "analyst",
        "marketer",
        "agent",
        "viewer",
    }
    refresh_audiences()
    assert all(each.count is not None and each.failure is None for each in saved(SYSTEM))
    page = client_of("owner").get("/data/imports", follow=True).content.decode()
    assert "simulated business" in page
    with pytest.raises(RequestError):
        demonstration.begin(SYSTEM, "en")


def test_it_gives_way_to_real_data(demo: None, tmp_path: Path) -> None:
    with pytest.raises(RequestError):
        demonstration.empty(Viewer("admin", "admin"))
    demonstration.empty(SYSTEM)
    assert not business().is_demo
    assert demo_import() is None
    assert saved(SYSTEM) == []
    assert counted("select count(*) from people") == 0
    done = bring(written(tmp_path, "orders.csv", csv_text()))
    settle()
    assert done.state == "done"
    assert len(orders()) == 3
    assert counted("select count(*) from people") == 2
    with pytest.raises(RequestError):
        demonstration.empty(SYSTEM)


def test_checks_of_quality_find_what_is_wrong(tmp_path: Path) -> None:
    rows = [(f"c{n}", f"o{n}", "2020-01-05", "100", "KRW" if n else "USD") for n in range(9)]
    bring(written(tmp_path, "a.csv", csv_text(rows[1:])))
    bring(written(tmp_path, "b.csv", csv_text(rows[:1])))
    looking.set_rule(SYSTEM, "stale", "orders", threshold=10, owner="Ann")
    assert looking.look_now() >= 2
    found = {(each.check, each.subject): each for each in looking.findings(SYSTEM)}
    assert found["stale", "orders"].is_failed
    assert found["stale", "orders"].owner == "Ann"
    assert found["currencies", "orders"].value == pytest.approx(1 / 9)
    assert not found["repeated_orders", "orders"].is_failed
    from dangol.platform.kernel.effects import of_kind

    before = len(of_kind("notify"))
    assert before >= 2
    looking.look_now()
    assert len(of_kind("notify")) == before


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_is_taken_along_comes_in_again_as_it_was(demo: None, form: str, tmp_path: Path) -> None:
    nouns = (
        "people",
        "accounts",
        "orders",
        "subscriptions",
        "answers",
        "tickets",
        "messages",
        "exposures",
        "events",
    )
    sums = {
        "orders": "select (count(*), sum(amount), min(ordered_at), sum(item_count), count(distinct person_id)) from orders",
        "subscriptions": "select (count(*), sum(mrr_amount), count(ended_on), min(started_on)) from subscriptions",
        "answers": "select (count(*), sum(score), max(answered_at)) from answers",
        "tickets": "select (count(*), count(resolved_at), min(opened_at)) from tickets",
        "messages": "select (count(*), count(clicked_at), count(*) filter (is_bounced)) from messages",
        "people": "select (count(*), count(email), count(account_id), min(joined_on)) from people",
    }
    before = {noun: counted(sql) for noun, sql in sums.items()}
    for noun in nouns:
        with (tmp_path / f"{noun}.{form}").open("wb") as out:
            out.writelines(exporting.pieces(SYSTEM, noun, form))
    demonstration.empty(SYSTEM)
    done = bring(*(tmp_path / f"{noun}.{form}" for noun in nouns))
    assert (done.state, done.rows_refused, done.error) == ("done", 0, None), done.record.get("refused")
    settle()
    assert {noun: counted(sql) for noun, sql in sums.items()} == before
