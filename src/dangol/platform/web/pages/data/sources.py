"""Where do events come from? Sources with their keys, the code to paste, allowed origins and secrets."""

from __future__ import annotations

import json
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.log import actions, queries
from dangol.platform.log.webhooks.stripe import KINDS as STRIPE_KINDS
from dangol.platform.web.deeds import Deed, do, number, reader
from dangol.platform.web.pages.data.snippets import mapping_text, signed_identity, snippets
from dangol.platform.web.pages.registry import page
from dangol.platform.web.seeing import check_whole

KINDS: Final = {
    "server": Said("Server or app backend", "서버 또는 앱 백엔드"),
    "browser": Said("Pages in a browser", "브라우저 페이지"),
    "webhook": Said("Webhook", "웹훅"),
    "import": Said("Import", "가져오기"),
    "internal": Said("Dangol itself", "Dangol 자체"),
}
MAKEABLE: Final = (
    ("server", KINDS["server"]),
    ("browser", KINDS["browser"]),
    ("stripe", Said("Webhook of Stripe", "Stripe 웹훅")),
    ("webhook", Said("Webhook of another program", "다른 프로그램의 웹훅")),
)
OVERLAPS: Final = (
    ("24", Said("The old key opens for one more day", "이전 키를 하루 더 받기")),
    ("168", Said("The old key opens for one more week", "이전 키를 일주일 더 받기")),
    ("0", Said("The old key ends now", "이전 키를 지금 끝내기")),
)
USER_IDS: Final = (
    ("stripe", Said("By Stripe's customer id", "Stripe의 고객 식별자로")),
    ("metadata", Said("By metadata.user_id, where Stripe has it", "Stripe 메타데이터의 user_id로")),
)


@page("data/sources/", name="sources", right="bring_data", rail=("data", Said("Sources", "소스")), order=10)
def sources(request: HttpRequest) -> HttpResponseBase:
    """Every source, and the form for a new one."""
    viewer = reader(request)
    check_whole(viewer)
    if request.method == "POST":
        return do(request, {"make": _make}, back="/data/sources/")
    found = queries.sources(viewer, with_revoked=True)
    rows = [(each, KINDS[each.kind]) for each in found]
    return render(request, "data/sources.html", {"rows": rows, "kinds": MAKEABLE})


@page("data/sources/<int:source_id>/", name="source", right="bring_data")
def source(request: HttpRequest, source_id: int) -> HttpResponseBase:
    """One source: how to send, from where, with which key."""
    viewer = reader(request)
    check_whole(viewer)
    queries.source(viewer, source_id)
    if request.method == "POST":
        deeds = {name: _on(source_id, deed) for name, deed in DEEDS.items()}
        guarded = frozenset({"make_secret", "keep_secret"})
        return do(request, deeds, back=request.path, guarded=guarded)
    return render(request, "data/source.html", _shown(request, source_id))


def _shown(request: HttpRequest, source_id: int, **more: Any) -> dict[str, Any]:
    viewer = reader(request)
    found = queries.source(viewer, source_id)
    return {
        "source": found,
        "kind": KINDS[found.kind],
        "is_open": found.revoked_at is None,
        "snippets": snippets(found.kind, found.write_key, settings.BASE_URL),
        "origins": "\n".join(found.allowed_origins),
        "signed": signed_identity(),
        "address": f"{settings.BASE_URL}/v1/webhooks/{found.write_key}",
        "stripe_kinds": STRIPE_KINDS,
        "mapping": mapping_text(found.settings.get("mapping")),
        "overlaps": OVERLAPS,
        "user_ids": USER_IDS,
        "may_administer": viewer.may("administer"),
        **more,
    }


def _make(request: HttpRequest) -> HttpResponseBase:
    kind = request.POST.get("kind", "")
    told = {"provider": "stripe"} if kind == "stripe" else {}
    made = actions.make_source(
        reader(request), request.POST.get("name", ""), "webhook" if kind == "stripe" else kind, **told
    )
    return redirect("source", made.id)


def _on(source_id: int, deed: Any) -> Deed:
    def done(request: HttpRequest) -> Any:
        return deed(request, source_id)

    return done


def _rename(request: HttpRequest, source_id: int) -> Said:
    actions.rename_source(reader(request), source_id, request.POST.get("name", ""))
    return Said("It has its new name.", "이름을 바꾸었습니다.")


def _allow(request: HttpRequest, source_id: int) -> Said:
    actions.allow_origins(reader(request), source_id, request.POST.get("origins", "").split())
    return Said("Pages of these origins may send from now on.", "이제 이 출처의 페이지에서 보낼 수 있습니다.")


def _rotate(request: HttpRequest, source_id: int) -> Said:
    actions.rotate_key(reader(request), source_id, overlap_hours=number(request, "overlap"))
    return Said("There is a new key.", "새 키를 만들었습니다.")


def _end_previous(request: HttpRequest, source_id: int) -> Said:
    actions.forget_previous_keys(reader(request), source_id)
    return Said("Earlier keys open nothing any more.", "이전 키를 더 쓸 수 없게 했습니다.")


def _revoke(request: HttpRequest, source_id: int) -> Said:
    actions.revoke_source(reader(request), source_id)
    return Said(
        "It takes nothing any more; its events stay.", "더 이상 받지 않습니다. 받은 이벤트는 그대로 있습니다."
    )


def _make_secret(request: HttpRequest, source_id: int) -> HttpResponseBase:
    secret = actions.make_signing_secret(reader(request), source_id)
    return render(request, "data/source.html", _shown(request, source_id, secret=secret))


def _keep_secret(request: HttpRequest, source_id: int) -> Said:
    actions.keep_signing_secret(reader(request), source_id, request.POST.get("secret", ""))
    return Said("The secret is kept.", "비밀 값을 저장했습니다.")


def _map(request: HttpRequest, source_id: int) -> Said:
    try:
        told = json.loads(request.POST.get("mapping", ""))
    except (ValueError, RecursionError) as fault:
        raise RequestError(
            Said("A mapping for a webhook was given.", "웹훅 매핑을 입력하셨습니다."),
            Said(f"It is not JSON: {fault}.", f"JSON이 아닙니다: {fault}."),
            Said("Mend the place that is named.", "표시된 곳을 고쳐 주십시오."),
        ) from None
    actions.keep_mapping(reader(request), source_id, told)
    return Said("The mapping is kept.", "매핑을 저장했습니다.")


def _name_by(request: HttpRequest, source_id: int) -> Said:
    actions.name_customers_by(reader(request), source_id, request.POST.get("user_ids", ""))
    return Said("It holds from the next call on.", "다음 호출부터 적용됩니다.")


DEEDS: Final = {
    "rename": _rename,
    "allow": _allow,
    "rotate": _rotate,
    "end_previous": _end_previous,
    "revoke": _revoke,
    "make_secret": _make_secret,
    "keep_secret": _keep_secret,
    "map": _map,
    "ids": _name_by,
}
