"""Who may what? Viewers from users and keys; the team, its units, invitations and keys."""

from __future__ import annotations

import hmac
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Count, Q, QuerySet

from dangol.platform.kernel import clock
from dangol.platform.kernel.access.actions.security import SEALED_FOR
from dangol.platform.kernel.access.granting import covers, place_of, rights_of
from dangol.platform.kernel.access.models import (
    ApiKey,
    Invitation,
    Membership,
    SecurityPolicy,
    SignOn,
    Unit,
    User,
)
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.sealing import unsealed
from dangol.platform.kernel.access.showing import (
    InvitationView,
    KeyView,
    MemberView,
    PolicyView,
    SessionView,
    SignOnView,
    UnitView,
    UserView,
    WaysIn,
)
from dangol.platform.kernel.access.tokens import KEY_MARK, hash_of
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.environment import environment

SECRETS = frozenset({"client_secret"})


def viewer_of_user(user_id: int) -> Viewer | None:
    """The viewer that a user is by their memberships; None without one, or when switched off."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    place = place_of(user) if user else None
    if user is None or place is None:
        return None
    return Viewer(user.name or user.email, place[0], place[1], user.pk)


def viewer_of_key(secret: str) -> Viewer | None:
    """The viewer behind an API key; None for one that is unknown, ended, revoked, or outgrew its maker."""
    if not secret.startswith(KEY_MARK):
        return None
    moment = clock.now()
    valid = ApiKey.objects.filter(Q(expires_at=None) | Q(expires_at__gt=moment), revoked_at=None)
    key = valid.filter(key_hash=hash_of(secret)).first()
    if key is None:
        return None
    units = None if key.unit_id is None else frozenset({key.unit_id})
    if key.created_by_id is not None and not _may_still_give(key.created_by_id, key.role, units):
        return None
    if key.last_used_at is None or moment - key.last_used_at > timedelta(minutes=1):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=moment)
    return Viewer(
        f"{key.name} ({key.prefix})", key.role, units, None, frozenset(key.scopes) or None, is_key=True
    )


def _may_still_give(user_id: int, role: str, units: frozenset[int] | None) -> bool:
    maker = viewer_of_user(user_id)
    return (
        maker is not None
        and covers(maker, units)
        and all(maker.may(right) for right in rights_of(role, units))
    )


def is_fresh() -> bool:
    """Whether nobody works here yet: the first-run page is open."""
    return not User.objects.exists()


def setup_code() -> str:
    """What lets a browser that is not on the server make the first owner; the server's command line prints it."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"dangol.setup", "sha256").hexdigest()
    return "-".join(digest[at : at + 5] for at in range(0, 20, 5))


def user_of(user_id: int) -> UserView | None:
    """What a user chose for themselves."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        return None
    return UserView(user.pk, user.email, user.name, user.language, user.time_zone, user.theme)


def user_by_email(email: str) -> UserView | None:
    """The user of an address."""
    user = User.objects.filter(email=email.strip().lower()).first()
    return user_of(user.pk) if user else None


def members(viewer: Viewer) -> list[MemberView]:
    """The team: everybody, or whoever belongs to the viewer's units."""
    check_may(viewer, "administer")
    held: dict[int, list[Membership]] = defaultdict(list)
    for each in Membership.objects.select_related("unit").order_by("unit__name"):
        held[each.user_id].append(each)
    strong = set(Authenticator.objects.exclude(type="recovery_codes").values_list("user_id", flat=True))
    users = User.objects.filter(pk__in=held).order_by("email")
    shown = (_member(user, held[user.pk], has_second=user.pk in strong) for user in users)
    return [each for each in shown if _is_near(viewer, each.units)]


def member(viewer: Viewer, user_id: int) -> MemberView | None:
    """One of the team, where the viewer may see them."""
    return next((each for each in members(viewer) if each.user_id == user_id), None)


def units(viewer: Viewer) -> list[UnitView]:
    """The units that the viewer may see."""
    found = Unit.objects.annotate(held=Count("membership")).order_by("name")
    if viewer.units is not None:
        found = found.filter(pk__in=viewer.units)
    return [UnitView(unit.pk, unit.name, unit.slug, unit.held) for unit in found]


def invitations(viewer: Viewer) -> list[InvitationView]:
    """The invitations that wait, newest first."""
    check_may(viewer, "administer")
    found = Invitation.objects.filter(accepted_at=None, revoked_at=None).select_related("unit", "invited_by")
    moment = clock.now()
    return [
        InvitationView(
            each.pk,
            each.email,
            each.role,
            each.unit_id,
            each.unit.name if each.unit else "",
            (each.invited_by.name or each.invited_by.email) if each.invited_by else "",
            each.created_at,
            each.expires_at,
            each.expires_at <= moment,
        )
        for each in _within(found, viewer).order_by("-id")
    ]


