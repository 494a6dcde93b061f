"""Who may what? Viewers from users and keys."""

from __future__ import annotations

from dangol.platform.kernel.access.models import Membership, User
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.viewer import Viewer

_STRENGTH = list(Role.values)


def viewer_of_user(user_id: int) -> Viewer | None:
    """The viewer that a user is by their memberships; None without one, or when switched off.

    A role in the whole business counts alone; otherwise the strongest role over the units, taken together.
    """
    user = User.objects.filter(pk=user_id, is_active=True).first()
    roles = list(Membership.objects.filter(user_id=user_id)) if user else []
    if user is None or not roles:
        return None
    whole = [each for each in roles if each.unit_id is None]
    role = min((each.role for each in whole or roles), key=_STRENGTH.index)
    units = None if whole else frozenset(each.unit_id for each in roles if each.unit_id is not None)
    return Viewer(user.name or user.email, role, units, user.pk)
