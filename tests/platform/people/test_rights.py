"""Are requests answered in time, only to who they are, and is somebody who was erased nowhere any more?"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dangol.core.errors import RequestError
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.kernel.environment import environment
from dangol.platform.log import actions as log
from dangol.platform.log.models import Identifier
from dangol.platform.people import actions, erasing, queries
from dangol.platform.people.actions.requests import due_of
from dangol.platform.people.models import ErasureCertificate, Person, RightsStep, Suppression

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = "zebrafinch"


@pytest.mark.parametrize(
    ("article", "kind", "law", "days"),
    [
        ("개인정보 보호법 시행령 §41④ 열람: 10일", "access", "pipa", 10),
        ("시행령 §43③ 정정·삭제: 10일", "correction", "pipa", 10),
        ("시행령 §43③ 정정·삭제: 10일", "erasure", "pipa", 10),
        ("시행령 §44② 처리정지: 10일", "stop_processing", "pipa", 10),
        ("시행령 §44의3 자동화된 결정의 설명: 30일", "explanation", "pipa", 30),
        ("GDPR 12(3): one month", "access", "gdpr", 31),
        ("GDPR 12(3): one month", "erasure", "gdpr", 31),
    ],
)
def test_due(article: str, kind: str, law: str, days: int) -> None:
    assert due_of(kind, law, MARCH) == MARCH + timedelta(days=days), article


def test_a_month_ends_on_its_last_day() -> None:
    assert due_of("access", "gdpr", datetime(2026, 1, 31, tzinfo=UTC)).date().isoformat() == "2026-02-28"


@pytest.fixture(autouse=True)
def clean_index(transactional_db: None) -> None:
    """The index is no table of a model: emptying the database between tests leaves it."""
    with connection.cursor() as cursor:
        cursor.execute("delete from people_search")


@pytest.fixture
def told(run_chores: Callable[[], None]) -> Callable[..., dict[str, int]]:
    """Say things about people through the front door, and wait until everybody knows."""

    def say(*messages: dict[str, Any]) -> dict[str, int]:
        source = log.make_source(SYSTEM, "Shop", "server")
        accepted = log.accept(messages, source.id)
        assert not accepted.refused
        run_chores()
        return dict(Identifier.objects.filter(kind="user_id").values_list("value", "person_id"))

    return say


def everything(name: str, text: str) -> list[dict[str, Any]]:
    """One person with a bit of everything; `text` is nowhere but in theirs."""
    return [
        {"type": "track", "anonymousId": f"cookie-{name}-{text}", "event": "Page Viewed"},
        {"type": "identify", "userId": f"{name}-{text}", "anonymousId": f"cookie-{name}-{text}",
         "traits": {"name": f"{name} {text}", "email": f"{name}.{text}@example.com", "phone": "010-1234-5678", "memo": text}},
        {"type": "identify", "userId": f"{name}-{text}", "traits": {"memo": f"{text} two"}},
        {"type": "group", "userId": f"{name}-{text}", "groupId": "acme", "traits": {"name": "Acme"}},
        {"type": "track", "userId": f"{name}-{text}", "event": "Order Completed",
         "properties": {"order_id": f"o-{name}-{text}", "total": 12000, "currency": "KRW"}},
        {"type": "track", "userId": f"{name}-{text}", "event": "Consent Given",
         "properties": {"channel": "email", "purpose": "marketing", "wording": f"agreed by {text}"}},
    ]  # fmt: skip


def requested(viewer: Viewer, kind: str, person_id: int) -> int:
    """A request whose requester is known."""
    number = actions.receive_request(
        viewer, kind, requester=f"{SECRET}@example.com", message=f"I am {SECRET}"
    )
    actions.identify_requester(viewer, number, person_id, "registered e-mail answered")
    return number


def places_of(text: str) -> list[str]:
    """Every table, index and file in which a text stands."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'select * from "{table}"')
            if any(text in str(value.tobytes() if isinstance(value, memoryview) else value)
                   for row in cursor.fetchall() for value in row):  # fmt: skip
                found.append(table)
    files = [path for path in environment().data_folder.rglob("*") if path.is_file()]
    return found + [str(p) for p in files if not p.name.startswith("test.sqlite3") and text in readable(p)]


