"""How does the body of any signed call become messages? As it is, or by a mapping kept with the source.

A mapping is `{"each": "$.orders", "messages": [{"when": {"$.type": "order.paid"}, "type": "track", ...}]}`:
every message is a template whose texts beginning with `$.` are places in the body (`$.items.0.id`; `$` is the
body, or the entry of `each`), and whose other values stand as they are. Without a mapping the body is a
message of the Segment specification, or `{"batch": [...]}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.log.mending import without_nul

TEMPLATES: Final = 50
MAPPING_BYTES: Final = 64 * 1024
FIELDS: Final = frozenset(
    {"when", "type", "userId", "anonymousId", "groupId", "previousId", "event", "name", "timestamp",
     "messageId", "properties", "traits", "context"}
)  # fmt: skip
_MISSING: Final = object()


def messages_of(body: Any, mapping: Mapping[str, Any] | None, call_id: str) -> Iterator[Any]:
    """The messages that a call brings; each without a messageId gets one that is the same when it comes again."""
    for index, message in enumerate(_mapped(body, mapping) if mapping else _plain(body)):
        if isinstance(message, dict) and not message.get("messageId"):
            message = message | {"messageId": f"{call_id}:{index}"[-300:]}
        yield message


def _plain(body: Any) -> list[Any]:
    batch = body.get("batch") if isinstance(body, dict) else None
    return batch if isinstance(batch, list) else [body]


def _mapped(body: Any, mapping: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    entries = at(body, mapping["each"]) if mapping.get("each") else [body]
    for entry in entries if isinstance(entries, list) else []:
        for template in mapping["messages"]:
            if all(at(entry, place) == value for place, value in template.get("when", {}).items()):
                filled = _filled({name: each for name, each in template.items() if name != "when"}, entry)
                yield {name: _as_id(name, value) for name, value in filled.items()}


def _filled(template: Any, entry: Any) -> Any:
    """The template with its places filled in; a place that is not there is left out."""
    if isinstance(template, str) and (template == "$" or template.startswith("$.")):
        return at(entry, template)
    if isinstance(template, dict):
        filled = {name: _filled(each, entry) for name, each in template.items()}
        return {name: value for name, value in filled.items() if value is not _MISSING}
    if isinstance(template, list):
        return [value for each in template if (value := _filled(each, entry)) is not _MISSING]
    return template


def _as_id(name: str, value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if name.endswith("Id") and is_number else value


def at(body: Any, place: str) -> Any:
    """What stands at `$.a.b.0` of the body."""
    for step in place.split(".")[1:]:
        if isinstance(body, dict):
            body = body.get(step, _MISSING)
        elif isinstance(body, list) and step.isascii() and step.isdigit() and int(step) < len(body):
            body = body[int(step)]
        else:
            return _MISSING
    return body


def checked_mapping(given: Any) -> dict[str, Any]:
    """The mapping, or a RequestError that says what is wrong with it."""
    if not isinstance(given, dict) or set(given) - {"each", "messages"}:
        raise _wrong(Said("It is not an object with `messages` and perhaps `each`.", "`messages`(와 `each`)로 된 객체가 아닙니다."))  # fmt: skip
    templates = given.get("messages")
    if not isinstance(templates, list) or not 1 <= len(templates) <= TEMPLATES:
        raise _wrong(Said(f"`messages` is not a list of 1 to {TEMPLATES} templates.", f"`messages`가 1~{TEMPLATES}개의 목록이 아닙니다."))  # fmt: skip
    if "each" in given and not _is_place(given["each"]):
        raise _wrong(
            Said("`each` is not a place such as $.orders.", "`each`가 $.orders 같은 위치가 아닙니다.")
        )
    for template in templates:
        _check_template(template)
    if len(msgspec.json.encode(given)) > MAPPING_BYTES:
        raise _wrong(Said("It is longer than 64 KB.", "64KB를 넘습니다."))
    cleaned: dict[str, Any] = without_nul(given)
    return cleaned


def _check_template(template: Any) -> None:
    if not isinstance(template, dict) or "type" not in template:
        raise _wrong(
            Said("A template is not an object with a type.", "type이 있는 객체가 아닌 항목이 있습니다.")
        )
    unknown = set(template) - FIELDS
    if unknown:
        name = min(unknown)
        raise _wrong(Said(f"The field {name!r} is unknown.", f"{name!r}은(는) 알 수 없는 필드입니다."))
    when = template.get("when", {})
    if not isinstance(when, dict) or not all(map(_is_place, when)):
        raise _wrong(
            Said("`when` does not compare places with values.", "`when`이 위치와 값의 비교가 아닙니다.")
        )


def _is_place(told: Any) -> bool:
    return isinstance(told, str) and (told == "$" or told.startswith("$."))


def _wrong(said: Said) -> RequestError:
    return RequestError(
        Said("A mapping for a webhook was given.", "웹훅 매핑을 입력하셨습니다."),
        said,
        Said('Write for example {"messages": [{"type": "track", "event": "Order Completed", "userId": "$.customer.id", "properties": {"order_id": "$.id"}}]}.', '예: {"messages": [{"type": "track", "event": "Order Completed", "userId": "$.customer.id", "properties": {"order_id": "$.id"}}]}'),
    )  # fmt: skip
