"""In which form are members, units, invitations, keys and policies shown above this room?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MemberView:
    """Somebody of the team: one role, over the whole business (`units` None) or over some units."""

    user_id: int
    email: str
    name: str
    role: str
    units: tuple[int, ...] | None
    unit_names: tuple[str, ...]
    is_active: bool
    has_second_factor: bool
    last_signed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class UnitView:
    """A team, store or region."""

    unit_id: int
    name: str
    slug: str
    member_count: int


@dataclass(frozen=True, slots=True)
class InvitationView:
    """An invitation that waits, or waited in vain."""

    invitation_id: int
    email: str
    role: str
    unit_id: int | None
    unit_name: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    is_expired: bool


@dataclass(frozen=True, slots=True)
class KeyView:
    """An API key without its secret."""

    key_id: int
    name: str
    prefix: str
    role: str
    scopes: tuple[str, ...]
    unit_id: int | None
    unit_name: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: str
    """`valid`, `expired` or `revoked`."""


@dataclass(frozen=True, slots=True)
class PolicyView:
    """How strictly people sign in here."""

    second_factor: str
    idle_minutes: int
    longest_hours: int


@dataclass(frozen=True, slots=True)
class SignOnView:
    """An identity provider; `settings` holds no secret unless it was asked for by the sign-in itself."""

    sign_on_id: int | None
    slug: str
    kind: str
    name: str
    domains: tuple[str, ...]
    role: str
    unit_id: int | None
    is_on: bool
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UserView:
    """What somebody chose for themselves."""

    user_id: int
    email: str
    name: str
    language: str
    time_zone: str
    theme: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """One browser in which somebody is signed in."""

    session_id: int
    address: str
    browser: str
    began_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class WaysIn:
    """How somebody can sign in."""

    has_password: bool
    has_app: bool
    passkeys: tuple[tuple[int, str, datetime | None], ...]
    has_recovery_codes: bool
