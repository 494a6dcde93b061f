"""Who becomes one person by themselves, who is a question, and is a merge undone without a trace?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dangol.core.errors import RequestError
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.people import actions, queries
from dangol.platform.people.models import Duplicate, Person, PersonMerge
from dangol.platform.people.reactions import keep_profiles
from dangol.platform.people.resolution import Pair, resolved
from tests_support.log_rows import NOON, claim, identify, row, track

pytestmark = pytest.mark.django_db
ANN, BOB, CAT, COOKIE, OTHER = 11, 12, 13, 21, 22


def sign_in(person: int, cookie: int, *, is_trusted: bool = True) -> None:
    """Somebody signs in with the cookie of a visitor."""
    told = {"user_id": f"u{person}", "anonymous_id": f"c{cookie}", "anonymous_person_id": cookie}
    keep_profiles([row("identify", person, is_trusted=is_trusted, **told)])


def test_a_visitor_becomes_who_signs_in() -> None:
    keep_profiles([track(COOKIE, "Page Viewed", occurred_at=NOON - timedelta(days=3))])
    sign_in(ANN, COOKIE)
    assert Person.objects.get(pk=COOKIE).merged_into == ANN
    ann = Person.objects.get(pk=ANN)
    assert ann.first_seen_at == NOON - timedelta(days=3)
    view = queries.person(SYSTEM, COOKIE)
    assert (view.line.id, sorted(view.ids)) == (ANN, [ANN, COOKIE])
    assert [(m.loser_id, m.reason) for m in view.merges] == [(COOKIE, "anonymous")]


def test_later_rows_of_the_cookie_are_theirs() -> None:
    sign_in(ANN, COOKIE)
    keep_profiles([claim(COOKIE, email="ann@x.kr"), track(COOKIE, "A", occurred_at=NOON + timedelta(days=1))])
    ann = Person.objects.get(pk=ANN)
    assert ann.untrusted["email"] == "ann@x.kr"
    assert ann.last_seen_at == NOON + timedelta(days=1)


def test_a_shared_device_stays_with_the_first() -> None:
    sign_in(ANN, COOKIE)
    sign_in(BOB, COOKIE)
    assert Person.objects.get(pk=COOKIE).merged_into == ANN
    assert Person.objects.get(pk=ANN).merged_into is None
    assert Person.objects.get(pk=BOB).merged_into is None


def test_the_unverified_and_the_verified_are_never_merged_by_themselves() -> None:
    keep_profiles([identify(ANN, email="ann@example.com")])
    keep_profiles([claim(OTHER, f"u{ANN}", email="ann@example.com")])
    assert not PersonMerge.objects.exists()
    assert {d.reason for d in Duplicate.objects.all()} <= {"email", "claimed_id"}
    assert Duplicate.objects.count() == 1
    (asked,) = queries.person(SYSTEM, ANN).duplicates
    assert (asked.other_id, asked.is_other_verified) == (OTHER, False)


def test_a_cookie_that_claimed_somebody_is_a_question_for_the_verified() -> None:
    keep_profiles([claim(OTHER, "ubob")])
    sign_in(OTHER, COOKIE, is_trusted=False)
    assert Person.objects.get(pk=COOKIE).merged_into == OTHER
    sign_in(BOB, COOKIE)
    assert Person.objects.get(pk=OTHER).merged_into is None
    assert Duplicate.objects.filter(first_id=BOB, second_id=OTHER).exists()


def test_pairs_of_a_batch_are_resolved_together() -> None:
    pairs = [
        Pair(1, 2, "x"),
        Pair(2, 3, "x"),
        Pair(1, 3, "x"),
        Pair(4, 3, "x"),
        Pair(5, 6, "x"),
        Pair(6, 5, "x"),
    ]
    merges, questions = resolved(pairs, {}, {3: True, 2: False})
    assert [(m.loser, m.winner) for m in merges] == [(1, 2), (2, 3), (4, 3), (5, 6)]
    assert questions == []


def test_a_merge_by_hand_fills_gaps_and_undoes_exactly(owner: Viewer) -> None:
    keep_profiles([identify(ANN, name="Ann", plan="pro", vip=True)])
    keep_profiles([identify(BOB, name="Anne", email="ann@x.kr", phone="010-1", town="서울")])
    before = {p.pk: p for p in Person.objects.all()}
    number = actions.merge(owner, BOB, ANN)
    ann = Person.objects.get(pk=ANN)
    assert (ann.name, ann.email, ann.traits) == ("Ann", "ann@x.kr", {"vip": True, "town": "서울"})
    assert [line.id for line in queries.page_of(owner, search="서울").lines] == [ANN]
    assert queries.count_of(owner) == 1
    actions.undo_merge(owner, number)
    for number_, was in before.items():
        now = Person.objects.get(pk=number_)
        for field in Person._meta.concrete_fields:
            assert getattr(now, field.attname) == getattr(was, field.attname), (number_, field.attname)
    assert [line.id for line in queries.page_of(owner, search="서울").lines] == [BOB]


def test_what_was_said_after_a_merge_survives_its_undoing(owner: Viewer) -> None:
    keep_profiles([identify(ANN, name="Ann"), identify(BOB, email="old@x.kr", town="서울")])
    number = actions.merge(owner, BOB, ANN)
    keep_profiles(
        [row("identify", ANN, user_id="u", occurred_at=NOON + timedelta(1), traits={"email": "new@x.kr"})]
    )
    actions.undo_merge(owner, number)
    actions.undo_merge(owner, number)
    ann = Person.objects.get(pk=ANN)
    assert (ann.email, ann.traits) == ("new@x.kr", {})


def test_chains_are_followed(owner: Viewer) -> None:
    keep_profiles([identify(n) for n in (ANN, BOB, CAT)])
    actions.merge(owner, ANN, BOB)
    actions.merge(owner, BOB, CAT)
    assert sorted(queries.person(owner, ANN).ids) == [ANN, BOB, CAT]
    with pytest.raises(RequestError):
        actions.merge(owner, ANN, CAT)


def test_people_of_other_units_cannot_be_merged(owner: Viewer, viewer_of_unit: Viewer) -> None:
    keep_profiles([identify(ANN), identify(BOB)])
    number = actions.merge(owner, ANN, BOB)
    for attempt in (
        lambda: actions.merge(viewer_of_unit, ANN, BOB),
        lambda: actions.undo_merge(viewer_of_unit, number),
        lambda: queries.person(viewer_of_unit, BOB),
    ):
        with pytest.raises(NotThereError):
            attempt()


def test_people_who_look_alike_are_kept_apart_for_good(owner: Viewer) -> None:
    keep_profiles([identify(ANN, email="x@x.kr"), identify(BOB, email="x@x.kr")])
    (asked,) = queries.person(owner, ANN).duplicates
    actions.keep_apart(owner, asked.id)
    keep_profiles([identify(CAT, email="x@x.kr"), identify(BOB, email="x@x.kr", n=1)])
    assert [d.other_id for d in queries.person(owner, ANN).duplicates] == [CAT]
