"""Do the pages of sources, live events and refused messages show and do what they say, in both languages?"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.log import actions, queries
from dangol.platform.log.actions import refused as refused_actions
from dangol.platform.log.models import Envelope, Refused

pytestmark = pytest.mark.django_db
ClientOf = Callable[..., Client]
ANN = {"type": "track", "userId": "ann", "event": "Signed Up", "messageId": "m1"}


@pytest.fixture
def client(client_of: ClientOf) -> Client:
    """An owner's browser."""
    return client_of("owner")


def test_a_source_is_made_on_the_page_and_says_how_to_send(client: Client) -> None:
    assert "No source yet" in client.get("/data/sources/").content.decode()
    answer = client.post("/data/sources/", {"do": "make", "name": "Shop", "kind": "server"})
    shown = client.get(answer["Location"]).content.decode()
    (source,) = queries.sources(SYSTEM)
    assert source.write_key in shown
    assert "pip install segment-analytics-python" in shown
    assert "@segment/analytics-node" in shown
    assert "Shop" in client.get("/data/sources/").content.decode()


@pytest.mark.parametrize("kind", ["browser", "stripe", "webhook"])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_kind_of_source_has_its_page(client_of: ClientOf, kind: str, language: str) -> None:
    client = client_of("owner", language=language)
    answer = client.post("/data/sources/", {"do": "make", "name": "One", "kind": kind})
    shown = client.get(answer["Location"])
    assert shown.status_code == 200
    (source,) = queries.sources(SYSTEM)
    assert source.write_key in shown.content.decode()


def test_deeds_on_a_source(client: Client) -> None:
    source = actions.make_source(SYSTEM, "Pages", "browser")
    address = f"/data/sources/{source.id}/"
    client.post(address, {"do": "rename", "name": "Shop pages"})
    client.post(address, {"do": "allow", "origins": "https://a.example.com\nhttps://b.example.com"})
    found = queries.source(SYSTEM, source.id)
    assert (found.name, found.allowed_origins) == (
        "Shop pages",
        ("https://a.example.com", "https://b.example.com"),
    )
    wrong = client.post(address, {"do": "allow", "origins": "nonsense"}, follow=True)
    assert "is not an origin" in wrong.content.decode()
    client.post(address, {"do": "rotate", "overlap": "24"})
    found = queries.source(SYSTEM, source.id)
    assert found.write_key != source.write_key
    assert list(found.previous_keys) == [source.write_key]
    client.post(address, {"do": "end_previous"})
    assert not queries.source(SYSTEM, source.id).previous_keys
    client.post(address, {"do": "revoke"})
    assert queries.source(SYSTEM, source.id).revoked_at
    assert client.get(address).status_code == 200


def test_a_mapping_is_kept_or_told_what_is_wrong(client: Client) -> None:
    source = actions.make_source(SYSTEM, "Other", "webhook")
    address = f"/data/sources/{source.id}/"
    mapping = {"messages": [{"type": "track", "event": "Signed Up", "userId": "$.id"}]}
    client.post(address, {"do": "map", "mapping": json.dumps(mapping)})
    assert queries.source(SYSTEM, source.id).settings["mapping"] == mapping
    client.post(address, {"do": "map", "mapping": json.dumps(mapping | {"each": "$.a\x00"})})
    assert queries.source(SYSTEM, source.id).settings["mapping"]["each"] == "$.a"
    assert "is not JSON" in client.post(address, {"do": "map", "mapping": "{"}, follow=True).content.decode()
    assert "Signed Up" in client.get(address).content.decode()


def test_stripe_s_customers_are_called_as_chosen(client: Client) -> None:
    source = actions.make_source(SYSTEM, "Stripe", "webhook", provider="stripe")
    address = f"/data/sources/{source.id}/"
    client.post(address, {"do": "ids", "user_ids": "metadata"})
    assert queries.source(SYSTEM, source.id).settings["user_ids"] == "metadata"
    client.post(address, {"do": "ids", "user_ids": "nonsense"})
    assert queries.source(SYSTEM, source.id).settings["user_ids"] == "metadata"
    assert 'value="metadata" selected' in client.get(address).content.decode()


# Refused


@pytest.fixture
def refused(db: None) -> list[int]:
    """Two messages without an event, one without anybody."""
    source = actions.make_source(SYSTEM, "Shop", "server")
    told = actions.accept(
        [{"type": "track", "userId": "=cmd()"}, {"type": "track", "userId": "bob"}, {"type": "track", "event": "x"}],
        source.id,
    )  # fmt: skip
    assert len(told.refused) == 3
    return list(Refused.objects.order_by("pk").values_list("pk", flat=True))


def test_refused_messages_are_shown_with_their_reasons(client: Client, refused: list[int]) -> None:
    every = client.get("/data/refused/").content.decode()
    assert "3 messages were not let in" in every
    assert "A track message needs the name of the event." in every
    one = client.get("/data/refused/?reason=no_identity").content.decode()
    assert "needs the name of the event" not in one
    for strange in ("/data/refused/?before=x&reason=%00", "/api/v1/refused/?reason=%00", "/data/live/?q=%00"):
        assert client.get(strange).status_code == 200


