"""Which models are there, how good are they, and by what are customers scored at present?"""

from __future__ import annotations

from typing import Any, Final

from dangol.core.language import Said
from dangol.core.predict.card import Card, card_from_plain
from dangol.platform.foresight.models import ModelVersion, Run
from dangol.platform.foresight.schedule import last_run
from dangol.platform.foresight.views import Method, ModelView, said_of
from dangol.platform.kernel.access.refusals import NotThereError
from dangol.platform.kernel.access.viewer import Viewer

CAME: Final = 5
MODEL = Said("model", "모형")
RULE = Said("the rule of silence", "미활동 규칙")
"""What is used while no model may be."""
NOT_TRIED = Said(
    "No model has been tried yet: that happens soon after the first data has come.",
    "아직 모형을 학습하지 않았습니다. 첫 데이터가 들어온 뒤 곧 학습합니다.",
)


def models(viewer: Viewer) -> list[ModelView]:
    """Every version, the newest first. Cards are numbers of the whole business: viewers of units see none."""
    if viewer.units is not None or not viewer.may("see_numbers"):
        return []
    rows = ModelVersion.objects.defer("text")
    return [_view(each) for each in rows]


def model(viewer: Viewer, model_id: int) -> ModelView:
    """One version."""
    found = ModelVersion.objects.defer("text").filter(pk=model_id).first()
    if found is None or viewer.units is not None or not viewer.may("see_numbers"):
        raise NotThereError(MODEL, model_id)
    return _view(found)


def card_of(viewer: Viewer, model_id: int) -> Card | None:
    """The card of one version; None where nothing could be trained."""
    return model(viewer, model_id).card


def method(kind: str = ModelVersion.Kind.CHURN) -> Method:
    """By what customers are scored at present: the model in use, or the rule, and why."""
    last = last_run(Run.Job.SCORE)
    told = last.told if last else {}
    used = ModelVersion.objects.defer("text").filter(kind=kind, state=ModelVersion.State.IN_USE).first()
    scored_at = last.ended_at if last else None
    as_of = last.as_of if last else None
    if used is not None:
        said = Said(f"version {used.version}", f"{used.version}번 버전")
        return Method(
            used.pk,
            used.version,
            used.method,
            said,
            said_of(used.reason),
            used.horizon_days,
            as_of,
            scored_at,
            told,
        )
    tried = ModelVersion.objects.defer("text").filter(kind=kind).order_by("-decided_at").first()
    reason = said_of(tried.reason) if tried else NOT_TRIED
    return Method(None, None, "rule", RULE, reason, told.get("horizon_days"), as_of, scored_at, told)


def came(model_id: int) -> list[dict[str, Any]]:
    """What came of the scorings by a model whose horizon has passed, the newest first."""
    done = Run.objects.filter(job=Run.Job.SCORE, told__version=model_id, told__matured__isnull=False)
    return [run.told["matured"] for run in done.order_by("-as_of", "-pk")[:CAME]]


def drift_of(model_id: int) -> list[list[Any]]:
    """How far customers had moved by the last scoring since this model learned: what, PSI, reading."""
    last = Run.objects.filter(job=Run.Job.SCORE, told__version=model_id).order_by("-as_of", "-pk").first()
    return list(last.told.get("drift", ())) if last else []


def _view(row: ModelVersion) -> ModelView:
    return ModelView(
        row.pk, row.kind, row.version, row.state, said_of(row.reason), row.method, row.horizon_days, row.as_of,
        row.customer_count, row.left_count, row.trained_at, row.decided_at, row.seconds,
        card_from_plain(row.card) if row.card else None,
    )  # fmt: skip
