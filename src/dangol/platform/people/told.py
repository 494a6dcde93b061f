"""What does a message say about a person or an account? Traits as sources name them, as our fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

_TEXT_LENGTHS: Final = {
    "external_id": 300,
    "name": 300,
    "email": 320,
    "phone": 60,
    "account_id": 300,
    "channel": 120,
    "country": 120,
    "plan": 120,
    "industry": 120,
    "owner": 200,
}
_SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "email": ("email", "Email", "이메일"),
    "phone": ("phone", "phone_number", "mobile", "휴대폰", "전화번호"),
    "plan": ("plan", "tier", "요금제"),
    "channel": ("channel", "utm_source", "acquisition_channel", "유입경로"),
    "joined_on": ("createdAt", "created_at", "joined_on", "joinedAt", "signup_date", "가입일"),
    "account_id": ("account_id", "accountId", "company_id", "companyId"),
    "referrer_id": ("referrer_id", "referred_by", "referredBy"),
}
PERSON_FIELDS: Final = (
    "external_id", "name", "email", "phone", "account_id", "joined_on", "channel", "country", "plan", "referrer_id",
)  # fmt: skip
ACCOUNT_FIELDS: Final = ("name", "plan", "industry", "owner", "created_on", "seats_count")
_EARLIEST_MILLISECONDS: Final = 100_000_000_000
"""A number above this is milliseconds: as seconds it would be the year 5138."""


def person_said(traits: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Our fields that the traits fill, and the traits that remain; an explicit null empties a field."""
    rest = dict(traits)
    fields: dict[str, Any] = {}
    for field, spellings in _SPELLINGS.items():
        for spelling in spellings:
            if spelling in rest:
                fields[field] = cleaned(field, rest.pop(spelling))
                break
    _take_name(rest, fields)
    _take_country(rest, fields)
    company = rest.get("company")
    if "account_id" not in fields and isinstance(company, Mapping) and company.get("id"):
        fields["account_id"] = cleaned("account_id", company["id"])
    return fields, rest


def _take_name(rest: dict[str, Any], fields: dict[str, Any]) -> None:
    for spelling in ("name", "full_name", "이름"):
        if spelling in rest:
            fields["name"] = cleaned("name", rest.pop(spelling))
            return
    parts = [rest.get("firstName") or rest.get("first_name"), rest.get("lastName") or rest.get("last_name")]
    if any(parts):
        fields["name"] = cleaned("name", " ".join(str(part) for part in parts if part))


def _take_country(rest: dict[str, Any], fields: dict[str, Any]) -> None:
    address = rest.get("address")
    if "country" in rest:
        fields["country"] = cleaned("country", rest.pop("country"))
    elif isinstance(address, Mapping) and address.get("country"):
        fields["country"] = cleaned("country", address["country"])


def account_said(traits: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Our fields of an account that the traits of a group call fill, and the traits that remain."""
    rest = dict(traits)
    fields: dict[str, Any] = {}
    for field, spellings in {
        "name": ("name", "company_name", "회사명"),
        "plan": ("plan", "tier"),
        "industry": ("industry", "업종"),
        "owner": ("owner", "csm", "담당자"),
        "created_on": ("createdAt", "created_at", "created_on"),
        "seats_count": ("seats", "seats_count", "employees"),
    }.items():
        for spelling in spellings:
            if spelling in rest:
                fields[field] = cleaned(field, rest.pop(spelling))
                break
    return fields, rest


def cleaned(field: str, value: Any) -> Any:
    """A value as the field holds it; what cannot be one is as if it was not said (null or empty)."""
    make = _MAKERS.get(field)
    if make is not None:
        return make(value)
    if value is None or isinstance(value, bool | list | Mapping):
        return ""
    text = " ".join(str(value).replace("\x00", "").split())[: _TEXT_LENGTHS.get(field, 300)]
    return text.lower() if field == "email" else text


def _day(value: Any) -> str | None:
    """A day as ISO text: fields are compared and kept as JSON can hold them."""
    found = moment(value)
    return found.date().isoformat() if found else None


def moment(value: Any) -> datetime | None:
    """A moment from ISO 8601 text, from seconds or from milliseconds; null when it is none."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value > _EARLIEST_MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC)
        found = datetime.fromisoformat(str(value).strip())
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _whole(value: Any) -> int | None:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 2**31 else None


def _reference(value: Any) -> Any:
    """Who referred them: our own number, or the id that the source knows them by."""
    return (
        value
        if isinstance(value, int) and not isinstance(value, bool)
        else (str(value)[:300] if value else None)
    )


_MAKERS: Final[dict[str, Callable[[Any], Any]]] = {
    "joined_on": _day,
    "created_on": _day,
    "seats_count": _whole,
    "referrer_id": _reference,
}
