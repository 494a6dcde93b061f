"""Which links and tokens are ours? Values signed for one purpose, until one moment; for any other they are worthless."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing as django_signing

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.kernel import clock


class TokenError(RequestError):
    """A token was not made here for this purpose, or its time is over."""


def sign(purpose: str, value: Any, *, seconds: float) -> str:
    """A token that carries a JSON value, safe in addresses. It can be read by anybody, and made by nobody else."""
    until = int((clock.now() + timedelta(seconds=seconds)).timestamp())
    return _signer(purpose).sign_object([until, value], compress=True)


def read(purpose: str, token: str) -> Any:
    """The value of a token of this purpose; a TokenError for one that was changed, is another's, or is over."""
    try:
        until, value = _signer(purpose).unsign_object(token)
    except (django_signing.BadSignature, ValueError, TypeError) as error:
        raise _refused(Said("It was not made here for this.", "이 용도로 만든 것이 아닙니다.")) from error
    if clock.now().timestamp() >= until:
        raise _refused(Said("Its time is over.", "사용 기간이 지났습니다."))
    return value


def _signer(purpose: str) -> django_signing.Signer:
    if not purpose:
        raise ValueError("A token is signed for a purpose; none was named.")
    return django_signing.Signer(salt=f"dangol.{purpose}")


def _refused(why: Said) -> TokenError:
    return TokenError(
        Said("A signed link or token was given.", "서명된 링크나 토큰을 받았습니다."),
        why,
        Said("Ask for a new one.", "새로 요청하십시오."),
    )
