"""How well do the accounts do? Learned from which accounts were lost, and scored with every scoring."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db import transaction

from dangol.core.engine import World
from dangol.core.engine.foreseeing_accounts import Accounts, accounts
from dangol.core.errors import DangolError
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.predict.card import Card
from dangol.core.predict.health import Health, fit_health, health_model_of
from dangol.core.predict.labelled import Labelled
from dangol.platform.foresight import registry
from dangol.platform.foresight.models import AccountHealth, ModelVersion, Run

AT_ONCE: Final = 2_000
_CHANGED: Final = ("value", "band", "coverage", "worst", "said", "model", "run_id", "as_of")


def learned(world: World, training: tuple[Labelled, ...], horizon_days: int, seed: int) -> tuple[Card, str]:
    """A health score of accounts from snapshots of their people: its card and its text."""
    model = fit_health(accounts(world).training(training), horizon_days=horizon_days, seed=seed)
    return model.card, model.to_text()


def scored(world: World, matrix: FeatureMatrix, run: Run) -> dict[str, Any]:
    """Score every account; how many, or the sentence why none."""
    version = registry.in_use(ModelVersion.Kind.HEALTH)
    last = ModelVersion.objects.filter(kind=ModelVersion.Kind.HEALTH).order_by("-decided_at").first()
    if version is None:
        AccountHealth.objects.all().delete()
        return {"count": 0, "reason": last.reason if last else None}
    try:
        known = accounts(world)
    except DangolError as error:
        AccountHealth.objects.all().delete()
        return {"count": 0, "reason": {"en": error.in_("en"), "ko": error.in_("ko")}}
    found = health_model_of(version.text).score(known.matrix(matrix))
    _write(_rows(found, known, version, run, world.as_of))
    AccountHealth.objects.exclude(run_id=run.pk).delete()
    return {"count": len(found.account_ids)}


def _rows(
    found: Health, known: Accounts, version: ModelVersion, run: Run, as_of: date
) -> list[AccountHealth]:
    each = zip(
        found.account_ids.tolist(),
        found.score.tolist(),
        found.band,
        found.coverage.tolist(),
        found.worst,
        found.said,
        strict=True,
    )
    return [
        AccountHealth(
            account_id=known.names[number][:300], value=None if value != value else value, band=band or "",
            coverage=coverage, worst=worst or "", said=registry.plain(said), model=version, run_id=run.pk, as_of=as_of,
        )
        for number, value, band, coverage, worst, said in each
    ]  # fmt: skip


@transaction.atomic
def _write(rows: list[AccountHealth]) -> None:
    AccountHealth.objects.bulk_create(
        rows,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["account_id"],
        update_fields=list(_CHANGED),
    )
