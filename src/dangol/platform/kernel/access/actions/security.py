"""How strictly do people sign in here, and by whose word?"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Final

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.text import slugify

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel import audit
from dangol.platform.kernel.access.granting import check_grant, existing_units
from dangol.platform.kernel.access.models import SecurityPolicy, SignOn
from dangol.platform.kernel.access.refusals import NotThereError, check_may
from dangol.platform.kernel.access.roles import Role
from dangol.platform.kernel.access.sealing import sealed
from dangol.platform.kernel.access.viewer import Viewer

SEALED_FOR: Final = "sign_on"
NEEDED: Final = {
    "oidc": ("issuer", "client_id", "client_secret"),
    "saml": ("entity_id", "sso_url", "certificate"),
}
"""What each protocol has to be told."""


def set_policy(viewer: Viewer, *, second_factor: str, idle_minutes: int, longest_hours: int) -> None:
    """Of whom a second factor is demanded, and how long a session lasts."""
    check_may(viewer, "own")
    if second_factor not in SecurityPolicy.SecondFactor.values:
        kind = Said("demand of a second factor", "이중 인증 요구")
        raise UnknownNameError(kind, second_factor, SecurityPolicy.SecondFactor.values)
    if not (5 <= idle_minutes <= 7 * 24 * 60 and 1 <= longest_hours <= 90 * 24):
        raise RequestError(
            Said("Limits for sessions were given.", "세션의 제한 시간을 정하셨습니다."),
            Said("They are too short or too long.", "너무 짧거나 너무 깁니다."),
            Said(
                "Idle: 5 minutes to 7 days. At most: 1 hour to 90 days.",
                "사용하지 않을 때는 5분부터 7일, 전체는 1시간부터 90일까지입니다.",
            ),
        )
    told = {"second_factor": second_factor, "idle_minutes": idle_minutes, "longest_hours": longest_hours}
    with transaction.atomic():
        SecurityPolicy.objects.update_or_create(pk=1, defaults=told)
        audit.record(viewer, "policy.changed", "policy", **told)


def add_sign_on(
    viewer: Viewer,
    kind: str,
    name: str,
    settings: Mapping[str, str],
    *,
    domains: Collection[str],
    role: str = Role.VIEWER,
    unit_id: int | None = None,
) -> int:
    """An identity provider: whoever of these domains it names may sign in, at first with this role."""
    check_may(viewer, "own")
    check_grant(viewer, role, existing_units(None if unit_id is None else [unit_id]))
    _check_settings(kind, settings)
    kept = _check_domains(domains)
    if role in (Role.OWNER, Role.ADMIN):
        raise RequestError(
            Said(
                f"First sign-ins were to get the role {role!r}.",
                f"첫 로그인에 {role!r} 역할을 주려 하셨습니다.",
            ),
            Said("A provider makes nobody an administrator.", "인증 제공자가 관리자를 정할 수는 없습니다."),
            Said(
                "Choose another role, and raise single members.",
                "다른 역할을 고르고 구성원별로 올려 주십시오.",
            ),
        )
    with transaction.atomic():
        made = SignOn.objects.create(
            slug=_free_slug(name),
            kind=kind,
            name=name.strip()[:120] or kind,
            sealed_settings=sealed(json.dumps(dict(settings)), SEALED_FOR),
            domains=kept,
            role=role,
            unit_id=unit_id,
        )
        told = {"kind": kind, "name": made.name, "domains": kept, "role": role}
        audit.record(viewer, "sign_on.added", f"sign_on:{made.pk}", **told)
    return made.pk


def remove_sign_on(viewer: Viewer, sign_on_id: int) -> None:
    """Nobody signs in by this provider any more; members stay members, and use their passwords."""
    check_may(viewer, "own")
    with transaction.atomic():
        held = SignOn.objects.filter(pk=sign_on_id).first()
        if held is None:
            raise NotThereError(Said("sign-in provider", "인증 제공자"), sign_on_id)
        # Another provider may get the same name one day: nobody's identity there may be taken for one here.
        SocialAccount.objects.filter(provider=held.slug).delete()
        held.delete()
        audit.record(viewer, "sign_on.removed", f"sign_on:{sign_on_id}", name=held.name)


def _check_settings(kind: str, settings: Mapping[str, str]) -> None:
    if kind not in NEEDED:
        raise UnknownNameError(Said("protocol", "방식"), kind, NEEDED)
    missing = [key for key in NEEDED[kind] if not settings.get(key, "").strip()]
    urls = [settings.get("issuer", ""), settings.get("sso_url", "")]
    plain = [url for url in urls if url and not url.startswith("https://") and not _is_local(url)]
    if missing or plain:
        told = ", ".join(missing or plain)
        raise RequestError(
            Said("A sign-in provider was to be added.", "인증 제공자를 추가하려 하셨습니다."),
            Said(f"Missing, or not https: {told}.", f"빠졌거나 https가 아닌 값: {told}."),
            Said("Copy the values from the provider's own page.", "제공자 화면의 값을 그대로 옮겨 주십시오."),
        )


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "http://localhost:"))


def _check_domains(domains: Collection[str]) -> list[str]:
    kept = sorted({each.strip().lower().lstrip("@") for each in domains if each.strip()})
    if not kept or any("." not in each or " " in each for each in kept):
        raise RequestError(
            Said("A sign-in provider was to be added.", "인증 제공자를 추가하려 하셨습니다."),
            Said(
                "It says of no domain that it may speak for it.", "어느 도메인을 맡는지 적혀 있지 않습니다."
            ),
            Said(
                "Write the domains of your addresses: example.com.",
                "쓰시는 이메일 도메인을 적어 주십시오. 예: example.com",
            ),
        )
    return kept


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:50] or "sign-on"
    number, slug = 1, wanted
    while SignOn.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{wanted}-{number}"
    return slug
