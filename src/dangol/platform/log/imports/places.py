"""Where do the files of an import lie on this machine?"""

from __future__ import annotations

import shutil
from pathlib import Path

from dangol.platform.kernel.environment import environment


def folder_of(import_id: int) -> Path:
    """The folder of one import: what was uploaded, its keys, its refused rows."""
    return environment().data_folder / "imports" / str(import_id)


def uploads_of(import_id: int) -> Path:
    """Where the uploaded files of an import lie until it is done."""
    return folder_of(import_id) / "files"


def keys_of(import_id: int) -> Path:
    """The keys of the rows that an import brought."""
    return folder_of(import_id) / "keys.parquet"


def drop_uploads(import_id: int) -> None:
    """Take away uploaded files: what they said is in the log, and only there can it be erased."""
    shutil.rmtree(uploads_of(import_id), ignore_errors=True)


def drop_folder(import_id: int) -> None:
    """Take away everything that an import left."""
    shutil.rmtree(folder_of(import_id), ignore_errors=True)
