"""What was written down about people, for those who take everything with them? Notes and the ledger of consent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dangol.platform.kernel.access.refusals import check_may
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.people.models import Consent, Note
from dangol.platform.people.seeing import visible_to

_AT_ONCE = 2_000


def every_note(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Every note on the people that the viewer sees: person_id (as the source knows them), text, who, when."""
    check_may(viewer, "export")
    rows = (
        Note.objects.filter(person__in=visible_to(viewer), removed_at=None)
        .select_related("person")
        .order_by("pk")
    )
    for row in rows.iterator(chunk_size=_AT_ONCE):
        yield {
            "person_id": row.person.external_id or str(row.person_id), "text": row.text, "is_pinned": row.is_pinned,
            "author": row.author_name, "written_at": row.written_at, "edited_at": row.edited_at,
        }  # fmt: skip


def every_consent(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """Every line of the ledger about the people that the viewer sees, oldest first."""
    check_may(viewer, "export")
    seen = visible_to(viewer)
    names = dict(seen.filter(pk__in=Consent.objects.values("person_id")).values_list("pk", "external_id"))
    for row in (
        Consent.objects.filter(person_id__in=seen.values("pk")).order_by("pk").iterator(chunk_size=_AT_ONCE)
    ):
        yield {
            "person_id": names.get(row.person_id) or str(row.person_id), "channel": row.channel, "purpose": row.purpose,
            "state": row.state, "basis": row.basis, "valid_until": row.valid_until, "source": row.source,
            "wording": row.wording_text, "proof": row.proof, "happened_at": row.happened_at, "recorded_at": row.recorded_at,
        }  # fmt: skip
