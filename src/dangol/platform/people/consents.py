"""What holds for a person, a channel and a purpose? The ledger, its newest line, and the pure rule over both."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings

from dangol.core.language import Said
from dangol.platform.kernel import clock
from dangol.platform.log.rows import LogRow
from dangol.platform.people.folding import phone_digits
from dangol.platform.people.models import Consent, ConsentState, ConsentText, Suppression
from dangol.platform.people.told import moment

CONSENT_EVENTS: Final = (
    "Consent Given", "Consent Refused", "Consent Withdrawn", "Message Unsubscribed", "Message Complained",
)  # fmt: skip
CHANNELS: Final = {
    "email": Said("E-mail", "이메일"),
    "sms": Said("Text message", "문자"),
    "kakao": Said("KakaoTalk", "카카오톡"),
    "push": Said("Push notification", "푸시 알림"),
    "phone": Said("Telephone", "전화"),
}
PURPOSES: Final = {
    "marketing": Said("Advertising", "광고성 정보"),
    "night_marketing": Said("Advertising at night (21:00 to 08:00)", "야간 광고성 정보(21시~8시)"),
    "marketing_profiling": Said("Profiling for marketing", "마케팅을 위한 프로파일링"),
    "personal_data": Said("Use of personal data", "개인정보 수집·이용"),
    "third_party": Said("Passing on to others", "제3자 제공"),
}
TRANSACTIONAL: Final = "transactional"
_STATES: Final = {
    "Consent Given": Consent.State.GIVEN,
    "Consent Refused": Consent.State.REFUSED,
    "Consent Withdrawn": Consent.State.WITHDRAWN,
    "Message Unsubscribed": Consent.State.WITHDRAWN,
    "Message Complained": Consent.State.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Held:
    """What the ledger's newest line says about one channel and purpose."""

    state: str
    basis: str = Consent.Basis.OPT_IN
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this person be contacted? With the reason as a code and in words."""

    is_allowed: bool
    reason: str

    @property
    def said(self) -> Said:
        """The reason in words."""
        return REASONS[self.reason]


REASONS: Final = {
    "opt_in": Said("They agreed.", "동의했습니다."),
    "transaction": Said("They bought something of the kind, and the time for that is not over.", "같은 종류의 거래가 있었고 허용 기간이 남아 있습니다."),
    "transactional": Said("It is about their own order or contract.", "본인의 주문이나 계약에 관한 연락입니다."),
    "erased": Said("Their data was erased.", "개인정보가 삭제되었습니다."),
    "suppressed": Said("Their address is on the list of those not to contact.", "연락 금지 목록에 있는 주소입니다."),
    "refused": Said("They refused.", "거부했습니다."),
    "withdrawn": Said("They withdrew their consent.", "동의를 철회했습니다."),
    "expired": Said("The time in which a purchase allowed it is over.", "거래를 근거로 한 허용 기간이 끝났습니다."),
    "basis_off": Said("A purchase alone does not allow it here.", "이곳에서는 거래만으로 연락을 허용하지 않습니다."),
    "not_asked": Said("They have not been asked.", "동의를 받은 적이 없습니다."),
    "profiling_objected": Said("They objected to profiling for marketing.", "마케팅 프로파일링을 거부했습니다."),
}  # fmt: skip


def verdict(
    purpose: str,
    held: Held | None,
    at: datetime,
    *,
    suppressed: str | None = None,
    is_erased: bool = False,
    allows_transaction_basis: bool = False,
    profiling: Held | None = None,
) -> Verdict:
    """The rule. `held` is the newest word on the channel and purpose, `suppressed` the scope on the address, if any.

    Each check is a line, the first that speaks decides; what was never asked is a no (정보통신망법 §50①).
    """
    if is_erased:
        return Verdict(is_allowed=False, reason="erased")
    if suppressed == Suppression.Scope.ALL or (suppressed and purpose != TRANSACTIONAL):
        return Verdict(is_allowed=False, reason="suppressed")
    if purpose == TRANSACTIONAL:
        return Verdict(is_allowed=True, reason="transactional")
    if purpose == "marketing_profiling" and profiling is not None and profiling.state != Consent.State.GIVEN:
        return Verdict(is_allowed=False, reason="profiling_objected")
    if held is None:
        return Verdict(is_allowed=False, reason="not_asked")
    if held.state != Consent.State.GIVEN:
        return Verdict(is_allowed=False, reason=str(held.state))
    return _given(held, at, allows_transaction_basis=allows_transaction_basis)


def _given(held: Held, at: datetime, *, allows_transaction_basis: bool) -> Verdict:
    if held.basis != Consent.Basis.TRANSACTION:
        is_over = held.valid_until is not None and at >= held.valid_until
        return Verdict(not is_over, "expired" if is_over else "opt_in")
    if not allows_transaction_basis:
        return Verdict(is_allowed=False, reason="basis_off")
    if held.valid_until is None or at >= held.valid_until:
        return Verdict(is_allowed=False, reason="expired")
    return Verdict(is_allowed=True, reason="transaction")


# Addresses that are not written to


def address_hash(channel: str, address: str) -> str:
    """The keyed hash by which a suppressed address is known; the address cannot be read from it."""
    plain = phone_digits(address) if channel in {"sms", "kakao", "phone"} else address.strip().casefold()
    key = f"dangol.people.suppression:{settings.SECRET_KEY}".encode()
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()


def suppress_address(channel: str, address: str, *, reason: str, scope: str, made_by: str) -> None:
    """Put an address on the list, or make its entry stricter; in the transaction of the caller."""
    entry, is_new = Suppression.objects.get_or_create(
        channel=channel,
        address_hash=address_hash(channel, address),
        defaults={"reason": reason, "scope": scope, "made_by": made_by, "made_at": clock.now()},
    )
    if not is_new and (entry.lifted_at or (scope == Suppression.Scope.ALL and entry.scope != scope)):
        entry.scope, entry.lifted_at, entry.reason = scope, None, reason
        entry.save(update_fields=["scope", "lifted_at", "reason"])


# The ledger


def note_consents(rows: Sequence[LogRow]) -> None:
    """Lines of the ledger from a batch of events. An unsigned browser may say no for somebody, never yes."""
    lines = [line for row in rows for line in _lines(row)]
    add_lines(lines)


def _lines(row: LogRow) -> Iterable[Consent]:
    told = row.properties
    state = _STATES[row.name]
    if not row.is_trusted and state == Consent.State.GIVEN:
        return
    channel = str(told.get("channel") or "email")[:40]
    for purpose in _purposes(row.name, told):
        wording = _wording(str(purpose), told)
        yield Consent(
            person_id=row.person_id, channel=channel, purpose=str(purpose)[:60], state=state,
            basis=_basis(told), valid_until=moment(told["valid_until"]) if told.get("valid_until") else None,
            source=str(told.get("source") or row.name)[:120], wording=wording,
            wording_text=str(told.get("wording") or "")[:4000], proof=_proof(row), happened_at=row.occurred_at,
            recorded_at=row.received_at, position=row.position,
        )  # fmt: skip


def _purposes(name: str, told: dict[str, Any]) -> list[str]:
    """Those that are named; an unsubscription that names none means all advertising."""
    named = told.get("purposes") or told.get("purpose")
    if isinstance(named, list):
        return [str(each) for each in named[:20]]
    if named:
        return [str(named)]
    return ["marketing", "night_marketing"] if name.startswith("Message ") else ["marketing"]


def _basis(told: dict[str, Any]) -> str:
    return (
        Consent.Basis.TRANSACTION if told.get("basis") == Consent.Basis.TRANSACTION else Consent.Basis.OPT_IN
    )


def _wording(purpose: str, told: dict[str, Any]) -> ConsentText | None:
    version = told.get("wording_version")
    if not isinstance(version, int):
        return None
    found = ConsentText.objects.filter(purpose=purpose, version=version)
    return found.filter(language=told.get("language") or "ko").first() or found.first()


def _proof(row: LogRow) -> dict[str, Any]:
    told = {key: row.properties[key] for key in ("document", "form", "url") if row.properties.get(key)}
    if address := row.context.get("ip"):
        told["ip"] = address
    page = row.context.get("page")
    if isinstance(page, dict) and page.get("url"):
        told.setdefault("url", page["url"])
    return told


def add_lines(lines: Sequence[Consent]) -> None:
    """Add lines to the ledger, and let the newest of each question be what holds."""
    if not lines:
        return
    Consent.objects.bulk_create(lines)
    people = {line.person_id for line in lines}
    known = {
        (each.person_id, each.channel, each.purpose): each
        for each in ConsentState.objects.select_for_update().filter(person_id__in=people)
    }
    changed: dict[tuple[int, str, str], ConsentState] = {}
    for line in lines:
        key = (line.person_id, line.channel, line.purpose)
        held = changed.get(key) or known.get(key)
        if held is None or line.happened_at >= held.happened_at:
            changed[key] = ConsentState(
                person_id=line.person_id, channel=line.channel, purpose=line.purpose, state=line.state,
                basis=line.basis, valid_until=line.valid_until, happened_at=line.happened_at,
            )  # fmt: skip
    ConsentState.objects.bulk_create(
        changed.values(), update_conflicts=True, unique_fields=["person_id", "channel", "purpose"],
        update_fields=["state", "basis", "valid_until", "happened_at"],
    )  # fmt: skip
