"""How is a source of events made, given a new key, limited to origins, and shut?"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import transaction

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import Said
from dangol.platform.kernel import audit, clock
from dangol.platform.kernel.access.refusals import NotAllowedError, NotThereError, check_may
from dangol.platform.kernel.access.sealing import sealed
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.log.keys import PREVIOUS, SEAL, noted_change
from dangol.platform.log.models import Source
from dangol.platform.log.queries.sources import SourceView, source_view
from dangol.platform.log.webhooks.generic import checked_mapping

KEY_MARK: Final = "wk_"
SECRET_MARK: Final = "whsec_"  # noqa: S105 only the mark
OVERLAP_HOURS: Final = 24
USER_IDS: Final = ("stripe", "metadata")


def make_source(
    viewer: Viewer, name: str, kind: str, allowed_origins: Iterable[str] = (), **settings: Any
) -> SourceView:
    """A new source with a key of its own."""
    check_may_bring(viewer)
    if kind not in Source.Kind.values:
        raise UnknownNameError(Said("kind of source", "소스 종류"), kind, Source.Kind.values)
    with transaction.atomic():
        source = Source.objects.create(
            name=_named(name),
            kind=kind,
            write_key=_new_key(),
            allowed_origins=_origins(allowed_origins),
            settings=settings,
        )
        _noted(viewer, "source.made", source, kind=kind)
    return source_view(source)


def rename_source(viewer: Viewer, source_id: int, name: str) -> None:
    """Call it something else."""
    check_may_bring(viewer)
    _change(viewer, source_id, "source.renamed", name=_named(name))


def allow_origins(viewer: Viewer, source_id: int, origins: Iterable[str]) -> None:
    """From which pages browsers may bring events: `https://shop.example.com`."""
    check_may_bring(viewer)
    _change(viewer, source_id, "source.origins_changed", allowed_origins=_origins(origins))


def rotate_key(viewer: Viewer, source_id: int, *, overlap_hours: int = OVERLAP_HOURS) -> str:
    """A new key; the old one opens for some more hours, so that no event is lost meanwhile."""
    _check_may_administer(viewer)
    if not 0 <= overlap_hours <= 24 * 30:
        raise RequestError(
            Said(f"An overlap of {overlap_hours} hours was asked for.", f"{overlap_hours}시간의 겹침을 요청하셨습니다."),
            Said("It is not between 0 and 720.", "0~720시간이 아닙니다."),
            Said("Give for example 24.", "예: 24"),
        )  # fmt: skip
    with transaction.atomic():
        source = _source(source_id)
        now = clock.now()
        previous = source.settings.get(PREVIOUS, {})
        kept = {key: until for key, until in previous.items() if datetime.fromisoformat(until) > now}
        if overlap_hours:
            kept[source.write_key] = (now + timedelta(hours=overlap_hours)).isoformat()
        key = _new_key()
        _change(
            viewer,
            source_id,
            "source.key_rotated",
            write_key=key,
            settings=source.settings | {PREVIOUS: kept},
        )
    return key


def forget_previous_keys(viewer: Viewer, source_id: int) -> None:
    """Rotated keys open nothing from now on."""
    _check_may_administer(viewer)
    with transaction.atomic():
        kept = {key: value for key, value in _source(source_id).settings.items() if key != PREVIOUS}
        _change(viewer, source_id, "source.previous_keys_ended", settings=kept)


def revoke_source(viewer: Viewer, source_id: int) -> None:
    """Its keys open nothing from now on; its events stay."""
    _check_may_administer(viewer)
    _change(viewer, source_id, "source.revoked", revoked_at=clock.now())


def make_signing_secret(viewer: Viewer, source_id: int) -> str:
    """A new secret for the source's signatures, shown this once; the one before it is worth nothing any more."""
    secret = SECRET_MARK + base64.b64encode(secrets.token_bytes(32)).decode()
    keep_signing_secret(viewer, source_id, secret)
    return secret


