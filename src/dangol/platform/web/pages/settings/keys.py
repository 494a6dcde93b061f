"""Which programs may come in? API keys, shown once."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.granting import rights_of
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.viewer import RIGHTS
from dangol.platform.web.deeds import Deed, do, number, reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.pages.settings.team import WHOLE
from dangol.platform.web.templatetags.frame import ROLES

DAYS: Final = [
    ("30", Said("30 days", "30일")),
    ("90", Said("90 days", "90일")),
    ("365", Said("One year", "1년")),
    ("730", Said("Two years", "2년")),
]
RIGHTS_IN_WORDS: Final = {
    "see_numbers": Said("See numbers", "숫자 보기"),
    "see_people": Said("See people", "고객 보기"),
    "export": Said("Export", "내보내기"),
    "edit_people": Said("Change people", "고객 정보 바꾸기"),
    "edit_audiences": Said("Change audiences", "대상 바꾸기"),
    "edit_insight": Said("Change dashboards and watches", "대시보드와 알림 바꾸기"),
    "bring_data": Said("Bring data", "데이터 가져오기"),
    "handle_rights_requests": Said("Answer requests of data subjects", "정보 주체의 요청 처리"),
    "administer": Said("Administer", "관리"),
    "own": Said("Own", "소유"),
}


@page(
    "settings/keys", name="keys", right="administer", rail=("settings", Said("API keys", "API 키")), order=40
)
def keys(request: HttpRequest) -> HttpResponseBase:
    """The keys of programs."""
    if request.method == "POST":
        return do(request, DEEDS, back="/settings/keys", guarded=frozenset({"create"}))
    return render(request, "settings/keys.html", _shown(request))


def _shown(request: HttpRequest, **more: Any) -> dict[str, Any]:
    viewer = reader(request)
    held = {right for right in RIGHTS if viewer.may(right)}
    whole = [("", WHOLE)] if viewer.units is None else []
    return {
        "keys": queries.keys(viewer),
        "roles": [
            (role, ROLES[role])
            for role in Role.values
            if rights_of(role, viewer.units) <= held and not (role == Role.OWNER and viewer.units is not None)
        ],
        "places": [*whole, *((unit.unit_id, unit.name) for unit in queries.units(viewer))],
        "rights": [(right, RIGHTS_IN_WORDS[right]) for right in RIGHTS if right in held],
        "days": DAYS,
        **more,
    }


def _create(request: HttpRequest) -> HttpResponseBase:
    told = request.POST
    made = actions.create_key(
        reader(request),
        told.get("name", ""),
        told.get("role", ""),
        scopes=told.getlist("scopes"),
        unit_id=number(request, "unit") if told.get("unit") else None,
        days=number(request, "days"),
    )
    return render(request, "settings/keys.html", _shown(request, secret=made.secret))


def _revoke(request: HttpRequest) -> Said:
    actions.revoke_key(reader(request), number(request, "key_id"))
    return Said("The key opens nothing any more.", "키를 더 쓸 수 없게 했습니다.")


DEEDS: Final[dict[str, Deed]] = {"create": _create, "revoke": _revoke}
