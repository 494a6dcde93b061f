"""Was this call signed by whom it says, and just now?"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

TOLERANCE_SECONDS: Final = 300
"""How old, or how far ahead, a signature's moment may be."""
_MARK: Final = "whsec_"


def is_signed_by_stripe(body: bytes, headers: Mapping[bytes, bytes], secret: str, now: datetime) -> bool:
    """`Stripe-Signature: t=SECONDS,v1=HEX[,v1=HEX]`, the HMAC-SHA256 of `SECONDS.body` with the endpoint's secret."""
    told = headers.get(b"stripe-signature", b"").decode("latin-1")
    parts = [each.strip().partition("=") for each in told.split(",")]
    moment = next((value for name, _, value in parts if name == "t"), "")
    if not secret or not _is_recent(moment, now):
        return False
    right = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return _is_among(right, [value for name, _, value in parts if name == "v1"])


def is_signed_by_standard(body: bytes, headers: Mapping[bytes, bytes], secret: str, now: datetime) -> bool:
    """standardwebhooks: `webhook-signature: v1,BASE64 [v1,BASE64]`, the HMAC-SHA256 of `id.timestamp.body`."""
    name, moment = headers.get(b"webhook-id", b""), headers.get(b"webhook-timestamp", b"")
    if not name or not _is_recent(moment.decode("latin-1"), now):
        return False
    try:
        key = base64.b64decode(secret.removeprefix(_MARK), validate=True)
    except (binascii.Error, ValueError):
        return False
    if not key:
        return False
    right = base64.b64encode(hmac.new(key, b".".join((name, moment, body)), hashlib.sha256).digest()).decode()
    told = headers.get(b"webhook-signature", b"").decode("latin-1").split()
    return _is_among(right, [each.removeprefix("v1,") for each in told if each.startswith("v1,")])


def _is_recent(moment: str, now: datetime) -> bool:
    is_number = moment.isascii() and moment.isdigit() and len(moment) <= 12
    return is_number and abs(now.timestamp() - int(moment)) <= TOLERANCE_SECONDS


def _is_among(right: str, given: list[str]) -> bool:
    return any(hmac.compare_digest(right.encode(), each.encode("utf-8", "replace")) for each in given)
