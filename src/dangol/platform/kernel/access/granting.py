"""What may be given away? Nobody gives a role or a unit that they do not hold themselves."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel.access.models import Membership, Unit, User
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.viewer import OF_THE_WHOLE, RIGHTS, Viewer

Units = frozenset[int] | None
"""Some units, or None for the whole business."""

MEMBER: Final = Said("member", "구성원")
UNIT: Final = Said("unit", "조직")


class MoreThanHeldError(RequestError):
    """A role or a reach beyond the giver's own."""

    def __init__(self, role: str) -> None:
        super().__init__(
            Said(
                f"The role {role!r} was to be given or taken.", f"{role!r} 역할을 주거나 거두려 하셨습니다."
            ),
            Said("It reaches further than your own.", "지금 가지고 계신 권한을 넘는 역할입니다."),
            Said("Ask somebody who holds it.", "그 역할을 가진 분께 요청해 주십시오."),
        )


class LastOwnerError(RequestError):
    """The installation would be left without an owner."""

    def __init__(self) -> None:
        super().__init__(
            Said(
                "The last owner was to leave or to be changed.", "마지막 소유자를 빼거나 바꾸려 하셨습니다."
            ),
            Said("Somebody has to own the installation.", "소유자가 한 명은 있어야 합니다."),
            Said("Make somebody else an owner first.", "먼저 다른 분을 소유자로 정해 주십시오."),
        )


def rights_of(role: str, units: Units = None) -> frozenset[str]:
    """Every right that a role holds over the whole business, or over some units."""
    held = frozenset(right for right, roles in RIGHTS.items() if role in roles)
    return held if units is None else held - OF_THE_WHOLE


def check_grant(viewer: Viewer, role: str, units: Units) -> None:
    """An error unless the viewer administers, and holds all that the role would hold there."""
    check_may(viewer, "administer")
    if role not in Role.values:
        raise UnknownNameError(Said("role", "역할"), role, Role.values)
    if units is not None and role == Role.OWNER:
        raise RequestError(
            Said("An owner of some units was asked for.", "일부 조직의 소유자를 지정하려 하셨습니다."),
            Said("An owner owns the whole installation.", "소유자는 전체를 소유합니다."),
            Said("Choose the role admin for units.", "조직에는 관리자 역할을 고르십시오."),
        )
    if not covers(viewer, units) or not all(viewer.may(right) for right in rights_of(role, units)):
        raise MoreThanHeldError(role)


def covers(viewer: Viewer, units: Units) -> bool:
    """Whether the viewer's reach holds these units."""
    return viewer.units is None or (units is not None and units <= viewer.units)


def existing_units(unit_ids: Collection[int] | None) -> Units:
    """The units, all of which must exist; None stays the whole business."""
    if unit_ids is None:
        return None
    asked = frozenset(unit_ids)
    known = frozenset(Unit.objects.filter(pk__in=asked).values_list("pk", flat=True))
    if not asked or asked != known:
        raise NotThereError(UNIT, ", ".join(map(str, sorted(asked - known))) or "-")
    return asked


def place_of(user: User) -> tuple[str, Units] | None:
    """The role and reach of a user, or None for somebody who is not of the team."""
    held = list(Membership.objects.filter(user=user))
    if not held:
        return None
    units = None if any(m.unit_id is None for m in held) else frozenset(m.unit_id for m in held if m.unit_id)
    whole = [m for m in held if m.unit_id is None] or held
    return max((m.role for m in whole), key=Role.values.index), units


def check_owner_remains(leaving: User) -> None:
    """A LastOwnerError when nobody else owns. To be called inside the transaction of the change."""
    owners = Membership.objects.select_for_update().filter(role=Role.OWNER, user__is_active=True)
    ids = set(owners.values_list("user_id", flat=True))
    if ids <= {leaving.pk}:
        raise LastOwnerError
