"""What does this room do when somebody is erased? It forgets that they were in any audience."""

from __future__ import annotations

from dangol.platform.audiences.models import Flip, Member
from dangol.platform.people.erasing import Counts, Erased, eraser


@eraser("audiences")
def forget(whom: Erased) -> Counts:
    """Their memberships, and their comings and goings."""
    members = Member.objects.filter(person_id__in=whom.person_ids).delete()[0]
    flips = Flip.objects.filter(person_id__in=whom.person_ids).delete()[0]
    return {"audience_members": members, "audience_flips": flips}