def keep_signing_secret(viewer: Viewer, source_id: int, secret: str) -> None:
    """Keep the secret that another program signs with (Stripe shows one per endpoint)."""
    _check_may_administer(viewer)
    if not 8 <= len(secret.strip()) <= 200:
        raise RequestError(
            Said("A signing secret was given.", "서명 비밀 값을 입력하셨습니다."),
            Said("It has not 8 to 200 letters.", "8~200자가 아닙니다."),
            Said("Paste it as the sender shows it.", "보내는 서비스에 표시된 그대로 붙여 넣어 주십시오."),
        )
    _change(viewer, source_id, "source.secret_changed", signing_secret=sealed(secret.strip(), SEAL))


def keep_mapping(viewer: Viewer, source_id: int, mapping: Mapping[str, Any]) -> None:
    """How the bodies of a webhook become messages (see log.webhooks.generic)."""
    check_may_bring(viewer)
    with transaction.atomic():
        settings = _source(source_id).settings | {"mapping": checked_mapping(mapping)}
        _change(viewer, source_id, "source.mapping_changed", settings=settings)


def name_customers_by(viewer: Viewer, source_id: int, user_ids: str) -> None:
    """How a webhook of Stripe calls a customer: by Stripe's id, or by the business's own in the metadata."""
    check_may_bring(viewer)
    if user_ids not in USER_IDS:
        raise UnknownNameError(Said("way to name customers", "고객을 부르는 방법"), user_ids, USER_IDS)
    with transaction.atomic():
        settings = _source(source_id).settings | {"user_ids": user_ids}
        _change(viewer, source_id, "source.user_ids_changed", settings=settings)


def check_may_bring(viewer: Viewer) -> None:
    """Sources belong to the whole business: a role in some units does not reach them."""
    check_may(viewer, "bring_data")
    if viewer.units is not None:
        raise NotAllowedError("bring_data")


def _check_may_administer(viewer: Viewer) -> None:
    check_may_bring(viewer)
    check_may(viewer, "administer")


def _source(source_id: int) -> Source:
    found = Source.objects.filter(pk=source_id, revoked_at=None).first()
    if found is None:
        raise NotThereError(Said("source", "소스"), source_id)
    return found


def _change(viewer: Viewer, source_id: int, deed: str, **fields: Any) -> None:
    with transaction.atomic():
        source = _source(source_id)
        for name, value in fields.items():
            setattr(source, name, value)
        source.save(update_fields=list(fields))
        _noted(viewer, deed, source)


def _noted(viewer: Viewer, deed: str, source: Source, **details: Any) -> None:
    audit.record(viewer, deed, f"source:{source.pk}", name=source.name, **details)
    transaction.on_commit(noted_change)


def _new_key() -> str:
    return KEY_MARK + secrets.token_urlsafe(24)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise RequestError(
            Said("A name for a source was given.", "소스 이름을 입력하셨습니다."),
            Said(
                "It is empty, not printable, or longer than 120 letters.",
                "비어 있거나, 표시할 수 없거나, 120자를 넘습니다.",
            ),
            Said("Give for example “Shop server”.", "예: 쇼핑몰 서버"),
        )
    return name


def _origins(given: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(_origin(each.strip().rstrip("/").lower()) for each in given if each.strip()))


def _origin(text: str) -> str:
    """As browsers write it: scheme, host, and a port that is not the usual one."""
    try:
        parts = urlsplit(text)
        is_origin = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and text == f"{parts.scheme}://{parts.netloc}"
            and "@" not in text
            and (parts.port is None or parts.port > 0)
        )
    except ValueError:
        is_origin = False
    if not is_origin or "*" in text or len(text) > 260 or not text.isprintable():
        raise RequestError(
            Said(f"The origin {text!r} was given.", f"{text!r} 출처를 입력하셨습니다."),
            Said("It is not an origin.", "출처 형식이 아닙니다."),
            Said("Write scheme and host: https://shop.example.com", "예: https://shop.example.com"),
        )
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return text.removesuffix(usual)
