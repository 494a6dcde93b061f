"""How is the business described, and changed?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import F

from dangol.core.calendar import time_zone
from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.core.rollups.patience import Silence
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.currencies import CURRENCIES
from dangol.platform.kernel.models import Business, Cursor
from dangol.platform.kernel.queries import BUSINESS, BusinessView, business

_FIELDS = frozenset(BusinessView.__dataclass_fields__) - {"set_up_at"}


@transaction.atomic
def set_up_business(viewer: Viewer, **fields: Any) -> BusinessView:
    """Describe the business, or change what was said of it: any of the fields of BusinessView."""
    if viewer.units is not None or not viewer.may("administer"):
        raise _refused(viewer)
    row = Business.objects.order_by("pk").first() or Business()
    before = {name: getattr(row, name) for name in fields if name in _FIELDS}
    for name, value in _checked(fields).items():
        setattr(row, name, value)
    row.set_up_at = row.set_up_at or clock.now()
    row.save()
    Cursor.objects.get_or_create(name=BUSINESS)
    Cursor.objects.filter(name=BUSINESS).update(position=F("position") + 1, moved_at=clock.now())
    audit.record(viewer, "business.set_up", "business", before=before, after=fields)
    return business()


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields, when every one is known and can be right."""
    for name, value in fields.items():
        if name not in _FIELDS:
            raise _wrong(name, value, Said("one of its fields", "사업 설정 항목"))
    if "time_zone" in fields:
        time_zone(fields["time_zone"])
        _check_days_can_move(fields["time_zone"])
    if fields.get("kind", Business.Kind.BOTH) not in Business.Kind.values:
        raise _wrong(
            "kind", fields["kind"], Said("shop, subscription or both", "shop, subscription, both 중 하나")
        )
    currency = fields.get("currency", "KRW")
    if not (isinstance(currency, str) and currency.upper() in CURRENCIES):
        raise _wrong(
            "currency", currency, Said("a code of ISO 4217 such as KRW", "KRW 같은 ISO 4217 통화 코드")
        )
    if not 1 <= int(fields.get("fiscal_start") or 1) <= 12:
        raise _wrong(
            "fiscal_start", fields["fiscal_start"], Said("a month from 1 to 12", "1부터 12까지의 월")
        )
    if fields.get("inactivity_days") is not None and not 1 <= int(fields["inactivity_days"]) <= 3_650:
        raise _wrong(
            "inactivity_days", fields["inactivity_days"], Said("1 to 3650 days", "1일부터 3650일까지")
        )
    return fields | _tidied(fields)


def _tidied(fields: dict[str, Any]) -> dict[str, Any]:
    tidy: dict[str, Any] = {}
    if "currency" in fields:
        tidy["currency"] = fields["currency"].upper()
    if "inactivity_of" in fields:
        tidy["inactivity_of"] = [asdict(_silence(each)) for each in fields["inactivity_of"] or []]
    return tidy


def _silence(told: Any) -> Silence:
    try:
        return Silence(str(told["column"]), str(told["value"]).strip(), int(told["days"]))
    except (KeyError, TypeError, ValueError) as error:
        expected = Said("a column, a value and days", "기준과 값과 날수")
        raise _wrong("inactivity_of", told, expected) from error


def _check_days_can_move(zone: str) -> None:
    """A RequestError once the lake holds days: each was fixed in the zone that held when it was written."""
    present = Business.objects.values_list("time_zone", flat=True).first()
    if present in (None, zone) or not Cursor.objects.filter(name="log.position", position__gt=0).exists():
        return
    raise RequestError(
        Said(f"The time zone {zone} was asked for.", f"시간대 {zone}을(를) 요청하셨습니다."),
        Said(
            f"The days of what is here already are days of {present}.",
            f"이미 들어온 데이터의 날짜는 {present} 기준으로 정해졌습니다.",
        ),
        Said(
            f"Keep {present}, or empty the data, change the zone and bring it in again.",
            f"{present}을(를) 그대로 쓰시거나, 데이터를 비우고 시간대를 바꾼 뒤 다시 가져오십시오.",
        ),
    )


def _wrong(name: str, value: Any, expected: Said) -> RequestError:
    return RequestError(
        Said(
            f"{name} of the business was set to {value!r}.",
            f"사업 설정 {name}을(를) {value!r}(으)로 바꾸려고 했습니다.",
        ),
        Said("That cannot be.", "사용할 수 없는 값입니다."),
        Said(f"It takes {expected.en}.", f"{expected.ko}을(를) 쓰십시오."),
    )


def _refused(viewer: Viewer) -> RequestError:
    return RequestError(
        Said("The business was to be changed.", "사업 설정을 바꾸려고 했습니다."),
        Said(f"The role {viewer.role} may not.", f"{viewer.role} 역할에는 권한이 없습니다."),
        Said("Ask an owner or an administrator.", "소유자나 관리자에게 요청하십시오."),
    )
