# The table of Django's cache, in which the limits on guessing are counted over every process.

from typing import Any

from django.core.management import call_command
from django.db import migrations


def create(apps: Any, schema_editor: Any) -> None:
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_securitypolicy_invitation_revoked_at_signon")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
