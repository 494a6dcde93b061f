"""How do programs get in? By keys that are shown once, narrowed, and end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.granting import check_grant, existing_units, rights_of
from dangol.platform.kernel.access.models import ApiKey
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.tokens import PREFIX_LENGTH, hash_of, new_key
from dangol.platform.kernel.access.viewer import Viewer

KEY: Final = Said("key", "키")
LONGEST_DAYS: Final = 730


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A fresh key; its secret exists nowhere else."""

    key_id: int
    secret: str


def create_key(
    viewer: Viewer,
    name: str,
    role: str,
    *,
    scopes: Collection[str] = (),
    unit_id: int | None = None,
    days: int | None = 365,
) -> MadeKey:
    """A key with a role, narrowed to some of its rights (none named: all of them), to a unit, and in time."""
    if viewer.is_key:
        raise _made_by_a_key()
    units = existing_units(None if unit_id is None else [unit_id])
    check_grant(viewer, role, units)
    kept = _check_scopes(role, scopes)
    secret, moment = new_key(), clock.now()
    with transaction.atomic():
        made = ApiKey.objects.create(
            name=_check_name(name),
            prefix=secret[:PREFIX_LENGTH],
            key_hash=hash_of(secret),
            scopes=kept,
            role=role,
            unit_id=unit_id,
            created_by_id=viewer.user_id,
            expires_at=moment + timedelta(days=_check_days(days)) if days else None,
        )
        told = {"name": made.name, "role": role, "scopes": kept, "unit": unit_id, "days": days}
        audit.record(viewer, "key.created", f"key:{made.pk}", **told)
    return MadeKey(made.pk, secret)


def revoke_key(viewer: Viewer, key_id: int) -> None:
    """The key opens nothing any more."""
    check_may(viewer, "administer")
    with transaction.atomic():
        held = ApiKey.objects.filter(pk=key_id).first()
        if held is None or (viewer.units is not None and held.unit_id not in viewer.units):
            raise NotThereError(KEY, key_id)
        if ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=clock.now()):
            audit.record(viewer, "key.revoked", f"key:{key_id}", name=held.name)


def _made_by_a_key() -> RequestError:
    return RequestError(
        Said("A key was to be made by another key.", "키로 다른 키를 만들려 하셨습니다."),
        Said(
            "Such a key would go on after the first one is withdrawn.",
            "그렇게 만든 키는 처음 키를 거두어도 계속 쓸 수 있습니다.",
        ),
        Said("Sign in, and make it yourself.", "로그인해서 직접 만들어 주십시오."),
    )


def _check_scopes(role: str, scopes: Collection[str]) -> list[str]:
    held = rights_of(role)
    for scope in scopes:
        if scope not in held:
            raise UnknownNameError(Said(f"right of the role {role}", f"{role} 역할의 권한"), scope, held)
    return sorted(set(scopes))


def _check_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120:
        raise RequestError(
            Said("A key was to be made.", "키를 만들려 하셨습니다."),
            Said("Its name is empty or longer than 120 letters.", "이름이 비었거나 120자를 넘습니다."),
            Said("Name the program that will use it.", "키를 쓸 프로그램의 이름을 적어 주십시오."),
        )
    return name


def _check_days(days: int) -> int:
    if not 1 <= days <= LONGEST_DAYS:
        raise RequestError(
            Said(f"A key for {days} days was asked for.", f"{days}일짜리 키를 요청하셨습니다."),
            Said(
                f"A key lives 1 to {LONGEST_DAYS} days.", f"키의 기간은 1일부터 {LONGEST_DAYS}일까지입니다."
            ),
            Said(
                "Choose fewer days, and make a new one in time.",
                "더 짧게 정하고 때가 되면 새로 만들어 주십시오.",
            ),
        )
    return days
