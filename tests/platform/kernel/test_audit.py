"""Is every deed kept, and does a change of the record show?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from dangol.platform.kernel import audit
from dangol.platform.kernel.access.viewer import Viewer
from dangol.platform.kernel.guards import allow_deletion, guard
from dangol.platform.kernel.models import AuditEntry

pytestmark = pytest.mark.django_db


def _three(owner: Viewer) -> list[AuditEntry]:
    audit.record(
        owner, "key.made", "API key 1", scopes=["export"], share=0.1, when=datetime(2026, 1, 1, tzinfo=UTC)
    )
    audit.record(owner, "person.erased", "person 7", rows={"events": 12})
    audit.record(owner, "export.made", note="NUL \x00 and 한글")
    return list(AuditEntry.objects.order_by("id"))


def test_an_untouched_chain_is_whole(owner: Viewer) -> None:
    assert audit.verify() is None
    _three(owner)
    assert audit.verify() is None
    assert [each.deed for each in audit.deeds()] == ["export.made", "person.erased", "key.made"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("actor", "somebody else"),
        ("details", {"rows": {"events": 1}}),
        ("happened_at", datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_changed_entry_is_found(owner: Viewer, field: str, value: object) -> None:
    _, second, _ = _three(owner)
    with connection.cursor() as cursor:
        drop = "DROP TRIGGER audit_no_update" + (
            " ON kernel_auditentry" if connection.vendor != "sqlite" else ""
        )
        cursor.execute(drop)
    AuditEntry.objects.filter(pk=second.pk).update(**{field: value})
    assert audit.verify() == second.pk


def test_a_missing_entry_is_found(owner: Viewer) -> None:
    first, second, third = _three(owner)
    second.delete()
    assert audit.verify() == third.pk
    first.delete()
    assert audit.verify() == third.pk


def test_the_database_refuses_changes(owner: Viewer) -> None:
    first, *_ = _three(owner)
    guard(connection)
    try:
        with pytest.raises(DatabaseError, match="only appended"), transaction.atomic():
            AuditEntry.objects.filter(pk=first.pk).update(actor="somebody else")
        with pytest.raises(DatabaseError, match="only appended"), transaction.atomic():
            first.delete()
    finally:
        allow_deletion(connection)
    assert audit.verify() is None


def test_two_entries_cannot_follow_the_same_one(owner: Viewer) -> None:
    first, *_ = _three(owner)
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEntry.objects.create(
            happened_at=first.happened_at, actor="x", deed="y", previous=first.previous, digest="z"
        )