def test_a_refused_message_is_mended_and_let_in(client: Client, refused: list[int]) -> None:
    still = client.post(
        "/data/refused/", {"do": "try_again", "refused_id": refused[0], "body": "{"}, follow=True
    )
    assert "still refused" in still.content.decode()
    assert Refused.objects.count() == 3
    client.post("/data/refused/", {"do": "try_again", "refused_id": refused[0], "body": json.dumps(ANN)})
    assert Refused.objects.count() == 2
    assert json.loads(bytes(Envelope.objects.get().body)) == ANN


def test_all_of_a_reason_are_tried_or_thrown_away(client: Client, refused: list[int]) -> None:
    Refused.objects.filter(pk=refused[0]).update(body=json.dumps(ANN))
    shown = client.post("/data/refused/?reason=no_event", {"do": "try_all"}, follow=True).content.decode()
    assert "1 were let in, 1 still cannot be" in shown
    assert set(Refused.objects.values_list("reason", flat=True)) == {"no_event", "no_identity"}
    client.post("/data/refused/?reason=no_identity", {"do": "throw_away"})
    assert set(Refused.objects.values_list("reason", flat=True)) == {"no_event"}


def test_the_download_is_safe_for_spreadsheets(client: Client, refused: list[int]) -> None:
    Refused.objects.filter(pk=refused[0]).update(body='=HYPERLINK("http://evil")')
    answer = client.get("/data/refused.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.startswith("\ufeffreceived_at,source,reason")
    assert "\"'=HYPERLINK" in text
    assert len(text.strip().splitlines()) == 4


def test_what_was_refused_is_not_kept_for_ever(
    refused: list[int], clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused_actions, "KEPT_ROWS", 2)
    clock.set(Refused.objects.get(pk=refused[0]).received_at)
    assert refused_actions.forget_old() == 1
    assert set(Refused.objects.values_list("pk", flat=True)) == set(refused[1:])
    clock.move(days=31)
    assert refused_actions.forget_old() == 2


# Live


def test_events_show_up_live(client: Client, run_chores: Callable[[], None], owner: Viewer) -> None:
    source = actions.make_source(SYSTEM, "Shop", "server")
    assert "Nothing has arrived lately" in client.get("/data/live/").content.decode()
    actions.accept(
        [ANN, ANN | {"event": "Cart Viewed", "messageId": "m2", "properties": {"sku": "코트"}}], source.id
    )
    run_chores()
    rows = [each for each in queries.recent(owner, 10) if each["name"] != "Score Given"]
    assert [each["name"] for each in rows] == ["Cart Viewed", "Signed Up"]
    assert queries.recent(owner, 10, search="코트")[0]["properties"] == {"sku": "코트"}
    assert queries.recent(owner, 10, search="it's") == []
    newest = queries.recent(owner, 1)[0]["position"]
    assert queries.recent(owner, 10, after=newest) == []
    shown = client.get("/data/live/").content.decode()
    assert "Cart Viewed" in shown
    assert "every 1s" in shown
    assert "every 1s" not in client.get("/data/live/?paused=1").content.decode()
    assert "Signed Up" not in client.get("/data/live/?q=cart").content.decode()
    assert client.get(f"/data/live/rows/?newest={newest}").status_code == 204
    assert client.get("/data/live/rows/?newest=0").status_code == 200


# Who may


@pytest.mark.parametrize("address", ["/data/sources/", "/data/live/", "/data/live/rows/", "/data/refused/"])
def test_only_who_brings_data_sees_these_pages(client_of: ClientOf, address: str) -> None:
    assert client_of("analyst").get(address).status_code == 200
    for role in ("marketer", "agent", "viewer"):
        assert client_of(role).get(address).status_code == 404
    assert client_of("analyst", unit=True).get(address).status_code in (403, 404)


# REST


def test_sources_over_rest(client: Client) -> None:
    def call(method: str, path: str, **told: Any) -> Any:
        return getattr(client, method)(f"/api/v1/{path}", told or None, content_type="application/json")

    made = call("post", "sources/", name="Shop", kind="server")
    assert made.status_code == 201
    source = made.json()
    assert call("get", "sources/").json() == [source]
    changed = call("patch", f"sources/{source['id']}/", name="Other").json()
    assert changed["name"] == "Other"
    key = call("post", f"sources/{source['id']}/rotate/", overlap_hours=0).json()["write_key"]
    assert call("get", f"sources/{source['id']}/").json()["write_key"] == key
    assert call("post", f"sources/{source['id']}/secret/").json()["secret"].startswith("whsec_")
    assert call("delete", f"sources/{source['id']}/").status_code == 204
    assert call("get", "sources/").json() == []
    assert call("get", "sources/999/").status_code == 404
    assert call("post", "sources/", name="Shop", kind="pigeon").status_code == 422


def test_refused_over_rest(client: Client, refused: list[int]) -> None:
    first = client.get("/api/v1/refused/?limit=2").json()
    assert len(first["items"]) == 2
    assert first["items"][0]["sentence"]["ko"]
    second = client.get("/api/v1/refused/", {"limit": 2, "after": first["next"]}).json()
    assert (len(second["items"]), second["next"]) == (1, None)
    one = f"/api/v1/refused/{refused[0]}/try/"
    assert client.post(one, {}, content_type="application/json").status_code == 400
    mended = {"body": json.dumps(ANN)}
    assert client.post(one, mended, content_type="application/json").status_code == 204
    assert client.post(one, mended, content_type="application/json").status_code == 404
