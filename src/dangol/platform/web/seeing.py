"""What is closed to those who see some units only? What belongs to the installation as a whole."""

from __future__ import annotations

from dangol.platform.kernel.access.refusals import NotAllowedError
from dangol.platform.kernel.access.viewer import Viewer


def check_whole(viewer: Viewer) -> None:
    """A NotAllowedError for whoever is limited to units."""
    if viewer.units is not None:
        raise NotAllowedError("administer")
