"""What did somebody write into the form of a design? Read leniently, kept as typed, so that nothing is lost by an error."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.http import QueryDict

from dangol.core.errors import RequestError
from dangol.core.language import Said
from dangol.platform.experiments.actions import Wish
from dangol.platform.experiments.queries import OUTCOMES, ExperimentView
from dangol.platform.web.numbers.typed import number_of
from dangol.platform.web.viewing import spoken

ARMS: Final = 4
"""Arms that the form has room for; more by the API."""
TEXTS: Final = (
    "name", "hypothesis", "audience", "rule", "outcome", "horizon_days", "whom", "enrols", "smallest", "cost", "ends_on",
)  # fmt: skip


CONTROL, TREATED = Said("control", "대조군"), Said("treated", "처치군")


def empty() -> dict[str, Any]:
    """The form of a new design: half and half, two months, who stays."""
    told: dict[str, Any] = dict.fromkeys(TEXTS, "")
    told |= {"outcome": "kept", "horizon_days": "60", "whom": "person", "enrols": "start", "smallest": "5"}
    return told | {
        "arms": [(spoken(CONTROL), "50"), (spoken(TREATED), "50")],
        "segments": [],
        "guardrails": [],
    }


def typed(posted: QueryDict) -> dict[str, Any]:
    """What was typed, as the form shows it again."""
    told: dict[str, Any] = {name: str(posted.get(name, "")).strip() for name in TEXTS}
    arms = [
        (str(posted.get(f"arm-{n}", "")).strip(), str(posted.get(f"share-{n}", "")).strip())
        for n in range(ARMS)
    ]
    told["arms"] = [arm for arm in arms if arm[0] or arm[1]]
    return told | {name: posted.getlist(name) for name in ("segments", "guardrails")}


def of_view(view: ExperimentView) -> dict[str, Any]:
    """A draft as the form shows it."""
    told: dict[str, Any] = {
        name: _text(getattr(view, name))
        for name in ("name", "hypothesis", "outcome", "whom", "enrols", "cost", "ends_on")
    }
    told |= {"audience": _text(view.audience_id), "rule": "", "horizon_days": str(view.horizon_days)}
    told["smallest"] = "" if view.smallest is None else f"{view.smallest * _scale(view.outcome):g}"
    told["arms"] = [(str(arm["name"]), f"{100 * arm['share']:g}") for arm in view.arms]
    return told | {"segments": list(view.segments), "guardrails": list(view.guardrails)}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def wish_of(told: Mapping[str, Any]) -> Wish:
    """The form as a design; a RequestError where a field cannot be read."""
    smallest = number_of(told["smallest"])
    cost = number_of(told["cost"])
    return Wish(
        name=told["name"],
        hypothesis=told["hypothesis"],
        arms=tuple((name, (number_of(share) or 0.0) / 100) for name, share in told["arms"]),
        outcome=told["outcome"],
        horizon_days=int(number_of(told["horizon_days"]) or 0),
        whom=told["whom"],
        enrols=told["enrols"],
        audience=_number(told["audience"]),
        rule=told["rule"] or None,
        smallest=None if smallest is None else smallest / _scale(told["outcome"]),
        segments=tuple(told["segments"]),
        guardrails=tuple(told["guardrails"]),
        cost=None if cost is None else Decimal(str(cost)),
        ends_on=day_of(told["ends_on"]),
    )


def _scale(outcome: str) -> int:
    """Shares and ratios are typed in points."""
    return 100 if outcome in OUTCOMES and OUTCOMES[outcome].measured.kind != "mean" else 1


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def day_of(text: str) -> date | None:
    """A day as a form writes it; None where nothing is written."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestError(
            Said(f"{text!r} was given as a day.", f"날짜로 {text!r}을(를) 주셨습니다."),
            Said("It cannot be read as one.", "날짜로 읽을 수 없습니다."),
            Said("Write it as 2026-12-31.", "2026-12-31처럼 써 주십시오."),
        ) from None
