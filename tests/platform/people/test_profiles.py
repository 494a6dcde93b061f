"""Does a person look as their sources say, the newest word winning, whatever the order it arrives in?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.people import actions, queries
from dangol.platform.people.models import Account, Changed, Person, TraitChange
from dangol.platform.people.reactions import keep_profiles
from dangol.platform.people.told import person_said
from tests_support.log_rows import NOON, claim, identify, row, track

pytestmark = pytest.mark.django_db
ANN, BOB, CAT, DAN = 11, 12, 13, 14


def test_traits_become_fields_and_the_rest_stays() -> None:
    keep_profiles([
        identify(ANN, email="Ann@Example.com", firstName="Ann", lastName="Lee", createdAt="2025-01-31T10:00:00Z",
                 plan="pro", vip=True, address={"country": "KR"}, company={"id": "acme"}),
    ])  # fmt: skip
    ann = Person.objects.get(pk=ANN)
    assert (ann.name, ann.email, ann.plan, ann.country, ann.account_id) == (
        "Ann Lee", "ann@example.com", "pro", "KR", "acme",
    )  # fmt: skip
    assert ann.joined_on is not None
    assert ann.joined_on.isoformat() == "2025-01-31"
    assert ann.traits["vip"] is True
    assert (ann.external_id, ann.is_verified, ann.is_known) == (f"u{ANN}", True, True)


def test_the_newest_word_wins_in_any_order_and_any_batches() -> None:
    words = [
        row("identify", ANN, user_id="u", occurred_at=NOON + timedelta(days=n), traits={"plan": plan, "n": n})
        for n, plan in enumerate(["free", "pro", "team"])
    ]
    keep_profiles(words)
    for n, word in enumerate([words[2], words[0], words[1]]):
        keep_profiles([row(word.type, BOB, user_id="b", occurred_at=word.occurred_at, traits=word.traits)])
        assert Person.objects.get(pk=BOB).plan == "team", n
    assert [Person.objects.get(pk=number).traits for number in (ANN, BOB)] == [{"n": 2}] * 2


def test_each_field_knows_where_its_value_comes_from_and_what_it_replaced() -> None:
    keep_profiles([identify(ANN, plan="free")])
    later = row(
        "identify",
        ANN,
        user_id="u",
        source_id=7,
        occurred_at=NOON + timedelta(hours=1),
        traits={"plan": "pro"},
    )
    keep_profiles([later])
    told = Person.objects.get(pk=ANN).provenance["plan"]
    assert (told["source"], told["position"]) == (7, later.position)
    change = TraitChange.objects.get(person_id=ANN, field="plan")
    assert (change.old, change.new) == ("free", "pro")


def test_a_null_takes_a_value_away() -> None:
    keep_profiles([identify(ANN, plan="pro", vip=True)])
    keep_profiles([identify(ANN, plan=None, vip=None)])
    ann = Person.objects.get(pk=ANN)
    assert (ann.plan, ann.traits) == ("", {})


def test_claims_of_a_browser_are_apart_and_change_no_field() -> None:
    """S-2: what a browser says without a signature is shown, and trusted by nothing."""
    keep_profiles([identify(ANN, plan="free", email="ann@example.com")])
    keep_profiles([claim(ANN, plan="vip", email="evil@example.com", balance=10_000)])
    ann = Person.objects.get(pk=ANN)
    assert (ann.plan, ann.email, ann.traits) == ("free", "ann@example.com", {})
    assert ann.untrusted["plan"] == "vip"
    signed = row("identify", ANN, user_id="u", traits={"plan": "pro", "untrusted": {"plan": "vip2"}})
    keep_profiles([signed])
    ann = Person.objects.get(pk=ANN)
    assert (ann.plan, ann.untrusted["plan"]) == ("pro", "vip2")


def test_visitors_are_kept_and_not_listed() -> None:
    keep_profiles([track(CAT, "Page Viewed", anonymous_id="c")])
    assert not Person.objects.get(pk=CAT).is_known
    assert queries.page_of(SYSTEM).lines == []


def test_a_server_that_never_says_who_they_are_still_names_them() -> None:
    keep_profiles(
        [track(ANN, "Order Completed", user_id="ann"), track(ANN, "Order Completed", user_id="ann")]
    )
    ann = Person.objects.get(pk=ANN)
    assert (ann.external_id, ann.is_known, ann.is_verified) == ("ann", True, True)
    keep_profiles([row("track", BOB, name="Page Viewed", user_id="bob", is_trusted=False)])
    bob = Person.objects.get(pk=BOB)
    assert (bob.external_id, bob.untrusted["user_id"], bob.is_known) == ("", "bob", True)
    assert {line.external_id for line in queries.page_of(SYSTEM).lines} == {"ann", ""}


def test_seen_widens_only() -> None:
    keep_profiles([track(ANN, "A", occurred_at=NOON), track(ANN, "A", occurred_at=NOON - timedelta(days=9))])
    keep_profiles([track(ANN, "A", occurred_at=NOON - timedelta(days=3))])
    ann = Person.objects.get(pk=ANN)
    assert (ann.first_seen_at, ann.last_seen_at) == (NOON - timedelta(days=9), NOON)
    keep_profiles([track(ANN, "A", occurred_at=NOON + timedelta(days=1))])
    assert Person.objects.get(pk=ANN).last_seen_at == NOON + timedelta(days=1)


def test_a_group_call_makes_an_account_with_a_seat() -> None:
    keep_profiles([identify(ANN), row("group", ANN, user_id="u", account_id="acme",
                                      traits={"name": "Acme", "plan": "team", "seats": "12", "role": "owner"})])  # fmt: skip
    acme = Account.objects.get(account_id="acme")
    assert (acme.name, acme.plan, acme.seats_count) == ("Acme", "team", 12)
    seat = acme.seats.get()
    assert (seat.person_id, seat.role, seat.is_verified) == (ANN, "owner", True)
    assert Person.objects.get(pk=ANN).account_id == "acme"
    shown = queries.account(SYSTEM, "acme")
    assert [(line.id, role) for line, role in shown.people] == [(ANN, "owner")]


def test_the_referrer_is_found_by_their_id() -> None:
    keep_profiles([identify(ANN)])
    keep_profiles([identify(BOB, referredBy=f"u{ANN}"), identify(CAT, referredBy="nobody")])
    assert Person.objects.get(pk=BOB).referrer_id == ANN
    assert Person.objects.get(pk=CAT).referrer_id is None


def test_the_unit_follows_the_trait_that_the_settings_name(owner: Viewer, run_effects: Any) -> None:
    north = Unit.objects.create(name="North", slug="north")
    keep_profiles([identify(ANN, store="North"), identify(BOB, store="elsewhere")])
    actions.change_people_settings(owner, unit_trait="store")
    run_effects()
    assert Person.objects.get(pk=ANN).unit_id == north.pk
    keep_profiles([identify(BOB, store="north"), identify(ANN, store="South")])
    assert [Person.objects.get(pk=n).unit_id for n in (ANN, BOB)] == [None, north.pk]


def test_a_batch_again_changes_nothing() -> None:
    batch = [identify(ANN, plan="pro", vip=True), claim(BOB, "x", email="b@x.kr"), track(CAT, "A")]
    keep_profiles(batch)
    before = list(Person.objects.order_by("pk").values())
    Changed.objects.all().delete()
    keep_profiles(batch)
    assert list(Person.objects.order_by("pk").values()) == before
    assert not TraitChange.objects.exists()


def test_a_field_set_by_hand_says_by_whom(owner: Viewer) -> None:
    keep_profiles([identify(ANN, plan="free")])
    actions.set_field(owner, ANN, "plan", "pro")
    actions.set_trait(owner, ANN, "favourite", "환불 없음")
    view = queries.person(owner, ANN)
    plan = next(each for each in view.fields if each.name == "plan")
    assert (plan.value, plan.source) == ("pro", owner.name)
    assert [line.id for line in queries.page_of(owner, search="환불").lines] == [ANN]


@pytest.mark.parametrize(
    ("traits", "fields"),
    [
        ({"createdAt": 1_700_000_000}, {"joined_on": "2023-11-14"}),
        ({"createdAt": 1_700_000_000_000}, {"joined_on": "2023-11-14"}),
        ({"createdAt": "soon"}, {"joined_on": None}),
        ({"name": {"first": "x"}}, {"name": ""}),
        ({"이름": "김민준", "휴대폰": "010-1234-5678"}, {"name": "김민준", "phone": "010-1234-5678"}),
        ({"email": "  A@B.kr "}, {"email": "a@b.kr"}),
    ],
)
def test_what_sources_say_is_read_kindly(traits: dict[str, Any], fields: dict[str, Any]) -> None:
    assert person_said(traits)[0] == fields
