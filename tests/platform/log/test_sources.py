"""Are sources made, named, limited and shut by those who may, and is every deed on record?"""

from __future__ import annotations

from typing import Any

import pytest

from dangol.core.errors import RequestError, UnknownNameError
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log import actions, queries
from dangol.platform.log.keys import change_count, open_sources
from dangol.platform.log.models import Source

pytestmark = pytest.mark.django_db


def test_a_source_is_made_found_and_called_something_else(owner: Viewer) -> None:
    made = actions.make_source(owner, "  Shop   server ", "server")
    assert made.write_key.startswith("wk_")
    actions.rename_source(owner, made.id, "Shop")
    (found,) = queries.sources(owner)
    assert (found.name, found.kind, found.write_key) == ("Shop", "server", made.write_key)
    assert queries.source(owner, made.id) == found
    assert [each.deed for each in audit.deeds()] == ["source.renamed", "source.made"]


def test_what_is_given_must_make_sense(owner: Viewer) -> None:
    with pytest.raises(UnknownNameError):
        actions.make_source(owner, "Shop", "carrier pigeon")
    for name in ("", " ", "x" * 121, "a\x00b"):
        with pytest.raises(RequestError):
            actions.make_source(owner, name, "server")
    source = actions.make_source(owner, "Shop", "server")
    for secret in ("", "short", "x" * 201):
        with pytest.raises(RequestError):
            actions.keep_signing_secret(owner, source.id, secret)
    for hours in (-1, 721):
        with pytest.raises(RequestError):
            actions.rotate_key(owner, source.id, overlap_hours=hours)


def test_origins_are_as_browsers_write_them(owner: Viewer) -> None:
    source = actions.make_source(
        owner, "Pages", "browser", ["https://Shop.example.com/", "", "http://localhost:3000"]
    )
    assert source.allowed_origins == ("https://shop.example.com", "http://localhost:3000")
    actions.allow_origins(owner, source.id, ["https://a.example.com:443"])
    assert queries.source(owner, source.id).allowed_origins == ("https://a.example.com",)
    for wrong in ("shop.example.com", "*", "https://*.example.com", "https://a.example.com/path", "ftp://a", "https://",
                  "https://u@a", "https://a\x00", "https://a:x", "https://a:99999"):  # fmt: skip
        with pytest.raises(RequestError):
            actions.allow_origins(owner, source.id, [wrong])


def test_secrets_are_sealed_and_shown_once(owner: Viewer) -> None:
    source = actions.make_source(owner, "Pages", "browser")
    secret = actions.make_signing_secret(owner, source.id)
    assert secret not in Source.objects.get().signing_secret
    found = queries.source(owner, source.id)
    assert found.has_signing_secret
    assert secret not in repr(found)
    (opened,) = open_sources().values()
    assert opened.signing_secret == secret
    assert secret not in repr(opened)


def test_keys_rotate_with_an_overlap(owner: Viewer, clock: Any) -> None:
    source = actions.make_source(owner, "Shop", "server")
    second = actions.rotate_key(owner, source.id)
    third = actions.rotate_key(owner, source.id, overlap_hours=1)
    assert set(open_sources()) == {source.write_key, second, third}
    clock.move(hours=2)
    assert set(open_sources()) == {source.write_key, third}
    assert set(queries.source(owner, source.id).previous_keys) == {source.write_key}
    assert actions.rotate_key(owner, source.id, overlap_hours=0) in open_sources()
    assert third not in open_sources()
    actions.revoke_source(owner, source.id)
    assert open_sources() == {}
    assert queries.sources(owner) == []
    assert len(queries.sources(owner, with_revoked=True)) == 1
    with pytest.raises(NotThereError):
        actions.rotate_key(owner, source.id)


def test_a_change_is_noticed_in_the_same_process(
    owner: Viewer, django_capture_on_commit_callbacks: Any
) -> None:
    before = change_count()
    with django_capture_on_commit_callbacks(execute=True):
        actions.make_source(owner, "Shop", "server")
    assert change_count() == before + 1


def test_who_may(
    owner: Viewer, viewer_analyst: Viewer, viewer_marketer: Viewer, viewer_viewer: Viewer
) -> None:
    source = actions.make_source(viewer_analyst, "Shop", "server")
    actions.rename_source(viewer_analyst, source.id, "Shop 2")
    for viewer in (viewer_marketer, viewer_viewer):
        with pytest.raises(NotAllowedError):
            queries.sources(viewer)
        with pytest.raises(NotAllowedError):
            actions.make_source(viewer, "Shop", "server")
    for forbidden in (actions.rotate_key, actions.revoke_source, actions.make_signing_secret):
        with pytest.raises(NotAllowedError):
            forbidden(viewer_analyst, source.id)


def test_sources_belong_to_the_whole_business(owner: Viewer) -> None:
    source = actions.make_source(owner, "Shop", "server")
    of_unit = Viewer("ann", "analyst", frozenset({1}))
    for deed in (
        lambda: queries.sources(of_unit),
        lambda: queries.source(of_unit, source.id),
        lambda: actions.make_source(of_unit, "Shop", "server"),
    ):
        with pytest.raises(NotAllowedError):
            deed()
