"""Which letters does the house write about signing in? Planned here, sent by the worker."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from dangol.core.language import Said
from dangol.platform.kernel.access.actions import Invited
from dangol.platform.kernel.access.letters import plan_letter
from dangol.platform.web.viewing import spoken

INVITED: Final = (
    Said("You are invited to Dangol", "Dangol에 초대받으셨습니다"),
    Said(
        "Open this link within a week to join. It works once.\n\n{link}\n\nIf you expected no invitation, ignore this letter.",
        "일주일 안에 아래 링크를 열어 참여해 주십시오. 한 번만 쓸 수 있습니다.\n\n{link}\n\n모르는 초대라면 무시하셔도 됩니다.",
    ),
)
RESET: Final = (
    Said("Reset your password", "비밀번호 재설정"),
    Said(
        "Open this link within an hour to choose a new password. It works once.\n\n{link}\n\n"
        "If you did not ask for it, ignore this letter: nothing has changed.",
        "한 시간 안에 아래 링크를 열어 새 비밀번호를 정해 주십시오. 한 번만 쓸 수 있습니다.\n\n{link}\n\n"
        "요청하지 않으셨다면 무시하셔도 됩니다. 바뀐 것은 없습니다.",
    ),
)
CHANGES: Final = {
    "password_changed": Said("Your password was changed.", "비밀번호가 바뀌었습니다."),
    "password_set": Said("A password was set for your account.", "계정에 비밀번호를 정했습니다."),
    "password_reset": Said("Your password was reset.", "비밀번호를 재설정했습니다."),
    "totp_activated": Said("An authenticator app was switched on.", "인증 앱을 켰습니다."),
    "totp_deactivated": Said("The authenticator app was switched off.", "인증 앱을 껐습니다."),
    "webauthn_added": Said("A passkey was added.", "패스키를 추가했습니다."),
    "webauthn_removed": Said("A passkey was removed.", "패스키를 삭제했습니다."),
    "recovery_codes_generated": Said("New recovery codes were made.", "새 복구 코드를 만들었습니다."),
    "account_connected": Said("A sign-in provider was connected.", "인증 제공자를 연결했습니다."),
    "account_disconnected": Said(
        "A sign-in provider was disconnected.", "인증 제공자와의 연결을 끊었습니다."
    ),
}
CHANGED: Final = (
    Said("Your account was changed", "계정이 바뀌었습니다"),
    Said(
        "{what}\n\nIf it was not you, change your password and end all sessions at {link}, and tell an owner.",
        "{what}\n\n본인이 아니라면 {link}에서 비밀번호를 바꾸고 세션을 모두 끝낸 뒤 소유자에게 알려 주십시오.",
    ),
)


def send_invitation(invited: Invited, link: str) -> bool:
    """The letter with an invitation's link; False where no mail server is set up."""
    subject, text = INVITED
    return _send(invited.email, subject, text.format(link=link))


def send_reset(email: str, link: str) -> bool:
    """The letter with a link to choose a new password. To an unknown address it is planned as well, for nobody."""
    subject, text = RESET
    return _send(email, subject, text.format(link=link))


def tell_of_change(email: str, what: str) -> bool:
    """The letter that says what changed about an account."""
    said = CHANGES.get(what)
    if said is None:
        return False
    subject, text = CHANGED
    link = f"{settings.BASE_URL}/settings/security"
    whole = Said(text.en.format(what=said.en, link=link), text.ko.format(what=said.ko, link=link))
    return _send(email, subject, whole)


def _send(email: str, subject: Said, text: Said) -> bool:
    if not settings.EMAIL_HOST:
        return False
    plan_letter(email, spoken(subject), spoken(text))
    return True
