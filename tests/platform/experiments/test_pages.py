"""Do the pages and the API say and do what the room does? Designed, started, read, decided, taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.platform.experiments import actions, queries
from dangol.platform.experiments.actions import TableWish, Told, Wish
from dangol.platform.experiments.models import Change, Experiment, Holdout
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.models import AuditEntry
from dangol.platform.log.actions import accept, make_source
from tests_support.experiments import numbers
from tests_support.matrix import bearer

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]
FORM = {
    "name": "A call in the first week", "hypothesis": "More stay.", "whom": "person", "enrols": "start",
    "arm-0": "control", "share-0": "50", "arm-1": "call", "share-1": "50", "outcome": "kept", "horizon_days": "60",
    "smallest": "2", "cost": "4,500", "segments": ["plan"], "guardrails": ["tickets"], "rule": "plan is pro",
}  # fmt: skip
TABLE = "\n".join(
    [
        "customer_id,arm,spend",
        *(f"{n},{'offer' if n % 2 else 'control'},{10 * (1 + n % 2) + n % 5}" for n in range(200)),
    ]
)


@pytest.fixture(autouse=True)
def _still(clock: Any) -> None:
    """The clock stands."""


@pytest.fixture
def finished(owner: Viewer) -> int:
    """An experiment with a readout."""
    return actions.read_table(owner, "offer.csv", [TABLE.encode()], TableWish())


def text_of(client: Client, path: str) -> str:
    """A page that opens."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_an_experiment_goes_from_its_form_to_its_decision(client_of: Browser) -> None:
    browser = client_of("analyst")
    made = browser.post("/experiments/new", FORM)
    row = Experiment.objects.get()
    assert made.headers["Location"] == f"/experiments/{row.pk}/"
    assert (row.smallest, row.cost, row.segments, row.guardrails) == (0.02, 4500, ["plan"], ["tickets"])
    assert [arm["name"] for arm in row.arms] == ["control", "call"]
    page = f"/experiments/{row.pk}/"
    assert "+2.0 points" in text_of(browser, page)
    browser.post(f"{page}edit", FORM | {"smallest": "4"})
    row.refresh_from_db()
    assert row.smallest == 0.04
    browser.post(page, {"do": "start"})
    assert browser.get(f"{page}edit").headers["Location"] == page
    browser.post(page, {"do": "end", "ends_on": "2026-04-01"})
    browser.post(page, {"do": "stop"})
    browser.post(page, {"do": "decide", "chosen": "call", "words": "It pays."})
    row.refresh_from_db()
    assert (row.state, row.chosen, str(row.ends_on)) == ("decided", "call", "2026-04-01")
    assert "It pays." in text_of(browser, page)
    deeds = set(AuditEntry.objects.values_list("deed", flat=True))
    assert {
        f"experiment.{deed}" for deed in ("designed", "changed", "started", "end_moved", "stopped", "decided")
    } <= deeds
    assert audit.verify() is None


def test_a_form_with_a_fault_keeps_what_was_typed(client_of: Browser) -> None:
    answer = client_of("analyst").post("/experiments/new", FORM | {"share-1": "20"})
    assert answer.status_code == 400
    told = answer.content.decode()
    assert "add up to" in told
    assert 'value="A call in the first week"' in told
    assert not Experiment.objects.exists()


def test_the_plan_follows_the_form(client_of: Browser, known: Any) -> None:
    known("ann", "bob", plan="pro")
    browser = client_of("analyst")
    told = browser.post("/experiments/plan", FORM).content.decode()
    assert 'id="plan"' in told
    assert "There now" in told
    assert "horizon" in browser.post("/experiments/plan", FORM | {"horizon_days": "0"}).content.decode()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_readout_is_a_sentence_with_its_picture(client_of: Browser, finished: int, language: str) -> None:
    browser = client_of("analyst", language=language)
    told = text_of(browser, f"/experiments/{finished}/")
    verdict = queries.experiment(Viewer("a", "owner"), finished).verdict
    assert verdict is not None
    assert verdict.in_(language).split(":")[0].replace("“", "“") in told  # type: ignore[arg-type]
    assert "<svg" in told
    assert "p = " in told
    assert "offer.csv" not in told


