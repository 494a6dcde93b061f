"""Who keeps the audit trail from being changed? The database, from here on."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from dangol.platform.kernel.guards import guard


def _guard(apps: Any, schema_editor: Any) -> None:
    guard(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunPython(_guard, migrations.RunPython.noop)]
