"""Who belongs to the team, with which role, and who does no longer?"""

from __future__ import annotations

from collections.abc import Collection

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.granting import (
    MEMBER,
    MoreThanHeldError,
    Units,
    check_grant,
    check_owner_remains,
    covers,
    existing_units,
    place_of,
    rights_of,
)
from dangol.platform.kernel.access.models import ApiKey, Membership, SecurityPolicy, User
from dangol.platform.kernel.access.passwords import check_password
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.showing import SignOnView
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer


class AlreadyThereError(RequestError):
    """Somebody of that address is of the team already."""

    def __init__(self, email: str) -> None:
        super().__init__(
            Said(f"{email} was to join the team.", f"{email} 님을 구성원으로 추가하려 하셨습니다."),
            Said("There is a member of that address.", "그 주소의 구성원이 이미 있습니다."),
            Said("Change their role instead.", "대신 그 구성원의 역할을 바꾸십시오."),
        )


class AlreadySetUpError(RequestError):
    """The first owner exists."""

    def __init__(self) -> None:
        super().__init__(
            Said("A first owner was to be made.", "첫 소유자를 만들려 하셨습니다."),
            Said("This installation has its team.", "이 설치에는 이미 구성원이 있습니다."),
            Said(
                "Sign in, or ask an owner for an invitation.",
                "로그인하시거나 소유자에게 초대를 요청해 주십시오.",
            ),
        )


def create_user(
    viewer: Viewer,
    email: str,
    password: str | None,
    role: str,
    *,
    name: str = "",
    unit_ids: Collection[int] | None = None,
    language: str = "",
) -> int:
    """A user with a role over the whole business, or over some units; their number."""
    units = existing_units(unit_ids)
    check_grant(viewer, role, units)
    email = check_email(email)
    with transaction.atomic():
        user = joined(email, password, role, units, name=name, language=language)
        audit.record(viewer, "member.created", f"user:{user.pk}", email=email, role=role, units=_told(units))
    return user.pk


def create_first_owner(email: str, password: str, *, name: str = "", language: str = "") -> int:
    """The owner of a fresh installation. Of two that try at once, one is refused."""
    email = check_email(email)
    check_password(password, User(email=email, name=name))
    try:
        with transaction.atomic():
            if User.objects.exists():
                raise AlreadySetUpError
            SecurityPolicy.objects.create(pk=1)
            user = joined(email, password, Role.OWNER, None, name=name, language=language)
            audit.record(SYSTEM, "owner.created", f"user:{user.pk}", email=email)
    except IntegrityError as cause:
        raise AlreadySetUpError from cause
    return user.pk


def join_by_sign_on(email: str, provider: SignOnView, *, name: str = "") -> int:
    """A member whom an identity provider named for the first time."""
    units = None if provider.unit_id is None else frozenset({provider.unit_id})
    with transaction.atomic():
        user = joined(check_email(email), None, provider.role, units, name=name)
        who = Viewer(name or email, provider.role, units, user.pk)
        audit.record(who, "member.joined_by_sign_on", f"user:{user.pk}", email=email, provider=provider.slug)
    return user.pk


def joined(
    email: str, password: str | None, role: str, units: Units, *, name: str = "", language: str = ""
) -> User:
    """The user with these memberships: a new one, or one who had left and comes back. Inside a transaction."""
    user = User.objects.filter(email=email).first()
    if user is not None and place_of(user) is not None:
        raise AlreadyThereError(email)
    user = user or User(email=email)
    user.name, user.is_active = " ".join(name.split())[:120] or user.name, True
    user.language = language or user.language
    if password is not None:
        check_password(password, user)
    user.set_password(password)
    user.save()
    EmailAddress.objects.update_or_create(
        user=user, email=email, defaults={"verified": True, "primary": True}
    )
    _write_place(user, role, units)
    return user


def change_role(viewer: Viewer, user_id: int, role: str, *, unit_ids: Collection[int] | None = None) -> None:
    """Another role or other units for a member; the last owner keeps theirs."""
    units = existing_units(unit_ids)
    check_grant(viewer, role, units)
    with transaction.atomic():
        user, before = access_member(viewer, user_id)
        if before[0] == Role.OWNER and role != Role.OWNER:
            check_owner_remains(user)
        Membership.objects.filter(user=user).delete()
        _write_place(user, role, units)
        audit.record(
            viewer,
            "member.role_changed",
            f"user:{user_id}",
            before=before[0],
            after=role,
            units_before=_told(before[1]),
            units_after=_told(units),
        )


