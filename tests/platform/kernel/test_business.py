"""Is the business described once, checked, and every change of it on record?"""

from __future__ import annotations

from typing import Any

import pytest

from dangol.core.errors import DangolError, RequestError
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.actions import set_up_business
from dangol.platform.kernel.models import Cursor
from dangol.platform.kernel.queries import business

pytestmark = pytest.mark.django_db


def test_a_business_is_as_by_default_until_it_is_set_up(owner: Viewer) -> None:
    assert (business().kind, business().set_up_at) == ("both", None)
    set_up_business(owner, name="단골 상회", kind="shop", currency="eur", inactivity_days=60)
    told = business()
    assert (told.name, told.kind, told.currency, told.inactivity_days) == ("단골 상회", "shop", "EUR", 60)
    assert told.set_up_at is not None
    set_up_business(owner, kind="subscription")
    assert business().set_up_at == told.set_up_at
    assert [each.deed for each in audit.deeds()] == ["business.set_up"] * 2
    assert audit.deeds()[0].details["before"] == {"kind": "shop"}


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "bank"}, {"time_zone": "Mars/Olympus"}, {"currency": "won"[:2]}, {"currency": "12x"}, {"fiscal_start": 13},
        {"inactivity_of": [{"column": "shoe", "value": "42", "days": 7}]}, {"inactivity_of": [{"column": "plan"}]},
        {"inactivity_days": 0}, {"set_up_at": None}, {"owner": "Eve"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(owner: Viewer, fields: dict[str, Any]) -> None:
    with pytest.raises(DangolError):
        set_up_business(owner, **fields)
    assert business().set_up_at is None


def test_only_those_who_administer_may(viewer_admin: Viewer, viewer_analyst: Viewer) -> None:
    with pytest.raises(DangolError, match="may not"):
        set_up_business(viewer_analyst, kind="shop")
    set_up_business(viewer_admin, kind="shop")


def test_the_zone_stays_once_there_are_days(owner: Viewer) -> None:
    set_up_business(owner, name="Shop", time_zone="Asia/Seoul")
    set_up_business(owner, time_zone="Europe/London")
    Cursor.objects.update_or_create(name="log.position", defaults={"position": 5})
    set_up_business(owner, time_zone="Europe/London", name="Shop of shops")
    with pytest.raises(RequestError, match="Europe/London"):
        set_up_business(owner, time_zone="Asia/Seoul")
    assert business().time_zone == "Europe/London"
