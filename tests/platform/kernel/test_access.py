"""Do roles, units, invitations and keys keep what they promise, also when two act at once?"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from dangol.core.errors import DangolError, RequestError
from dangol.platform.kernel import audit
from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.actions.invitations import InvitationEndedError
from dangol.platform.kernel.access.actions.team import AlreadySetUpError, AlreadyThereError
from dangol.platform.kernel.access.granting import LastOwnerError, MoreThanHeldError, rights_of
from dangol.platform.kernel.access.models import ApiKey, Invitation, SignOn, User
from dangol.platform.kernel.access.passwords import WeakPasswordError
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.sealing import sealed, unsealed
from dangol.platform.kernel.access.viewer import RIGHTS, SYSTEM, Viewer
from dangol.platform.kernel.actions import set_up_business

GOOD = "four unrelated words here"


def _member(email: str, role: str, **more: Any) -> Viewer:
    found = queries.viewer_of_user(actions.create_user(SYSTEM, email, GOOD, role, **more))
    assert found
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "too short"),
        ("password123", "too common"),
        ("ann.loyal@example.com", "too similar"),
        ("dangoldangol", "little more than"),
        ("x" * 1001, "more than 1000"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    with pytest.raises(WeakPasswordError) as refused:
        actions.create_user(SYSTEM, "ann.loyal@example.com", password, "viewer")
    assert why in refused.value.in_("en")
    assert refused.value.in_("ko") != refused.value.in_("en")


@pytest.mark.django_db
@pytest.mark.parametrize("password", [GOOD, "단골손님은우산을두고간다", "x7" * 40])
def test_any_letters_make_a_good_password(password: str) -> None:
    user_id = actions.create_user(SYSTEM, "ann@example.com", password, "viewer")
    assert User.objects.get(pk=user_id).password.startswith("argon2")


@pytest.mark.django_db
def test_the_last_owner_stays() -> None:
    ann = _member("ann@example.com", "owner")
    for deed in (actions.remove, actions.deactivate):
        with pytest.raises(LastOwnerError):
            deed(ann, ann.user_id or 0)
    with pytest.raises(LastOwnerError):
        actions.change_role(ann, ann.user_id or 0, "viewer")
    bob = _member("bob@example.com", "owner")
    actions.remove(bob, ann.user_id or 0)
    assert queries.viewer_of_user(ann.user_id or 0) is None
    with pytest.raises(LastOwnerError):
        actions.remove(bob, bob.user_id or 0)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_remove_each_other_leave_one() -> None:
    ann, bob = _member("ann@example.com", "owner"), _member("bob@example.com", "owner")
    assert _together(
        lambda: actions.remove(ann, bob.user_id or 0), lambda: actions.remove(bob, ann.user_id or 0)
    ) == [None, LastOwnerError]


@pytest.mark.django_db(transaction=True)
def test_of_two_first_owners_one_is_refused() -> None:
    found = _together(
        *(lambda each=each: actions.create_first_owner(each, GOOD) for each in ("a@x.io", "b@x.io"))
    )
    assert found[1] is AlreadySetUpError
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_invitation_used_twice_at_once_is_used_once() -> None:
    token = actions.invite(SYSTEM, "cat@example.com", "viewer").token
    found = _together(*(lambda: actions.accept_invitation(token, GOOD) for _ in range(4)))
    assert found[1:] == [InvitationEndedError] * 3


def _together(*deeds: Callable[[], Any]) -> list[Any]:
    """What came of deeds done at once: None for those that worked (or their number), the kind of the error otherwise."""

    def outcome(deed: Callable[[], Any]) -> Any:
        try:
            deed()
        except DangolError as error:
            return type(error)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(outcome, deeds), key=lambda each: each is not None)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    giver=some.sampled_from(Role.values),
    given_role=some.sampled_from(Role.values),
    reach=some.sampled_from([None, {1}, {1, 2}]),
    to=some.sampled_from([None, 1, 2]),
    scopes=some.none() | some.frozensets(some.sampled_from(sorted(RIGHTS)), min_size=1),
)
def test_nobody_gives_more_than_they_hold(
    giver: str, given_role: str, reach: set[int] | None, to: int | None, scopes: frozenset[str] | None
) -> None:
    from django.db import transaction

    viewer = Viewer("giver", giver, frozenset(reach) if reach else None, None, scopes)
    with transaction.atomic():
        units = {n: actions.create_unit(SYSTEM, f"Unit {n}") for n in (1, 2)}
        viewer = Viewer("giver", giver, frozenset(units[n] for n in reach) if reach else None, None, scopes)
        for give in (
            lambda: actions.create_key(viewer, "k", given_role, unit_id=units[to] if to else None),
            lambda: actions.invite(viewer, "x@example.com", given_role, unit_id=units[to] if to else None),
        ):
            try:
                give()
            except DangolError:
                continue
            held = {right for right in RIGHTS if viewer.may(right)}
            assert rights_of(given_role, frozenset({to}) if to else None) <= held
            assert reach is None or (to is not None and to in reach)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_who_is_limited_to_units_sees_and_changes_only_those() -> None:
    north, south = (actions.create_unit(SYSTEM, name) for name in ("North", "South"))
    admin = _member("north@example.com", "admin", unit_ids=[north])
    own = _member("ann@example.com", "agent", unit_ids=[north])
    other = _member("bob@example.com", "agent", unit_ids=[south])
    both = _member("cat@example.com", "agent", unit_ids=[north, south])
    boss = _member("dan@example.com", "owner")
    assert [each.email for each in queries.members(admin)] == [
        "ann@example.com",
        "cat@example.com",
        "north@example.com",
    ]
    assert [each.name for each in queries.units(admin)] == ["North"]
    actions.change_role(admin, own.user_id or 0, "viewer", unit_ids=[north])
    for hidden in (other, boss):
        with pytest.raises(NotThereError):
            actions.remove(admin, hidden.user_id or 0)
    with pytest.raises(MoreThanHeldError):
        actions.remove(admin, both.user_id or 0)
    with pytest.raises(MoreThanHeldError):
        actions.invite(admin, "eve@example.com", "viewer")
    with pytest.raises(NotThereError):
        actions.rename_unit(admin, south, "Mine")


def test_units_alone_give_no_right_over_the_whole() -> None:
    limited, whole = Viewer("a", "admin", frozenset({1})), Viewer("a", "admin")
    for right in ("bring_data", "handle_rights_requests"):
        assert whole.may(right)
        assert not limited.may(right)
    assert limited.may("administer")
    assert limited.may("see_people")


@pytest.mark.django_db
def test_who_is_limited_to_units_does_not_set_up_the_business() -> None:
    with pytest.raises(DangolError):
        set_up_business(Viewer("a", "admin", frozenset({1})), name="Mine")


@pytest.mark.django_db
def test_an_admin_touches_no_owner() -> None:
    owner, admin = _member("ann@example.com", "owner"), _member("bob@example.com", "admin")
    _member("cat@example.com", "owner")
    with pytest.raises(MoreThanHeldError):
        actions.remove(admin, owner.user_id or 0)
    with pytest.raises(MoreThanHeldError):
        actions.change_role(admin, admin.user_id or 0, "owner")
    with pytest.raises(NotAllowedError):
        actions.set_policy(admin, second_factor="nobody", idle_minutes=60, longest_hours=24)


@pytest.mark.django_db
def test_a_key_makes_no_keys_that_would_outlive_it() -> None:
    _member("ann@example.com", "owner")
    bob = _member("bob@example.com", "admin")
    program = queries.viewer_of_key(actions.create_key(bob, "bob's", "admin").secret)
    assert program is not None
    with pytest.raises(RequestError, match="withdrawn"):
        actions.create_key(program, "another", "viewer")


@pytest.mark.django_db
def test_whoever_leaves_takes_their_keys_and_comes_back_by_invitation() -> None:
    _member("ann@example.com", "owner")
    bob = _member("bob@example.com", "admin")
    key = actions.create_key(bob, "bob's", "admin")
    actions.remove(SYSTEM, bob.user_id or 0)
    assert queries.viewer_of_key(key.secret) is None
    again = actions.accept_invitation(actions.invite(SYSTEM, "bob@example.com", "viewer").token, GOOD + "2")
    assert again == bob.user_id
    assert queries.viewer_of_user(again) == Viewer("bob@example.com", "viewer", None, again)
    assert queries.viewer_of_key(key.secret) is None


@pytest.mark.django_db
def test_an_invitation_ends(clock: Any) -> None:
    first = actions.invite(SYSTEM, "cat@example.com", "viewer")
    second = actions.invite(SYSTEM, "cat@example.com", "viewer")
    third = actions.resend(SYSTEM, second.invitation_id)
    for ended in (first.token, second.token, "made-up"):
        with pytest.raises(InvitationEndedError):
            actions.accept_invitation(ended, GOOD)
    clock.move(days=8)
    with pytest.raises(InvitationEndedError):
        actions.accept_invitation(third.token, GOOD)
    fourth = actions.resend(SYSTEM, second.invitation_id)
    actions.accept_invitation(fourth.token, GOOD)
    with pytest.raises(InvitationEndedError):
        actions.accept_invitation(fourth.token, GOOD)
    with pytest.raises(AlreadyThereError):
        actions.invite(SYSTEM, "CAT@example.com", "viewer")


@pytest.mark.django_db
def test_no_secret_is_kept_in_the_open() -> None:
    token = actions.invite(SYSTEM, "cat@example.com", "viewer").token
    secret = actions.create_key(SYSTEM, "k", "viewer").secret
    actions.add_sign_on(
        SYSTEM,
        "oidc",
        "Office",
        {"issuer": "https://id.example.com", "client_id": "dangol", "client_secret": "hush-hush"},
        domains=["example.com"],
    )
    kept = repr([list(kind.objects.values()) for kind in (Invitation, ApiKey, SignOn)])
    kept += repr([each.details for each in audit.every_deed()])
    for each in (token, secret, "hush-hush"):
        assert each not in kept
    assert queries.sign_ons(SYSTEM)[0].settings.keys() == {"issuer", "client_id"}
    assert queries.sign_ons_in_use()[0].settings["client_secret"] == "hush-hush"


def test_what_is_sealed_opens_for_its_purpose_only() -> None:
    from cryptography.fernet import InvalidToken

    text = sealed("secret", "one")
    assert unsealed(text, "one") == "secret"
    with pytest.raises(InvalidToken):
        unsealed(text, "two")
    assert sealed("secret", "one") != text


@pytest.mark.django_db
def test_every_deed_is_audited() -> None:
    unit = actions.create_unit(SYSTEM, "North")
    user = actions.create_user(SYSTEM, "ann@example.com", GOOD, "viewer", unit_ids=[unit])
    actions.change_role(SYSTEM, user, "agent", unit_ids=[unit])
    actions.deactivate(SYSTEM, user)
    actions.reactivate(SYSTEM, user)
    actions.reset_second_factor(SYSTEM, user)
    actions.set_password(SYSTEM, user, GOOD + "3")
    actions.remove(SYSTEM, user)
    actions.rename_unit(SYSTEM, unit, "Far north")
    actions.delete_unit(SYSTEM, unit)
    invited = actions.invite(SYSTEM, "bob@example.com", "viewer")
    actions.revoke_invitation(SYSTEM, invited.invitation_id)
    actions.revoke_key(SYSTEM, actions.create_key(SYSTEM, "k", "viewer").key_id)
    actions.set_policy(SYSTEM, second_factor="everyone", idle_minutes=60, longest_hours=24)
    assert [each.deed for each in audit.every_deed()] == [
        "unit.created", "member.created", "member.role_changed", "member.deactivated", "member.reactivated",
        "member.second_factor_reset", "password.set", "member.removed", "unit.renamed", "unit.deleted",
        "invitation.sent", "invitation.withdrawn", "key.created", "key.revoked", "policy.changed",
    ]  # fmt: skip
    assert audit.verify() is None
