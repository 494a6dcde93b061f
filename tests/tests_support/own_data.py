"""Where do tests keep their data? In a folder of their own, set before Django reads its settings.

Loaded by `-p tests_support.own_data` of pyproject.toml: earlier than any conftest, once for every process of
pytest-xdist. What the shell says about a data folder, a key or an address is not for tests.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

FOLDER = tempfile.mkdtemp(prefix="dangol-tests-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

for _name in [each for each in os.environ if each.startswith("DANGOL_") and each != "DANGOL_DEBUG"]:
    del os.environ[_name]
os.environ["DANGOL_DATA"] = FOLDER
os.environ["DJANGO_SETTINGS_MODULE"] = "dangol.platform.settings"
