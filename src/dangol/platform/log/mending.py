"""Can an unusual message be put right? Field after field: what can be is, what cannot says why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from dangol.platform.log.identity import trusted
from dangol.platform.log.refusals import ID_LETTERS, LEVELS, MISSING, TYPES, YEARS, RefusedError
from dangol.platform.log.request import Request, new_id

_IDS: Final = ("messageId", "userId", "anonymousId", "groupId", "previousId")
_OURS: Final = ("writeKey", "dangolTrusted", "dangolLive")
_OBJECTS: Final = ("properties", "traits", "context", "integrations")


def mended(raw: bytes, request: Request) -> bytes:
    """The message as one line of JSON, written anew; a RefusedError says what is wrong with it."""
    message = _read(raw)
    for each in _OURS:
        message.pop(each, None)
    message["type"] = kind = _kind(message.get("type"), request)
    for each in _IDS:
        _mend_id(message, each)
    _mend_name(message, kind)
    _check_complete(message, kind)
    for each in _OBJECTS:
        _mend_object(message, each, kind)
    _mend_times(message, kind, request)
    _mend_context(message, kind, request)
    message.setdefault("messageId", new_id())
    claims = _claims(message, request)
    if claims is not None and trusted(message, claims):
        message["dangolTrusted"] = True
    if not request.is_live:
        message["dangolLive"] = False
    return msgspec.json.encode(message)


def _read(raw: bytes) -> dict[str, Any]:
    try:
        message = msgspec.json.decode(raw)
    except RecursionError:
        raise RefusedError("too_deep", limit=LEVELS) from None
    except ValueError as error:  # msgspec's errors and UnicodeDecodeError
        raise RefusedError("not_json", found=error) from None
    if not isinstance(message, dict):
        raise RefusedError("not_an_object", found=type(message).__name__)
    if _depth(message) > LEVELS:
        raise RefusedError("too_deep", limit=LEVELS)
    cleaned: dict[str, Any] = without_nul(message) if b"\\u0000" in raw else message
    return cleaned


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        inner = (list(each.values()) if isinstance(each, dict) else each for each in level)
        level = [one for each in inner for one in each if isinstance(one, (dict, list))]
    return depth


def without_nul(value: Any) -> Any:
    """The same without the letter U+0000, which PostgreSQL cannot keep."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [without_nul(each) for each in value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(each) for key, each in value.items()}
    return value


def _kind(told: Any, request: Request) -> str:
    kind = request.type if told is None else told
    if not isinstance(kind, str) or kind not in TYPES:
        raise RefusedError("unknown_type", found=MISSING if kind is None else repr(kind))
    if request.type is not None and kind != request.type:
        raise RefusedError("other_type", label=kind, found=kind, limit=request.type)
    return kind


def _mend_id(message: dict[str, Any], name: str) -> None:
    """Empty is left out; a whole number becomes text."""
    value = message.pop(name, None)
    if value is None or value == "":
        return
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**ID_LETTERS:
        value = str(value)
    if not isinstance(value, str) or len(value) > ID_LETTERS:
        raise RefusedError("bad_text", label=str(message["type"]), found=name, limit=ID_LETTERS)
    message[name] = value


def _mend_name(message: dict[str, Any], kind: str) -> None:
    for name in ("event", "name"):
        value = message.get(name)
        if value is None or (value == "" and kind != "track"):
            message.pop(name, None)
        elif not isinstance(value, str) or len(value) > ID_LETTERS:
            raise RefusedError("bad_text", label=kind, found=name, limit=ID_LETTERS)


def _check_complete(message: dict[str, Any], kind: str) -> None:
    if not (message.get("userId") or message.get("anonymousId")):
        raise RefusedError("no_previous" if kind == "alias" else "no_identity", label=kind)
    if kind == "track" and not message.get("event"):
        raise RefusedError("no_event", label=kind)
    if kind == "group" and not message.get("groupId"):
        raise RefusedError("no_group", label=kind)
    if kind == "alias" and not (message.get("previousId") and message.get("userId")):
        raise RefusedError("no_previous", label=kind)


def _mend_object(message: dict[str, Any], name: str, kind: str) -> None:
    value = message.get(name)
    if value is None or name == "integrations":
        message.pop(name, None)
    elif not isinstance(value, dict):
        raise RefusedError("bad_object", label=kind, found=name)


def _mend_times(message: dict[str, Any], kind: str, request: Request) -> None:
    for name in ("timestamp", "originalTimestamp"):
        value = message.pop(name, None)
        if value is not None and value != "":
            moment = moment_of(value)
            if moment is None:
                raise RefusedError("bad_time", label=kind, found=f"{name} {value!r}")
            message[name] = moment.isoformat()
    sent = moment_of(message.pop("sentAt", None))
    if sent is not None:  # a clock that cannot be read is a clock that is not corrected
        message["sentAt"] = sent.isoformat()
    elif request.sent_at is not None:
        message["sentAt"] = request.sent_at


def moment_of(value: Any) -> datetime | None:
    """The moment that an ISO 8601 text means, in UTC where it names no zone; None when it is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment if YEARS.start < moment.year < YEARS.stop - 1 else None


def _mend_context(message: dict[str, Any], kind: str, request: Request) -> None:
    """The request's context goes under the message's; some clients put an identify's traits into it."""
    context = {**(request.context or {}), **message.get("context", {})}
    if kind == "identify" and "traits" not in message and isinstance(context.get("traits"), dict):
        message["traits"] = context.pop("traits")
    if context:
        message["context"] = context


def _claims(message: dict[str, Any], request: Request) -> Any:
    context = message.get("context", {})
    token = context.pop("identityToken", None)
    if token is not None and not context:
        del message["context"]
    if isinstance(token, str) and token:
        return request.claims_of(token)
    return request.claims