def readable(path: Path) -> str:
    """A file as text; of Parquet the rows, which are compressed in the file."""
    if path.suffix == ".parquet":
        import duckdb

        return str(duckdb.connect().execute(f"select * from read_parquet('{path}')").fetchall())
    return path.read_bytes().decode("utf-8", "replace")


def test_nothing_of_an_erased_person_remains_and_nobody_else_is_touched(
    told: Any, run_chores: Callable[[], None], owner: Viewer
) -> None:
    """개인정보 보호법 §36③ 삭제할 때에는 복구 또는 재생되지 아니하도록; only a hash says whom not to write to."""
    ids = told(*everything("bob", SECRET), *everything("cat", "goldcrest"))
    bob, cat = ids[f"bob-{SECRET}"], ids["cat-goldcrest"]
    actions.add_note(owner, bob, f"{SECRET} 전화함")
    refused = environment().data_folder / "imports" / "1" / "refused.jsonl"
    refused.parent.mkdir(parents=True)
    refused.write_text(f'{{"row": "bob-{SECRET}"}}\n{{"row": "cat-goldcrest"}}\n', encoding="utf-8")
    before = places_of("goldcrest")
    assert len(places_of(SECRET)) >= 8
    number = requested(owner, "erasure", bob)
    actions.begin_erasure(owner, number)
    run_chores()
    assert places_of(SECRET) == []
    assert set(places_of("goldcrest")) >= {place for place in before if "/" not in place} - {"log_envelope"}
    assert "cat-goldcrest" in refused.read_text(encoding="utf-8")
    assert queries.person(owner, cat).line.name == "cat goldcrest"
    with pytest.raises(NotThereError):
        queries.person(owner, bob)
    shown = queries.request(owner, number)
    assert shown.line.state == "done"
    assert shown.certificate is not None
    assert shown.certificate.counts["notes"] == 1
    assert shown.certificate.counts["consents"] == 1
    assert shown.certificate.counts["profiles"] >= 1
    assert Suppression.objects.filter(reason="erased").count() == 3
    assert not queries.may_contact(bob, "email", "transactional", MARCH).is_allowed


