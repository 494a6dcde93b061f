"""Is the list of events whole, and does everything that is sent or read by name stand in it?"""

from __future__ import annotations

import re

import pytest

from dangol.platform.log.vocabulary import EVENTS, FAMILIES, names_of
from tests_support.sources import PACKAGE

SPOKEN = re.compile(r"[\"']((?:[A-Z][a-z]+ )+(?:to Wishlist|[A-Z][a-z]+(?:ed|en|own|id)))[\"']")


def test_every_event_is_of_a_family_and_every_family_has_events() -> None:
    assert {each.family for each in EVENTS.values()} == set(FAMILIES)
    assert names_of("orders") == ("Order Completed", "Order Updated", "Order Refunded", "Order Cancelled")


@pytest.mark.parametrize("name", EVENTS)
def test_properties_are_named_once(name: str) -> None:
    names = [each.name for each in EVENTS[name].properties]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z_]*", each) for each in names)


@pytest.mark.parametrize(
    "place", ["log/projections.py", "log/webhooks/stripe.py", "log/imports/messages.py", "people/consents.py"]
)
def test_what_is_read_or_sent_by_name_is_on_the_list(place: str) -> None:
    spoken = set(SPOKEN.findall((PACKAGE / "platform" / place).read_text(encoding="utf-8")))
    assert spoken
    assert spoken <= set(EVENTS)
