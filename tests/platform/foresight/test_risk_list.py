"""Does the list rank by money, close with a reason, keep to a viewer's units, and forget who is erased?"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dangol.core.errors import DangolError
from dangol.platform.foresight import actions, queries, telling, writing
from dangol.platform.foresight.effects import forget
from dangol.platform.foresight.models import Closing, EarlyWarning, RiskPoint, Score
from dangol.platform.foresight.queries.at_risk import Asked
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.models import Unit, User
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.erasing import Erased
from tests_support.matrix import check_never_told, check_own_only

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(entry: Callable[..., int]) -> dict[str, int]:
    """Ann is sure to stay, Bob will leave with little, Cat may leave with much, nobody knows what Dan is worth."""
    return {
        "ann": entry("ann", 0.05, "low", worth=1_000),
        "bob": entry("bob", 0.80, "high", worth=100),
        "cat": entry("cat", 0.30, "medium", worth=900),
        "dan": entry("dan", 0.60, "high"),
    }


def _warned(person: int, clock: Any, q: float = 0.01) -> EarlyWarning:
    return EarlyWarning.objects.create(
        person_id=person, since=clock.now().date(), usual_rate=3.0, recent_count=0, window_days=14, p_value=q, q_value=q,
        said={"en": "usually 3 times a week, now none", "ko": "보통 주 3회, 지금은 없음"}, began_at=clock.now(), seen_at=clock.now(),
    )  # fmt: skip


def test_ranked_by_money_with_an_interval(cast: dict[str, int], owner: Viewer) -> None:
    names = [line.name for line in queries.at_risk(owner).lines]
    assert names == ["Cat", "Bob", "Ann", "Dan"], "270, 80, 50, and nobody knows"
    assert [each.name for each in queries.at_risk(owner, order="value").lines] == ["Ann", "Cat", "Dan", "Bob"]
    total = queries.total(owner)
    assert (total.count, total.high_count, total.unpriced_count) == (4, 2, 1)
    assert total.at_stake == pytest.approx(400)
    spread = 0.05 * 0.95 * 1_000**2 + 0.8 * 0.2 * 100**2 + 0.3 * 0.7 * 900**2
    assert total.high == pytest.approx(400 + 1.96 * math.sqrt(spread))
    assert total.expected_count == pytest.approx(1.75)
    assert queries.total(owner, Asked("high")).at_stake == pytest.approx(80)


def test_pages_of_the_list_meet_without_gap_or_overlap(cast: dict[str, int], owner: Viewer) -> None:
    for order in ("-at_stake", "at_stake", "value", "-worth"):
        whole = [each.person_id for each in queries.at_risk(owner, order=order).lines]
        found: list[int] = []
        after = None
        for _ in range(5):
            page = queries.at_risk(owner, order=order, after=after, limit=1)
            found += [each.person_id for each in page.lines]
            after = page.after
            if after is None:
                break
        assert found == whole, order
    with pytest.raises(DangolError):
        queries.at_risk(owner, after="nonsense")
    with pytest.raises(DangolError):
        queries.at_risk(owner, order="luck")


def test_an_entry_is_closed_with_a_reason_and_comes_back(
    cast: dict[str, int], owner: Viewer, clock: Any
) -> None:
    cat = cast["cat"]
    with pytest.raises(DangolError):
        actions.close(owner, cat, "other")
    with pytest.raises(DangolError):
        actions.close(owner, cat, "bored")
    actions.close(owner, cat, "kept", "called them")
    with pytest.raises(DangolError):
        actions.close(owner, cat, "kept")
    assert "Cat" not in [each.name for each in queries.at_risk(owner).lines]
    (closed,) = queries.at_risk(owner, Asked(is_closed=True)).lines
    assert closed.closing is not None
    assert (closed.closing.reason, closed.closing.note, closed.closing.band) == (
        "kept",
        "called them",
        "medium",
    )
    assert [each.deed for each in audit.deeds(limit=1)] == ["risk closed"]

    assert writing.reopen_entries() == 0
    Score.objects.filter(pk=cat).update(band="high", band_rank=3)
    assert writing.reopen_entries() == 1, "the risk has risen since"
    actions.close(owner, cat, "left")
    assert writing.reopen_entries() == 0
    clock.move(days=61)
    assert writing.reopen_entries() == 1, "two months later"
    actions.close(owner, cat, "wrong_data")
    actions.reopen(owner, cat)
    assert Closing.objects.filter(reopened_at=None).count() == 0


def test_somebody_looks_after_a_customer(
    cast: dict[str, int], owner: Viewer, client_of: Callable[..., Client]
) -> None:
    client_of("agent")
    client_of("viewer")
    agent, reader = (User.objects.get(email=f"{role}@example.com").pk for role in ("agent", "viewer"))
    actions.assign(owner, cast["bob"], agent)
    (line,) = queries.at_risk(owner, Asked(owner=str(agent))).lines
    assert line.name == "Bob"
    assert len(queries.at_risk(owner, Asked(owner="nobody")).lines) == 3
    with pytest.raises(NotThereError):
        actions.assign(owner, cast["bob"], reader)  # who may not see people
    actions.assign(owner, cast["bob"], None)
    assert queries.at_risk(owner, Asked(owner=str(agent))).lines == ()


def test_rights(cast: dict[str, int], viewer_analyst: Viewer, viewer_viewer: Viewer) -> None:
    with pytest.raises(NotAllowedError):
        actions.close(viewer_analyst, cast["bob"], "kept")
    assert queries.at_risk(viewer_viewer).lines == ()
    assert queries.total(viewer_viewer).count == 0
    with pytest.raises(NotThereError):
        queries.risk_of(viewer_viewer, cast["bob"])


def test_viewers_of_a_unit_see_their_people_only(
    entry: Callable[..., int], viewer_of_unit: Viewer, client_of: Callable[..., Client], clock: Any
) -> None:
    browser = client_of("marketer", unit=True)
    north, south = Unit.objects.get(pk=1), Unit.objects.create(pk=2, name="South", slug="south")
    ann = entry("ann", 0.9, "high", worth=100, unit=north)
    bob = entry("bob", 0.9, "high", worth=7_777, unit=south)
    for person in (ann, bob):
        _warned(person, clock)
    assert [each.name for each in queries.at_risk(viewer_of_unit).lines] == ["Ann"]
    assert queries.total(viewer_of_unit).at_stake == pytest.approx(90)
    assert queries.warning_counts(viewer_of_unit)["warned"] == 1
    assert queries.models(viewer_of_unit) == []
    with pytest.raises(NotThereError):
        actions.close(viewer_of_unit, bob, "kept")
    api = "/api/v1/foresight"
    check_own_only(
        browser,
        own=[f"/customers/{ann}/risk", f"/customers/{ann}/risk/explanation", f"{api}/people/{ann}/"],
        others=[f"/customers/{bob}/risk", f"/customers/{bob}/risk/explanation", f"{api}/people/{bob}/"],
    )
    lists = [
        "/foresight/risk",
        "/foresight/warnings",
        f"{api}/risk/",
        f"{api}/risk/total/",
        f"{api}/warnings/",
    ]
    check_never_told(browser, lists, ["Bob", "bob fell silent", "6,999", "7,777", "6999.3"])


def test_who_is_erased_is_forgotten(cast: dict[str, int], owner: Viewer, clock: Any) -> None:
    bob = cast["bob"]
    actions.close(owner, bob, "kept", "a note about Bob")
    _warned(bob, clock)
    writing.note_points(Score.objects.get(pk=bob).run_id, clock.now().date())
    counts = forget(Erased(1, (bob,), ("bob",)))
    assert counts == {"scores": 1, "risk_points": 1, "early_warnings": 1, "risk_closings": 1}
    assert not RiskPoint.objects.filter(person_id=bob).exists()
    assert "Bob" not in [each.name for each in queries.at_risk(owner).lines]
    assert forget(Erased(1, (bob,), ("bob",)))["scores"] == 0, "it can be done again"


def test_who_is_scored_no_more_leaves_the_list(cast: dict[str, int], owner: Viewer) -> None:
    run = Score.objects.get(pk=cast["ann"]).run_id
    Score.objects.filter(pk=cast["ann"]).update(run_id=run + 1)
    assert telling.tell_gone(run + 1) == 3
    assert [each.name for each in queries.at_risk(owner).lines] == ["Ann"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_pages_say_what_they_know(
    cast: dict[str, int], client_of: Callable[..., Client], clock: Any, language: str
) -> None:
    browser = client_of("owner", language=language)
    _warned(cast["bob"], clock)
    page = browser.get("/foresight/risk").content.decode()
    assert ("bob fell silent" if language == "en" else "bob 조용함") in page
    one = browser.get(f"/customers/{cast['bob']}/risk")
    assert one.status_code == 200
    told = browser.get(f"/customers/{cast['bob']}/risk/explanation?language=ko").content.decode()
    assert "제37조의2" in told
    assert "사람의 검토" in told
    assert ("early warning" if language == "en" else "조기 경보") in browser.get(
        f"/customers/{cast['bob']}"
    ).content.decode()
    lines = b"".join(browser.get("/foresight/risk.csv")).decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert lines[1].startswith(f"{cast['cat']},Cat,")


def test_the_page_closes_and_assigns(cast: dict[str, int], client_of: Callable[..., Client]) -> None:
    browser = client_of("agent")
    where = f"/customers/{cast['bob']}/risk"
    told = {"do": "close", "reason": "kept", "note": "", "back": "/foresight/risk?band=high"}
    answer = browser.post(where, told)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/foresight/risk?band=high")
    assert Closing.objects.get().reason == "kept"
    answer = browser.post(where, {"do": "reopen", "back": "https://elsewhere.example/"})
    assert answer.headers["Location"] == where, "it leads to no other site"
    agent = User.objects.get(email="agent@example.com").pk
    browser.post(where, {"do": "assign", "owner": str(agent)})
    assert Score.objects.get(pk=cast["bob"]).owner_id == agent


def test_programs_close_too(cast: dict[str, int], client_of: Callable[..., Client]) -> None:
    browser = client_of("agent")
    where = f"/api/v1/foresight/people/{cast['bob']}"
    json = {"content_type": "application/json"}
    assert browser.post(f"{where}/closings/", {"reason": "kept"}, **json).status_code == 201
    assert browser.post(f"{where}/closings/", {"reason": "kept"}, **json).status_code in (400, 409)
    closed = browser.get("/api/v1/foresight/risk/?is_closed=true").json()["items"]
    assert [each["closing"]["reason"] for each in closed] == ["kept"]
    assert browser.delete(f"{where}/closings/").status_code == 204
    total = browser.get("/api/v1/foresight/risk/total/").json()
    assert (total["count"], total["high_count"], total["model_id"]) == (4, 2, None)
    first = browser.get("/api/v1/foresight/risk/?limit=1").json()
    assert first["items"][0]["name"] == "Cat"
    second = browser.get(f"/api/v1/foresight/risk/?limit=1&after={first['next']}").json()
    assert second["items"][0]["name"] == "Bob"
