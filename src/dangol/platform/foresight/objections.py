"""Who objected to being profiled? They are not scored, and what was foreseen of them is taken away."""

from __future__ import annotations

from django.db.models import QuerySet

from dangol.platform.people.models import Consent, ConsentState
from dangol.platform.people.queries.consenting import ANY_CHANNEL

PURPOSE = "marketing_profiling"


def objectors() -> QuerySet[ConsentState, int]:
    """The numbers of everybody who refused or withdrew profiling (GDPR 21(2)-(3), PIPA §37)."""
    said_no = (Consent.State.REFUSED, Consent.State.WITHDRAWN)
    rows = ConsentState.objects.filter(channel=ANY_CHANNEL, purpose=PURPOSE, state__in=said_no)
    return rows.values_list("person_id", flat=True)


def has_objected(person_id: int) -> bool:
    """Whether one customer did."""
    return objectors().filter(person_id=person_id).exists()
