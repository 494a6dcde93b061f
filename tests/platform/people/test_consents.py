"""May somebody be contacted? A table of the rule, each line with the article that it follows; and the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dangol.core.errors import RequestError
from dangol.platform.kernel.access.viewer import SYSTEM, Viewer
from dangol.platform.people import actions, queries
from dangol.platform.people.consents import Held, verdict
from dangol.platform.people.models import Consent, Suppression
from dangol.platform.people.reactions import keep_consents, keep_profiles
from tests_support.log_rows import NOON, identify, track

ANN, BOB = 11, 12
NOW = datetime(2026, 3, 2, tzinfo=UTC)
GIVEN, REFUSED, WITHDRAWN = Held("given"), Held("refused"), Held("withdrawn")
BOUGHT = Held("given", "transaction_until", NOW + timedelta(days=1))
LONG_AGO = Held("given", "transaction_until", NOW)
ON = {"allows_transaction_basis": True}


@pytest.mark.parametrize(
    ("article", "purpose", "held", "more", "reason", "is_allowed"),
    [
        ("정보통신망법 §50① 명시적인 사전 동의", "marketing", None, {}, "not_asked", False),
        ("정보통신망법 §50① 명시적인 사전 동의", "marketing", GIVEN, {}, "opt_in", True),
        ("정보통신망법 §50② 수신거부, 동의 철회 후 전송 금지", "marketing", REFUSED, {}, "refused", False),
        ("정보통신망법 §50② 수신거부, 동의 철회 후 전송 금지", "marketing", WITHDRAWN, {}, "withdrawn", False),
        ("시행령 §61① 거래 종료 후 6개월: 꺼져 있는 것이 기본", "marketing", BOUGHT, {}, "basis_off", False),
        ("시행령 §61① 거래 종료 후 6개월", "marketing", BOUGHT, ON, "transaction", True),
        ("시행령 §61① 거래 종료 후 6개월이 지나면 끝", "marketing", LONG_AGO, ON, "expired", False),
        ("정보통신망법 §50③ 야간은 별도 동의", "night_marketing", None, {}, "not_asked", False),
        ("정보통신망법 §50③ 야간은 별도 동의", "night_marketing", GIVEN, {}, "opt_in", True),
        ("GDPR 21(3) objection to profiling", "marketing_profiling", GIVEN, {"profiling": WITHDRAWN}, "profiling_objected", False),
        ("Suppressed for marketing only", "marketing", GIVEN, {"suppressed": "marketing"}, "suppressed", False),
        ("Suppressed for marketing only", "transactional", None, {"suppressed": "marketing"}, "transactional", True),
        ("Suppressed for everything", "transactional", None, {"suppressed": "all"}, "suppressed", False),
        ("계약의 이행에 관한 연락은 광고가 아님", "transactional", WITHDRAWN, {}, "transactional", True),
        ("개인정보 보호법 §36③ 삭제 후", "transactional", GIVEN, {"is_erased": True}, "erased", False),
    ],
)  # fmt: skip
def test_the_rule(
    article: str, purpose: str, held: Held | None, more: dict[str, Any], reason: str, is_allowed: bool
) -> None:
    found = verdict(purpose, held, NOW, **more)
    assert (found.reason, found.is_allowed) == (reason, is_allowed), article
    assert found.said.ko


def says(name: str, person: int = ANN, days: int = 0, **told: Any) -> None:
    """Somebody says a word about consent."""
    more = {key: told.pop(key) for key in ("is_trusted", "context") if key in told}
    keep_consents([track(person, name, properties=told, occurred_at=NOON + timedelta(days=days), **more)])


@pytest.mark.django_db
def test_the_last_word_holds_and_every_word_stays() -> None:
    keep_profiles([identify(ANN, email="ann@x.kr")])
    says("Consent Given", days=0, channel="email", purpose="marketing", wording="광고 수신에 동의합니다",
         document="가입 신청서", context={"ip": "203.0.113.9"})  # fmt: skip
    assert queries.may_contact(ANN, "email", "marketing", NOW).is_allowed
    says("Consent Withdrawn", days=2, channel="email", purpose="marketing")
    says("Consent Given", days=1, channel="email", purpose="marketing")
    assert queries.may_contact(ANN, "email", "marketing", NOW).reason == "withdrawn"
    assert not queries.may_contact(ANN, "sms", "marketing", NOW).is_allowed
    ledger = queries.consents_of(SYSTEM, ANN)
    assert [line.state for line in ledger] == ["withdrawn", "given", "given"]
    assert (ledger[2].wording, ledger[2].proof) == (
        "광고 수신에 동의합니다",
        {"document": "가입 신청서", "ip": "203.0.113.9"},
    )
    with pytest.raises(Exception, match="append"):
        Consent.objects.filter(pk=ledger[0].id).update(state="given")


@pytest.mark.django_db
def test_a_browser_may_say_no_but_not_yes() -> None:
    keep_profiles([identify(ANN)])
    says("Consent Given", is_trusted=False)
    assert queries.consents_of(SYSTEM, ANN) == []
    says("Consent Given")
    says("Message Unsubscribed", days=1, is_trusted=False, message_id="m")
    assert queries.may_contact(ANN, "email", "marketing", NOW).reason == "withdrawn"


@pytest.mark.django_db
def test_a_merge_brings_consent_along_and_a_later_no_wins(owner: Viewer) -> None:
    keep_profiles([identify(ANN), identify(BOB)])
    says("Consent Given", ANN, days=0)
    says("Consent Withdrawn", BOB, days=1)
    number = actions.merge(owner, BOB, ANN)
    assert queries.may_contact(ANN, "email", "marketing", NOW).reason == "withdrawn"
    actions.undo_merge(owner, number)
    assert queries.may_contact(ANN, "email", "marketing", NOW).is_allowed


@pytest.mark.django_db
def test_consent_by_hand_keeps_the_wording_of_its_day(owner: Viewer) -> None:
    keep_profiles([identify(ANN)])
    assert actions.write_consent_text(owner, "marketing", "ko", "첫 문구") == 1
    actions.record_consent(
        owner, ANN, channel="sms", purpose="marketing", state="given", document="전화 녹취 12번"
    )
    assert actions.write_consent_text(owner, "marketing", "ko", "새 문구") == 2
    assert actions.write_consent_text(owner, "marketing", "ko", "새 문구") == 2
    (line,) = queries.consents_of(owner, ANN)
    assert (line.wording, line.version, line.proof["document"]) == ("첫 문구", 1, "전화 녹취 12번")
    with pytest.raises(RequestError):
        actions.record_consent(
            owner, ANN, channel="sms", purpose="marketing", state="given", basis="transaction_until"
        )


@pytest.mark.django_db
def test_suppression_keeps_no_address(owner: Viewer) -> None:
    keep_profiles([identify(ANN, email="Ann@X.kr", phone="+82 10-1234-5678")])
    says("Consent Given")
    actions.suppress(owner, "email", " ann@x.kr ", reason="complaint")
    actions.suppress(owner, "sms", "010-1234-5678", scope="all")
    assert queries.may_contact(ANN, "email", "marketing", NOW).reason == "suppressed"
    assert queries.may_contact(ANN, "sms", "transactional", NOW).reason == "suppressed"
    assert "ann@" not in str(list(Suppression.objects.values()))
    assert actions.unsuppress(owner, "email", "ann@x.kr")
    assert queries.may_contact(ANN, "email", "marketing", NOW).is_allowed
