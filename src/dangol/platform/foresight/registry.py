"""Which model is used, which only waits, and why? Versions of each kind, with one in use at most."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from dangol.core.language import Said
from dangol.core.predict.card import Card, card_from_plain
from dangol.platform.foresight.models import ModelVersion
from dangol.platform.kernel import clock

State = ModelVersion.State
FOLLOWED = Said("Version {version} came after it.", "{version}번 버전이 뒤를 이었습니다.")
WORSE = Said(
    "On customers that it had not seen it ranked worse than version {version}, which stays in use.",
    "학습에 쓰지 않은 고객에서 {version}번 버전보다 순위를 못 매겼으므로 그 버전을 계속 씁니다.",
)


def in_use(kind: str) -> ModelVersion | None:
    """The version of a kind that is used, if any."""
    return ModelVersion.objects.filter(kind=kind, state=State.IN_USE).first()


def plain(said: Said) -> dict[str, str]:
    """A text as the database keeps it."""
    return {"en": said.en, "ko": said.ko}


@transaction.atomic
def keep(kind: str, card: Card, text: str, seconds: float) -> ModelVersion:
    """Keep a trained model; it comes into use when its card allows it and it is no worse than the one in use."""
    held = in_use(kind)
    state, reason = _decided(card, held)
    if state == State.IN_USE and held is not None:
        _set_aside(held, State.FOLLOWED, FOLLOWED.format(version=_next(kind)))
    return ModelVersion.objects.create(
        **_first_words(kind, state, reason, seconds), text=text, card=card.to_plain(), method=card.chosen[:60],
        horizon_days=card.horizon_days, as_of=card.as_of, customer_count=card.customer_count,
        left_count=card.left_count, seed=card.seed,
    )  # fmt: skip


@transaction.atomic
def note_impossible(kind: str, reason: Said, **told: Any) -> ModelVersion:
    """Nothing could be trained: said once, until the reason is another one."""
    last = ModelVersion.objects.filter(kind=kind).order_by("-version").first()
    if last is not None and last.state == State.REFUSED and last.card is None:
        now = clock.now()
        ModelVersion.objects.filter(pk=last.pk).update(reason=plain(reason), trained_at=now, **told)
        return last
    return ModelVersion.objects.create(**_first_words(kind, State.REFUSED, reason, 0.0), **told)


def demote(version: ModelVersion, reason: Said) -> ModelVersion | None:
    """It was found wrong: the newest challenger that passed its card takes its place, else the rule does."""
    with transaction.atomic():
        _set_aside(version, State.DEMOTED, reason)
        waiting = ModelVersion.objects.filter(kind=version.kind, state=State.CHALLENGER).exclude(text="")
        found = waiting.order_by("-version").first()
        if found is not None:
            _set_aside(found, State.IN_USE, TOOK_ITS_PLACE.format(version=version.version))
        return found


TOOK_ITS_PLACE = Said(
    "It took the place of version {version}, which was found wrong.",
    "틀린 것으로 확인된 {version}번 버전을 대신합니다.",
)


def _set_aside(version: ModelVersion, state: str, reason: Said) -> None:
    ModelVersion.objects.filter(pk=version.pk).update(
        state=state, reason=plain(reason), decided_at=clock.now()
    )


def _decided(card: Card, held: ModelVersion | None) -> tuple[str, Said]:
    if not card.is_usable:
        return State.REFUSED, card.verdict
    if held is not None and held.card is not None and _is_worse(card, card_from_plain(held.card)):
        return State.CHALLENGER, WORSE.format(version=held.version)
    return State.IN_USE, card.verdict


def _is_worse(card: Card, held: Card) -> bool:
    """Whether its AUC lies below the whole interval of the one in use."""
    own, other = card.figure("auc"), held.figure("auc")
    if own is None or other is None or own.value is None or other.low is None:
        return False
    return own.value < other.low


def _first_words(kind: str, state: str, reason: Said, seconds: float) -> dict[str, Any]:
    now = clock.now()
    return {
        "kind": kind, "version": _next(kind), "state": state, "reason": plain(reason), "trained_at": now,
        "decided_at": now, "seconds": seconds,
    }  # fmt: skip


def _next(kind: str) -> int:
    last = ModelVersion.objects.filter(kind=kind).aggregate(last=Max("version"))["last"]
    return int(last or 0) + 1
