"""Why was a message not let in, and what would have been? One reason, one sentence in two languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dangol.core.errors import RequestError
from dangol.core.language import Said

EVENT_BYTES: Final = 32 * 1024
"""The longest message, as in the Segment specification."""
BATCH_BYTES: Final = 500 * 1024
"""The longest request."""
ID_LETTERS: Final = 300
"""The longest id or name."""
LEVELS: Final = 32
"""How deep objects and lists may lie in one another."""
YEARS: Final = range(1900, 2200)
"""Years in which an event can have happened."""

TYPES: Final = ("identify", "track", "page", "screen", "group", "alias")

_TITLES: Final = {
    "not_json": Said("Not JSON", "JSON이 아님"),
    "not_an_object": Said("Not an object", "객체가 아님"),
    "too_large": Said("Too large", "너무 큼"),
    "too_deep": Said("Nested too deeply", "너무 깊은 중첩"),
    "no_batch": Said("No list of messages", "메시지 목록이 없음"),
    "unknown_type": Said("Unknown type", "알 수 없는 유형"),
    "other_type": Said("Sent to the address of another type", "다른 유형의 주소로 보냄"),
    "no_identity": Said("Nobody named", "누구인지 없음"),
    "no_event": Said("No event name", "이벤트 이름 없음"),
    "no_group": Said("No groupId", "groupId 없음"),
    "no_previous": Said("No previousId", "previousId 없음"),
    "bad_text": Said("A field that is not usable text", "쓸 수 없는 글자 값"),
    "bad_object": Said("A field that is not an object", "객체가 아닌 값"),
    "bad_time": Said("Not a moment", "시각이 아님"),
}

_SENTENCES: Final[dict[str, tuple[Said, Said]]] = {
    "not_json": (
        Said("It cannot be read as JSON: {found}.", "JSON으로 읽을 수 없습니다: {found}."),
        Said("Send UTF-8 JSON without NaN or Infinity.", "NaN이나 Infinity가 없는 UTF-8 JSON으로 보내 주십시오."),
    ),
    "not_an_object": (
        Said("It is {found}, not an object.", "객체가 아니라 {found}입니다."),
        Said('Send an object, for example {{"type": "track", "userId": "u1", "event": "Signed Up"}}.', '객체로 보내 주십시오. 예: {{"type": "track", "userId": "u1", "event": "Signed Up"}}'),
    ),
    "too_large": (
        Said("It has {found} bytes.", "크기가 {found}바이트입니다."),
        Said("Up to {limit} bytes work; leave out long texts or split the batch.", "{limit}바이트까지 받습니다. 긴 글을 빼거나 나누어 보내 주십시오."),
    ),
    "too_deep": (
        Said("Objects lie in one another more than {limit} levels deep.", "객체가 {limit}단계보다 깊게 중첩되어 있습니다."),
        Said("Send flatter properties.", "속성을 더 평평하게 보내 주십시오."),
    ),
    "no_batch": (
        Said("There is no list `batch` in it.", "`batch` 목록이 없습니다."),
        Said('Send {{"batch": [message, ...]}}.', '{{"batch": [메시지, ...]}} 형태로 보내 주십시오.'),
    ),
    "unknown_type": (
        Said("Its type is {found}.", "유형이 {found}입니다."),
        Said("The types are identify, track, page, screen, group and alias.", "유형은 identify, track, page, screen, group, alias입니다."),
    ),
    "other_type": (
        Said("It says that its type is {found}, but came to the address of {limit}.", "유형은 {found}인데 {limit} 주소로 왔습니다."),
        Said("Send it to /v1/{found}, or to /v1/batch.", "/v1/{found} 또는 /v1/batch로 보내 주십시오."),
    ),
    "no_identity": (
        Said("It has neither userId nor anonymousId.", "userId도 anonymousId도 없습니다."),
        Said("Give at least one of them as text.", "둘 중 하나를 글자로 넣어 주십시오."),
    ),
    "no_event": (
        Said("A track message needs the name of the event.", "track 메시지에는 이벤트 이름이 필요합니다."),
        Said('Add it, for example "event": "Order Completed".', '예: "event": "Order Completed"'),
    ),
    "no_group": (
        Said("A group message needs groupId.", "group 메시지에는 groupId가 필요합니다."),
        Said("Add the id of the account as text.", "거래처의 식별자를 글자로 넣어 주십시오."),
    ),
    "no_previous": (
        Said("An alias message needs previousId and userId.", "alias 메시지에는 previousId와 userId가 필요합니다."),
        Said("Add the id that the person had before, and the one that they have now.", "이전 식별자와 지금 식별자를 모두 넣어 주십시오."),
    ),
    "bad_text": (
        Said("{found} is not text of 1 to {limit} letters.", "{found} 값이 1~{limit}자의 글자가 아닙니다."),
        Said("Send a text of up to {limit} letters, or leave the field out.", "{limit}자까지의 글자로 보내거나 필드를 빼 주십시오."),
    ),
    "bad_object": (
        Said("{found} is not an object.", "{found} 값이 객체가 아닙니다."),
        Said("Send an object, or leave the field out.", "객체로 보내거나 필드를 빼 주십시오."),
    ),
    "bad_time": (
        Said("{found} is not a moment.", "{found} 값이 시각이 아닙니다."),
        Said("Write ISO 8601, for example 2026-11-22T09:30:00Z.", "ISO 8601로 보내 주십시오. 예: 2026-11-22T09:30:00Z"),
    ),
}  # fmt: skip

_ASKED = Said("A message was sent.", "메시지를 보내셨습니다.")
_ASKED_OF_TYPE = Said("A message of type {label} was sent.", "{label} 유형의 메시지를 보내셨습니다.")
MISSING: Final = Said("missing", "없음")


class RefusedError(RequestError):
    """A message (or a whole request) that is not let in; `reason` is one of `REASONS`."""

    def __init__(self, reason: str, *, label: str = "", found: object = "", limit: object = "") -> None:
        self.reason = reason
        asked = _ASKED_OF_TYPE if label else _ASKED
        found = found if isinstance(found, Said) else Said(_short(found) or "-", _short(found) or "-")
        super().__init__(*(_filled(each, label, found, limit) for each in (asked, *_SENTENCES[reason])))

    def said(self) -> Said:
        """The three sentences as one text."""
        return Said(self.in_("en"), self.in_("ko"))


def _filled(text: Said, label: str, found: Said, limit: object) -> Said:
    return Said(
        text.en.format(label=label, found=found.en, limit=limit),
        text.ko.format(label=label, found=found.ko, limit=limit),
    )


def _short(found: object) -> str:
    text = str(found)
    return text if len(text) <= 80 else text[:77] + "..."


@dataclass(frozen=True, slots=True)
class Refusal:
    """One message that was not let in."""

    index: int
    """Its place among those that came with it, from 0."""
    reason: str
    sentence: Said
    body: bytes


REASONS: Final[dict[str, Said]] = dict(_TITLES)
"""Every reason with its title."""
