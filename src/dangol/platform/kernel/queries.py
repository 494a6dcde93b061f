"""Which business is this, and is the machine room well?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from dangol.platform.kernel import clock
from dangol.platform.kernel.models import Business, Cursor, Effect, Setback, Worker

BUSINESS: Final = "business"
"""A cursor that moves whenever the business is described otherwise."""
LATE: Final = timedelta(minutes=10)
"""An effect that is due for longer is stuck."""
SILENT: Final = timedelta(seconds=60)
"""A worker that said nothing for longer is taken for dead."""


@dataclass(frozen=True, slots=True)
class BusinessView:
    """The business of this installation; as it is by default until it is set up."""

    name: str
    kind: str
    language: str
    time_zone: str
    currency: str
    fiscal_start: int
    inactivity_days: int | None
    inactivity_of: list[dict[str, Any]]
    activity: str
    is_demo: bool
    set_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """Figures that are 0 (and a worker that lives) when all is well."""

    workers: int
    last_seen_at: datetime | None
    stuck_effects: int
    set_aside_effects: int
    setbacks: int
    troubles: dict[str, str]

    @property
    def is_well(self) -> bool:
        """Whether nothing needs a look."""
        return self.workers > 0 and not (
            self.stuck_effects or self.set_aside_effects or self.setbacks or self.troubles
        )


def business() -> BusinessView:
    """The business: its kind, time zone, currency, and when a customer counts as inactive."""
    row = Business.objects.order_by("pk").first() or Business()
    return BusinessView(**{name: getattr(row, name) for name in BusinessView.__dataclass_fields__})


def business_changed_at() -> datetime | None:
    """When the business was last described otherwise: numbers counted before are of the old one."""
    return Cursor.objects.filter(name=BUSINESS).values_list("moved_at", flat=True).first()


def living() -> QuerySet[Worker]:
    """The workers that said something just now; a moment that is still to come was said by a clock that was wrong."""
    now = clock.now()
    return Worker.objects.filter(seen_at__gt=now - SILENT, seen_at__lt=now + SILENT)


def health() -> Health:
    """How the machine room does."""
    now = clock.now()
    workers = list(living())
    late = Q(state=Effect.State.PLANNED, due_at__lt=now - LATE)
    abandoned = Q(state=Effect.State.CLAIMED, claimed_until__lt=now - LATE)
    last = Worker.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    return Health(
        workers=len(workers),
        last_seen_at=last,
        stuck_effects=Effect.objects.filter(late | abandoned).count(),
        set_aside_effects=Effect.objects.filter(state=Effect.State.SET_ASIDE).count(),
        setbacks=Setback.objects.filter(resolved_at=None).count(),
        troubles={name: error for each in workers for name, error in each.troubles.items()},
    )
