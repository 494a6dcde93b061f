"""What does another program tell us by a signed call? Stripe, and any that follows standardwebhooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.log.accepting import Sifted, sifted
from dangol.platform.log.keys import OpenSource
from dangol.platform.log.request import Request
from dangol.platform.log.webhooks import generic, stripe
from dangol.platform.log.webhooks.signatures import is_signed_by_standard, is_signed_by_stripe
from dangol.platform.web.door.answers import TurnedAwayError

PREFIX: Final = "/v1/webhooks/"
"""Behind it stands the key of the source."""


def called(source: OpenSource | None, body: bytes, headers: dict[bytes, bytes]) -> tuple[OpenSource, Sifted]:
    """The messages of a call, divided; a TurnedAwayError when it is not signed by whom it says."""
    if source is None or not source.takes_webhooks:
        raise _no_webhook()
    is_stripe = source.settings.get("provider") == "stripe"
    is_signed = is_signed_by_stripe if is_stripe else is_signed_by_standard
    if not is_signed(body, headers, source.signing_secret, clock.now()):
        raise _not_signed()
    try:
        told = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        raise _not_readable() from None
    return source, sifted(map(msgspec.json.encode, _messages(source, told, headers)), Request())


def _messages(source: OpenSource, told: Any, headers: dict[bytes, bytes]) -> Iterator[Any]:
    if source.settings.get("provider") != "stripe":
        call_id = headers[b"webhook-id"].decode("latin-1")
        return generic.messages_of(told, source.settings.get("mapping"), call_id)
    try:
        uses_metadata = source.settings.get("user_ids") == "metadata"
        return iter(list(stripe.messages_of(told, uses_metadata=uses_metadata)))
    except (KeyError, TypeError, AttributeError, ValueError, ArithmeticError):
        raise _not_readable() from None


def _no_webhook() -> TurnedAwayError:
    return TurnedAwayError(
        404, "no_webhook",
        Said("There is no webhook at this address.", "이 주소에는 웹훅이 없습니다."),
        Said("Copy the address from Data > Sources.", "데이터 > 소스에서 주소를 복사해 주십시오."),
    )  # fmt: skip


def _not_signed() -> TurnedAwayError:
    return TurnedAwayError(
        401, "not_signed",
        Said("The signature is missing, wrong, or older than five minutes.", "서명이 없거나, 틀렸거나, 5분이 지났습니다."),
        Said("Keep the sender's signing secret with the source, and check both clocks.", "보내는 쪽의 서명 비밀 값을 소스에 저장하고 두 서버의 시계를 확인해 주십시오."),
    )  # fmt: skip


def _not_readable() -> TurnedAwayError:
    return TurnedAwayError(
        400, "not_readable",
        Said("The body is not an event of this sender.", "본문이 이 서비스의 이벤트가 아닙니다."),
        Said("Choose the right kind of sender for the source.", "소스에서 맞는 서비스를 골라 주십시오."),
    )  # fmt: skip
