"""Do the pages of customers, accounts and rights open in both languages, and for nobody who may not?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.viewer import SYSTEM
from dangol.platform.people import actions, queries
from dangol.platform.people.models import Note, Person, PersonMerge, RightsRequest
from dangol.platform.people.reactions import keep_consents, keep_profiles
from tests_support.log_rows import claim, identify, row, track

pytestmark = pytest.mark.django_db
ANN, BOB, CAT = 11, 12, 13


@pytest.fixture
def cast() -> None:
    """Ann of the unit North with everything around her, Bob of no unit, Cat who only claims."""
    Unit.objects.get_or_create(pk=1, defaults={"name": "North", "slug": "north"})
    keep_profiles([
        identify(ANN, name="김민준", email="ann@example.com", plan="pro", vip=True, town="서울"),
        identify(ANN, plan="team"),
        row("group", ANN, user_id="u11", account_id="acme/kr", traits={"name": "Acme", "plan": "team"}),
        identify(BOB, name="Bob <script>alert(1)</script>", email="ann@example.com", memo="=HYPERLINK(1)"),
        claim(CAT, "cat", email="cat@example.com"),
    ])  # fmt: skip
    keep_consents(
        [
            track(
                ANN, "Consent Given", properties={"channel": "email", "purpose": "marketing", "wording": "ok"}
            )
        ]
    )
    Person.objects.filter(pk=ANN).update(unit=1)
    keep_profiles([identify(ANN, n=1)])
    actions.add_note(SYSTEM, ANN, "환불 문의 있었음")


ADDRESSES = (
    "/customers", "/customers?q=김민", "/customers?order=-value&columns=name,orders", "/customers/count?q=bob",
    f"/customers/{ANN}", f"/customers/{ANN}?family=orders", f"/customers/{ANN}/timeline", f"/customers/{ANN}/business",
    f"/customers/{ANN}/merge", f"/customers/{ANN}/merge?q=bob", f"/customers/{ANN}/merge?other={BOB}", "/customers.csv",
    "/accounts/", "/accounts/?q=acme", "/accounts/of/acme/kr", "/accounts.csv", "/rights", "/settings/consents",
    f"/customers/{CAT}", "/customers?q=nobody-at-all", "/customers?after=x~y&order=joined",
)  # fmt: skip


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_page_opens(cast: None, client_of: Callable[..., Client], language: str) -> None:
    client = client_of("owner", language=language)
    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if not answer.streaming:
            assert "<script>alert(1)" not in answer.content.decode(), address
    assert client.get(f"/customers/{ANN}/everything.zip").status_code == 200


def test_as_one_types_only_the_rows_come(cast: None, client_of: Callable[..., Client]) -> None:
    answer = client_of("agent").get(
        "/customers?q=환불", headers={"HX-Request": "true", "HX-Target": "people"}
    )
    body = answer.content.decode()
    assert "<html" not in body
    assert "김민준" in body
    assert "Bob" not in body


def test_the_file_is_safe_for_spreadsheets_and_needs_the_right(
    cast: None, client_of: Callable[..., Client]
) -> None:
    """S-26"""
    keep_profiles([identify(BOB, name="=cmd|' /C calc'!A0")])
    body = b"".join(client_of("analyst").get("/customers.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=cmd|" in body
    assert client_of("marketer").get("/customers.csv").status_code == 404


MATRIX = (
    f"/customers/{BOB}", f"/customers/{BOB}/timeline", f"/customers/{BOB}/business", f"/customers/{BOB}/merge",
    f"/customers/{ANN}/merge?other={BOB}", f"/customers/{BOB}/everything.zip", "/customers/999", "/rights",
    "/accounts/of/acme/kr",
)  # fmt: skip


@pytest.mark.parametrize("role", ["marketer", "agent", "analyst", "admin"])
def test_people_of_other_units_do_not_exist(cast: None, client_of: Callable[..., Client], role: str) -> None:
    """S-9: not in lists, search, files, counters, pages, merges; 404 wherever one asks for them."""
    client = client_of(role, unit=True)
    for address in MATRIX:
        assert client.get(address).status_code in ({403, 404} if address == "/rights" else {404}), address
    for address in ("/customers", "/customers?q=bob", "/customers?q=ann@example.com", f"/customers/{ANN}"):
        assert b"Bob" not in client.get(address).content, address
    assert b"one customer" in client.get("/customers/count").content
    if role in {"analyst", "admin"}:
        body = b"".join(client.get("/customers.csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert "Bob" not in body
    for told in ({"do": "merge", "other_id": str(BOB)},):
        client.post(f"/customers/{ANN}/merge", told)
    assert not PersonMerge.objects.exists()


@pytest.mark.parametrize("path", [f"{BOB}/", f"{BOB}/timeline/", f"{BOB}/history/", f"{BOB}/orders/", "999/"])
def test_the_api_hides_them_too(cast: None, client_of: Callable[..., Client], path: str) -> None:
    client = client_of("admin", unit=True)
    assert client.get(f"/api/v1/people/{path}").status_code == 404
    assert client.get(f"/api/v1/consents/people/{BOB}/").status_code == 404
    assert client.get(f"/api/v1/consents/people/{BOB}/verdict/").status_code == 404
    assert client.get("/api/v1/accounts/acme%2Fkr/").status_code == 404
    assert client.get("/api/v1/rights/").status_code == 403
    assert [each["id"] for each in client.get("/api/v1/people/").json()["items"]] == [ANN]
    post = {"content_type": "application/json"}
    assert client.post(f"/api/v1/people/{BOB}/notes/", {"text": "x"}, **post).status_code == 404
    assert client.post(f"/api/v1/people/{ANN}/merges/", {"loser_id": BOB}, **post).status_code == 404
    assert (
        client.put(f"/api/v1/people/{BOB}/fields/", {"name": "plan", "value": "x"}, **post).status_code == 404
    )


def test_the_api_tells_what_the_pages_tell(cast: None, client_of: Callable[..., Client]) -> None:
    client = client_of("owner")
    post = {"content_type": "application/json"}
    found = client.get("/api/v1/people/?q=환불&limit=1").json()
    assert [each["id"] for each in found["items"]] == [ANN]
    first = client.get("/api/v1/people/?limit=1").json()
    rest = client.get("/api/v1/people/", {"after": first["next"], "limit": 10}).json()
    assert {each["id"] for each in first["items"] + rest["items"]} == {ANN, BOB, CAT}
    assert client.get("/api/v1/people/?after=zzz").status_code == 400
    whole = client.get(f"/api/v1/people/{ANN}/").json()
    assert {each["name"] for each in whole["fields"]} >= {"plan", "town", "email"}
    assert client.get("/api/v1/accounts/").json()["items"][0]["account_id"] == "acme/kr"
    assert client.get("/api/v1/accounts/acme/kr/").json()["people"][0]["person"]["id"] == ANN
    assert client.get(f"/api/v1/consents/people/{ANN}/verdict/").json() == {
        "is_allowed": True,
        "reason": "opt_in",
    }
    made = client.post("/api/v1/rights/", {"kind": "access", "requester": "ann"}, **post)
    assert made.status_code == 201
    assert client.get(f"/api/v1/rights/{made.json()['id']}/").json()["line"]["state"] == "received"


def press(client: Client, address: str, **told: Any) -> int:
    """Send a form of a page; the status of where it leads."""
    return client.post(address, told, follow=True).status_code


def test_what_can_be_pressed_on_a_customers_page(cast: None, client_of: Callable[..., Client]) -> None:
    client = client_of("owner")
    here = f"/customers/{ANN}"
    assert press(client, here, do="note", text="새 메모") == 200
    note = Note.objects.get(text="새 메모")
    assert press(client, here, do="pin_note", note_id=note.pk, is_pinned="1") == 200
    assert press(client, here, do="edit_note", note_id=note.pk, text="고친 메모") == 200
    assert "고친 메모" in client.get(here).content.decode()
    assert press(client, here, do="remove_note", note_id=note.pk) == 200
    assert "고친 메모" not in client.get(here).content.decode()
    assert press(client, here, do="restore_note", note_id=note.pk) == 200
    assert press(client, here, do="set", field="plan", value="gold") == 200
    assert press(client, here, do="set", field="favourite", value="blue") == 200
    assert queries.person(SYSTEM, ANN).line.plan == "gold"
    assert (
        press(client, here, do="consent", channel="sms", purpose="marketing", state="refused", document="x")
        == 200
    )
    assert press(client, f"{here}/merge", do="merge", other_id=BOB) == 200
    assert client.get(f"/customers/{BOB}").status_code == 302
    assert press(client, here, do="unmerge", merge_id=PersonMerge.objects.get().pk) == 200
    assert client.get(f"/customers/{BOB}").status_code == 200
    assert press(client, here, do="nothing of ours") == 404


def test_what_can_be_pressed_on_the_pages_of_rights(cast: None, client_of: Callable[..., Client]) -> None:
    client = client_of("owner")
    assert press(client, f"/customers/{ANN}", do="request", kind="access") == 200
    request = RightsRequest.objects.get()
    here = f"/rights/{request.pk}"
    assert press(client, here, do="identify", person_id=ANN, proof="phone") == 200
    assert client.get(f"{here}/everything.zip").status_code == 200
    assert press(client, here, do="extend", until="2026-12-31", reason="much") == 200
    assert press(client, here, do="close", answer="Here it is.") == 200
    assert "Here it is." in client.get(here).content.decode()
    assert press(client, "/rights", do="receive", kind="erasure", requester="Bob", law="gdpr") == 200
    assert (
        press(client, "/settings/consents", do="write", purpose="marketing", language="ko", text="동의합니다")
        == 200
    )
    assert (
        press(client, "/settings/consents", do="save", law="gdpr", unit_trait="store", retention_years="3")
        == 200
    )
    assert queries.people_settings().retention_years == 3
