"""The table of what was seen: its form differs between the databases, so Django does not keep it as a model."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from dangol.platform.log import seen


def create(apps: Any, editor: Any) -> None:
    """Make the table."""
    editor.execute(seen.POSTGRESQL if editor.connection.vendor == "postgresql" else seen.SQLITE)


def drop(apps: Any, editor: Any) -> None:
    """Undo it."""
    editor.execute(seen.DROP)


class Migration(migrations.Migration):
    dependencies = [("log", "0002_imports")]

    operations = [migrations.RunPython(create, drop)]
