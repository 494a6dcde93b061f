"""Which tables of the search index are there?"""

from django.db import migrations

from dangol.platform.people.search_tables import drop, make


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]