def invitation_of(token: str) -> InvitationView | None:
    """The open invitation behind a link."""
    found = Invitation.objects.filter(
        token_hash=hash_of(token), accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    ).first()
    if found is None:
        return None
    return InvitationView(
        found.pk, found.email, found.role, found.unit_id, found.unit.name if found.unit else "", "",
        found.created_at, found.expires_at, is_expired=False,
    )  # fmt: skip


def keys(viewer: Viewer) -> list[KeyView]:
    """The API keys, without their secrets, newest first."""
    check_may(viewer, "administer")
    found = _within(ApiKey.objects.select_related("unit", "created_by"), viewer)
    return [_key(each) for each in found.order_by("-id")]


def policy() -> PolicyView:
    """How strictly people sign in here."""
    held = SecurityPolicy.objects.filter(pk=1).first() or SecurityPolicy()
    return PolicyView(held.second_factor, held.idle_minutes, held.longest_hours)


def lacks_second_factor(viewer: Viewer) -> bool:
    """Whether the policy demands a second factor of this user, who has none."""
    demanded = policy().second_factor
    is_meant = demanded == "everyone" or (
        demanded == "administrators" and viewer.role in (Role.OWNER, Role.ADMIN)
    )
    return is_meant and viewer.user_id is not None and not has_second_factor(viewer.user_id)


def has_second_factor(user_id: int) -> bool:
    """Whether a user set up an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user_id=user_id).exclude(type="recovery_codes").exists())


def ways_in(user_id: int) -> WaysIn:
    """How a user can sign in."""
    user = User.objects.filter(pk=user_id).first()
    found = Authenticator.objects.filter(user_id=user_id)
    return WaysIn(
        has_password=user is not None and user.has_usable_password(),
        has_app=found.filter(type="totp").exists(),
        passkeys=tuple((each.pk, str(each), each.last_used_at) for each in found.filter(type="webauthn")),
        has_recovery_codes=found.filter(type="recovery_codes").exists(),
    )


def sessions(user_id: int, present: str) -> list[SessionView]:
    """The sessions of a user that are still open, the latest first; `present` is the key of the one that asks."""
    return [
        SessionView(
            each.pk, each.ip, each.user_agent, each.created_at, each.last_seen_at, each.session_key == present
        )
        for each in sorted(
            (each for each in UserSession.objects.filter(user_id=user_id) if each.exists()),
            key=lambda each: each.last_seen_at,
            reverse=True,
        )
    ]


def sign_ons(viewer: Viewer) -> list[SignOnView]:
    """The identity providers, without their secrets."""
    check_may(viewer, "own")
    return [_sign_on(each, with_secrets=False) for each in SignOn.objects.order_by("name")]


def sign_ons_in_use() -> list[SignOnView]:
    """The identity providers with their secrets, for the sign-in itself."""
    kept = [_sign_on(each, with_secrets=True) for each in SignOn.objects.filter(is_on=True).order_by("name")]
    return kept + _told_by_environment()


def _told_by_environment() -> list[SignOnView]:
    told = environment().oidc
    if told is None:
        return []
    domains = tuple(each.strip().lower() for each in told["domains"].split(","))
    return [
        SignOnView(
            None,
            "environment",
            "oidc",
            "OpenID Connect",
            domains,
            Role.VIEWER,
            None,
            is_on=True,
            settings=told,
        )
    ]


def _sign_on(held: SignOn, *, with_secrets: bool) -> SignOnView:
    told: dict[str, str] = json.loads(unsealed(held.sealed_settings, SEALED_FOR))
    shown = {key: value for key, value in told.items() if with_secrets or key not in SECRETS}
    return SignOnView(
        held.pk, held.slug, held.kind, held.name, tuple(held.domains), held.role, held.unit_id, held.is_on, shown
    )  # fmt: skip


def _member(user: User, held: Iterable[Membership], *, has_second: bool) -> MemberView:
    held = list(held)
    whole = any(each.unit_id is None for each in held)
    names = () if whole else tuple(each.unit.name for each in held if each.unit)
    reach = None if whole else tuple(each.unit_id for each in held if each.unit_id is not None)
    return MemberView(
        user.pk, user.email, user.name, held[0].role, reach, names, user.is_active, has_second, user.last_login
    )  # fmt: skip


def _is_near(viewer: Viewer, reach: tuple[int, ...] | None) -> bool:
    return viewer.units is None or (reach is not None and bool(viewer.units & set(reach)))


def _within(rows: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
    return rows if viewer.units is None else rows.filter(unit_id__in=viewer.units)


def _key(key: ApiKey) -> KeyView:
    ended = key.expires_at is not None and key.expires_at <= clock.now()
    state = "revoked" if key.revoked_at else "expired" if ended else "valid"
    return KeyView(
        key.pk,
        key.name,
        key.prefix,
        key.role,
        tuple(key.scopes),
        key.unit_id,
        key.unit.name if key.unit else "",
        (key.created_by.name or key.created_by.email) if key.created_by else "",
        key.created_at,
        key.expires_at,
        key.last_used_at,
        key.revoked_at,
        state,
    )
