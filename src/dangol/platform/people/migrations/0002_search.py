"""Which tables and triggers stand beside the models? The search index, and the guard of the consent ledger."""

from django.db import migrations

from dangol.platform.people.guarding import guard, unguard
from dangol.platform.people.search_tables import drop, make


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(make, drop), migrations.RunPython(guard, unguard)]
