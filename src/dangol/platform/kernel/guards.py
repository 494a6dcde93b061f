"""How does the database itself keep the audit trail from being changed? By triggers, on both engines.

What the platform's code never does, a slip at the database's own prompt should not do either. Whoever owns the
database can take a trigger away; the chain of digests tells of it afterwards.
"""

from __future__ import annotations

from typing import Any, Final

TABLE: Final = "kernel_auditentry"
SAYS: Final = "The audit trail is only appended to."

_SQLITE: Final = tuple(
    f"CREATE TRIGGER IF NOT EXISTS audit_no_{deed} BEFORE {deed} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    for deed in ("update", "delete")
)
_POSTGRESQL: Final = (
    f"CREATE OR REPLACE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$",
    *(f"DROP TRIGGER IF EXISTS audit_no_{deed} ON {TABLE}" for deed in ("update", "delete", "truncate")),
    *(
        f"CREATE TRIGGER audit_no_{deed} BEFORE {deed} ON {TABLE} "
        f"FOR EACH {'STATEMENT' if deed == 'truncate' else 'ROW'} EXECUTE FUNCTION audit_refuses()"
        for deed in ("update", "delete", "truncate")
    ),
)


def guard(connection: Any) -> None:
    """Refuse every change and deletion of entries from now on."""
    statements = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    with connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each)


def allow_deletion(connection: Any) -> None:
    """Take the guard against deletion away: for tests, which empty every table between each other."""
    deeds = ("delete",) if connection.vendor == "sqlite" else ("delete", "truncate")
    on_table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        for deed in deeds:
            cursor.execute(f"DROP TRIGGER IF EXISTS audit_no_{deed}{on_table}")
