"""Where is the search index kept? A full-text table of the database's own kind, made beside the models."""

from __future__ import annotations

from typing import Any, Final

SQLITE: Final = (
    "create virtual table if not exists people_search using fts5("
    "body, unit, tokenize = \"unicode61 remove_diacritics 0\", prefix = '2 3')",
)
POSTGRESQL: Final = (
    "create table if not exists people_search (person_id bigint primary key, document tsvector not null)",
    # fastupdate off: a list of pending entries would be read by every search until the next vacuum
    "create index if not exists people_search_document on people_search using gin (document) with (fastupdate = off)",
)


def make(apps: Any, schema_editor: Any) -> None:
    """Make the index's tables; called by the migration."""
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    """Take them away again."""
    schema_editor.execute("drop table if exists people_search")
