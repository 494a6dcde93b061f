"""What may be done about the team, its keys and how it signs in? Each a transaction, each audited."""

from dangol.platform.kernel.access.actions.invitations import (
    Invited,
    accept_invitation,
    invite,
    resend,
    revoke_invitation,
)
from dangol.platform.kernel.access.actions.keys import MadeKey, create_key, revoke_key
from dangol.platform.kernel.access.actions.profile import change_profile, set_password
from dangol.platform.kernel.access.actions.security import add_sign_on, remove_sign_on, set_policy
from dangol.platform.kernel.access.actions.team import (
    change_role,
    create_first_owner,
    create_user,
    deactivate,
    end_session,
    end_sessions,
    join_by_sign_on,
    reactivate,
    remove,
    reset_second_factor,
)
from dangol.platform.kernel.access.actions.units import create_unit, delete_unit, rename_unit

__all__ = [
    "Invited",
    "MadeKey",
    "accept_invitation",
    "add_sign_on",
    "change_profile",
    "change_role",
    "create_first_owner",
    "create_key",
    "create_unit",
    "create_user",
    "deactivate",
    "delete_unit",
    "end_session",
    "end_sessions",
    "invite",
    "join_by_sign_on",
    "reactivate",
    "remove",
    "remove_sign_on",
    "rename_unit",
    "resend",
    "reset_second_factor",
    "revoke_invitation",
    "revoke_key",
    "set_password",
    "set_policy",
]
