"""How does somebody join? By a link that is shown once, ends, and works once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.actions.team import AlreadyThereError, check_email, joined
from dangol.platform.kernel.access.granting import check_grant, existing_units, place_of
from dangol.platform.kernel.access.models import Invitation, User
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.tokens import hash_of, new_token
from dangol.platform.kernel.access.viewer import Viewer

VALID_FOR: Final = timedelta(days=7)
INVITATION: Final = Said("invitation", "초대")


@dataclass(frozen=True, slots=True)
class Invited:
    """A fresh invitation; the token exists nowhere else."""

    invitation_id: int
    email: str
    token: str


class InvitationEndedError(RequestError):
    """The link was used, withdrawn, replaced, too old, or never existed: the answer is the same."""

    def __init__(self) -> None:
        super().__init__(
            Said("An invitation was to be accepted.", "초대를 수락하려 하셨습니다."),
            Said("The link is not valid, or no longer.", "유효하지 않거나 끝난 링크입니다."),
            Said("Ask for a new invitation.", "새 초대를 요청해 주십시오."),
        )


def invite(viewer: Viewer, email: str, role: str, *, unit_id: int | None = None) -> Invited:
    """An invitation for an address; an open one for the same address is replaced."""
    units = existing_units(None if unit_id is None else [unit_id])
    check_grant(viewer, role, units)
    email = check_email(email)
    if (user := User.objects.filter(email=email).first()) is not None and place_of(user) is not None:
        raise AlreadyThereError(email)
    token, moment = new_token(), clock.now()
    with transaction.atomic():
        _open().filter(email=email).update(revoked_at=moment)
        made = Invitation.objects.create(
            email=email,
            role=role,
            unit_id=unit_id,
            token_hash=hash_of(token),
            invited_by_id=viewer.user_id,
            expires_at=moment + VALID_FOR,
        )
        audit.record(viewer, "invitation.sent", f"invitation:{made.pk}", email=email, role=role, unit=unit_id)
    return Invited(made.pk, email, token)


def resend(viewer: Viewer, invitation_id: int) -> Invited:
    """A new link and a new week; the link before no longer works."""
    token = new_token()
    with transaction.atomic():
        held = _access_open(viewer, invitation_id)
        held.token_hash, held.expires_at = hash_of(token), clock.now() + VALID_FOR
        held.save(update_fields=["token_hash", "expires_at"])
        audit.record(viewer, "invitation.sent_again", f"invitation:{held.pk}", email=held.email)
    return Invited(held.pk, held.email, token)


def revoke_invitation(viewer: Viewer, invitation_id: int) -> None:
    """The link no longer works."""
    with transaction.atomic():
        held = _access_open(viewer, invitation_id)
        _open().filter(pk=held.pk).update(revoked_at=clock.now())
        audit.record(viewer, "invitation.withdrawn", f"invitation:{held.pk}", email=held.email)


def accept_invitation(token: str, password: str, *, name: str = "", language: str = "") -> int:
    """The user who accepts. Of two that use one link at the same moment, one is refused."""
    moment = clock.now()
    with transaction.atomic():
        held = Invitation.objects.filter(token_hash=hash_of(token)).first()
        claimed = _open().filter(token_hash=hash_of(token), expires_at__gt=moment).update(accepted_at=moment)
        if held is None or claimed != 1:
            raise InvitationEndedError
        units = None if held.unit_id is None else frozenset({held.unit_id})
        user = joined(held.email, password, held.role, units, name=name, language=language)
        who = Viewer(held.email, held.role, units, user.pk)
        audit.record(who, "invitation.accepted", f"invitation:{held.pk}", email=held.email, role=held.role)
    return user.pk


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at=None, revoked_at=None)


def _access_open(viewer: Viewer, invitation_id: int) -> Invitation:
    check_may(viewer, "administer")
    held = _open().filter(pk=invitation_id).first()
    if held is None or (viewer.units is not None and held.unit_id not in viewer.units):
        raise NotThereError(INVITATION, invitation_id)
    check_grant(viewer, held.role, None if held.unit_id is None else frozenset({held.unit_id}))
    return held
