"""Is everybody found who is meant, in Korean from two syllables on, and does the list turn its pages without a gap?"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from dangol.core.errors import UnknownNameError
from dangol.platform.kernel.access.models import Unit
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.people import actions, queries
from dangol.platform.people.folding import phrases, pieces
from dangol.platform.people.models import Person
from dangol.platform.people.reactions import keep_profiles
from tests_support.log_rows import NOON, identify, row

pytestmark = pytest.mark.django_db
ANN, BOB, CAT, DAN, EVE = 11, 12, 13, 14, 15


@pytest.fixture
def cast() -> None:
    """Five people with Korean and English in their fields."""
    keep_profiles([
        identify(ANN, name="김민준", email="ann@example.com", phone="+82 10-1234-5678", memo="배송이 빨라요"),
        identify(BOB, name="Bob Kim", email="bob@example.com", memo="환불요청을 두 번 하셨음"),
        identify(CAT, name="Élodie Cat", email="cat@gmail.com", plan="ＰＲＯ 등급", tags=["결제오류", "vip"]),
        identify(DAN, name="dan", email="dan.kim@example.com", note="무통장 결제"),
        identify(EVE, name="Eve Annson", email="eve@shop.kr"),
    ])  # fmt: skip


def found(query: str, viewer: Viewer = SYSTEM) -> set[int]:
    """Whom the list shows for a search."""
    return {line.id for line in queries.page_of(viewer, search=query).lines}


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("환불", {BOB}), ("배송", {ANN}), ("결제", {CAT, DAN}), ("결제 오류", {CAT}), ("불요청", {BOB}), ("민준", {ANN}),
        ("준", {ANN}), ("김민준", {ANN}), ("요청을", {BOB}), ("환결", set()), ("KIM", {BOB, DAN}), ("ki", {BOB, DAN}),
        ("elodie", {CAT}), ("Élo", {CAT}), ("ann", {ANN, EVE}), ("ann@example.com", {ANN}), ("ann@exam", {ANN}),
        ("example", {ANN, BOB, DAN}), ("dan.kim", {DAN}), ("010-1234-5678", {ANN}), ("01012345678", {ANN}),
        ("5678", {ANN}), ("1234-5678", {ANN}), ("+82 10 1234 5678", {ANN}), ("u13", {CAT}), ("vip", {CAT}),
        ("kim dan", {DAN}), ("무통장 kim", {DAN}), ("'; drop table", set()), ('"', set()), ("*", set()), ("a:b", set()),
        ("NOT AND OR", set()), ("%", set()), ("\\", set()),
    ],
)  # fmt: skip
def test_who_is_found(cast: None, query: str, who: set[int]) -> None:
    assert found(query) == (who or ({ANN, BOB, CAT, DAN, EVE} if not query.strip() else set()))


def test_full_width_letters_are_the_same(cast: None) -> None:
    keep_profiles([identify(DAN, memo="ＰＲＯ회원")])
    assert found("pro") == {DAN}
    assert found("ｐｒｏ회원") == {DAN}


def test_exact_ids_and_addresses_stand_first(cast: None) -> None:
    keep_profiles([identify(n, memo="dan.kim@example.com") for n in range(100, 130)])
    lines = queries.page_of(SYSTEM, search="dan.kim@example.com").lines
    assert lines[0].id == DAN
    assert len(lines) == 31
    assert queries.page_of(SYSTEM, search=f"u{CAT}").lines[0].id == CAT


def test_names_stand_before_other_places(cast: None) -> None:
    keep_profiles([identify(n, memo="친구는 김민준") for n in range(100, 105)])
    assert queries.page_of(SYSTEM, search="김민준").lines[0].id == ANN


def test_what_changed_is_found_and_what_is_gone_is_not(cast: None) -> None:
    keep_profiles([identify(BOB, memo="교환")])
    assert found("환불") == set()
    assert found("교환") == {BOB}


def test_notes_are_found_until_they_are_removed(cast: None, owner: Viewer) -> None:
    number = actions.add_note(owner, EVE, "전화로 해지방어 상담함")
    assert found("해지방어") == {EVE}
    actions.remove_note(owner, number)
    assert found("해지방어") == set()
    actions.restore_note(owner, number)
    assert found("해지") == {EVE}


def test_a_viewer_of_units_finds_their_people_only(cast: None, viewer_of_unit: Viewer) -> None:
    Unit.objects.create(pk=1, name="North", slug="north")
    Person.objects.filter(pk=BOB).update(unit=1)
    keep_profiles([identify(BOB, plan="x", memo="kim 환불")])
    assert found("kim", viewer_of_unit) == {BOB}
    assert found("u13", viewer_of_unit) == set()
    assert found("ann@example.com", viewer_of_unit) == set()
    assert queries.count_of(viewer_of_unit) == 1
    assert [line.id for line in queries.page_of(viewer_of_unit).lines] == [BOB]


def test_a_viewer_without_the_right_sees_nobody(cast: None, viewer_viewer: Viewer) -> None:
    assert found("kim", viewer_viewer) == set()
    assert queries.count_of(viewer_viewer) == 0


@pytest.mark.parametrize("order", [sign + key for sign in ("", "-") for key in queries.ORDERS])
def test_pages_hold_everybody_once_in_order(order: str) -> None:
    keep_profiles([
        row("identify", n, user_id=f"u{n}", occurred_at=NOON - timedelta(hours=n % 7),
            traits={"name": f"name {n % 11}" if n % 3 else None,
                    "createdAt": f"2025-0{1 + n % 9}-01" if n % 4 else None})
        for n in range(1, 60)
    ])  # fmt: skip
    for n in range(1, 60, 2):
        Person.objects.filter(pk=n).update(amount=(n % 5) * 1000)
    shown, after = [], None
    while True:
        page = queries.page_of(SYSTEM, order=order, after=after, limit=7)
        shown += page.lines
        after = page.after
        if after is None:
            break
    assert sorted(line.id for line in shown) == list(range(1, 60))
    field = queries.ORDERS[order.removeprefix("-")].field
    told = [value for line in shown if (value := getattr(line, field)) not in (None, "")]
    assert all(a >= b if order.startswith("-") else a <= b for a, b in pairwise(told))
    unknown = [getattr(line, field) in (None, "") for line in shown]
    assert unknown == sorted(unknown)


def test_a_list_can_be_narrowed(cast: None) -> None:
    assert [p.id for p in queries.page_of(SYSTEM, filters={"plan": "ＰＲＯ 등급"}).lines] == [CAT]
    assert {p.id for p in queries.page_of(SYSTEM, audience=[ANN, DAN, 999]).lines} == {ANN, DAN}
    assert {p.id for p in queries.page_of(SYSTEM, audience=lambda rows: rows.exclude(pk=ANN)).lines} == {
        BOB,
        CAT,
        DAN,
        EVE,
    }
    assert queries.count_of(SYSTEM, audience={ANN, 999}) == 1
    assert {p.id for p in queries.page_of(SYSTEM, search="kim", audience=[DAN]).lines} == {DAN}
    assert queries.choices(SYSTEM, "plan") == ["ＰＲＯ 등급"]


def test_a_big_audience_is_walked(cast: None) -> None:
    numbers = frozenset(range(12, 10_000))
    page = queries.page_of(SYSTEM, audience=numbers, limit=2)
    rest = queries.page_of(SYSTEM, audience=numbers, limit=9, after=page.after)
    assert {p.id for p in page.lines + rest.lines} == {BOB, CAT, DAN, EVE}
    assert len(page.lines) == 2


def test_odd_addresses_of_pages_begin_the_list_and_odd_orders_are_told(cast: None) -> None:
    for after in ("x", "~", "2026~", "2026-01-01~x", "NaN~1"):
        assert len(queries.page_of(SYSTEM, after=after).lines) == 5
    for after in ("²", "9" * 5_000):
        assert queries.page_of(SYSTEM, search="dan", after=after).lines
    with pytest.raises(UnknownNameError):
        queries.page_of(SYSTEM, order="colour")


def test_pieces_of_a_text() -> None:
    assert pieces("환불요청 OK") == ["환불", "불요", "요청", "청", "ok"]
    assert phrases("환불") == [(["환불"], False)]
    assert phrases("불") == [(["불"], True)]
    assert phrases("Ann@Ex") == [(["ann", "ex"], True)]
