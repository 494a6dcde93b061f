"""How does the database itself keep the consent ledger from being rewritten? A trigger; only erasure deletes lines."""

from __future__ import annotations

from typing import Any, Final

SAYS: Final = "The consent ledger is only appended to."
SQLITE: Final = (
    "create trigger if not exists people_consent_no_update before update on people_consent "
    f"begin select raise(abort, '{SAYS}'); end",
)
POSTGRESQL: Final = (
    "create or replace function people_consent_refuses() returns trigger language plpgsql as "
    f"$$ begin raise exception '{SAYS}'; end $$",
    "drop trigger if exists people_consent_no_update on people_consent",
    "create trigger people_consent_no_update before update on people_consent "
    "for each row execute function people_consent_refuses()",
)


def guard(apps: Any, schema_editor: Any) -> None:
    """Refuse every change of a line from now on; called by the migration."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def unguard(apps: Any, schema_editor: Any) -> None:
    """Take the trigger away again."""
    on_table = " on people_consent" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"drop trigger if exists people_consent_no_update{on_table}")
