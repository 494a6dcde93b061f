"""What does this room do once, outside any transaction? Places everybody anew, and erases people."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from dangol.platform.kernel.effects import Claimed, claims
from dangol.platform.people.accounts import place, unit_names
from dangol.platform.people.erasing import carry_out
from dangol.platform.people.models import Person
from dangol.platform.people.profiles import Draft
from dangol.platform.people.queries.consenting import people_settings
from dangol.platform.people.upserting import people_of, save

_AT_ONCE: Final = 2_000


@claims("people.units", seconds=3_600)
def place_everybody(claimed: Claimed) -> None:
    """Give everybody the unit that the settings' trait names now, some thousands a transaction."""
    trait, units, last = people_settings().unit_trait, unit_names(), 0
    while part := list(
        Person.objects.filter(pk__gt=last, erased_at=None)
        .order_by("pk")
        .values_list("pk", flat=True)[:_AT_ONCE]
    ):
        with transaction.atomic():
            drafts = [Draft(person) for person in people_of(part).values()]
            for draft in drafts:
                place(draft, trait, units)
            save(drafts)
        last = part[-1]


@claims("people.erase", seconds=3_600)
def erase(claimed: Claimed) -> None:
    """Erase the person of a rights request, step after step; begun again, it goes on where it stopped."""
    carry_out(int(claimed.payload["request_id"]))