def test_a_readout_is_taken_away_by_those_who_may(client_of: Browser, finished: int) -> None:
    path = f"/experiments/{finished}/download"
    told = json.loads(client_of("analyst").get(path).content)
    assert told["ruling"] == "better"
    lines = client_of("analyst").get(f"{path}?as=csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith("spend,goal,offer,control,100,100")
    assert client_of("viewer").get(path).status_code == 404
    assert AuditEntry.objects.filter(deed="experiment.exported").count() == 2


def test_the_league_shows_what_works_and_what_is_weaker(
    client_of: Browser, finished: int, owner: Viewer
) -> None:
    actions.record_change(
        owner, Told("A new price", queries.experiment(owner, finished).made_at.date(), method="rd")
    )
    browser = client_of("analyst")
    told = text_of(browser, "/prove/league")
    assert "1 of 1 things" in told
    assert "A new price" in told
    assert "better" not in text_of(browser, "/prove/league?as=csv").splitlines()[0]
    assert "offer,yes" in text_of(browser, "/prove/league?as=csv")


def test_a_table_is_read_from_a_form(client_of: Browser) -> None:
    browser = client_of("analyst")
    answer = browser.post(
        "/experiments/upload", {"file": SimpleUploadedFile("offer.csv", TABLE.encode()), "name": "Spring"}
    )
    assert answer.status_code == 302
    assert Experiment.objects.get().name == "Spring"
    assert browser.post("/experiments/upload", {}).status_code == 400
    wrong = SimpleUploadedFile("none.csv", b"a,b\n1,2\n")
    assert browser.post("/experiments/upload", {"file": wrong}).status_code == 400
    shares = {"file": SimpleUploadedFile("offer.csv", TABLE.encode()), "shares": "control=0"}
    assert "above 0" in browser.post("/experiments/upload", shares).content.decode()


def test_changes_are_written_down_and_forgotten(client_of: Browser, run_chores: Any) -> None:
    browser = client_of("analyst")
    given = {
        "name": "A new price",
        "changed_on": "2026-01-10",
        "method": "rd",
        "days": "30",
        "outcomes": ["kept"],
        "why": "One price for all.",
    }
    made = browser.post("/prove/changes", given)
    row = Change.objects.get()
    assert made.headers["Location"] == f"/prove/changes/{row.pk}"
    run_chores()
    told = text_of(browser, f"/prove/changes/{row.pk}")
    assert "One price for all." in told
    assert "weaker evidence" in told
    row.refresh_from_db()
    assert row.failure is not None
    assert browser.post("/prove/changes", given | {"changed_on": ""}).status_code == 400
    assert browser.post("/prove/changes", given | {"method": "did"}).status_code == 400
    browser.post(f"/prove/changes/{row.pk}", {"do": "forget"})
    assert not Change.objects.exists()


def test_the_holdout_is_set_by_who_sees_everybody(client_of: Browser) -> None:
    browser = client_of("analyst")
    browser.post("/prove/holdouts", {"do": "set", "share": "5", "whom": "person", "action": "", "exempt": ""})
    assert Holdout.objects.get().share == 0.05
    assert "5.0% of all customers" in text_of(browser, "/prove/holdouts")
    browser.post("/prove/holdouts", {"do": "refresh", "action": ""})
    assert Holdout.objects.filter(ended_at=None).count() == 1
    browser.post("/prove/holdouts", {"do": "end", "action": ""})
    assert not Holdout.objects.filter(ended_at=None).exists()
    for role in ("viewer", "marketer"):
        client_of(role).post("/prove/holdouts", {"do": "set", "share": "5"})
    client_of("analyst", unit=True).post("/prove/holdouts", {"do": "set", "share": "5"})
    assert Holdout.objects.count() == 2


def test_the_api_designs_starts_assigns_and_reads(known: Any, finished: int, run_chores: Any) -> None:
    known("ann", "bob")
    browser, key = Client(), bearer("analyst")

    def call(method: str, path: str, body: Any = None) -> Any:
        told: dict[str, Any] = {"headers": key}
        if body is not None:
            told |= {"data": body, "content_type": "application/json"}
        return getattr(browser, method)(f"/api/v1/{path}", **told)

    made = call("post", "experiments/", {"name": "By code", "enrols": "code", "smallest": 0.02}).json()
    number = made["experiment_id"]
    assert call("post", f"experiments/{number}/assign/", {"user_ids": ["ann"]}).status_code == 400
    assert call("post", f"experiments/{number}/start/").json()["state"] == "running"
    (ann,) = call("post", f"experiments/{number}/assign/", {"user_ids": ["ann"]}).json()
    assert ann["arm"] in {"control", "treated"}
    assert call("post", f"experiments/{number}/assign/", {"user_ids": ["ann"], "exposes": False}).json() == [
        ann
    ]
    call("post", f"experiments/{number}/assign/", {"user_ids": ["bob"], "exposes": False})
    assert call("post", f"experiments/{number}/expose/", {"user_ids": ["ann", "bob"]}).json() == {"count": 1}
    assert call("get", f"experiments/{number}/").json()["units"] == 2
    assert call("put", f"experiments/{number}/", {"name": "Too late"}).status_code == 400
    assert call("get", f"experiments/{finished}/readout/").json()["ruling"] == "better"
    assert [line["works"] for line in call("get", "experiments/league/").json()] == ["yes"]
    assert "kept" in {each["name"] for each in call("get", "experiments/outcomes/").json()}
    assert call("post", "experiments/plan/", {"name": "-", "outcome": "kept"}).json()["units_now"] == 2
    assert call("post", "holdouts/", {"share": 0.5}).status_code == 201
    ids = sorted(numbers().values())
    alone = call("post", "holdouts/held_out/", {"person_ids": ids}).json()["person_ids"]
    assert set(alone) == queries.is_held_out(ids)
    change = call("post", "changes/", {"name": "A price", "changed_on": "2026-01-10"}).json()
    assert call("delete", f"changes/{change['change_id']}/").status_code == 204


def test_an_experiment_of_a_unit_is_not_there_for_another(
    client_of: Browser, owner: Viewer, finished: int
) -> None:
    north = client_of("analyst", unit=True)
    for path in ("", "download", "edit"):
        assert north.get(f"/experiments/{finished}/{path}").status_code == 404
    assert "offer" not in text_of(north, "/experiments/")
    number = actions.design(owner, Wish(name="Whole"))
    assert north.post(f"/experiments/{number}/", {"do": "start"}).status_code == 404
    assert Experiment.objects.get(pk=number).state == "draft"


def test_experiments_of_other_tools_wait_below_the_list(
    client_of: Browser, known: Any, owner: Viewer, run_chores: Any
) -> None:
    known("ann", "bob")
    source = make_source(owner, "Other tool", "server").id
    told = {"type": "track", "event": "Experiment Viewed"}
    accept(
        [
            {**told, "userId": who, "properties": {"experiment_id": "banner", "variation_id": arm}}
            for who, arm in (("ann", "none"), ("bob", "banner"))
        ],
        source,
    )
    run_chores()
    browser = client_of("analyst")
    assert "banner" in text_of(browser, "/experiments/found")
    browser.post("/experiments/", {"do": "adopt", "key": "banner", "outcome": "kept", "horizon_days": "30"})
    assert [arm["name"] for arm in Experiment.objects.get(key="banner").arms] == ["none", "banner"]
    assert "banner" not in text_of(browser, "/experiments/found")
    assert client_of("viewer").get("/experiments/found").status_code == 404
