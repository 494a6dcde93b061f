"""Do the pages of audiences build, count, save and delete, for those who may?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from dangol.platform.audiences.models import Audience

pytestmark = pytest.mark.django_db
FORM = {
    "mode": "build", "joint-0": "all", "head-0.0": "trait", "was-0.0": "trait", "name-0.0": "plan",
    "word-0.0-0": "is", "value-0.0-0": "pro",
}  # fmt: skip
Clients = Callable[..., Client]


def test_a_rule_is_built_written_as_text_and_saved(client_of: Clients) -> None:
    client = client_of("marketer")
    built = client.post("/audiences/build/", FORM | {"do": "as-text"}).content.decode()
    assert "<textarea" in built
    assert "plan is pro" in built
    back = client.post(
        "/audiences/build/", {"mode": "text", "written": "plan is team or email is set", "do": "as-form"}
    ).content.decode()
    assert 'value="team"' in back
    assert 'name="head-0.1"' in back
    saved = client.post("/audiences/new/", FORM | {"name": "Pros", "save": "yes"})
    assert saved.status_code == 302
    assert Audience.objects.get().rule == {"trait": "plan", "is": "pro"}
    assert b"Pros" in client.get("/audiences/").content
    assert b"plan is pro" in client.get(saved["Location"]).content


def test_the_count_follows_in_the_readers_language(client_of: Clients) -> None:
    counted = client_of("marketer", language="ko").post("/audiences/count/", FORM).content.decode()
    assert "지금 0명" in counted
    unfinished = client_of("marketer", language="ko").post("/audiences/count/", FORM | {"value-0.0-0": ""})
    assert "비어 있는 곳" in unfinished.content.decode()


def test_what_cannot_be_saved_is_said_and_kept_in_the_form(client_of: Clients) -> None:
    client = client_of("marketer")
    again = client.post("/audiences/new/", FORM | {"name": "", "note": "for Ann", "save": "yes"})
    assert again.status_code == 200
    assert b"no name" in again.content
    assert b"for Ann" in again.content
    wrong = client.post(
        "/audiences/new/", {"mode": "text", "written": "plan iss pro", "name": "x", "save": "yes"}
    )
    assert b"plan iss pro" in wrong.content
    assert not Audience.objects.exists()


def test_an_audience_that_others_name_is_not_deleted(client_of: Clients) -> None:
    client = client_of("marketer")
    client.post("/audiences/new/", FORM | {"name": "Pros", "save": "yes"})
    client.post(
        "/audiences/new/", {"mode": "text", "written": "audience Pros", "name": "Same", "save": "yes"}
    )
    pros, same = Audience.objects.get(name="Pros"), Audience.objects.get(name="Same")
    refused = client.post(f"/audiences/{pros.pk}/", {"do": "delete"})
    assert refused.status_code == 409
    assert b"Same" in refused.content
    assert client.post(f"/audiences/{same.pk}/", {"do": "delete"}).status_code == 302
    assert client.post(f"/audiences/{pros.pk}/", {"do": "delete"}).status_code == 302


def test_who_only_looks_changes_nothing(client_of: Clients) -> None:
    client_of("marketer").post("/audiences/new/", FORM | {"name": "Pros", "save": "yes"})
    pros = Audience.objects.get()
    viewer = client_of("viewer")
    assert viewer.get(f"/audiences/{pros.pk}/").status_code == 200
    assert viewer.get("/audiences/new/").status_code == 404
    assert viewer.post(f"/audiences/{pros.pk}/", {"do": "delete"}).status_code in (403, 404)
    assert Audience.objects.exists()
