"""How safely do I sign in, from where, and what does this installation ask of everybody?"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from dangol.core.language import Said
from dangol.platform.kernel.access import actions, queries
from dangol.platform.kernel.access.roles import Role
from dangol.platform.web.deeds import Deed, do, number, reader
from dangol.platform.web.pages.registry import page
from dangol.platform.web.templatetags.frame import ROLES

DEMANDS: Final = [
    ("nobody", Said("Nobody has to", "요구하지 않음")),
    ("administrators", Said("Owners and administrators", "소유자와 관리자")),
    ("everyone", Said("Everybody", "모두")),
]
KINDS: Final = [
    ("oidc", Said("OpenID Connect", "OpenID Connect 방식")),
    ("saml", Said("SAML 2.0", "SAML 2.0 방식")),
]
BROWSERS: Final = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Whale/", "Whale"), ("SamsungBrowser/", "Samsung Internet"),
                   ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
SYSTEMS: Final = (("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
                  ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip
FIELDS: Final = ("issuer", "client_id", "client_secret", "entity_id", "sso_url", "certificate")


@page(
    "settings/security",
    name="security",
    right="see_numbers",
    rail=("settings", Said("Security", "보안")),
    order=30,
)
def security(request: HttpRequest) -> HttpResponseBase:
    """One's own ways in and sessions; for owners, what is asked of everybody."""
    viewer = reader(request)
    if request.method == "POST":
        deeds = DEEDS | (OWNERS_DEEDS if viewer.may("own") else {})
        return do(request, deeds, back="/settings/security", guarded=frozenset(deeds))
    user_id = viewer.user_id or 0
    own: dict[str, Any] = {
        "ways": queries.ways_in(user_id),
        "sessions": [
            (each, browser_of(each.browser))
            for each in queries.sessions(user_id, request.session.session_key or "")
        ],
        "lacks": queries.lacks_second_factor(viewer),
        "owns": viewer.may("own"),
    }
    return render(request, "settings/security.html", own | (_owners() if viewer.may("own") else {}))


def browser_of(agent: str) -> str:
    """The browser and the system that a User-Agent names, or the text itself.

    >>> browser_of("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36")
    'Chrome, Linux'
    """
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(filter(None, (browser, system))) or agent[:80]


def _owners() -> dict[str, Any]:
    roles = [role for role in Role.values if role not in (Role.OWNER, Role.ADMIN)]
    return {
        "policy": queries.policy(),
        "demands": DEMANDS,
        "kinds": KINDS,
        "sign_ons": queries.sign_ons_in_use(),
        "first_roles": [(role, ROLES[role]) for role in reversed(roles)],
    }


def _end(request: HttpRequest) -> Said:
    actions.end_session(reader(request), number(request, "session_id"))
    return Said("The session has ended.", "세션을 끝냈습니다.")


def _end_others(request: HttpRequest) -> Said:
    viewer = reader(request)
    actions.end_sessions(viewer.user_id or 0, but=request.session.session_key)
    return Said("Every other session has ended.", "다른 세션을 모두 끝냈습니다.")


def _policy(request: HttpRequest) -> Said:
    actions.set_policy(
        reader(request),
        second_factor=request.POST.get("second_factor", ""),
        idle_minutes=number(request, "idle_minutes"),
        longest_hours=number(request, "longest_hours"),
    )
    return Said("The policy holds from now on.", "지금부터 적용됩니다.")


def _add_sign_on(request: HttpRequest) -> Said:
    told = request.POST
    actions.add_sign_on(
        reader(request),
        told.get("kind", ""),
        told.get("name", ""),
        {key: told[key].strip() for key in FIELDS if told.get(key)},
        domains=told.get("domains", "").replace(",", " ").split(),
        role=told.get("role", ""),
    )
    return Said("People of these domains can sign in with it.", "이 도메인의 구성원이 로그인할 수 있습니다.")


def _remove_sign_on(request: HttpRequest) -> Said:
    actions.remove_sign_on(reader(request), number(request, "sign_on_id"))
    return Said("The provider is removed.", "제공자를 삭제했습니다.")


DEEDS: Final[dict[str, Deed]] = {"end": _end, "end_others": _end_others}
OWNERS_DEEDS: Final[dict[str, Deed]] = {
    "policy": _policy,
    "add_sign_on": _add_sign_on,
    "remove_sign_on": _remove_sign_on,
}