def remove(viewer: Viewer, user_id: int) -> None:
    """Out of the team: no role, no session, no second factor, and the keys they made end with them."""
    with transaction.atomic():
        user, (role, _) = access_member(viewer, user_id)
        if role == Role.OWNER:
            check_owner_remains(user)
        Membership.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        SocialAccount.objects.filter(user=user).delete()
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
        keys = _revoke_keys(user)
        audit.record(viewer, "member.removed", f"user:{user_id}", email=user.email, role=role, keys=keys)
    end_sessions(user_id)


def deactivate(viewer: Viewer, user_id: int) -> None:
    """Locked out at once; role, second factor and history stay for when they come back."""
    with transaction.atomic():
        user, (role, _) = access_member(viewer, user_id)
        if role == Role.OWNER:
            check_owner_remains(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        audit.record(viewer, "member.deactivated", f"user:{user_id}", email=user.email)
    end_sessions(user_id)


def reactivate(viewer: Viewer, user_id: int) -> None:
    """May sign in again."""
    with transaction.atomic():
        user, _ = access_member(viewer, user_id)
        User.objects.filter(pk=user.pk).update(is_active=True)
        audit.record(viewer, "member.reactivated", f"user:{user_id}", email=user.email)


def reset_second_factor(viewer: Viewer, user_id: int) -> None:
    """Takes away the authenticators of somebody who lost theirs; they sign in with their password and set up anew."""
    with transaction.atomic():
        user, _ = access_member(viewer, user_id)
        taken = Authenticator.objects.filter(user=user).delete()[0]
        audit.record(viewer, "member.second_factor_reset", f"user:{user_id}", email=user.email, taken=taken)
    end_sessions(user_id)


def end_sessions(user_id: int, *, but: str | None = None) -> int:
    """Ends every session of a user (but the one with this key); how many there were."""
    ended = 0
    for session in UserSession.objects.filter(user_id=user_id).exclude(session_key=but or ""):
        session.end()
        ended += 1
    return ended


def end_session(viewer: Viewer, session_id: int) -> None:
    """Ends one of one's own sessions."""
    session = UserSession.objects.filter(pk=session_id, user_id=viewer.user_id or 0).first()
    if session is None:
        raise NotThereError(Said("session", "세션"), session_id)
    session.end()


def access_member(viewer: Viewer, user_id: int) -> tuple[User, tuple[str, Units]]:
    """A member whom the viewer may change: within reach, and holding no more than the viewer does."""
    check_may(viewer, "administer")
    user = User.objects.filter(pk=user_id).first()
    place = place_of(user) if user else None
    if user is None or place is None or not _is_visible(viewer, place[1]):
        raise NotThereError(MEMBER, user_id)
    role, units = place
    if not covers(viewer, units) or not all(viewer.may(right) for right in rights_of(role, units)):
        raise MoreThanHeldError(role)
    return user, place


def check_email(email: str) -> str:
    """The address in its one form, or an error that says what is wrong."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as cause:
        raise RequestError(
            Said(f"The address {email!r} was given.", f"{email!r} 주소를 주셨습니다."),
            Said("It is not an e-mail address.", "이메일 주소가 아닙니다."),
            Said("Write for example ann@example.com.", "예: ann@example.com"),
        ) from cause
    return email


def _is_visible(viewer: Viewer, units: Units) -> bool:
    return viewer.units is None or (units is not None and bool(units & viewer.units))


def _write_place(user: User, role: str, units: Units) -> None:
    each: Collection[int | None] = (None,) if units is None else sorted(units)
    Membership.objects.bulk_create(Membership(user=user, role=role, unit_id=unit) for unit in each)


def _revoke_keys(user: User) -> int:
    held = ApiKey.objects.filter(created_by=user, revoked_at=None)
    return held.update(revoked_at=clock.now())


def _told(units: Units) -> list[int] | None:
    return None if units is None else sorted(units)