def test_an_erasure_that_was_killed_goes_on(
    told: Any, run_chores: Callable[[], None], owner: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = told(*everything("bob", SECRET))[f"bob-{SECRET}"]
    number = requested(owner, "erasure", bob)
    actions.begin_erasure(owner, number)
    for step in ("records", "log", "files"):
        steps = erasing._FIRST if step in erasing._FIRST else erasing._LAST

        def killed(whom: erasing.Erased) -> dict[str, int]:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setitem(steps, step, killed)
            with pytest.raises(KeyboardInterrupt):
                erasing.carry_out(number)
    erasing.carry_out(number)
    erasing.carry_out(number)
    assert places_of(SECRET) == []
    assert ErasureCertificate.objects.count() == 1
    done = list(RightsStep.objects.filter(step__startswith="erased:").values_list("step", flat=True))
    assert len(done) == len(set(done))


def test_somebody_who_comes_back_is_new(told: Any, run_chores: Callable[[], None], owner: Viewer) -> None:
    bob = told(*everything("bob", SECRET))[f"bob-{SECRET}"]
    actions.begin_erasure(owner, requested(owner, "erasure", bob))
    run_chores()
    again = told({"type": "identify", "userId": f"bob-{SECRET}", "traits": {"name": "Bob"}})[f"bob-{SECRET}"]
    assert again != bob
    assert queries.person(owner, again).line.order_count is None


def test_an_export_holds_everything(told: Any, owner: Viewer) -> None:
    """시행령 §41, GDPR 15 and 20: machine-readable, and of one person only."""
    ids = told(*everything("bob", SECRET), *everything("cat", "goldcrest"))
    bob = ids[f"bob-{SECRET}"]
    actions.add_note(owner, bob, "=HYPERLINK(1)")
    number = requested(owner, "access", bob)
    archive = zipfile.ZipFile(io.BytesIO(actions.export_for_request(owner, number)))
    data = json.loads(archive.read("person.json"))
    assert data["orders"][0]["order_id"] == f"o-bob-{SECRET}"
    assert {row["name"] for row in data["log"]} == {
        "Page Viewed", "Order Completed", "Consent Given", "Score Given",
    }  # fmt: skip
    assert data["consents"][0]["wording"] == f"agreed by {SECRET}"
    assert {"field": "memo", "old": SECRET, "new": f"{SECRET} two"}.items() <= data["changes"][0].items()
    assert ["user_id", f"bob-{SECRET}"] in [list(each.values()) for each in data["identifiers"]]
    assert "goldcrest" not in json.dumps(data)
    assert "'=HYPERLINK(1)" in archive.read("notes.csv").decode()
    assert "exported" in [step.step for step in queries.request(owner, number).steps]


@pytest.mark.django_db
def test_nothing_is_handed_out_before_it_is_known_who_asks(told: Any, owner: Viewer) -> None:
    """시행령 §46: the requester's identity is checked."""
    bob = told(*everything("bob", SECRET))[f"bob-{SECRET}"]
    access = actions.receive_request(owner, "access", person_id=bob)
    erasure = actions.receive_request(owner, "erasure", person_id=bob)
    for attempt in (
        lambda: actions.export_for_request(owner, access),
        lambda: actions.begin_erasure(owner, erasure),
        lambda: actions.close_request(owner, access, "here you are"),
        lambda: actions.identify_requester(owner, access, bob, "  "),
        lambda: actions.close_request(owner, access, "", is_refused=True),
    ):
        with pytest.raises(RequestError):
            attempt()


def test_objection_and_stop(told: Any, owner: Viewer) -> None:
    """GDPR 21(3), 개인정보 보호법 §37: no profiling, no advertising, at once."""
    bob = told(*everything("bob", SECRET))[f"bob-{SECRET}"]
    assert queries.may_contact(bob, "email", "marketing", MARCH).is_allowed
    actions.close_request(owner, requested(owner, "objection", bob), "done")
    assert queries.may_contact(bob, "email", "marketing_profiling", MARCH).reason == "profiling_objected"
    assert queries.may_contact(bob, "email", "marketing", MARCH).is_allowed
    actions.close_request(owner, requested(owner, "stop_processing", bob), "done")
    assert queries.may_contact(bob, "email", "marketing", MARCH).reason == "suppressed"
    actions.unsuppress(owner, "email", f"bob.{SECRET}@example.com")
    assert queries.may_contact(bob, "email", "marketing", MARCH).reason == "withdrawn"


def test_the_inbox_shows_what_is_overdue_first(clock: Any, owner: Viewer) -> None:
    late = actions.receive_request(owner, "access", received_at=clock.now() - timedelta(days=11))
    open_ = actions.receive_request(owner, "access")
    done = actions.receive_request(owner, "access", received_at=clock.now() - timedelta(days=30))
    actions.close_request(owner, done, "nobody of that name", is_refused=True)
    assert [(line.id, line.is_overdue) for line in queries.requests(owner)] == [
        (late, True),
        (open_, False),
        (done, False),
    ]
    actions.extend_request(owner, late, clock.now() + timedelta(days=20), "much data")
    assert not queries.request(owner, late).line.is_overdue


def test_who_may_handle_requests(viewer_analyst: Viewer, viewer_agent: Viewer, owner: Viewer) -> None:
    admin_of_unit = Viewer("x", "admin", frozenset({1}))
    for viewer in (viewer_analyst, viewer_agent, admin_of_unit):
        with pytest.raises(NotAllowedError):
            queries.requests(viewer)
        with pytest.raises(NotAllowedError):
            actions.receive_request(viewer, "access")


def test_silent_people_are_listed_and_left_alone(told: Any, owner: Viewer, clock: Any) -> None:
    told({"type": "identify", "userId": "u1", "timestamp": "2020-01-01T00:00:00Z", "traits": {"name": "Ann"}},
         {"type": "identify", "userId": "u2", "traits": {"name": "Bob"}})  # fmt: skip
    assert queries.silent_people(owner) == []
    actions.change_people_settings(owner, retention_years=5)
    assert [line.name for line in queries.silent_people(owner)] == ["Ann"]
    assert Person.objects.filter(erased_at=None).count() == 2
