"""What is in a user's files? From paths, frames and records to typed rows, and a record of what was refused."""

from dangol.core.engine.files.loading import FoundColumn, LoadedFile, Loading
from dangol.core.engine.files.refusals import REFUSALS

__all__ = ["REFUSALS", "FoundColumn", "LoadedFile", "Loading"]
