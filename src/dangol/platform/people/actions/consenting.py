"""How is consent written down, worded and ended, and whom do we stop writing to?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from dangol.core.errors import RequestError, UnknownNameError
from dangol.core.language import LANGUAGES, Said
from dangol.platform.kernel import audit, clock, effects
from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.consents import CHANNELS, PURPOSES, add_lines, address_hash, suppress_address
from dangol.platform.people.models import (
    Consent,
    ConsentText,
    PeopleSettings,
    RightsRequest,
    Suppression,
)
from dangol.platform.people.queries.consenting import SettingsView, people_settings
from dangol.platform.people.seeing import check_whole, seen_person


@transaction.atomic
def record_consent(
    viewer: Viewer,
    person_id: int,
    *,
    channel: str,
    purpose: str,
    state: str,
    basis: str = Consent.Basis.OPT_IN,
    valid_until: datetime | None = None,
    document: str = "",
    happened_at: datetime | None = None,
) -> int:
    """Write down what a person said by telephone, on paper or in the shop; the line's number."""
    check_may(viewer, "edit_people")
    person = seen_person(viewer, person_id)
    _known(Said("channel", "채널"), channel, (*CHANNELS, "any"))
    _known(Said("purpose", "목적"), purpose, PURPOSES)
    _known(Said("state", "상태"), state, Consent.State.values)
    _known(Said("basis", "근거"), basis, Consent.Basis.values)
    if basis == Consent.Basis.TRANSACTION and valid_until is None:
        raise RequestError(
            Said("Consent on the ground of a purchase was to be recorded.", "거래를 근거로 한 동의를 기록하려고 했습니다."),
            Said("It has no end, and such a ground ends by itself.", "종료일이 없습니다. 이 근거는 기간이 지나면 끝납니다."),
            Said("Say until when, at most six months after the purchase.", "거래가 끝난 뒤 6개월 안의 날짜를 지정하십시오."),
        )  # fmt: skip
    newest = ConsentText.objects.filter(purpose=purpose).order_by("-made_at", "-pk").first()
    line = Consent(
        person_id=person.pk, channel=channel, purpose=purpose, state=state, basis=basis, valid_until=valid_until,
        source="console", wording=newest, proof=_proof(viewer, document), happened_at=happened_at or clock.now(),
        recorded_at=clock.now(),
    )  # fmt: skip
    add_lines([line])
    told = {"channel": channel, "purpose": purpose, "state": state}
    audit.record(viewer, "people.consent_recorded", f"person {person.pk}", **told)
    return line.pk


def _proof(viewer: Viewer, document: str) -> dict[str, Any]:
    return {"entered_by": viewer.name, **({"document": document[:300]} if document else {})}


def _known(kind: Said, value: str, known: Any) -> None:
    if value not in known:
        raise UnknownNameError(kind, value, known)


@transaction.atomic
def write_consent_text(viewer: Viewer, purpose: str, language: str, text: str) -> int:
    """A new version of a wording; the old ones stay, since people agreed to those. The version."""
    check_may(viewer, "administer")
    check_whole(viewer, "administer")
    _known(Said("purpose", "목적"), purpose, PURPOSES)
    _known(Said("language", "언어"), language, LANGUAGES)
    text = text.strip()
    if not text or len(text) > 10_000:
        raise RequestError(
            Said("A consent text was to be saved.", "동의 문구를 저장하려고 했습니다."),
            Said("It is empty or longer than 10,000 letters.", "비어 있거나 10,000자를 넘습니다."),
            Said("Write the words that people will read.", "고객이 읽을 문구를 쓰십시오."),
        )
    versions = ConsentText.objects.filter(purpose=purpose, language=language)
    if versions.order_by("-version").values_list("text", flat=True).first() == text:
        return int(versions.aggregate(last=Max("version"))["last"])
    version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    ConsentText.objects.create(
        purpose=purpose,
        language=language,
        version=version,
        text=text,
        made_by=viewer.name,
        made_at=clock.now(),
    )
    audit.record(viewer, "people.consent_text_written", purpose, language=language, version=version)
    return int(version)


@transaction.atomic
def suppress(
    viewer: Viewer,
    channel: str,
    address: str,
    *,
    reason: str = "by_hand",
    scope: str = Suppression.Scope.MARKETING,
) -> None:
    """Put an address on the list of those not to contact."""
    check_may(viewer, "edit_people")
    _known(Said("channel", "채널"), channel, (*CHANNELS, "any"))
    _known(Said("scope", "범위"), scope, Suppression.Scope.values)
    suppress_address(channel, address, reason=reason[:60], scope=scope, made_by=viewer.name)
    audit.record(viewer, "people.suppressed", f"{channel} {address_hash(channel, address)[:12]}", scope=scope)


@transaction.atomic
def unsuppress(viewer: Viewer, channel: str, address: str) -> bool:
    """Take an address off the list; whether it was on it."""
    check_may(viewer, "edit_people")
    key = address_hash(channel, address)
    entries = Suppression.objects.filter(channel=channel, address_hash=key, lifted_at=None)
    was_on = entries.update(lifted_at=clock.now()) > 0
    if was_on:
        audit.record(viewer, "people.unsuppressed", f"{channel} {key[:12]}")
    return was_on


@transaction.atomic
def change_people_settings(viewer: Viewer, **fields: Any) -> SettingsView:
    """Change how people's data is treated; a new unit trait places everybody anew."""
    check_may(viewer, "administer")
    check_whole(viewer, "administer")
    known = SettingsView.__dataclass_fields__
    for name in fields:
        _known(Said("setting", "설정"), name, known)
    _known(Said("law", "법"), fields.get("law", "pipa"), RightsRequest.Law.values)
    row = PeopleSettings.objects.order_by("pk").first() or PeopleSettings()
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    if before.get("unit_trait", row.unit_trait) != row.unit_trait:
        effects.plan("people.units", f"people.units:{row.unit_trait}:{clock.now().timestamp()}", {})
    audit.record(viewer, "people.settings_changed", "people", before=before, after=fields)
    return people_settings()
