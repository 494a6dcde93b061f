"""What does this room do again and again? Keeps the columnar copy and the figures of orders fresh."""

from __future__ import annotations

from dangol.platform.kernel.chores import chore
from dangol.platform.people import figures, files


@chore("people.files", every=1.0)
def refresh_files() -> bool:
    """Who changed gets into the columnar copy."""
    return files.refresh()


@chore("people.figures", every=2.0)
def refresh_figures() -> bool:
    """Who ordered gets their figures counted anew."""
    return figures.refresh()


@chore("people.sweep", every=3_600.0)
def sweep_files() -> bool:
    """Files that nothing names any more are deleted."""
    files.sweep()
    return False
